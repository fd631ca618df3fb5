use actix_web::web::{get, post};
use askama::Template;
use feira_payment::{Onboarding, PaymentError, StoreAccount, StoreAccountState};
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
        Action::blank("/seller/payouts/account/pix", || post().to(save_pix)),
        Action::blank("/seller/payouts/account/bank", || post().to(save_bank)),
        Action::blank("/seller/payouts/account/iban", || post().to(save_iban)),
        Action::blank("/seller/payouts/account/open", || post().to(open)),
        Action::blank("/seller/payouts/account/provider", || {
            post().to(save_provider)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/payout_account.html")]
struct AccountPage {
    p: Page,
    account: Option<PayoutAccount>,
    /// What she has, or may have, at providers.
    there: Vec<StoreAccount>,
    /// Where she goes on at one.
    go_on: Option<Onboarding>,
    /// Whether the viewer is the owner, the only one who may change it.
    owns: bool,
    forms: Forms,
}

impl AccountPage {
    /// Whether she can go on at a provider. Where charges are split, only by giving it a key, which it lacks.
    fn can_open(&self, one: &StoreAccount) -> bool {
        let first = one.state == StoreAccountState::None;
        match one.split {
            None => true,
            Some(_) => one.state != StoreAccountState::Ready && (!first || one.missing.is_empty()),
        }
    }
}

/// One form per kind of account; they show nothing of the current account.
#[derive(Default)]
struct Forms {
    pix: Form,
    bank: Form,
    iban: Form,
    provider: Form,
}

/// GET /seller/payouts/account
async fn show(seller: SellerPage) -> Answer {
    detail(&seller, Forms::default(), None).await
}

async fn detail(seller: &SellerPage, forms: Forms, go_on: Option<Onboarding>) -> Answer {
    let account = seller.state.stores.payout_account(&seller.actor).await?;
    let there = seller.state.payments.store_accounts(&seller.actor).await?;
    let p = seller.frame(&PAGE).await;
    let all = [&forms.pix, &forms.bank, &forms.iban, &forms.provider];
    let refused = all.iter().find(|form| form.is_refused());
    let status = refused.map_or(forms.pix.status(), |form| form.status());
    let owns = seller.actor.seller_store(MANAGE_PAYOUT_ACCOUNT).is_some();
    let page = AccountPage {
        there,
        go_on,
        ..view(p, account, owns, forms)
    };
    respond(&seller.request, status, &page)
}

fn view(p: Page, account: Option<PayoutAccount>, owns: bool, forms: Forms) -> AccountPage {
    let p = p.below(payouts::PAGE.path, "payouts-and-balance");
    AccountPage {
        p: p.called("payout-account"),
        account,
        there: Vec::new(),
        go_on: None,
        owns,
        forms: Forms {
            pix: forms.pix.prefixed("pix-"),
            bank: forms.bank.prefixed("bank-"),
            iban: forms.iban.prefixed("iban-"),
            provider: forms.provider.prefixed("provider-"),
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
            detail(seller, place(form), None).await
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

/// POST /seller/payouts/account/open: the same page, with where she goes on. It is another site's, and no form
/// may lead there.
async fn open(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let back = format!("{}{}", seller.state.settings.base_url, PAGE.path);
    let payments = &seller.state.payments;
    let open = payments.open_store_account(&seller.actor, form.0.text("provider"), back.clone());
    match open.await {
        Ok(go_on) => {
            // Where nothing is asked of her there, she is back already.
            let go_on = Some(go_on).filter(|go_on| go_on.url != back);
            detail(&seller, Forms::default(), go_on).await
        }
        Err(error) => refused(&seller, form.0, error).await,
    }
}

/// A provider that pays no stores, or none any more.
async fn refused(seller: &SellerPage, typed: Fields, error: PaymentError) -> Answer {
    let mut provider = Form::new(typed);
    provider.take(seller.lang, error)?;
    let forms = Forms {
        provider,
        ..Forms::default()
    };
    detail(seller, forms, None).await
}

/// POST /seller/payouts/account/provider
async fn save_provider(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let payments = &seller.state.payments;
    let account = payments.payable_account(&seller.actor, form.0.text("provider"));
    let account = match account.await {
        Ok(account) => account,
        Err(error) => return refused(&seller, form.0, error).await,
    };
    let place = |provider| Forms {
        provider,
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
    let at_providers = AccountPage {
        there: samples::store_accounts(),
        go_on: Some(Onboarding {
            provider: "stripe".to_owned(),
            url: "https://connect.example/setup/1".to_owned(),
        }),
        ..view(frame(lang, &PAGE), account(), true, Forms::default())
    };
    vec![
        ("payout_account_providers", samples::shown(&at_providers)),
        ("payout_account", look(account(), true, Forms::default())),
        (
            "payout_account_seen",
            look(account(), false, Forms::default()),
        ),
        ("payout_account_refused", look(None, true, refused)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_words_and_a_key_is_given_once() {
        for (lang, code, missing) in [
            (Lang::En, "<code>company.tax_id</code>", "Tax id"),
            (Lang::PtBr, "<code>company.tax_id</code>", "CPF ou CNPJ"),
        ] {
            let (_, html) = &samples(lang)[0];
            assert!(!html.contains(code) && html.contains(missing), "{html}");
            assert!(
                html.contains(&lang.text("provider-needs-pix_key")),
                "{html}"
            );
            // Of three accounts one has another key by now.
            let give = lang.text("provider-account-register");
            assert_eq!(html.matches(&give).count(), 1, "{html}");
            assert!(html.contains(&lang.text("withdrawal-made")), "{html}");
        }
    }
}
