//! What came of an exchange with a provider, and what is not as it should be, in the reader's words. The module keeps
//! both as short sentences of its own; amounts, names and what the provider said stand in them.

use feira_kernel::Money;

use super::{Lang, format, text::words};

/// As the module writes it, and the key of its text. What stands at `{}` becomes `$first`, `$second` and `$third`.
const SENTENCES: &[(&str, &str)] = &[
    ("opened over {}", "outcome-dispute-opened"),
    ("reopened over {}", "outcome-dispute-reopened"),
    ("kept_more: {} in all", "outcome-dispute-kept_more"),
    ("lost_more: {} in all", "outcome-dispute-lost_more"),
    ("written_off: {} in all", "outcome-dispute-written_off"),
    ("changed: over {}, not {}", "outcome-dispute-changed"),
    ("told: {}", "outcome-dispute-told"),
    ("no answer by the deadline", "outcome-no-answer"),
    ("a broken answer: {}", "outcome-broken-answer"),
    ("answered {}", "outcome-answered"),
    (
        "the provider no longer knows its charge",
        "outcome-charge-forgotten",
    ),
    ("is another payment's", "alarm-another-payment"),
    ("is over {}, not {}", "alarm-another-amount"),
    ("has another payee", "alarm-another-payee"),
    ("is paid with {}, which is less than {}", "alarm-paid-less"),
    (
        "is paid with {} in instalments, where the payer was told {}",
        "alarm-paid-otherwise",
    ),
    (
        "does not tell whether its refund {} came back",
        "alarm-refund-unseen",
    ),
    (
        "has back {} of its refund {}; the buyer has not",
        "alarm-refund-back",
    ),
    ("is said to have cost {}, which is not booked", "alarm-fee"),
    (
        "was given back there, at least in part, and not from here",
        "alarm-given-back",
    ),
    (
        "has more disputes than are looked at",
        "alarm-many-disputes",
    ),
    (
        "was not split as it was asked for: the stores are paid by payouts",
        "alarm-not-split",
    ),
    (
        "is paid, and its provider does not say whether it was split: say it on the payment's page",
        "alarm-perhaps-split",
    ),
    (
        "is disputed over {} ({}), and {} of it was left: the rest is not in the books",
        "alarm-disputed-more",
    ),
    (
        "is told of with a dispute {} of another charge",
        "alarm-dispute-of-another",
    ),
    (
        "has a dispute {} over {}, which it cannot be",
        "alarm-dispute-amount",
    ),
    (
        "has a dispute {} that is over {} now, not {}",
        "alarm-dispute-changed",
    ),
    (
        "has a dispute {} that was lost, and is told to be otherwise now",
        "alarm-dispute-lost-before",
    ),
    (
        "has a dispute {} that was won, and is told to be otherwise now",
        "alarm-dispute-won-before",
    ),
    ("dispute {}: only an inquiry so far", "alarm-inquiry"),
    (
        "dispute {}: nothing was left to be disputed",
        "alarm-nothing-left",
    ),
];

const ARGUMENTS: [&str; 3] = ["first", "second", "third"];

/// What stands at the places of the pattern, if the text is like it.
fn found<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        // The last one ends the text.
        let (one, after) = match parts.peek() {
            None => (rest.strip_suffix(part)?, ""),
            Some(_) => rest.split_once(part)?,
        };
        found.push(one);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

/// An amount as the reader writes it; all else as it is.
fn shown(lang: Lang, one: &str) -> String {
    let money = one
        .split_once(' ')
        .and_then(|(amount, currency)| Money::parse(amount, currency.parse().ok()?).ok());
    money.map_or_else(|| one.to_owned(), |money| format::money(lang, money))
}

fn sentence(lang: Lang, said: &str) -> Option<String> {
    SENTENCES.iter().find_map(|(pattern, key)| {
        let found = found(pattern, said)?;
        let shown = found.into_iter().map(|one| words(shown(lang, one)));
        Some(lang.text_with(key, ARGUMENTS.into_iter().zip(shown).collect()))
    })
}

/// Its first words are ours, and so is why it failed, behind a colon; what follows is the provider's.
pub(super) fn outcome(lang: Lang, kind: &str, said: &str) -> String {
    if let Some(told) = sentence(lang, said) {
        return told;
    }
    let word = |kind: &str, code: &str| lang.find(&format!("{kind}-{}", code.replace(' ', "-")));
    match kind {
        "dispute" => return word("dispute-event", said).unwrap_or_else(|| said.to_owned()),
        "mismatch" => return alarm(lang, said),
        _ => {}
    }
    let (head, rest) = said.split_once(": ").unwrap_or((said, ""));
    match (word("outcome", head), rest) {
        (None, _) => said.to_owned(),
        (Some(word), "") => word,
        (Some(ours), rest) => {
            let (code, own) = rest.split_at(rest.find([' ', ':']).unwrap_or(rest.len()));
            let why = match word("payment-failure", code) {
                Some(why) => format!("{why}{own}"),
                None => sentence(lang, rest).unwrap_or_else(|| rest.to_owned()),
            };
            format!("{ours}: {why}")
        }
    }
}

/// What somebody has to look at: of which charge, and what is wrong with it.
pub(super) fn alarm(lang: Lang, message: &str) -> String {
    if let Some(told) = sentence(lang, message) {
        return told;
    }
    let of = message.strip_prefix("charge ");
    let of = of.and_then(|of| of.split_once(' '));
    match of.and_then(|(charge, wrong)| Some((charge, sentence(lang, wrong)?))) {
        Some((charge, wrong)) => lang.text_with(
            "alarm-charge",
            vec![("first", words(charge)), ("second", words(wrong))],
        ),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use feira_payment::{
        DisputeState, PaymentFailure, PaymentStatus,
        sentences::{ALARMS, DISPUTE_EVENTS, OUTCOMES, REASONS},
    };

    use super::*;

    /// One word alone is looked up by itself.
    fn is_word(pattern: &str) -> bool {
        !pattern.contains("{}") && DISPUTE_EVENTS.contains(&pattern)
    }

    #[test]
    fn each_sentence_that_the_module_makes_has_a_text() {
        let made = [ALARMS, DISPUTE_EVENTS, REASONS].concat();
        let made: BTreeSet<&str> = made.into_iter().filter(|one| !is_word(one)).collect();
        let known = SENTENCES.iter().map(|(pattern, _)| *pattern);
        assert_eq!(known.collect::<BTreeSet<_>>(), made);
        let words = |kind: &'static str, all: &[&'static str]| -> Vec<_> {
            all.iter().map(|word| (kind, (*word).to_owned())).collect()
        };
        let events: Vec<&str> = DISPUTE_EVENTS
            .iter()
            .copied()
            .filter(|one| is_word(one))
            .collect();
        for event in DISPUTE_EVENTS {
            let word = event.split([' ', ':']).next().expect("a word");
            for lang in Lang::ALL {
                let key = format!("dispute-event-{word}");
                assert!(lang.find(&key).is_some(), "{key}");
            }
        }
        let failed = PaymentFailure::ALL.map(|why| ("charge", format!("failed: {}", why.as_str())));
        let all = [
            words("charge", OUTCOMES),
            words("by_hand", &PaymentStatus::ALL.map(PaymentStatus::as_str)),
            words("dispute", &events),
            words("dispute", &DisputeState::ALL.map(DisputeState::as_str)),
            failed.into(),
        ];
        for (kind, said) in all.concat() {
            for lang in Lang::ALL {
                let told = outcome(lang, kind, &said);
                let own = told.rsplit(": ").next().expect("the last words");
                let theirs = said.rsplit(": ").next().expect("the last words");
                assert_ne!(own, theirs, "{kind} {said}");
            }
        }
    }

    #[test]
    fn each_sentence_has_a_text_with_all_that_stands_in_it() {
        for lang in Lang::ALL {
            for (pattern, _) in SENTENCES {
                let count = pattern.matches("{}").count();
                let mut said = (*pattern).to_owned();
                for n in 0..count {
                    said = said.replacen("{}", &format!("<{n}>"), 1);
                }
                let told = outcome(lang, "charge", &said);
                for n in 0..count {
                    assert!(told.contains(&format!("<{n}>")), "{told}");
                }
                assert!(!told.contains("{ $"), "{told}");
                assert!(lang == Lang::En || told != said, "{told}");
            }
        }
    }

    #[test]
    fn what_comes_of_an_exchange_is_in_the_readers_words() {
        for (kind, said, told) in [
            ("charge", "waiting", "Aguardando o pagamento"),
            (
                "charge",
                "failed: card_declined (do_not_honor)",
                "Falhou: cartão recusado (do_not_honor)",
            ),
            (
                "charge",
                "unknown outcome: no answer by the deadline",
                "O resultado não é conhecido: sem resposta a tempo",
            ),
            (
                "refund",
                "refused: answered 422: in words",
                "Recusado: respondeu 422: in words",
            ),
            (
                "refund",
                "the provider knows no such thing",
                "O provedor não conhece isso",
            ),
            (
                "refund",
                "not accepted by the provider: x.api_key",
                "Não aceito pelo provedor: x.api_key",
            ),
            ("by_hand", "partially_refunded", "Devolvido em parte"),
            ("dispute", "opened over 19.90 BRL", "Aberta sobre R$ 19,90"),
            (
                "dispute",
                "written_off: 5.00 BRL in all",
                "Baixado como perda: R$ 5,00 ao todo",
            ),
            ("dispute", "evidence_sent", "Provas enviadas"),
            ("dispute", "inquiry", "Por ora só uma consulta"),
            (
                "mismatch",
                "charge ch_1 is over 18.90 BRL, not 19.90 BRL",
                "Cobrança ch_1: é de R$ 18,90, e não de R$ 19,90",
            ),
            // Of a release that does not know it.
            ("mismatch", "charge ch_1 is green", "charge ch_1 is green"),
            ("charge", "teleported", "teleported"),
        ] {
            assert_eq!(
                outcome(Lang::PtBr, kind, said).replace('\u{a0}', " "),
                told,
                "{said}"
            );
        }
        let english = outcome(Lang::En, "dispute", "opened over 19.90 BRL");
        assert!(english.starts_with("Opened over "), "{english}");
    }

    #[test]
    fn only_what_is_like_it_is_a_sentence() {
        assert_eq!(
            found("is over {}, not {}", "is over 1, not 2"),
            Some(vec!["1", "2"])
        );
        assert_eq!(found("answered {}", "answered 503"), Some(vec!["503"]));
        assert_eq!(
            found("has another payee", "has another payee"),
            Some(vec![])
        );
        for other in ["is over 1", "is over 1, not", "was over 1, not 2", ""] {
            assert_eq!(found("is over {}, not {}", other), None, "{other}");
        }
        assert_eq!(found("has another payee", "has another payee now"), None);
    }
}
