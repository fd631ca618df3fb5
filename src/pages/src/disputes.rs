//! What the pages of disputes of operators and of sellers share: one template, and the form for evidence.

use std::collections::BTreeMap;

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::{HttpRequest, HttpResponse, http::header};
use askama::Template;
use feira_kernel::{StoreId, Time};
use feira_payment::{
    Dispute, DisputeAction, DisputeDetails, DisputePart, Evidence, EvidenceContent, EvidenceKind,
    EvidenceUpload, Exchange, NewEvidence,
};
use feira_web::{auth, error::PageError};

use crate::page::{Badge, Choice, Fields, Flash, Form, Lang, Page, query};

/// A piece of evidence with its form's other fields; how much that may be, `upload_limits` says.
#[derive(MultipartForm)]
pub(crate) struct Upload {
    csrf: Text<String>,
    kind: Text<String>,
    text: Option<Text<String>>,
    file: Option<Bytes>,
}

/// A piece of evidence, and where its file is and is taken away.
struct Piece {
    evidence: Evidence,
    href: String,
    /// Of her own.
    remove: Option<String>,
}

#[derive(Template)]
#[template(path = "dispute.html")]
pub(crate) struct DisputePage {
    p: Page,
    dispute: Dispute,
    /// What each store would earn, by its name where there may be several.
    earnings: Vec<(Option<String>, DisputePart)>,
    evidence: Vec<Piece>,
    /// What happened, and when.
    history: Vec<(String, Time)>,
    kinds: Vec<Choice>,
    writes: bool,
    sends: bool,
    closes: bool,
    appeals: bool,
    /// Where its forms go.
    write_action: String,
    send_action: String,
    won_action: String,
    lost_action: String,
    /// Where the order is, if she may see it.
    order: Option<String>,
    /// Where the payment is, likewise.
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

/// Where no provider takes evidence, somebody has yet to hand it to the bank.
pub(crate) fn sent(dispute: &Dispute) -> Flash {
    Flash::good(match dispute.by_hand {
        true => "evidence-closed-flash",
        false => "evidence-sent-flash",
    })
}

/// The word of what happened, by its first one.
fn happened(p: &Page, event: &Exchange) -> String {
    let word = event.outcome.split([' ', ':']).next().unwrap_or_default();
    p.word("dispute-event", word)
}

/// What was typed and chosen, and what it asks for; nothing where it cannot be read.
pub(crate) fn given(
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
    // A form without a file sends an empty one.
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

/// As it was given, and never as a page of this place.
pub(crate) fn file(content: EvidenceContent) -> HttpResponse {
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

/// The states of a filter, by their own names.
pub(crate) fn choices<S: Badge + Copy>(
    p: &Page,
    all: impl IntoIterator<Item = (S, &'static str)>,
) -> Vec<Choice> {
    let every = Choice::new("", p.t("disputes-all"));
    let each = all
        .into_iter()
        .map(|(state, word)| Choice::new(word, p.name(&state)));
    std::iter::once(every).chain(each).collect()
}

#[cfg(test)]
pub(crate) mod samples {
    use feira_payment::{
        DisputeId, DisputeKind, DisputeState, EvidenceFile, PartReference, PaymentId, Reference,
    };

    use super::*;
    use crate::page::samples::{ago, brl, id};

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
        }
    }
}
