use actix_web::web::{get, post};
use askama::Template;
use feira_store::{MANAGE_PAYOUT_ACCOUNT, NewPayoutAccount, PayoutAccount, PayoutAccountChange};
use feira_web::auth::CsrfForm;

use super::{caller::SellerPage, payouts};
use crate::page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/payouts/account",
    place: Place::Below("payouts"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/payouts/account/pix", || post().to(save_pix)),
        Action::at("/seller/payouts/account/bank", || post().to(save_bank)),
        Action::at("/seller/payouts/account/iban", || post().to(save_iban)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/payout_account.html")]
struct AccountPage {
    p: Page,
    account: Option<PayoutAccount>,
    /// Whether the viewer is the owner, the only one who may change it.
    owns: bool,
    forms: Forms,
}

/// One form per kind of account; they show nothing of the current account.
#[derive(Default)]
struct Forms {
    pix: Form,
    bank: Form,
    iban: Form,
}

/// GET /seller/payouts/account
async fn show(seller: SellerPage) -> Answer {
    detail(&seller, Forms::default()).await
}

async fn detail(seller: &SellerPage, forms: Forms) -> Answer {
    let account = seller.state.stores.payout_account(&seller.actor).await?;
    let p = seller.frame(&PAGE).await;
    let all = [&forms.pix, &forms.bank, &forms.iban];
    let refused = all.iter().find(|form| form.is_refused());
    let status = refused.map_or(forms.pix.status(), |form| form.status());
    let owns = seller.actor.seller_store(MANAGE_PAYOUT_ACCOUNT).is_some();
    respond(&seller.request, status, &view(p, account, owns, forms))
}

fn view(p: Page, account: Option<PayoutAccount>, owns: bool, forms: Forms) -> AccountPage {
    let p = p.below(payouts::PAGE.path, "payouts-and-balance");
    AccountPage {
        p: p.called("payout-account"),
        account,
        owns,
        forms: Forms {
            pix: forms.pix.prefixed("pix-"),
            bank: forms.bank.prefixed("bank-"),
            iban: forms.iban.prefixed("iban-"),
        },
    }
}

/// Strips the module's prefix from field names.
fn own_names(form: &mut Form) {
    for name in [
        "key",
        "bank",
        "branch",
        "account",
        "holder",
        "holder_tax_id",
        "iban",
        "bic",
    ] {
        form.rename(&format!("account_{name}"), name);
    }
}

async fn save(
    seller: &SellerPage,
    typed: Fields,
    account: NewPayoutAccount,
    place: fn(Form) -> Forms,
) -> Answer {
    let change = PayoutAccountChange {
        expected_version: None,
        account,
        password: typed.secret("password"),
    };
    let stores = &seller.state.stores;
    act(
        &seller.state,
        seller.lang,
        Form::new(typed),
        stores.change_payout_account(&seller.actor, change, None),
        |_| (PAGE.path.to_owned(), Flash::good("payout-account-saved")),
        async |mut form| {
            own_names(&mut form);
            detail(seller, place(form)).await
        },
    )
    .await
}

/// POST /seller/payouts/account/pix
async fn save_pix(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let account = NewPayoutAccount::Pix {
        key: form.0.text("key"),
    };
    let place = |pix| Forms {
        pix,
        ..Forms::default()
    };
    save(&seller, form.0, account, place).await
}

/// POST /seller/payouts/account/bank
async fn save_bank(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let account = NewPayoutAccount::BankAccount {
        bank: form.0.text("bank"),
        branch: form.0.text("branch"),
        account: form.0.text("account"),
        holder: form.0.text("holder"),
        holder_tax_id: form.0.text("holder_tax_id"),
    };
    let place = |bank| Forms {
        bank,
        ..Forms::default()
    };
    save(&seller, form.0, account, place).await
}

/// POST /seller/payouts/account/iban
async fn save_iban(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let account = NewPayoutAccount::Iban {
        iban: form.0.text("iban"),
        bic: form.0.optional("bic"),
        holder: form.0.text("holder"),
    };
    let place = |iban| Forms {
        iban,
        ..Forms::default()
    };
    save(&seller, form.0, account, place).await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut pix = Form::new(Fields::default().with("key", "529.982.247-24"));
    for (field, code) in [
        ("key", "store.pix_key"),
        ("password", "user.wrong_password"),
    ] {
        pix.refuse(field, lang.error(code, (None, None)).expect("a text"));
    }
    let refused = Forms {
        pix,
        ..Forms::default()
    };
    let account = || Some(samples::payout_account());
    let look =
        |account, owns, forms| samples::shown(&view(frame(lang, &PAGE), account, owns, forms));
    vec![
        ("payout_account", look(account(), true, Forms::default())),
        (
            "payout_account_seen",
            look(account(), false, Forms::default()),
        ),
        ("payout_account_refused", look(None, true, refused)),
    ]
}
