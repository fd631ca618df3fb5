//! Amounts as banks write them: `1.234,56`, `1,234.56`, `R$ -10,00`, `(10.00)`, `10,00-`, `10,00 D`.

use rust_decimal::Decimal;

/// What sets off the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

/// An amount whose decimals are perhaps not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    negative: bool,
    /// Digits, points and commas.
    digits: String,
}

impl Written {
    /// `None` if it is no amount.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (mut negative, mut ended) = (false, false);
        let (mut digits, mut letters) = (String::new(), String::new());
        for c in text.chars() {
            match c {
                '0'..='9' | '.' | ',' if !ended => digits.push(c),
                '-' | '\u{2212}' | '\u{2013}' | '(' => {
                    negative = true;
                    ended = !digits.is_empty();
                }
                ')' => ended = true,
                '+' if digits.is_empty() => {}
                c if c.is_whitespace() || matches!(c, '$' | '€' | '£') => {}
                c if c.is_ascii_alphabetic() => {
                    ended = !digits.is_empty();
                    letters.push(c.to_ascii_uppercase());
                }
                _ => return None,
            }
        }
        let before = ["BRL", "USD", "EUR", "US", "R"];
        let after = before.iter().find_map(|word| letters.strip_prefix(word));
        match after.unwrap_or(&letters) {
            "" | "C" | "CR" => {}
            "D" | "DR" => negative = true,
            _ => return None,
        }
        let some = digits.bytes().any(|byte| byte.is_ascii_digit());
        some.then_some(Self { negative, digits })
    }

    /// What sets off the decimals, if that is certain: `1.234` says nothing.
    pub(super) fn mark(&self) -> Option<Mark> {
        let at = self.digits.rfind(['.', ','])?;
        let (before, last) = self.digits.split_at_checked(at)?;
        let (last, other) = match last.starts_with('.') {
            true => (Mark::Point, Mark::Comma),
            false => (Mark::Comma, Mark::Point),
        };
        let decimals = self.digits.len() - at - 1;
        match (before.contains(last.sign()), before.contains(other.sign())) {
            (true, _) => Some(other),
            (false, true) => Some(last),
            (false, false) => (decimals != 3).then_some(last),
        }
    }

    /// Whether it reads otherwise with the other mark.
    pub(super) fn is_unclear(&self) -> bool {
        self.mark().is_none() && self.digits.contains(['.', ','])
    }

    /// How many decimals it has.
    pub(super) fn decimals(&self, mark: Mark) -> usize {
        let split = self.digits.split_once(mark.sign());
        split.map_or(0, |(_, decimals)| decimals.len())
    }

    /// `None` if the digits are not grouped in threes, or nothing is behind the mark.
    pub(super) fn value(&self, mark: Mark) -> Option<Decimal> {
        let split = self.digits.split_once(mark.sign());
        let (whole, decimals) = match split {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (self.digits.as_str(), None),
        };
        let groups: Vec<&str> = whole.split(mark.other().sign()).collect();
        let grouped = groups.iter().skip(1).all(|group| group.len() == 3);
        let first = groups.first().is_none_or(|group| group.len() <= 3);
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let sound = grouped && (groups.len() == 1 || first) && groups.iter().all(|g| plain(g));
        if !sound || decimals.is_some_and(|decimals| decimals.is_empty() || !plain(decimals)) {
            return None;
        }
        let text = format!("0{}.{}", groups.concat(), decimals.unwrap_or("0"));
        let amount: Decimal = text.parse().ok()?;
        Some(if self.negative { -amount } else { amount })
    }
}

impl Mark {
    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}
