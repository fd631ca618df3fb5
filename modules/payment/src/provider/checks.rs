//! What can be refused of a configuration before anybody is asked: what the table of its kind says, and what
//! the checks of several kinds share.

use std::net::IpAddr;

use feira_kernel::{
    Money,
    validate::{CONTROL_CHARACTER, REQUIRED, UNKNOWN, is_private_site, is_site},
};
use uuid::Uuid;

use super::{
    config::{ProviderConfig, previous},
    fields::{Field, FieldForm, INSTALMENT_LEAST, INSTALMENTS, Refusal, STORES, refuse},
};
use crate::{
    MOST_INSTALMENTS,
    field_codes::{
        ADDRESS, ADDRESS_NEAR, COUNT, KEY_SHAPE, KEY_TOO_SHORT, LEAST_AMOUNTS, NOT_ALLOWED, PEM,
    },
};

/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 32;

/// What the table says: nothing unknown, each value of its form, and all that must be there.
pub(crate) fn by_table(config: &ProviderConfig) -> Result<(), Refusal> {
    for name in config.names() {
        if config.kind.field(name).is_none() {
            let why = "is not known; config/default.toml lists them all";
            return refuse(name, UNKNOWN, why);
        }
    }
    for field in config.kind.fields().iter().chain([&STORES]) {
        if config.has_wrong_form(field) {
            let why = match field.form.is_list() {
                true => "must be a list such as [\"a\", \"b\"]",
                false => "must be text",
            };
            return refuse(field.name, NOT_ALLOWED, why);
        }
        if has_control(config, field) {
            let why = "must not hold control characters";
            return refuse(field.name, CONTROL_CHARACTER, why);
        }
        let text = config.text(field.name);
        let words = field.form.words();
        if !words.is_empty() && !words.contains(&text) {
            return refuse(
                field.name,
                UNKNOWN,
                format!("must be {}", words.join(" or ")),
            );
        }
        let nothing = text.trim().is_empty() && config.list(field.name).is_empty();
        if field.required && nothing {
            return refuse(field.name, REQUIRED, "must be set");
        }
    }
    for text in config.list(STORES.name) {
        if text.parse::<Uuid>().is_err() {
            return refuse(STORES.name, UNKNOWN, "must hold the ids of stores");
        }
    }
    Ok(())
}

/// No header takes them, and no table a NUL; only texts of several lines have line ends.
fn has_control(config: &ProviderConfig, field: &Field) -> bool {
    let long = field.form == FieldForm::Text || field.form.is_pem();
    let odd = |c: char| c.is_control() && !(long && matches!(c, '\n' | '\r' | '\t'));
    let mut items = config.list(field.name).iter();
    config.text(field.name).contains(odd) || items.any(|item| item.contains(odd))
}

/// What is entered on a page names no file: whoever may enter it need not know what else is on the disk.
pub(crate) fn without_files(config: &ProviderConfig) -> Result<(), Refusal> {
    for field in config.kind.fields().iter().filter(|one| one.form.is_pem()) {
        let text = config.text(field.name);
        if !text.is_empty() && !text.trim_start().starts_with("-----BEGIN ") {
            let why = "must be PEM: it begins with -----BEGIN";
            return refuse(field.name, PEM, why);
        }
    }
    Ok(())
}

/// Nor does it name this machine, or another one beside it: what answers there is not for whoever may enter
/// an address. A provider that is there is for files and the environment.
pub(crate) fn without_neighbours(config: &ProviderConfig) -> Result<(), Refusal> {
    let addresses = config
        .kind
        .fields()
        .iter()
        .filter(|one| one.form.is_address());
    for field in addresses {
        let text = config.text(field.name);
        if !text.is_empty() && !is_far(text) {
            let why = "must start with https:// and name a host of the internet, not by its number";
            return refuse(field.name, ADDRESS_NEAR, why);
        }
    }
    Ok(())
}

fn is_far(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let number = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let near = [".localhost", ".local", ".internal"];
    let named = host.contains('.') && !near.iter().any(|end| host.ends_with(end));
    url.scheme() == "https" && named && !number
}

/// A secret of ours, or that is known to have as many characters.
pub(crate) fn long(config: &ProviderConfig, field: &str) -> Result<(), Refusal> {
    if config.secret(field).len() < SHORTEST_SECRET {
        let why = format!("must have {SHORTEST_SECRET} characters or more");
        return refuse(field, KEY_TOO_SHORT, why);
    }
    Ok(())
}

/// A secret that is replaced while it is in use: the check is that of both, where the previous one is set.
pub(crate) fn rotating(
    config: &ProviderConfig,
    field: &str,
    check: impl Fn(&ProviderConfig, &str) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    check(config, field)?;
    let before = previous(field);
    match config.secret(&before) {
        "" => Ok(()),
        _ => check(config, &before),
    }
}

/// What stands in the address of notifications.
pub(crate) fn in_address(config: &ProviderConfig, field: &str) -> Result<(), Refusal> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if config.secret(field).chars().all(plain) {
        return Ok(());
    }
    let why = "must be of letters, digits, - and _: it is a part of the address of notifications";
    refuse(field, KEY_SHAPE, why)
}

/// Whether the host of its address ends so: of sandboxes, in which no money moves.
pub(crate) fn is_hosted_at(config: &ProviderConfig, end: &str) -> bool {
    let url = reqwest::Url::parse(config.text("url")).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    host.is_some_and(|host| host.trim_end_matches('.').ends_with(end))
}

/// An address of a site, if it is set.
pub(crate) fn site(config: &ProviderConfig, field: &str) -> Result<(), Refusal> {
    let value = config.text(field);
    if value.is_empty() || is_site(value) {
        return Ok(());
    }
    let why = "must start with https:// or http:// and name a host, such as https://shop.example";
    refuse(field, ADDRESS, why)
}

/// Where credentials are sent, if it is set.
pub(crate) fn private_site(config: &ProviderConfig, field: &str) -> Result<(), Refusal> {
    site(config, field)?;
    let value = config.text(field);
    if value.is_empty() || is_private_site(value) {
        return Ok(());
    }
    refuse(
        field,
        ADDRESS,
        "must be https; plain http is for localhost only",
    )
}

/// In how many instalments its cards pay, 1 if at once, and what each is at least.
pub(crate) fn divides(config: &ProviderConfig) -> Result<(u8, Vec<Money>), Refusal> {
    let most = count(config, INSTALMENTS.name, u32::from(MOST_INSTALMENTS))?;
    let least = amounts(config, INSTALMENT_LEAST.name)?;
    Ok((u8::try_from(most).unwrap_or(MOST_INSTALMENTS), least))
}

/// The least amount of each currency that it takes.
pub(crate) fn least_amounts(config: &ProviderConfig) -> Result<Vec<Money>, Refusal> {
    amounts(config, "takes")
}

fn amounts(config: &ProviderConfig, field: &str) -> Result<Vec<Money>, Refusal> {
    let amount = |text: &str| {
        let (currency, amount) = text.split_once(' ')?;
        let least = Money::parse(amount, currency.parse().ok()?).ok()?;
        least.is_positive().then_some(least)
    };
    let pairs = "must name each currency with the least amount, such as [\"BRL 0.50\"]";
    let read = config.list(field).iter().map(|text| {
        let wrong = || refuse(field, LEAST_AMOUNTS, format!("{pairs}, not {text:?}"));
        amount(text).map_or_else(wrong, Ok)
    });
    read.collect()
}

/// Words, parted by spaces.
pub(crate) fn words(config: &ProviderConfig, field: &str) -> Vec<String> {
    let all = config.text(field).split_whitespace();
    all.map(str::to_owned).collect()
}

/// A whole number from 1 to the most.
pub(crate) fn count(config: &ProviderConfig, field: &str, most: u32) -> Result<u32, Refusal> {
    let read = config.text(field).trim().parse().ok();
    match read.filter(|count| (1..=most).contains(count)) {
        Some(count) => Ok(count),
        None => refuse(
            field,
            COUNT,
            format!("must be a whole number from 1 to {most}"),
        ),
    }
}
