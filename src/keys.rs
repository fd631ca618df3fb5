//! Secrets that are made at first start and kept in the data directory.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use feira_kernel::{Entropy, token::TokenKey};
use feira_user::JwtKey;

use crate::config::Config;

/// What signs: links and guests' tokens, and access tokens.
pub(crate) struct Keys {
    pub(crate) token: TokenKey,
    /// What `token` replaces.
    pub(crate) previous: Option<TokenKey>,
    pub(crate) jwt: Vec<JwtKey>,
}

/// The key of access tokens as its file holds it.
#[derive(serde::Serialize, serde::Deserialize)]
struct KeptJwtKey {
    kid: String,
    private_pem: String,
    public_pem: String,
}

impl Keys {
    /// Reads the keys, or makes them in a data directory that never had any. One that was there
    /// and is gone stops the start: a new one would silently void every link and session.
    pub(crate) fn load(config: &Config, entropy: &Entropy) -> anyhow::Result<Self> {
        let dir = config.data_dir.join("keys");
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .with_context(|| format!("cannot make {}", dir.display()))?;
        let token = if config.secrets.token_key.is_empty() {
            let text = kept(&dir, "token-key", || {
                Ok(STANDARD_NO_PAD.encode(entropy.bytes::<48>()))
            })?;
            text.into_bytes()
        } else {
            config.secrets.token_key.reveal().as_bytes().to_vec()
        };
        let token = TokenKey::new(token).context("the token key is shorter than 32 bytes")?;
        let previous = config.secrets.previous_token_key.reveal().as_bytes();
        let previous = TokenKey::new(previous.to_vec());
        let token = match previous.clone() {
            Some(previous) => token.after(previous),
            None => token,
        };
        let jwt = kept(&dir, "access-token-key.json", || {
            let made = feira_user::generate_jwt_key(entropy)?;
            let kept = KeptJwtKey {
                kid: made.kid,
                private_pem: made.private_pem,
                public_pem: made.public_pem,
            };
            serde_json::to_string(&kept).context("a key can be written")
        })?;
        let jwt: KeptJwtKey = serde_json::from_str(&jwt)
            .context("access-token-key.json is not a key that Feira wrote")?;
        let jwt = JwtKey {
            kid: jwt.kid,
            private_pem: jwt.private_pem,
            public_pem: jwt.public_pem,
        };
        Ok(Self {
            token,
            previous,
            jwt: vec![jwt],
        })
    }
}

/// The content of a 0600 file; made once, remembered by a marker beside it.
fn kept(
    dir: &Path,
    name: &str,
    make: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let path = dir.join(name);
    let marker = dir.join(format!(".{name}.made"));
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
        Err(_) if marker.exists() => bail!(
            "{} was made earlier and is gone: restore it from a backup (or delete {} to make a new one, which voids links and sessions)",
            path.display(),
            marker.display()
        ),
        Err(_) => {}
    }
    let text = make()?;
    write(&path, &text)?;
    write(&marker, "")?;
    Ok(text)
}

fn write(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .with_context(|| format!("cannot write {}", partial.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}
