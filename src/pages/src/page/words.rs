//! Methods for templates: texts, states, money and times in the reader's language.

use feira_kernel::{Money, Time, Total};
use feira_order::{HistoryEntry, StateChange, StoreOrder};
use feira_payment::{InstalmentPlan, Instalments, Payment};
use feira_store::PayoutDestination;

use super::{
    Badge, Flash, Page, format, outcomes,
    text::{number, words},
};
use crate::assets;

impl Page {
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The other language's own name.
    pub(crate) fn other_language(&self) -> String {
        self.lang.other().text("language-name")
    }

    pub(crate) fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// A text with a `$name`.
    pub(crate) fn t1(&self, key: &str, name: impl ToString) -> String {
        self.lang.named(key, name)
    }

    /// A text with a `$count`, which plurals follow.
    pub(crate) fn tn(&self, key: &str, count: impl ToString) -> String {
        self.lang.text_with(key, vec![("count", number(count))])
    }

    /// A text with an `$amount` and a `$name`.
    pub(crate) fn ta1(&self, key: &str, amount: impl ToString, name: impl ToString) -> String {
        self.lang
            .text_with(key, vec![("amount", words(amount)), ("name", words(name))])
    }

    /// A text with a `$count` and a `$name`.
    pub(crate) fn tn1(&self, key: &str, count: impl ToString, name: impl ToString) -> String {
        self.lang
            .text_with(key, vec![("count", number(count)), ("name", words(name))])
    }

    /// The word for a code such as a failure; the code itself if it has none.
    pub(crate) fn word(&self, kind: &str, code: impl AsRef<str>) -> String {
        let code = code.as_ref();
        self.lang
            .find(&format!("{kind}-{code}"))
            .unwrap_or_else(|| code.to_owned())
    }

    /// The word of a state.
    pub(crate) fn name(&self, state: &impl Badge) -> String {
        self.t(state.key())
    }

    pub(crate) fn tone(&self, state: &impl Badge) -> &'static str {
        state.tone()
    }

    pub(crate) fn is(&self, state: &impl Badge, key: &str) -> bool {
        state.key() == key
    }

    pub(crate) fn flash_text(&self, flash: &Flash) -> String {
        flash.text(self.lang)
    }

    /// What an entry of an order's history says.
    pub(crate) fn change(&self, entry: &HistoryEntry) -> String {
        match &entry.change {
            StateChange::Status { to, .. } => self.name(to),
            StateChange::Fulfilment { to, .. } => self.name(to),
            StateChange::Settlement { to, .. } => self.name(to),
            StateChange::Completion { to, .. } => self.name(to),
        }
    }

    /// Which of these parts of an order an entry is about, by its store.
    pub(crate) fn store_of(
        &self,
        entry: &HistoryEntry,
        parts: impl AsRef<[StoreOrder]>,
    ) -> Option<String> {
        let mut parts = parts.as_ref().iter();
        let part = parts.find(|part| Some(part.id) == entry.store_order)?;
        Some(part.store_name.clone())
    }

    pub(crate) fn money(&self, money: &Money) -> String {
        format::money(self.lang, *money)
    }

    /// A payment's amount; of one that stores were paid themselves in part what they were, too.
    pub(crate) fn amount_of(&self, payment: &Payment) -> String {
        let (amount, collected) = (payment.amount, payment.collected());
        match collected.is_zero() || collected == amount {
            true => self.money(&amount),
            false => self.ta1(
                "payment-in-part",
                self.money(&amount),
                self.money(&collected),
            ),
        }
    }

    /// A bank account of a store, as keys of labels and what stands beside them.
    pub(crate) fn account(&self, to: &PayoutDestination) -> Vec<(&'static str, String)> {
        match to {
            PayoutDestination::BankAccount {
                bank,
                branch,
                account,
                holder,
                holder_tax_id,
            } => vec![
                ("account-holder", holder.clone()),
                ("account-tax-id", holder_tax_id.clone()),
                ("account-bank", bank.clone()),
                ("payout-account-branch", branch.clone()),
                ("account-number", account.clone()),
            ],
            PayoutDestination::Iban { iban, bic, holder } => {
                let bic = bic.as_ref().map(|bic| ("payout-account-bic", bic.clone()));
                let first = [
                    ("account-holder", holder.clone()),
                    ("payout-account-iban", iban.clone()),
                ];
                first.into_iter().chain(bic).collect()
            }
            PayoutDestination::Pix { .. } | PayoutDestination::Provider { .. } => Vec::new(),
        }
    }

    /// Such as `10x of R$ 12,90`.
    pub(crate) fn divided(&self, chosen: &Instalments) -> String {
        self.times(chosen.count, chosen.amount)
    }

    /// What she pays in all, if it is more than the price.
    pub(crate) fn with_interest(&self, chosen: &Instalments, price: &Money) -> Option<String> {
        let total = chosen.total.filter(|total| total != price)?;
        Some(self.money(&total))
    }

    /// A plan that is offered, in the same words, and what it says of interest.
    pub(crate) fn plan(&self, plan: &InstalmentPlan) -> String {
        let times = self.times(plan.count, plan.amount);
        match plan.total {
            _ if plan.interest_free => format!("{times} {}", self.t("instalments-free")),
            Some(total) => format!("{times} ({})", self.money(&total)),
            None => times,
        }
    }

    fn times(&self, count: u8, amount: Option<Money>) -> String {
        match amount {
            Some(amount) => format!(
                "{count}x {}",
                self.t1("instalments-of", self.money(&amount))
            ),
            None => format!("{count}x"),
        }
    }

    /// What amounts add up to.
    pub(crate) fn total(&self, total: &Total) -> String {
        format::money(self.lang, *total)
    }

    /// A negative amount, for deductions.
    pub(crate) fn minus(&self, money: &Money) -> String {
        format::money(self.lang, money.negated())
    }

    /// An amount as it is typed into a field.
    pub(crate) fn amount(&self, money: &Money) -> String {
        format::amount(self.lang, *money)
    }

    pub(crate) fn number(&self, value: &u64) -> String {
        format::whole_number(self.lang, *value)
    }

    /// With its sign, for changes.
    pub(crate) fn signed(&self, change: &i64) -> String {
        format!("{change:+}")
    }

    pub(crate) fn iso(&self, at: &Time) -> String {
        at.format(&time::format_description::well_known::Rfc3339)
            .unwrap_or_default()
    }

    pub(crate) fn exact(&self, at: &Time) -> String {
        format::exact(self.lang, self.zone.local(*at))
    }

    pub(crate) fn ago(&self, at: &Time) -> String {
        format::relative(self.lang, self.now, self.zone.local(*at))
    }

    /// With its year.
    pub(crate) fn date(&self, iso: &str) -> String {
        format::whole_day(self.lang, iso)
    }

    /// What came of an exchange of this kind with a provider.
    pub(crate) fn outcome(&self, kind: &str, said: &str) -> String {
        outcomes::outcome(self.lang, kind, said)
    }

    /// What somebody has to look at.
    pub(crate) fn alarm(&self, message: &str) -> String {
        outcomes::alarm(self.lang, message)
    }

    pub(crate) fn day(&self, iso: &str) -> String {
        format::short_day(self.lang, iso)
    }

    /// What a refused field is called, for the summary above the form: `variants_0_price` is the
    /// price of the first variant.
    pub(crate) fn label(&self, field: &str) -> String {
        let (row, rest) = indexed(field, "variants_");
        let (_, name) = indexed(rest, "options_");
        let Some(label) = self.lang.find(&format!("label-{name}")) else {
            return String::new();
        };
        match row {
            Some(row) => format!("{} – {label}: ", self.tn("variants-row", row + 1)),
            None => format!("{label}: "),
        }
    }
}

/// Splits `<prefix>3_name` into 3 and `name`.
fn indexed<'a>(field: &'a str, prefix: &str) -> (Option<usize>, &'a str) {
    let split = field
        .strip_prefix(prefix)
        .and_then(|rest| rest.split_once('_'));
    match split.and_then(|(index, name)| Some((index.parse().ok()?, name))) {
        Some((index, name)) => (Some(index), name),
        None => (None, field),
    }
}
