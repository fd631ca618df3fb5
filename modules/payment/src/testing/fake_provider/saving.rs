//! Cards that the provider in memory keeps.

use feira_kernel::db::Secret;

use super::{FakeProvider, KeptSetup, State};
use crate::provider::{ChargeMethod, Failure, KeptCard, NewSetup, Setup, SetupFact};

impl FakeProvider {
    /// The holder confirms the card that is added by this client secret: the test card of this token, with
    /// this expiry.
    ///
    /// # Panics
    /// If none is.
    pub fn confirm_card(&self, client_secret: &str, token: &str, expiry: (i64, i64)) {
        let mut state = self.state();
        let mut setups = state.setups.iter_mut();
        let found = setups.find(|kept| kept.setup.client_secret.0 == client_secret);
        let kept = found.expect("it was begun");
        let card = format!("card_{}", kept.setup.id.0);
        let card = KeptCard::read(&card, "visa", "4242", expiry).expect("it can be a card");
        kept.setup.fact = SetupFact::Kept(card);
        kept.token = Some(token.to_owned());
    }

    /// How many customers, and how many of their cards are kept.
    pub fn keeps(&self) -> (usize, usize) {
        let state = self.state();
        let mut customers: Vec<&str> = state
            .setups
            .iter()
            .map(|kept| kept.setup.customer.0.as_str())
            .collect();
        customers.sort_unstable();
        customers.dedup();
        let cards = state.setups.iter();
        let cards = cards.filter(|kept| kept.token.is_some() && !kept.forgotten);
        (customers.len(), cards.count())
    }

    pub(super) fn begin_setup(&self, new: &NewSetup) -> Result<Setup, Failure> {
        if !self.capabilities.saved_cards {
            return Err(Failure::NotSupported);
        }
        let mut state = self.state();
        state.arrives()?;
        let known = state.setups.iter().find(|kept| kept.key == new.id);
        if let Some(known) = known {
            return Ok(known.setup.clone());
        }
        let number = state.setups.len() + 1;
        let fresh = || Secret(format!("cus_{number}"));
        let setup = Setup {
            id: Secret(format!("seti_{number}")),
            customer: new.customer.clone().unwrap_or_else(fresh),
            client_secret: Secret(format!("seti_{number}_secret")),
            fact: SetupFact::Waiting,
        };
        state.setups.push(KeptSetup {
            setup: setup.clone(),
            token: None,
            key: new.id,
            forgotten: false,
        });
        Ok(setup)
    }

    pub(super) fn made_setup(&self, id: &Secret) -> Result<Setup, Failure> {
        if !self.capabilities.saved_cards {
            return Err(Failure::NotSupported);
        }
        let mut state = self.state();
        state.arrives()?;
        let found = state.setups.iter().find(|kept| kept.setup.id == *id);
        found
            .map(|kept| kept.setup.clone())
            .ok_or(Failure::NotFound)
    }

    pub(super) fn forget_card(&self, token: &Secret) -> Result<(), Failure> {
        if !self.capabilities.saved_cards {
            return Err(Failure::NotSupported);
        }
        let mut state = self.state();
        state.arrives()?;
        let mut setups = state.setups.iter_mut();
        let kept = setups.find(|kept| kept.is(token));
        kept.ok_or(Failure::NotFound)?.forgotten = true;
        Ok(())
    }
}

impl KeptSetup {
    fn is(&self, token: &Secret) -> bool {
        matches!(&self.setup.fact, SetupFact::Kept(card) if card.token == *token)
    }
}

impl State {
    /// The test card that is charged; nothing if it is not kept for this customer.
    pub(super) fn card_of(&self, method: &ChargeMethod) -> Option<String> {
        match method {
            ChargeMethod::Card { token } => Some(token.clone()),
            ChargeMethod::SavedCard { customer, token } => {
                let mut kept = self.setups.iter().filter(|kept| !kept.forgotten);
                let found = kept.find(|kept| kept.setup.customer == *customer && kept.is(token));
                found.and_then(|kept| kept.token.clone())
            }
            ChargeMethod::Pix
            | ChargeMethod::BankTransfer
            | ChargeMethod::Paypal
            | ChargeMethod::Whatsapp
            | ChargeMethod::CashOnDelivery => None,
        }
    }
}
