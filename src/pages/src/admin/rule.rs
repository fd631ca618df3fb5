use actix_web::web::{Path, get, post};
use askama::Template;
use feira_store::{CommissionRule, CommissionRuleChange, CommissionRuleId, RuleEnd, StoreError};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{
    caller::AdminPage,
    commission::{self, Names, Row},
    rule_form::{fields_of, kinds, named, read},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/commission/{id}",
    place: Place::Below("commission"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/commission/{id}", || post().to(save)),
        Action::blank("/admin/commission/{id}/{ending}", || post().to(end)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/rule.html")]
struct RulePage {
    p: Page,
    row: Row,
    action: String,
    form: Form,
    kinds: Vec<Choice>,
}

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", commission::PAGE.path)
}

/// GET /admin/commission/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    detail(&admin, *id, None).await
}

/// `sent` is a refused form to show again.
async fn detail(admin: &AdminPage, id: Uuid, sent: Option<Form>) -> Answer {
    let rules = admin.state.stores.commission_rules(&admin.actor).await?;
    let rule = rules.into_iter().find(|rule| rule.id.0 == id);
    let rule = rule.ok_or(StoreError::NotFound)?;
    let names = Names::of(admin, std::slice::from_ref(&rule)).await?;
    let p = admin.frame(&PAGE).await;
    let page = view(p, rule, &names, sent);
    respond(&admin.request, page.form.status(), &page)
}

fn view(p: Page, rule: CommissionRule, names: &Names, sent: Option<Form>) -> RulePage {
    let p = p
        .below(commission::PAGE.path, "nav-commission")
        .called("commission-rule");
    let now = Form::editing(rule.version, fields_of(&p, &rule.value));
    RulePage {
        form: match sent {
            Some(typed) => typed.beside(p.lang, now),
            None => now,
        },
        action: address(rule.id),
        row: names.row(&p, rule),
        kinds: kinds(&p),
        p,
    }
}

/// POST /admin/commission/{id}
async fn save(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let currency = admin.state.settings.currency;
    let mut form = Form::new(form.0);
    let change = CommissionRuleChange {
        expected_version: form.version(admin.lang),
        value: Some(read(admin.lang, currency, &mut form)),
        end: None,
    };
    let stores = &admin.state.stores;
    act(
        &admin.state,
        admin.lang,
        form,
        stores.update_commission_rule(&admin.actor, CommissionRuleId(*id), change),
        |_| (commission::PAGE.path.to_owned(), Flash::good("saved")),
        async |form| detail(&admin, *id, Some(named(form))).await,
    )
    .await
}

/// POST /admin/commission/{id}/{ending}: `end` it now, `resume` it, or `remove` it.
async fn end(admin: AdminPage, path: Path<(Uuid, String)>, _form: CsrfForm<Fields>) -> Answer {
    let (id, ending) = path.into_inner();
    let (end, flash) = match ending.as_str() {
        "end" => {
            let at = admin.state.clock.now();
            (Some(RuleEnd::At { at }), "commission-ended")
        }
        "resume" => (Some(RuleEnd::Never {}), "commission-resumed"),
        "remove" => (None, "commission-removed"),
        _ => return Err(StoreError::NotFound.into()),
    };
    let (stores, actor, id) = (&admin.state.stores, &admin.actor, CommissionRuleId(id));
    let ended = async {
        if end.is_none() {
            return stores.remove_commission_rule(actor, id, None).await;
        }
        let change = CommissionRuleChange {
            end,
            ..CommissionRuleChange::default()
        };
        let changed = stores.update_commission_rule(actor, id, change).await;
        changed.map(drop)
    };
    press(
        &admin.state,
        commission::PAGE.path,
        ended,
        |()| Flash::good(flash),
        |error| {
            let default = matches!(error, StoreError::DefaultRule);
            default.then(|| Flash::bad("commission-default-stays"))
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let (rules, names) = commission::sample_rules();
    let look = |number: usize| {
        let rule = rules[number].clone();
        samples::shown(&view(frame(lang, &PAGE), rule, &names, None))
    };
    vec![
        ("rule", look(0)),
        ("rule_ended", look(1)),
        ("rule_default", look(2)),
    ]
}
