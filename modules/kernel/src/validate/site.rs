//! Addresses of sites.

use reqwest::Url;

/// Whether this is `http` or `https`, a host, perhaps a path, and nothing else.
pub fn is_site(address: &str) -> bool {
    let odd = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}?#@".contains(c);
    let site = Url::parse(address)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    site && !address.contains(odd)
}

/// Whether nobody else hears what is said there: by https, or on this machine.
pub fn is_private_site(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "https" || (url.scheme() == "http" && here)
    })
}
