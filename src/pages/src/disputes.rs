//! The pages of disputes, of operators and of sellers: one template for each, and the form for evidence.

mod acting;

use std::collections::BTreeMap;

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::{HttpRequest, HttpResponse, http::header};
use askama::Template;
use feira_kernel::{StoreId, Time};
use feira_payment::{
    Dispute, DisputeAction, DisputeDetails, DisputePart, DisputeState, Evidence, EvidenceContent,
    EvidenceKind, EvidenceUpload, Exchange, NewEvidence,
};
use feira_web::{auth, error::PageError};

use crate::page::{Choice, Fields, Flash, Form, Lang, ListView, Page, query};
pub(crate) use acting::{DisputeCaller, address, file, list, refused, remove, send, show, write};

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
pub(crate) struct Upload {
    csrf: Text<String>,
    kind: Text<String>,
    text: Option<Text<String>>,
    file: Option<Bytes>,
}

/// A piece of evidence with the addresses of its file and of its removal.
struct Piece {
    evidence: Evidence,
    href: String,
    /// Added by the viewer's side.
    remove: Option<String>,
}

#[derive(Template)]
#[template(path = "dispute.html")]
pub(crate) struct DisputePage {
    p: Page,
    dispute: Dispute,
    /// Amounts by store; the name is shown where there may be several.
    earnings: Vec<(Option<String>, DisputePart)>,
    evidence: Vec<Piece>,
    /// The history.
    history: Vec<(String, Time)>,
    kinds: Vec<Choice>,
    writes: bool,
    sends: bool,
    closes: bool,
    appeals: bool,
    /// The base address of the forms.
    write_action: String,
    send_action: String,
    won_action: String,
    lost_action: String,
    /// The address of the order, if it may be opened.
    order: Option<String>,
    /// The address of the payment, if it may be opened.
    payment: Option<String>,
    form: Form,
}

impl DisputePage {
    pub(crate) fn new(
        p: Page,
        own: Option<StoreId>,
        details: DisputeDetails,
        (address, form): (String, Form),
    ) -> Self {
        let allowed = details.allowed;
        let may = |action| allowed.contains(&action);
        let may_write = may(DisputeAction::WriteEvidence);
        let history = details.history.iter();
        let history = history.map(|event| (happened(&p, event), event.at));
        let evidence = details.evidence.into_iter().map(|evidence| {
            let href = format!("{address}/evidence/{}", evidence.kind.as_str());
            let remove = (may_write && evidence.store == own).then(|| format!("{href}/remove"));
            let of = evidence.store.map(|store| store.to_string());
            Piece {
                href: match &of {
                    Some(store) => query(&href, &[("store", store.as_str())]),
                    None => href,
                },
                remove,
                evidence,
            }
        });
        let kinds = EvidenceKind::ALL.map(|kind| Choice::new(kind.as_str(), p.name(&kind)));
        Self {
            writes: may_write,
            sends: may(DisputeAction::SendEvidence),
            closes: may(DisputeAction::Close),
            appeals: may(DisputeAction::Appeal),
            kinds: kinds.into(),
            dispute: details.dispute,
            earnings: details.parts.into_iter().map(|part| (None, part)).collect(),
            evidence: evidence.collect(),
            history: history.collect(),
            order: None,
            payment: None,
            write_action: format!("{address}/evidence"),
            send_action: format!("{address}/send"),
            won_action: format!("{address}/close/won"),
            lost_action: format!("{address}/close/lost"),
            form,
            p,
        }
    }

    pub(crate) fn naming(mut self, names: &BTreeMap<StoreId, String>) -> Self {
        for (name, part) in &mut self.earnings {
            *name = names.get(&part.store).cloned();
        }
        self
    }

    pub(crate) fn leading(self, order: Option<String>, payment: Option<String>) -> Self {
        Self {
            order,
            payment,
            ..self
        }
    }
}

#[derive(Template)]
#[template(path = "disputes.html")]
pub(crate) struct DisputesPage {
    p: Page,
    disputes: Vec<Dispute>,
    list: ListView,
    path: &'static str,
}

impl DisputesPage {
    pub(crate) fn new(p: Page, disputes: Vec<Dispute>, list: ListView, path: &'static str) -> Self {
        let every = Choice::new("", p.t("disputes-all"));
        let states = DisputeState::ALL.into_iter();
        let states = states.map(|state| Choice::new(state.as_str(), p.name(&state)));
        let states = std::iter::once(every).chain(states).collect();
        let list = list.select("state", p.t("dispute-state"), states);
        Self {
            list: list.none(&disputes, p.t("disputes-none")),
            p: p.called("disputes-title"),
            disputes,
            path,
        }
    }
}

/// Without a provider that takes evidence it must be handed to the bank by hand.
fn sent(details: &DisputeDetails) -> Flash {
    Flash::good(match details.evidence_by_hand {
        true => "evidence-closed-flash",
        false => "evidence-sent-flash",
    })
}

/// The text key of a history entry, from its first word.
fn happened(p: &Page, event: &Exchange) -> String {
    let word = event.outcome.split([' ', ':']).next().unwrap_or_default();
    p.word("dispute-event", word)
}

/// The evidence in the form, or `None` after adding the faults.
fn given(
    request: &HttpRequest,
    lang: Lang,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Result<(Form, Option<NewEvidence>), PageError> {
    let mut form = Form::default();
    let Ok(MultipartForm(upload)) = upload else {
        form.refuse("file", lang.text("images-unreadable"));
        return Ok((form, None));
    };
    auth::check_csrf(request, &upload.csrf)?;
    let text = upload.text.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    let fields = Fields::default()
        .with("kind", upload.kind.to_string())
        .with("text", text.clone().unwrap_or_default());
    form = Form::new(fields);
    let Some(kind) = EvidenceKind::parse(&upload.kind) else {
        form.refuse("kind", lang.text("field-required"));
        return Ok((form, None));
    };
    // Browsers send an empty part if no file was chosen.
    let file = upload.file.filter(|file| !file.data.is_empty());
    let file = file.map(|file| EvidenceUpload {
        name: file.file_name.unwrap_or_else(|| kind.as_str().to_owned()),
        bytes: file.data.into(),
    });
    let evidence = NewEvidence {
        kind,
        remove: false,
        text,
        file,
    };
    Ok((form, Some(evidence)))
}

/// Served as a download, so that a browser never shows it as a page of this site.
fn file_of(content: EvidenceContent) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content.media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .body(content.bytes)
}

#[cfg(test)]
pub(crate) mod samples {
    use feira_payment::{
        DisputeId, DisputeKind, EvidenceFile, PartReference, PaymentId, Reference,
    };

    use super::*;
    use crate::page::{
        Wanted,
        samples::{self, ago, brl, id},
    };

    /// The list, full and empty.
    pub(crate) fn lists(
        frame: impl Fn() -> Page,
        path: &'static str,
    ) -> Vec<(&'static str, String)> {
        let all = DisputeState::ALL.into_iter().zip(1_u128..);
        let all = all.map(|(state, n)| dispute(n, state)).collect();
        let page = |disputes| {
            let list = ListView::new(path, Wanted::default(), None);
            samples::shown(&DisputesPage::new(frame(), disputes, list, path))
        };
        vec![("disputes", page(all)), ("disputes_none", page(Vec::new()))]
    }

    pub(crate) fn dispute(n: u128, state: DisputeState) -> Dispute {
        let closed = matches!(state, DisputeState::Won | DisputeState::Lost);
        Dispute {
            id: DisputeId(id(n)),
            payment: PaymentId(id(7)),
            reference: Reference::new(id(8)),
            description: "F-1001".to_owned(),
            kind: match n % 2 {
                0 => DisputeKind::Chargeback,
                _ => DisputeKind::Med,
            },
            state,
            amount: brl(125_970),
            held: brl(125_970),
            written_off: brl(0),
            reason: "fraudulent <b>".to_owned(),
            gateway: "stripe".to_owned(),
            provider_id: format!("du_{n}"),
            by_hand: n % 2 == 1,
            evidence_due_at: Some(ago(-7200)),
            fee: Some(brl(1500)),
            opened_at: ago(600),
            evidence_sent_at: None,
            closed_at: closed.then(|| ago(5)),
        }
    }

    pub(crate) fn details(
        n: u128,
        state: DisputeState,
        allowed: &[DisputeAction],
    ) -> DisputeDetails {
        let event = |outcome: &str, minutes| Exchange {
            kind: "dispute".to_owned(),
            gateway_id: Some(format!("du_{n}")),
            outcome: outcome.to_owned(),
            at: ago(minutes),
            texts: None,
        };
        DisputeDetails {
            dispute: dispute(n, state),
            parts: vec![DisputePart {
                store: StoreId(id(3)),
                part: PartReference::new(id(9)),
                amount: brl(125_970),
                commission: brl(12_597),
                earning: brl(113_373),
            }],
            evidence: vec![
                Evidence {
                    store: None,
                    kind: EvidenceKind::Explanation,
                    text: Some("She has the cup.\nShe wrote so.".to_owned()),
                    file: None,
                    changed_at: ago(60),
                },
                Evidence {
                    store: Some(StoreId(id(3))),
                    kind: EvidenceKind::Receipt,
                    text: None,
                    file: Some(EvidenceFile {
                        name: "nota <1>.pdf".to_owned(),
                        media_type: "application/pdf".to_owned(),
                        bytes: 20_480,
                    }),
                    changed_at: ago(30),
                },
            ],
            history: vec![
                event("opened over BRL 1259.70", 600),
                event("evidence_sent", 5),
            ],
            allowed: allowed.to_vec(),
            evidence_by_hand: n % 2 == 1,
        }
    }
}
