//! What Mercado Pago is asked.

use feira_kernel::{Money, Time};
use serde::Serialize;
use serde_json::value::RawValue;
use time::{UtcOffset, format_description::well_known::Rfc3339};

use super::{MercadoPagoSettings, wire::PIX};
use crate::{
    PaymentId,
    provider::{ChargeMethod, Failure, NewCharge},
};

#[derive(Serialize)]
pub(super) struct NewPayment<'a> {
    transaction_amount: Box<RawValue>,
    description: &'a str,
    external_reference: PaymentId,
    payer: Payer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_expiration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    installments: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture: Option<bool>,
}

#[derive(Serialize)]
struct Payer<'a> {
    email: &'a str,
}

impl<'a> NewPayment<'a> {
    /// The same of a charge whenever it is asked for.
    pub(super) fn new(
        charge: &'a NewCharge,
        settings: &'a MercadoPagoSettings,
    ) -> Result<Self, Failure> {
        let all = Self {
            transaction_amount: decimal(charge.amount)?,
            description: &charge.description,
            external_reference: charge.id,
            payer: Payer {
                email: &settings.payer_email,
            },
            payment_method_id: None,
            date_of_expiration: None,
            token: None,
            installments: None,
            capture: None,
        };
        match &charge.method {
            ChargeMethod::Pix => {
                let shortest = charge.created_at + settings.pix_lasts;
                Ok(Self {
                    payment_method_id: Some(PIX),
                    date_of_expiration: Some(moment(charge.expires_at.max(shortest))?),
                    ..all
                })
            }
            ChargeMethod::Card { token } => Ok(Self {
                token: Some(token.as_str()),
                installments: Some(charge.divided.map_or(1, |divided| divided.count.into())),
                capture: Some(!settings.manual_capture),
                ..all
            }),
            ChargeMethod::SavedCard { .. }
            | ChargeMethod::BankTransfer
            | ChargeMethod::Paypal
            | ChargeMethod::Whatsapp
            | ChargeMethod::CashOnDelivery => Err(Failure::NotSupported),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Capturing {
    capture: bool,
}

impl Default for Capturing {
    fn default() -> Self {
        Self { capture: true }
    }
}

#[derive(Serialize)]
pub(super) struct Cancelling {
    status: &'static str,
}

impl Default for Cancelling {
    fn default() -> Self {
        Self {
            status: "cancelled",
        }
    }
}

#[derive(Serialize)]
pub(super) struct NewRefund {
    amount: Box<RawValue>,
}

impl NewRefund {
    pub(super) fn new(amount: Money) -> Result<Self, Failure> {
        Ok(Self {
            amount: decimal(amount)?,
        })
    }
}

/// With milliseconds and an offset, as it writes a time.
fn moment(at: Time) -> Result<String, Failure> {
    let second = at.to_offset(UtcOffset::UTC).replace_nanosecond(0);
    let second = second.map_err(|e| Failure::Refused(e.to_string()))?;
    let written = second.format(&Rfc3339);
    let written = written.map_err(|e| Failure::Refused(e.to_string()))?;
    Ok(format!("{}.000+00:00", written.trim_end_matches('Z')))
}

fn decimal(amount: Money) -> Result<Box<RawValue>, Failure> {
    let written = RawValue::from_string(amount.amount().to_string());
    written.map_err(|e| Failure::Refused(e.to_string()))
}

#[cfg(test)]
mod tests {
    use feira_kernel::Currency;
    use serde_json::{Value, json};
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    use super::*;
    use crate::provider::kinds::mercado_pago::tests::settings;

    const NOW: Time = datetime!(2026-03-02 12:00:00.5 UTC);

    fn written(method: ChargeMethod, amount: &str, lasts: Duration, manual: bool) -> Value {
        let charge = NewCharge {
            id: PaymentId(Uuid::from_u128(1)),
            method,
            to_stores: false,
            amount: Money::parse(amount, Currency::BRL).unwrap(),
            divided: None,
            description: "F-1001".to_owned(),
            created_at: NOW,
            expires_at: NOW + lasts,
        };
        let settings = MercadoPagoSettings {
            manual_capture: manual,
            ..settings()
        };
        let new = NewPayment::new(&charge, &settings).unwrap();
        let text = serde_json::to_string(&new).unwrap();
        assert!(
            text.contains(&format!("\"transaction_amount\":{amount},")),
            "{text}"
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_charge_is_written_with_its_decimals_and_nothing_of_the_buyer() {
        let minutes = Duration::minutes;
        let long = written(ChargeMethod::Pix, "19.90", minutes(60), false);
        assert_eq!(long["date_of_expiration"], "2026-03-02T13:00:00.000+00:00");
        assert_eq!(long["payment_method_id"], "pix");
        assert_eq!(long["payer"], json!({"email": "payer@shop.example"}));
        assert_eq!(long["external_reference"], json!(Uuid::from_u128(1)));
        assert!(long.get("token").is_none() && long.get("capture").is_none());
        let short = written(ChargeMethod::Pix, "0.01", minutes(5), false);
        assert_eq!(short["date_of_expiration"], "2026-03-02T12:31:00.000+00:00");
        let token = || ChargeMethod::Card {
            token: "ff8080814c11e237014c1ff593b57b4d".to_owned(),
        };
        let most = Money::most(Currency::BRL).amount().to_string();
        for (manual, capture) in [(false, true), (true, false)] {
            let card = written(token(), &most, minutes(30), manual);
            assert_eq!(
                (&card["capture"], &card["installments"]),
                (&json!(capture), &json!(1))
            );
            assert_eq!(card["token"], "ff8080814c11e237014c1ff593b57b4d");
            assert!(card.get("payment_method_id").is_none());
        }
    }
}
