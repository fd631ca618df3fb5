use std::collections::BTreeMap;

use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::{Currency, StoreId};
use feira_payment::{
    CONFIGURE_PAYMENTS, KindName, MethodKind, MethodLimit, MethodLimitId, MethodRule, PaymentError,
    ProviderOverview,
};
use feira_store::{StoreError, StoreKey};
use feira_web::{
    auth::{CsrfForm, GATEWAY},
    error::PageError,
};
use uuid::Uuid;

use super::{caller::AdminPage, provider_form::Shown};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    press, respond,
};
#[cfg(test)]
use {
    super::{caller::frame, provider_form::samples_of},
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
};

const NEW_LIMIT: &str = "/admin/providers/limits/new";
pub(super) const PAGE: Registered = Registered {
    path: "/admin/providers",
    place: Place::Section("providers", &[CONFIGURE_PAYMENTS]),
    show: || get().to(show),
    actions: &[
        Action::blank(NEW_LIMIT, || post().to(set_limit)),
        Action::at("/admin/providers/limits/{id}/remove", || {
            post().to(remove_limit)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/providers.html")]
struct ProvidersPage {
    p: Page,
    providers: Vec<Shown>,
    list: ListView,
    /// Kinds that can be entered, with the address of the form.
    kinds: Vec<(String, String)>,
    /// Those that cannot, in this profile.
    kept_out: Vec<String>,
    limits: Vec<LimitRow>,
    form: Form,
    methods: Vec<Choice>,
    offered: Vec<Choice>,
    currency: &'static str,
}

/// A rule as it is shown.
struct LimitRow {
    method: String,
    store: String,
    enabled: bool,
    amounts: Option<String>,
    remove: String,
}

/// GET /admin/providers
async fn show(admin: AdminPage) -> Answer {
    let form = Form::new(Fields::default().with("enabled", "yes"));
    index(&admin, form).await
}

async fn index(admin: &AdminPage, form: Form) -> Answer {
    let payments = &admin.state.payments;
    let providers = payments.providers(&admin.actor).await?;
    let limits = payments.method_limits(&admin.actor).await?;
    let of = limits.iter().filter_map(|limit| limit.rule.store);
    let stores = admin.store_names(of).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    let settings = &admin.state.settings;
    let of = (settings.currency, settings.production);
    let page = view(p, providers, limits, &stores, form, of);
    respond(&admin.request, status, &page)
}

fn view(
    p: Page,
    providers: Vec<ProviderOverview>,
    limits: Vec<MethodLimit>,
    stores: &BTreeMap<StoreId, String>,
    form: Form,
    (currency, production): (Currency, bool),
) -> ProvidersPage {
    let p = p.called("nav-providers");
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let (offered, kept_out): (Vec<_>, Vec<_>) = KindName::ALL
        .into_iter()
        .partition(|kind| kind.is_for(production));
    let named = |kind: &KindName| p.word("provider-kind", kind.as_str());
    let kinds = offered.iter().map(|kind| {
        let href = format!("{}/{}/new", PAGE.path, kind.as_str());
        (named(kind), href)
    });
    let (kinds, kept_out) = (kinds.collect(), kept_out.iter().map(named).collect());
    let methods = MethodKind::ALL.map(|method| Choice::new(method.as_str(), p.name(&method)));
    let offered = ["yes", "no"].map(|word| Choice::new(word, p.word("limit-enabled", word)));
    ProvidersPage {
        list: list.none(&providers, p.t("providers-none")),
        providers: providers
            .into_iter()
            .map(|one| Shown::of(&p, one))
            .collect(),
        kinds,
        kept_out,
        limits: limits.iter().map(|limit| row(&p, limit, stores)).collect(),
        form,
        methods: methods.into(),
        offered: offered.into(),
        currency: currency.code(),
        p,
    }
}

fn row(p: &Page, limit: &MethodLimit, stores: &BTreeMap<StoreId, String>) -> LimitRow {
    let rule = &limit.rule;
    let amounts = match (&rule.least, &rule.most) {
        (None, None) => None,
        (Some(least), None) => Some(p.t1("limit-from", p.money(least))),
        (None, Some(most)) => Some(p.t1("limit-to", p.money(most))),
        (Some(least), Some(most)) => Some(format!("{} – {}", p.money(least), p.money(most))),
    };
    let store = rule.store.map(|store| match stores.get(&store) {
        Some(name) => name.clone(),
        None => p.t("commission-of-nothing"),
    });
    LimitRow {
        method: format!("{} · {}", p.name(&rule.method), rule.currency.code()),
        store: store.unwrap_or_else(|| p.t("commission-all-stores")),
        enabled: rule.enabled,
        amounts,
        remove: format!("{}/limits/{}/remove", PAGE.path, limit.id),
    }
}

/// POST /admin/providers/limits/new
async fn set_limit(admin: AdminPage, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    // Others than the marketplace's are paid in where a provider takes them.
    let currency = match form
        .optional("currency")
        .map(|code| code.to_uppercase().parse::<Currency>())
    {
        None => admin.state.settings.currency,
        Some(Ok(currency)) => currency,
        Some(Err(_)) => {
            form.refuse("currency", admin.lang.text("limit-currency-unknown"));
            admin.state.settings.currency
        }
    };
    let method = MethodKind::parse(form.value("method"));
    let rule = MethodRule {
        method: method.ok_or(PaymentError::NoSuchLimit)?,
        currency,
        store: store_of(&admin, &mut form).await?,
        enabled: form.value("enabled") == "yes",
        least: form.money(admin.lang, "least", currency),
        most: form.money(admin.lang, "most", currency),
    };
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.set_method_limit(&admin.actor, rule, None, None),
        |_| (PAGE.path.to_owned(), Flash::good("limit-set")),
        async |mut form| {
            form.rename("store_id", "store");
            index(&admin, form).await
        },
    )
    .await
}

/// The store with the given slug, if one was given.
async fn store_of(admin: &AdminPage, form: &mut Form) -> Result<Option<StoreId>, PageError> {
    let Some(slug) = form.optional("store") else {
        return Ok(None);
    };
    let found = admin.state.stores.store(&GATEWAY, StoreKey::Slug(slug));
    match found.await {
        Ok(store) => Ok(Some(store.id)),
        Err(StoreError::NotFound) => {
            form.refuse("store", admin.lang.text("commission-store-unknown"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /admin/providers/limits/{id}/remove
async fn remove_limit(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    press(
        &admin.state,
        PAGE.path,
        payments.remove_method_limit(&admin.actor, MethodLimitId(*id), None),
        |()| Flash::good("limit-removed"),
        |_| None,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let store = StoreId(id(3));
    let limit = |n: u128, store, enabled, least, most| MethodLimit {
        id: MethodLimitId(id(n)),
        rule: MethodRule {
            method: MethodKind::Pix,
            currency: Currency::BRL,
            store,
            enabled,
            least,
            most,
        },
        version: 1,
    };
    let limits = vec![
        limit(1, None, false, None, None),
        limit(2, Some(store), true, Some(brl(500)), Some(brl(90_000))),
        limit(3, Some(StoreId(id(4))), true, None, Some(brl(100))),
    ];
    let names = BTreeMap::from([(store, "Ateliê da Maria".to_owned())]);
    let mut form = Form::new(Fields::default().with("least", "dez"));
    form.refuse("least", lang.text("field-money"));
    let some = view(
        frame(lang, &PAGE),
        samples_of(),
        limits,
        &names,
        form,
        (Currency::BRL, false),
    );
    let none = view(
        frame(lang, &PAGE),
        Vec::new(),
        Vec::new(),
        &names,
        Form::default(),
        (Currency::BRL, true),
    );
    vec![
        ("providers", samples::shown(&some)),
        ("providers_none", samples::shown(&none)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulated_provider_is_not_offered_in_production() {
        for (lang, why) in [
            (Lang::En, "Not offered here: "),
            (Lang::PtBr, "Não oferecido aqui: "),
        ] {
            let looks = samples(lang);
            let offered = looks
                .iter()
                .map(|(_, html)| html.contains("/admin/providers/sandbox/new"));
            assert_eq!(offered.collect::<Vec<_>>(), [true, false]);
            let told = looks.iter().map(|(_, html)| html.contains(why));
            assert_eq!(told.collect::<Vec<_>>(), [false, true]);
        }
    }
}
