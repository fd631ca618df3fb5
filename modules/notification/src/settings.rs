//! What the configuration says of mail, checked once at start.

use std::{fmt, path::PathBuf};

use feira_kernel::{text, validate::ascii_email};
use lettre::message::Mailbox;

use crate::{sanitize, sending::Sender, translator::Site};

/// How messages leave.
#[derive(Clone)]
pub enum Transport {
    /// A mail server: `smtps://user:password@host` (TLS), `smtp://host:587?tls=required`
    /// (STARTTLS) or `smtp://host:25` (plain, for a relay on the same machine).
    Smtp { url: String },
    /// One `.eml` file per message in a directory: no mail server is configured.
    Mailbox { dir: PathBuf },
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The URL holds the password.
            Self::Smtp { .. } => f.write_str("Smtp(***)"),
            Self::Mailbox { dir } => f.debug_tuple("Mailbox").field(dir).finish(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub transport: Transport,
    /// The sender: `shop@example.com` or `Shop <shop@example.com>`.
    pub from: String,
    /// Where this installation is reached; the links of mails start with it.
    pub base_url: String,
    pub shop_name: String,
    /// The marketplace's, an IANA name: in which buyers are told times.
    pub time_zone: String,
    /// How often a message is tried before it waits for an operator; at least 1.
    pub max_attempts: u32,
    pub daily: DailyBounds,
}

/// Messages of each kind to one address within 24 hours; what is beyond is kept as failed, for an
/// operator to see.
#[derive(Debug, Clone, Copy)]
pub struct DailyBounds {
    /// Of those that confirm another address of an account. What leads into one is bounded by `user`.
    pub security: u32,
    /// Of those that a buyer is told of her orders.
    pub buyer: u32,
}

impl Default for DailyBounds {
    fn default() -> Self {
        Self {
            security: 50,
            buyer: 50,
        }
    }
}

/// Why messages cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the sender `from` is not a mail address such as `Shop <shop@example.com>`: {0:?}")]
    From(String),
    #[error("`base_url` is not an address such as https://shop.example.com: {0:?}")]
    BaseUrl(String),
    #[error("`shop_name` must not be empty")]
    ShopName,
    #[error("`max_attempts` must be from 1 to 100")]
    MaxAttempts,
    /// The URL is not repeated: it holds a password.
    #[error(
        "the mail server's URL is not one such as smtp://user:password@host:587?tls=required: {0}"
    )]
    Smtp(String),
    #[error("the mailbox directory {dir} cannot be used: {error}")]
    Mailbox { dir: String, error: std::io::Error },
}

/// Settings that passed.
pub(crate) struct Config {
    pub(crate) site: Site,
    pub(crate) from: Mailbox,
    pub(crate) sender: Sender,
}

impl Settings {
    pub(crate) fn checked(&self) -> Result<Config, SettingsError> {
        let from = sender(&self.from).ok_or_else(|| SettingsError::From(self.from.clone()))?;
        let (base_url, host) =
            base(&self.base_url).ok_or_else(|| SettingsError::BaseUrl(self.base_url.clone()))?;
        let shop = sanitize::line(&self.shop_name);
        if shop.is_empty() {
            return Err(SettingsError::ShopName);
        }
        if !(1..=100).contains(&self.max_attempts) {
            return Err(SettingsError::MaxAttempts);
        }
        let sender = match &self.transport {
            Transport::Smtp { url } => {
                Sender::smtp(url).map_err(|error| SettingsError::Smtp(error.to_string()))?
            }
            Transport::Mailbox { dir } => {
                Sender::mailbox(dir).map_err(|error| SettingsError::Mailbox {
                    dir: dir.display().to_string(),
                    error,
                })?
            }
        };
        Ok(Config {
            site: Site {
                base_url,
                host,
                shop,
                time_zone: self.time_zone.clone(),
            },
            from,
            sender,
        })
    }
}

/// The sender, with the address as mail servers know it.
fn sender(typed: &str) -> Option<Mailbox> {
    let mut sender: Mailbox = text::line(typed).parse().ok()?;
    let email: &str = sender.email.as_ref();
    if !email.is_ascii() {
        sender.email = ascii_email(email)?.parse().ok()?;
    }
    (!typed.contains(char::is_control)).then_some(sender)
}

/// The URL without a slash at its end, and its host without port.
fn base(url: &str) -> Option<(String, String)> {
    let url = url.trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}?#@".contains(c);
    if !rest.chars().all(plain) {
        return None;
    }
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(literal) => {
            let (address, after) = literal.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            let port = if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':')?)
            };
            (format!("[{address}]"), port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host.to_owned(), Some(port)),
            None => (authority.to_owned(), None),
        },
    };
    let named = !host.is_empty()
        && (host.starts_with('[')
            || host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.'));
    let ported = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (named && ported).then(|| (url.to_owned(), host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_scheme_a_host_and_nothing_odd() {
        let host = |url: &str| base(url).map(|(url, host)| format!("{url} {host}"));
        assert_eq!(
            host("https://shop.example.com/"),
            Some("https://shop.example.com shop.example.com".to_owned())
        );
        assert_eq!(
            host("http://localhost:8080"),
            Some("http://localhost:8080 localhost".to_owned())
        );
        assert_eq!(
            host("http://[::1]:80/feira"),
            Some("http://[::1]:80/feira [::1]".to_owned())
        );
        for bad in [
            "",
            "shop.example.com",
            "ftp://a",
            "http://",
            "http://a b",
            "http://a\r\nb",
            "http://u@a",
            "http://a:port",
            "http://a/?q",
            "http://a/#f",
            "http://[x]",
            "http://a<b>",
        ] {
            assert_eq!(host(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_sender_has_an_address_that_every_server_knows() {
        for (typed, email) in [
            ("Feira <no-reply@localhost>", "no-reply@localhost"),
            ("Feira <oi@exämple.com>", "oi@xn--exmple-cua.com"),
            ("oi@例え.テスト", "oi@xn--r8jz45g.xn--zckzah"),
            ("Feira\u{a0}<oi@feira.example>", "oi@feira.example"),
        ] {
            let sender = sender(typed).expect(typed);
            let found: &str = sender.email.as_ref();
            assert_eq!(found, email);
        }
        for bad in ["", "nobody", "Feira <oí@example.com>", "a@b.example\r\n"] {
            assert!(sender(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let transport = Transport::Smtp {
            url: "smtps://u:secret@host".to_owned(),
        };
        assert!(!format!("{transport:?}").contains("secret"));
    }
}
