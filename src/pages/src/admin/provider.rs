use actix_web::web::{Path, get, post};
use askama::Template;
use feira_payment::{
    CheckOutcome, PaymentError, ProviderChange, ProviderCheck, ProviderMove, ProviderOverview,
};
use feira_web::auth::CsrfForm;

use super::{
    caller::AdminPage,
    provider_form::{Asked, Shown, asked, fields_of, typed},
    providers,
};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, press_and_leave,
    respond,
};
#[cfg(test)]
use {
    super::{caller::frame, provider_form::samples_of},
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/providers/{name}",
    place: Place::Below("providers"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/providers/{name}", || post().to(save)),
        Action::at("/admin/providers/{name}/{step}", || post().to(step)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/provider.html")]
struct ProviderPage {
    p: Page,
    shown: Shown,
    trouble: Option<String>,
    webhook: String,
    /// The form; absent for a provider that comes from the configuration.
    asked: Vec<Asked>,
    form: Form,
}

/// GET /admin/providers/{name}
async fn show(admin: AdminPage, name: Path<String>) -> Answer {
    detail(&admin, &name, None).await
}

async fn found(admin: &AdminPage, name: &str) -> Result<ProviderOverview, PaymentError> {
    let all = admin.state.payments.providers(&admin.actor).await?;
    let mut all = all.into_iter();
    all.find(|one| one.name == name)
        .ok_or(PaymentError::NoSuchProvider)
}

/// `sent` is a refused form to show again.
async fn detail(admin: &AdminPage, name: &str, sent: Option<Form>) -> Answer {
    let one = found(admin, name).await?;
    let p = admin.frame(&PAGE).await;
    let page = view(p, one, &admin.state.settings.base_url, sent);
    respond(&admin.request, page.form.status(), &page)
}

fn view(p: Page, one: ProviderOverview, base_url: &str, sent: Option<Form>) -> ProviderPage {
    let shown = Shown::of(&p, one);
    let one = &shown.one;
    let p = p
        .below(providers::PAGE.path, "nav-providers")
        .titled(one.name.clone());
    let kind = one.kind.filter(|_| shown.entered);
    let now = kind.map_or_else(Form::default, |kind| {
        Form::editing(one.version, fields_of(kind, &one.settings))
    });
    let path = match one.secret_follows() {
        // The path's secret is not shown.
        true => format!("{}/…", one.name),
        false => one.name.clone(),
    };
    ProviderPage {
        trouble: shown.trouble(&p),
        webhook: format!("{base_url}/webhooks/{path}"),
        asked: kind.map_or_else(Vec::new, |kind| asked(&p, kind, Some(one))),
        form: match sent {
            Some(typed) => typed.beside(p.lang, now),
            None => now,
        },
        shown,
        p,
    }
}

/// POST /admin/providers/{name}
async fn save(admin: AdminPage, name: Path<String>, form: CsrfForm<Fields>) -> Answer {
    let kind = found(&admin, &name).await?.kind;
    let kind = kind.ok_or(PaymentError::ProviderConfigured)?;
    let (settings, open) = typed(kind, form.0);
    let mut form = Form::new(open);
    let change = ProviderChange {
        expected_version: form.version(admin.lang),
        settings: Some(settings),
        ..ProviderChange::default()
    };
    let payments = &admin.state.payments;
    let to = format!("{}/{}", providers::PAGE.path, *name);
    act(
        &admin.state,
        admin.lang,
        form,
        payments.change_provider(&admin.actor, String::clone(&name), change),
        |_| (to, Flash::good("saved")),
        async |form| detail(&admin, &name, Some(form)).await,
    )
    .await
}

/// POST /admin/providers/{name}/{step}: `on`, `off`, `up`, `down`, `test` or `remove`.
async fn step(admin: AdminPage, path: Path<(String, String)>, _form: CsrfForm<Fields>) -> Answer {
    let (name, step) = path.into_inner();
    let payments = &admin.state.payments;
    let own = format!("{}/{name}", providers::PAGE.path);
    let refused = |error: &PaymentError| match error {
        PaymentError::ProviderConfigured => Some(Flash::bad("provider-configured-flash")),
        PaymentError::ProviderUsed => Some(Flash::bad("provider-used-flash")),
        _ => None,
    };
    let change = match step.as_str() {
        "test" => {
            let checked = payments.check_provider(&admin.actor, name);
            return press(&admin.state, &own, checked, told, |_| None).await;
        }
        "remove" => {
            let removed = payments.remove_provider(&admin.actor, name, None);
            let good = |()| Flash::good("provider-removed");
            let to = (providers::PAGE.path, own.as_str());
            return press_and_leave(&admin.state, to, removed, good, refused).await;
        }
        "on" | "off" => ProviderChange {
            takes_new: Some(step == "on"),
            ..ProviderChange::default()
        },
        "up" => moved(ProviderMove::Up),
        "down" => moved(ProviderMove::Down),
        _ => return Err(PaymentError::NoSuchProvider.into()),
    };
    let to = match change.moved {
        Some(_) => providers::PAGE.path,
        None => own.as_str(),
    };
    let changed = payments.change_provider(&admin.actor, name, change);
    press(&admin.state, to, changed, |_| Flash::good("saved"), refused).await
}

fn moved(to: ProviderMove) -> ProviderChange {
    ProviderChange {
        moved: Some(to),
        ..ProviderChange::default()
    }
}

/// The result of testing a provider's keys.
fn told(check: ProviderCheck) -> Flash {
    match check.outcome {
        CheckOutcome::Good => Flash::good("provider-check-good"),
        CheckOutcome::Refused => Flash::bad("provider-check-refused").name(check.said),
        CheckOutcome::Unreachable => Flash::bad("provider-check-unreachable").name(check.said),
        CheckOutcome::NotSupported => Flash::bad("provider-check-none"),
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let names = [
        "provider_of_settings",
        "provider_entered",
        "provider_keys_lost",
    ];
    let looks = names.into_iter().zip(samples_of()).map(|(name, one)| {
        let page = view(frame(lang, &PAGE), one, "https://feira.example", None);
        (name, samples::shown(&page))
    });
    looks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decides_is_said_and_only_what_was_entered_can_be_changed() {
        for lang in Lang::ALL {
            let looks = samples(lang);
            let of_settings = lang.text("provider-of-settings");
            let expected = [(true, true), (false, false), (false, true)];
            for ((_, html), (settings, answers)) in looks.iter().zip(expected) {
                assert_eq!(html.contains(&of_settings), settings, "{html}");
                assert_eq!(html.contains("name=\"version\""), !settings, "{html}");
                // Payments confirmed by hand have no notifications and no errors.
                for part in ["https://feira.example/webhooks/", "/test\""] {
                    assert_eq!(html.contains(part), answers, "{html}");
                }
            }
        }
    }
}
