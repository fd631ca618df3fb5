//! What can be refused before anything is written or asked of a provider.

use std::{cmp::Ordering, collections::BTreeSet};

use feira_kernel::{
    Currency, Money, Time,
    validate::{DUPLICATE, Fields, PAST, REQUIRED},
};

use crate::{
    MethodKind, NewRefund, PaymentError, RefundDraft, RefundPart, Split, StartPayment, br_code,
    field_codes::{SPLIT_SUM, SPLITS_SUM},
    provider::Limits,
};

const MAX_SPLITS: usize = 100;
const MAX_DESCRIPTION: usize = 140;
const MAX_REASON: usize = 500;

/// What a method can carry, whoever the provider is: PIX is paid in Brazil's currency, and as
/// much as its code has room for.
pub(crate) fn limits(method: MethodKind, currency: Currency) -> Option<Limits> {
    let most = match method {
        MethodKind::Pix if currency == Currency::BRL => Money::new(br_code::MOST, currency).ok()?,
        MethodKind::Pix => return None,
        MethodKind::Card
        | MethodKind::BankTransfer
        | MethodKind::Paypal
        | MethodKind::Whatsapp
        | MethodKind::CashOnDelivery => Money::most(currency),
    };
    let least = Money::from_minor(1, currency).ok()?;
    Some(Limits { least, most })
}

/// Whether a payment of the amount could be started within the limits.
pub(crate) fn accept(limits: Limits, amount: Money) -> Result<(), PaymentError> {
    let Limits { least, most } = limits;
    let within = amount.compare(least).is_ok_and(Ordering::is_ge)
        && amount.compare(most).is_ok_and(Ordering::is_le);
    if within {
        Ok(())
    } else {
        Err(PaymentError::AmountNotAccepted { least, most })
    }
}

/// The amount is positive and is the sum of its splits, each of which is the sum of its sides.
pub(crate) fn validate_start(start: &StartPayment, now: Time) -> Result<(), PaymentError> {
    let mut fields = Fields::default();
    if let Err(fault) = start.method.validate("/method") {
        fields.push(fault);
    }
    fields.positive("/amount", start.amount);
    some(&mut fields, "/splits", start.splits.len());
    fields.length("/description", &start.description, 1..=MAX_DESCRIPTION);
    if start.expires_at <= now {
        fields.refuse("/expires_at", PAST, "the time must be in the future");
    }
    validate_splits(start, &mut fields);
    Ok(fields.finish()?)
}

/// From one to as many as one payment is divided into.
fn some(fields: &mut Fields, pointer: &str, count: usize) {
    if count == 0 {
        fields.refuse(pointer, REQUIRED, "at least one is needed");
    }
    fields.count(pointer, count, MAX_SPLITS);
}

fn validate_splits(start: &StartPayment, fields: &mut Fields) {
    let currency = start.amount.currency();
    let mut parts = BTreeSet::new();
    for (index, split) in start.splits.iter().enumerate() {
        let pointer = format!("/splits/{index}");
        if !parts.insert(split.part.0) {
            let part = format!("{pointer}/part");
            fields.refuse(part, DUPLICATE, "the part is named twice");
        }
        if split.amount.is_negative() || !sides_sum(split) {
            let detail = "amount = commission + earning, and not less than zero";
            fields.refuse(pointer, SPLIT_SUM, detail);
        }
    }
    let sum = Money::sum(currency, start.splits.iter().map(|split| split.amount));
    if sum != Ok(start.amount) {
        let detail = "the splits do not sum to the amount";
        fields.refuse("/amount", SPLITS_SUM, detail);
    }
}

/// An amount of zero has nothing to divide, and what was never paid cannot be reversed.
fn sides_sum(split: &Split) -> bool {
    let empty = !split.amount.is_zero() || (split.commission.is_zero() && split.earning.is_zero());
    empty && split.commission.checked_add(split.earning) == Ok(split.amount)
}

/// Each part once, each amount positive; without parts it is all that is left.
pub(crate) fn validate_refund(refund: &NewRefund) -> Result<(), PaymentError> {
    let mut fields = Fields::default();
    refund_parts(&mut fields, &refund.parts);
    fields.length("/reason", &refund.reason, 1..=MAX_REASON);
    Ok(fields.finish()?)
}

pub(crate) fn validate_draft(draft: &RefundDraft) -> Result<(), PaymentError> {
    let mut fields = Fields::default();
    refund_parts(&mut fields, &draft.parts);
    some(&mut fields, "/parts", draft.parts.len());
    Ok(fields.finish()?)
}

fn refund_parts(fields: &mut Fields, of: &[RefundPart]) {
    let mut parts = BTreeSet::new();
    for (index, part) in of.iter().enumerate() {
        if !parts.insert(part.part.0) {
            let pointer = format!("/parts/{index}/part");
            fields.refuse(pointer, DUPLICATE, "the part is named twice");
        }
        fields.positive(&format!("/parts/{index}/amount"), part.amount);
    }
    fields.count("/parts", of.len(), MAX_SPLITS);
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Ref, StoreId};
    use uuid::Uuid;

    use super::*;
    use crate::Method;

    const NOW: Time = Time::UNIX_EPOCH;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn start(splits: &[(i64, i64, i64)], amount: i64) -> StartPayment {
        StartPayment {
            key: Uuid::from_u128(1),
            reference: Ref::new(Uuid::from_u128(2)),
            description: "F-1".to_owned(),
            payer: None,
            method: Method::Pix {},
            amount: brl(amount),
            splits: splits
                .iter()
                .enumerate()
                .map(|(i, (amount, commission, earning))| Split {
                    store: StoreId(Uuid::from_u128(9)),
                    part: Ref::new(Uuid::from_u128(i as u128)),
                    amount: brl(*amount),
                    commission: brl(*commission),
                    earning: brl(*earning),
                })
                .collect(),
            expires_at: NOW + time::Duration::minutes(30),
        }
    }

    fn pointers(start: &StartPayment) -> Vec<String> {
        match validate_start(start, NOW) {
            Ok(()) => vec![],
            Err(PaymentError::Invalid(fields)) => fields.into_iter().map(|f| f.pointer).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_sum_that_does_not_close_is_refused_where_it_breaks() {
        assert!(pointers(&start(&[(1000, 100, 900), (500, 50, 450)], 1500)).is_empty());
        assert_eq!(pointers(&start(&[(1000, 100, 901)], 1000)), ["/splits/0"]);
        assert_eq!(pointers(&start(&[(1000, 100, 900)], 999)), ["/amount"]);
        assert_eq!(
            pointers(&start(&[(-1, 0, -1), (1001, 1, 1000)], 1000)),
            ["/splits/0"]
        );
        assert_eq!(
            pointers(&start(&[(0, 5, -5), (10, 1, 9)], 10)),
            ["/splits/0"]
        );
        assert_eq!(pointers(&start(&[(0, 0, 0)], 0)), ["/amount"]);
        assert!(pointers(&start(&[], 1000)).contains(&"/splits".to_owned()));
    }

    #[test]
    fn a_number_is_no_token_and_a_token_with_many_digits_is_none_either() {
        let refused = |token: &str| {
            let token = token.to_owned();
            let card = Method::Card {
                token,
                instalments: 1,
            };
            card.validate("").is_err()
        };
        for number in [
            "4111-1111-1111-1111",
            "pan:4111.1111.1111.1111 12/30",
            "411111111111",
            "41111111111111111111111111111111",
        ] {
            assert!(refused(number), "{number}");
        }
        for token in [
            "pm_1N2o3K4q5L6k7d8I9w0H1u2x",
            "ctoken_1NnQUf2eZvKYlo2CIObdtbnb",
            "ff8080814c11e237014c1ff593b57b4d",
            "a1b2c3d4123456789012345678e9f0a1",
        ] {
            assert!(!refused(token), "{token}");
        }
    }

    #[test]
    fn a_count_of_instalments_is_from_1_to_99() {
        for (instalments, good) in [(0, false), (1, true), (12, true), (99, true), (100, false)] {
            let mut asked = start(&[(1000, 100, 900)], 1000);
            asked.method = Method::Card {
                token: "tok_approved".to_owned(),
                instalments,
            };
            let refused = pointers(&asked);
            assert_eq!(refused.is_empty(), good, "{instalments}");
            assert!(good || refused == ["/method/instalments"]);
        }
    }

    #[test]
    fn a_card_number_a_past_deadline_and_a_part_twice_are_refused() {
        let mut bad = start(&[(10, 1, 9), (10, 1, 9)], 20);
        bad.splits[1].part = bad.splits[0].part;
        bad.expires_at = NOW;
        bad.method = Method::Card {
            token: "4111 1111 1111 1111".to_owned(),
            instalments: 1,
        };
        assert_eq!(
            pointers(&bad),
            ["/method/token", "/expires_at", "/splits/1/part"]
        );
    }
}
