//! Disputes as the sandbox writes them on the wire, and evidence as it takes it.

use feira_kernel::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::wire::money;
use crate::{
    DisputeKind,
    provider::{DisputeFact, Failure, Over, SentEvidence, ToldDispute, http::broken},
};

#[derive(Deserialize)]
pub(super) struct DisputeList {
    items: Vec<DisputeBody>,
}

#[derive(Deserialize)]
struct DisputeBody {
    id: String,
    charge_id: String,
    kind: Kind,
    amount: i64,
    currency: String,
    status: Status,
    reason: String,
    fee: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    evidence_due_at: Option<Time>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Chargeback,
    Med,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Inquiry,
    Open,
    Answered,
    Won,
    Lost,
}

impl DisputeList {
    pub(super) fn read(self) -> Result<Vec<ToldDispute>, Failure> {
        self.items.into_iter().map(DisputeBody::read).collect()
    }
}

impl DisputeBody {
    fn read(self) -> Result<ToldDispute, Failure> {
        if self.id.is_empty() || self.id.len() > 128 {
            return Err(broken("the dispute has no usable id"));
        }
        Ok(ToldDispute {
            over: Over::Amount(money(self.amount, &self.currency)?),
            fee: Some(money(self.fee, &self.currency)?),
            id: self.id,
            charge: self.charge_id,
            beside: Vec::new(),
            kind: match self.kind {
                Kind::Chargeback => DisputeKind::Chargeback,
                Kind::Med => DisputeKind::Med,
            },
            fact: match self.status {
                Status::Inquiry => DisputeFact::Inquiry,
                Status::Open => DisputeFact::Open,
                Status::Answered => DisputeFact::Answered,
                Status::Won => DisputeFact::Won,
                Status::Lost => DisputeFact::Lost,
            },
            reason: self.reason,
            evidence_due_at: self.evidence_due_at,
            as_of: None,
        })
    }
}

/// Of files it takes what tells them apart, not what is in them.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    evidence: Vec<Piece<'a>>,
}

#[derive(Serialize)]
struct Piece<'a> {
    kind: &'static str,
    text: Option<&'a str>,
    file: Option<FileMark<'a>>,
}

#[derive(Serialize)]
struct FileMark<'a> {
    name: &'a str,
    media_type: &'a str,
    bytes: usize,
    sha256: String,
}

impl<'a> Answer<'a> {
    pub(super) fn new(evidence: &'a [SentEvidence]) -> Self {
        let pieces = evidence.iter().map(|one| Piece {
            kind: one.kind.as_str(),
            text: one.text.as_deref(),
            file: one.file.as_ref().map(|file| FileMark {
                name: &file.name,
                media_type: &file.media_type,
                bytes: file.bytes.len(),
                sha256: hex::encode(Sha256::digest(&file.bytes)),
            }),
        });
        Self {
            evidence: pieces.collect(),
        }
    }
}
