//! What an archive says of itself: its last member, by which all others are checked.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

pub(super) const NAME: &str = "manifest.json";
/// Goes up when an older release could not read what this one writes.
const FORMAT: u32 = 1;
const DAMAGED: &str = "its manifest is damaged";

/// A file in the archive.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    /// The release that wrote it.
    feira: String,
    created_at: String,
    members: Vec<Member>,
    /// Of this very text with nothing between these quotes.
    sha256: String,
}

/// What every format has.
#[derive(Deserialize)]
struct Origin {
    format: u32,
    feira: String,
}

impl Manifest {
    pub(super) fn new(members: Vec<Member>, at: OffsetDateTime) -> anyhow::Result<Self> {
        let mut manifest = Self {
            format: FORMAT,
            feira: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: at.format(&Rfc3339)?,
            members,
            sha256: String::new(),
        };
        manifest.sha256 = hex::encode(Sha256::digest(manifest.text()?));
        Ok(manifest)
    }

    pub(super) fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// Refuses a text that is not, byte for byte, the one that was written.
    pub(super) fn read(text: &[u8]) -> anyhow::Result<Self> {
        let origin: Origin = serde_json::from_slice(text).context(DAMAGED)?;
        ensure!(
            origin.format == FORMAT,
            "Feira {} wrote it in format {}, which this release does not know: restore it with that one",
            origin.feira,
            origin.format
        );
        let mut manifest: Self = serde_json::from_slice(text).context(DAMAGED)?;
        let sum = std::mem::take(&mut manifest.sha256);
        ensure!(
            hex::encode(Sha256::digest(manifest.text()?)) == sum,
            DAMAGED
        );
        manifest.sha256 = sum;
        ensure!(manifest.text()?.as_bytes() == text, DAMAGED);
        Ok(manifest)
    }

    /// Whether the archive has the members that it should, each as it was, and no other.
    pub(super) fn check(&self, found: &BTreeMap<String, Member>) -> anyhow::Result<()> {
        for member in &self.members {
            match found.get(&member.path) {
                Some(found) if found == member => {}
                Some(_) => bail!("{} is damaged", member.path),
                None => bail!("{} is missing", member.path),
            }
        }
        let known: BTreeSet<&String> = self.members.iter().map(|member| &member.path).collect();
        match found.keys().find(|path| !known.contains(path)) {
            Some(path) => bail!("{path} is not in its manifest"),
            None => Ok(()),
        }
    }
}
