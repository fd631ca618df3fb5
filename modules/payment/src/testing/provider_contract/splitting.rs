use feira_kernel::Money;

use super::{Tried, denied};
use crate::{
    MethodKind,
    provider::{
        ChargeMethod, Failure,
        splitting::{SplitTo, SplitsToStores},
    },
    testing::{brl, random},
};

/// An account is of its key, whoever asks for it again; what a charge is split to is there once it is paid, is no
/// more than the charge, and leaves the account as a whole. Who splits nothing has no such accounts.
pub(super) async fn charges(tried: &Tried<'_>) {
    let can = tried.provider.capabilities().splits.is_some();
    let Some(splitting) = tried.provider.splitting() else {
        assert!(!can);
        return;
    };
    let key = format!("{}@feira.example", random().simple());
    let opened = splitting.register(&key, "Loja").await;
    if !can {
        assert_eq!(opened, Err(Failure::NotSupported));
        return;
    }
    assert!(opened.expect("it is opened").balance.is_zero());
    let again = splitting
        .register(&key, "Loja")
        .await
        .expect("it is a repeat");
    assert_eq!(Ok(again), splitting.sub_account(&key).await);
    let nobodys = splitting.sub_account("nobody@feira.example").await;
    assert_eq!(nobodys, Err(Failure::NotFound));

    let amount = tried.amount(MethodKind::Pix);
    let part = brl(amount.minor() / 2);
    let to = |amount| SplitTo {
        account: key.clone(),
        amount,
    };
    let mut asked = tried.asked(ChargeMethod::Pix, amount);
    let too_much = [to(amount), to(brl(1))];
    let refused = splitting.charge_split(&asked, &too_much).await;
    assert!(refused.as_ref().is_err_and(denied), "{refused:?}");
    asked.id = crate::PaymentId(random());
    let (charge, told) = splitting
        .charge_split(&asked, &[to(part)])
        .await
        .expect("it is made");
    assert!(told.is_none_or(|told| told == [to(part)]));
    let repeat = splitting.charge_split(&asked, &[to(part)]).await;
    assert_eq!(repeat.as_ref().map(|(again, _)| again), Ok(&charge));
    let there = splitting.sub_account(&key).await.expect("it is there");
    assert!(there.balance.is_zero());
    let txid = charge.pix.as_ref().expect("a code").txid.clone();
    tried.harness.pay(&txid).await;
    let told = splitting.splits(&charge.id).await.expect("it is found");
    assert!(told.is_none_or(|told| told == [to(part)]));
    taken_out(splitting, &key, part).await;
    // What was told of them is not looked at.
    tried.harness.notifications().await;
}

async fn taken_out(splitting: &dyn SplitsToStores, key: &str, part: Money) {
    let there = splitting.sub_account(key).await.expect("it is there");
    assert_eq!(there.balance, part);
    let sent = splitting.withdraw(key).await.expect("it is sent");
    assert_eq!(sent.amount, part);
    let there = splitting.sub_account(key).await.expect("it is there");
    assert!(there.balance.is_zero());
    let empty = splitting.withdraw(key).await;
    assert!(empty.as_ref().is_err_and(denied), "{empty:?}");
    let nobodys = splitting.withdraw("nobody@feira.example").await;
    assert!(nobodys.is_err(), "{nobodys:?}");
}
