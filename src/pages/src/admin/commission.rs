use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::Category;
use feira_kernel::StoreId;
use feira_store::{CommissionRule, MANAGE_COMMISSION, NewCommissionRule, StoreError, StoreKey};
use feira_web::{
    auth::{CsrfForm, GATEWAY},
    error::PageError,
    idempotent::of_form,
};
use uuid::Uuid;

use super::{
    caller::AdminPage,
    rule_form::{kinds, named, read, value_of},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    category_choices, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_kernel::Currency,
    feira_store::{CommissionRuleId, CommissionValue},
};

const NEW: &str = "/admin/commission/new";
/// Stores looked up in one call.
const BATCH: usize = 100;

pub(super) const PAGE: Registered = Registered {
    path: "/admin/commission",
    place: Place::Section("commission", &[MANAGE_COMMISSION]),
    show: || get().to(show),
    actions: &[Action::blank(NEW, || post().to(add))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/commission.html")]
struct CommissionPage {
    p: Page,
    rules: Vec<Row>,
    form: Form,
    kinds: Vec<Choice>,
    categories: Vec<Choice>,
    list: ListView,
}

/// A rule as it is shown.
pub(super) struct Row {
    pub(super) rule: CommissionRule,
    pub(super) store: String,
    pub(super) category: String,
    pub(super) value: String,
}

/// Names of the stores and categories that rules refer to.
#[derive(Default)]
pub(super) struct Names {
    pub(super) stores: BTreeMap<StoreId, String>,
    pub(super) categories: Vec<Category>,
}

impl Names {
    pub(super) async fn of(admin: &AdminPage, rules: &[CommissionRule]) -> Result<Self, PageError> {
        let ids: BTreeSet<StoreId> = rules.iter().filter_map(|rule| rule.store).collect();
        let ids: Vec<StoreId> = ids.into_iter().collect();
        let mut stores = BTreeMap::new();
        for ids in ids.chunks(BATCH) {
            let found = admin.state.stores.stores(&GATEWAY, ids.to_vec()).await?;
            stores.extend(found.into_iter().map(|store| (store.id, store.name)));
        }
        Ok(Self {
            stores,
            categories: admin.state.catalog.categories(&admin.actor).await?,
        })
    }

    pub(super) fn row(&self, p: &Page, rule: CommissionRule) -> Row {
        let store = rule.store.map(|store| self.stores.get(&store));
        let store = store.map(|name| name.map(String::as_str));
        let category = rule.category.map(|id| {
            let mut all = self.categories.iter();
            let found = all.find(|category| category.id.0 == id);
            found.map(|category| category.name_in(p.lang.tag()))
        });
        let named = |thing: Option<Option<&str>>, all: &str| match thing {
            None => p.t(all),
            Some(None) => p.t("commission-of-nothing"),
            Some(Some(name)) => name.to_owned(),
        };
        Row {
            store: named(store, "commission-all-stores"),
            category: named(category, "commission-all-categories"),
            value: value_of(p, &rule.value),
            rule,
        }
    }
}

/// GET /admin/commission
async fn show(admin: AdminPage) -> Answer {
    // The idempotency key: a form sent twice makes one rule.
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    let form = Form::new(Fields::default().with("key", key.to_string()));
    index(&admin, form).await
}

async fn index(admin: &AdminPage, form: Form) -> Answer {
    let rules = admin.state.stores.commission_rules(&admin.actor).await?;
    let names = Names::of(admin, &rules).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    respond(&admin.request, status, &view(p, rules, &names, form))
}

fn view(p: Page, rules: Vec<CommissionRule>, names: &Names, form: Form) -> CommissionPage {
    let p = p.called("nav-commission");
    let all = category_choices(&p, "commission-all-categories", &names.categories);
    let rules = rules.into_iter().map(|rule| names.row(&p, rule));
    CommissionPage {
        rules: rules.collect(),
        list: ListView::new(PAGE.path, Wanted::default(), None),
        kinds: kinds(&p),
        categories: all,
        form,
        p,
    }
}

/// POST /admin/commission/new
async fn add(admin: AdminPage, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let new = NewCommissionRule {
        store: store_of(&admin, &mut form).await?,
        category: form.value("category").parse().ok(),
        value: read(admin.lang, admin.state.settings.currency, &mut form),
    };
    let stores = &admin.state.stores;
    act(
        &admin.state,
        admin.lang,
        form,
        stores.add_commission_rule(&admin.actor, new, key),
        |_| (PAGE.path.to_owned(), Flash::good("commission-added")),
        async |form| index(&admin, named(form)).await,
    )
    .await
}

/// The store with the given slug, if one was given.
async fn store_of(admin: &AdminPage, form: &mut Form) -> Result<Option<StoreId>, PageError> {
    let Some(slug) = form.optional("store") else {
        return Ok(None);
    };
    let key = StoreKey::Slug(slug);
    match admin.state.stores.store(&GATEWAY, key).await {
        Ok(store) => Ok(Some(store.id)),
        Err(StoreError::NotFound) => {
            form.refuse("store", admin.lang.text("commission-store-unknown"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// One rule of each kind; the second has ended, the last is the default.
#[cfg(test)]
pub(super) fn sample_rules() -> (Vec<CommissionRule>, Names) {
    let percent = |percent: i64| CommissionValue::Percentage {
        percent: percent.into(),
    };
    let rule = |n: u128, value| CommissionRule {
        id: CommissionRuleId(id(n)),
        position: 10,
        store: None,
        category: None,
        value,
        ends_at: None,
        version: 1,
    };
    let rules = vec![
        CommissionRule {
            store: Some(StoreId(id(3))),
            ..rule(1, percent(8))
        },
        CommissionRule {
            category: Some(id(21)),
            ends_at: Some(ago(60)),
            ..rule(2, CommissionValue::PerUnit { amount: brl(150) })
        },
        CommissionRule {
            position: i64::MAX,
            ..rule(3, percent(10))
        },
    ];
    let names = Names {
        stores: BTreeMap::from([(StoreId(id(3)), "Ateliê da Maria".to_owned())]),
        categories: samples::categories(),
    };
    (rules, names)
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let (rules, names) = sample_rules();
    let mut form = Form::new(Fields::default().with("amount", "dez"));
    read(lang, Currency::BRL, &mut form);
    let page = view(frame(lang, &PAGE), rules, &names, form);
    vec![("commission", samples::shown(&page))]
}
