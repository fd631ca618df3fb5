//! Where the demo's stores are paid.

use feira_kernel::{Actor, failpoint};
use feira_store::{NewPayoutAccount, PayoutAccountChange};
use feira_user::User;
use feira_web::accounts::ACCOUNTS;

use super::{MADE, Market};

impl Market {
    /// Her e-mail address is her PIX key.
    pub(super) async fn payout_account(&self, seller: &Actor, owner: &User) -> anyhow::Result<()> {
        if self.stores.payout_account(seller).await?.is_some() {
            return Ok(());
        }
        let change = PayoutAccountChange {
            expected_version: None,
            account: NewPayoutAccount::Pix {
                key: owner.email.clone(),
            },
            password: password_of(owner).to_owned(),
        };
        self.stores
            .change_payout_account(seller, change, None)
            .await?;
        failpoint::pass(MADE);
        Ok(())
    }
}

fn password_of(owner: &User) -> &'static str {
    let mut accounts = ACCOUNTS.iter();
    let own = accounts.find(|account| account.email == owner.email);
    own.map_or("", |account| account.password)
}
