//! Cards that pay in instalments: what is offered, what is promised before a charge, and what the charge is
//! held against.
//!
//! A plan is asked for twice at most, and never inside a transaction: for the offer, and, where the provider's
//! word holds, right before the payment's row is written, which keeps the total that was promised. If it does not
//! answer then, nothing is promised and the charge goes on: the provider charges as it offered, and what it says
//! the payer pays is kept at the capture. A repeat of the payment's key asks for the plan once more and changes
//! nothing; the row that was written counts.

use std::collections::BTreeMap;

use feira_kernel::{Money, StoreId};
use rust_decimal::Decimal;

use super::{
    Service,
    rows::{PaymentRow, money},
};
use crate::{
    InstalmentPlan, Instalments, InterestBearer, Method, MethodKind, MethodLacking, MethodOffer,
    Offers, PaymentError,
    provider::{self, CanDivide, Charge, Divided, Fact, Plans, Provider, Wanted, not_in},
    sentences::{PAID_LESS, PAID_OTHERWISE, Said},
};

impl Service {
    /// As the settings say it now; nothing of what is paid at once.
    pub(super) fn divided(&self, method: &Method) -> Option<Divided> {
        let interest = self.settings.instalments.interest_borne_by;
        let count = method.instalments();
        (count > 1).then_some(Divided { count, interest })
    }

    pub(super) async fn offered(
        &self,
        amount: Money,
        stores: &[StoreId],
    ) -> Result<Offers, PaymentError> {
        let (mut offers, mut lacking, mut payees) = (Vec::new(), Vec::new(), None);
        for method in MethodKind::ALL {
            let wanted = wanted(method, 1, amount);
            match self.providers.taker(&wanted, stores) {
                Ok(taker) => match self
                    .receivers_of(&taker, (method, stores), &mut payees)
                    .await
                {
                    Ok(_) => {}
                    Err(PaymentError::StoresCannotReceive(stores)) => {
                        lacking.push(MethodLacking { method, stores });
                        continue;
                    }
                    Err(error) => return Err(error),
                },
                Err(PaymentError::NotOffered | PaymentError::AmountNotAccepted { .. }) => continue,
                Err(error) => return Err(error),
            }
            let mut instalments = Vec::new();
            if method == MethodKind::Card {
                instalments.push(InstalmentPlan::free(1, amount));
                instalments.extend(self.plans(amount, stores).await);
            }
            offers.push(MethodOffer {
                method,
                instalments,
            });
        }
        Ok(Offers {
            methods: offers,
            lacking,
        })
    }

    /// Each count of the provider that would take it: there may be several.
    async fn plans(&self, amount: Money, stores: &[StoreId]) -> Vec<InstalmentPlan> {
        let mut takers = BTreeMap::new();
        for count in 2..=self.settings.instalments.most {
            let wanted = wanted(MethodKind::Card, count, amount);
            if let Ok(taker) = self.providers.taker(&wanted, stores) {
                let provider = taker.provider;
                let name = provider.name().to_owned();
                let (_, counts) = takers.entry(name).or_insert((provider, Vec::new()));
                counts.push(count);
            }
        }
        let mut plans = Vec::new();
        for (provider, counts) in takers.into_values() {
            let of_it = self.plans_of(&*provider, amount).await.into_iter();
            plans.extend(of_it.filter(|plan| counts.contains(&plan.count)));
        }
        plans.sort_by_key(|plan| plan.count);
        plans
    }

    async fn plans_of(&self, provider: &dyn Provider, amount: Money) -> Vec<InstalmentPlan> {
        let Some(can) = &provider.capabilities().instalments else {
            return Vec::new();
        };
        let told = self.told_plans(provider, can, amount).await;
        told.unwrap_or_else(|| can.untold(&self.settings.instalments, amount))
    }

    /// Nothing where it is not asked, or does not answer.
    async fn told_plans(
        &self,
        provider: &dyn Provider,
        can: &CanDivide,
        amount: Money,
    ) -> Option<Vec<InstalmentPlan>> {
        let settings = &self.settings.instalments;
        if !can.is_asked(settings.interest_borne_by) {
            return None;
        }
        let told = provider::by(self.settings.charge_deadline, provider.plans(amount)).await;
        self.note(provider.name(), &told).await;
        match told {
            Ok(told) => Some(can.told(settings, amount, told)),
            Err(failure) => {
                tracing::warn!(provider = provider.name(), %failure, "plans of instalments are not known");
                None
            }
        }
    }

    /// What the payer will pay in all, where that is known before the charge. A plan that the provider does not
    /// have is refused.
    pub(super) async fn promised(
        &self,
        provider: &dyn Provider,
        divided: Divided,
        amount: Money,
    ) -> Result<Option<Money>, PaymentError> {
        if divided.interest != InterestBearer::Buyer {
            return Ok(Some(amount));
        }
        let can = provider.capabilities().instalments.as_ref();
        let Some(can) = can.filter(|can| can.plans == Plans::Binding) else {
            return Ok(None);
        };
        let Some(plans) = self.told_plans(provider, can, amount).await else {
            return Ok(None);
        };
        let mut plans = plans.into_iter();
        let plan = plans.find(|plan| plan.count == divided.count);
        let plan = plan.ok_or_else(|| not_in(divided.count))?;
        Ok(plan.total)
    }
}

fn wanted(kind: MethodKind, count: u8, amount: Money) -> Wanted<'static> {
    Wanted {
        kind,
        count,
        amount,
        keeper: None,
    }
}

/// Of two columns of a payment.
pub(super) fn divided(count: Option<i16>, interest: Option<InterestBearer>) -> Option<Divided> {
    let count = u8::try_from(count?).ok()?;
    let interest = interest?;
    Some(Divided { count, interest })
}

/// As it is shown, with what is known of the total.
pub(super) fn chosen(
    divided: Option<Divided>,
    total: Option<Decimal>,
    currency: &str,
) -> Result<Option<Instalments>, PaymentError> {
    let total = total.map(|total| money(total, currency)).transpose()?;
    Ok(divided.map(|Divided { count, interest }| Instalments::new(count, total, interest)))
}

/// What the payer pays in all, once she does.
fn told(charge: &Charge) -> Option<Money> {
    let pays = matches!(charge.fact, Fact::Captured | Fact::Authorized);
    charge.paid.filter(|_| pays)
}

impl PaymentRow {
    /// Paid in instalments, of which this is known.
    pub(super) fn divided_into(&mut self, divided: Divided, total: Option<Money>) {
        self.card_instalments = Some(i16::from(divided.count));
        self.interest_borne_by = Some(divided.interest);
        self.instalments_total = total.map(Money::amount);
    }

    /// As its provider is asked for it.
    pub(super) fn divided(&self) -> Option<Divided> {
        divided(self.card_instalments, self.interest_borne_by)
    }

    /// What its payer pays in all, as far as it is known.
    pub(super) fn instalments_total(&self) -> Result<Option<Money>, PaymentError> {
        let total = self.instalments_total;
        total.map(|total| money(total, &self.currency)).transpose()
    }

    pub(super) fn paid_in(&mut self, paid: Option<Money>) {
        if self.card_instalments.is_some() && paid.is_some() {
            self.instalments_total = paid.map(Money::amount);
        }
    }

    pub(super) fn instalments(&self) -> Result<Option<Instalments>, PaymentError> {
        chosen(self.divided(), self.instalments_total, &self.currency)
    }

    /// Why what its payer pays in all cannot pay for it.
    pub(super) fn underpaid(&self, charge: &Charge) -> Result<Option<Said>, PaymentError> {
        let (amount, Some(paid)) = (self.amount()?, told(charge)) else {
            return Ok(None);
        };
        let whole = paid.compare(amount).is_ok_and(std::cmp::Ordering::is_ge);
        Ok((!whole).then(|| PAID_LESS.of(&[&paid, &amount])))
    }

    /// Whether its payer pays other interest than was promised: it is for somebody to look at, and the payment
    /// is as good as any.
    pub(super) fn otherwise_paid(&self, charge: &Charge) -> Result<Option<Said>, PaymentError> {
        let (Some(promised), Some(paid)) = (self.instalments_total()?, told(charge)) else {
            return Ok(None);
        };
        // What was told at the capture is what was promised from then on.
        Ok((promised != paid).then(|| PAID_OTHERWISE.of(&[&paid, &promised])))
    }
}
