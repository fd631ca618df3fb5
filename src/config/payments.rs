use std::collections::BTreeMap;

use feira_kernel::Money;
use feira_payment::{
    BorneBy, InstalmentSettings, InterestBearer, MOST_INSTALMENTS, ProviderConfig,
};
use serde::{Deserialize, Serialize};
use time::Weekday;

use super::kinds::{Refusal, refuse};

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// Each a table `[payments.providers.<name>]`.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderConfig>,
    pub order: Vec<String>,
    pub charge_timeout_seconds: u32,
    pub payout_every_days: u32,
    pub sellers_refund: bool,
    pub refund_keeps_commission: bool,
    pub refund_fee_borne_by: BorneBy,
    pub refund_watch_days: u32,
    pub payout_weekday: String,
    pub payout_hour: u8,
    pub minimum_payout: Vec<String>,
    pub payout_hold_days: u32,
    pub new_store_hold_days: u32,
    pub new_store_days: u32,
    pub payout_account_hold_hours: u32,
    pub pay_suspended_stores: bool,
    pub provider_fee_borne_by: FeeBorneBy,
    pub dispute_fee_borne_by: FeeBorneBy,
    pub instalment_interest_borne_by: InterestBearer,
    pub instalment_most: u8,
    pub instalment_least: Vec<String>,
    pub sellers_send_evidence: bool,
    pub exchange_texts_days: u32,
}

/// Who bears what a provider takes for a charge, or for a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeBorneBy {
    Marketplace,
    Store,
}

/// Amounts such as `BRL 10.00`, above zero; or what is no such amount.
fn amounts(texts: &[String]) -> Result<Vec<Money>, &str> {
    let amount = |text: &String| {
        let (currency, amount) = text.split_once(' ')?;
        Money::parse(amount, currency.parse().ok()?).ok()
    };
    let positive = |text| amount(text).filter(|least| least.is_positive());
    let texts = texts.iter();
    texts
        .map(|text| positive(text).ok_or(text.as_str()))
        .collect()
}

impl Payments {
    pub(super) fn check_instalments(&self) -> Result<(), Refusal> {
        if !(1..=MOST_INSTALMENTS).contains(&self.instalment_most) {
            let why = format!("must be a whole number from 1 to {MOST_INSTALMENTS}");
            return refuse("payments.instalment_most", &why);
        }
        if let Err(amount) = amounts(&self.instalment_least) {
            let why = format!("must hold amounts such as \"BRL 5.00\", not {amount:?}");
            return refuse("payments.instalment_least", &why);
        }
        Ok(())
    }

    /// Once they were looked at.
    pub(crate) fn instalments(&self) -> InstalmentSettings {
        InstalmentSettings {
            interest_borne_by: self.instalment_interest_borne_by,
            most: self.instalment_most,
            least: amounts(&self.instalment_least).unwrap_or_default(),
        }
    }

    pub(super) fn check_payouts(&self) -> Result<(), Refusal> {
        if let Err(day) = self.weekday() {
            let why = format!("must be a day such as wednesday, or empty, not {day:?}");
            return refuse("payments.payout_weekday", &why);
        }
        if let Err(amount) = self.minimum_payouts() {
            let why = format!("must hold amounts such as \"BRL 20.00\", not {amount:?}");
            return refuse("payments.minimum_payout", &why);
        }
        Ok(())
    }

    /// What a payout must reach, per currency; or what is no such amount.
    pub(crate) fn minimum_payouts(&self) -> Result<Vec<Money>, &str> {
        amounts(&self.minimum_payout)
    }

    /// The day of the week on which stores are paid, if there is one.
    pub(crate) fn weekday(&self) -> Result<Option<Weekday>, &str> {
        if self.payout_weekday.is_empty() {
            return Ok(None);
        }
        let days = std::iter::successors(Some(Weekday::Monday), |day| Some(day.next()));
        let mut named = days.take(7);
        let wanted = &self.payout_weekday;
        let day = named.find(|day| day.to_string().eq_ignore_ascii_case(wanted));
        day.map(Some).ok_or(self.payout_weekday.as_str())
    }

    /// The one that the simulated provider of this process is: the one without a URL, or the first.
    pub(crate) fn built_in(&self) -> Option<(&String, &ProviderConfig)> {
        self.providers
            .iter()
            .filter(|(_, provider)| provider.kind.is_simulated())
            .min_by_key(|(_, provider)| !provider.text("url").is_empty())
    }

    /// All of them, those first that take new payments; and whether it does.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&String, &ProviderConfig, bool)> {
        let named = self.order.iter();
        let named = named.filter_map(|name| self.providers.get_key_value(name));
        let others = self.providers.iter();
        let others = others.filter(|(name, _)| !self.order.contains(name));
        let named = named.map(|(name, provider)| (name, provider, true));
        named.chain(others.map(|(name, provider)| (name, provider, false)))
    }

    /// Whether a second one would be played by this process.
    pub(crate) fn second_built_in(&self) -> Option<&String> {
        let here = |(_, one): &(&String, &ProviderConfig)| {
            one.kind.is_simulated() && one.text("url").is_empty()
        };
        let mut played = self.providers.iter().filter(here);
        played.nth(1).map(|(name, _)| name)
    }
}
