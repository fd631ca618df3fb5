//! Who may read `/metrics`: sales and load are no stranger's affair.

use std::net::IpAddr;

use actix_web::HttpRequest;
use feira_kernel::token::TokenHash;
use feira_web::{auth::bearer, error::Problem, extract::client_ip};
use ipnet::IpNet;

/// A client of one of the networks, or who has the token; with neither of them, nobody.
#[derive(Debug)]
pub struct MetricsAccess {
    networks: Vec<IpNet>,
    token: Option<TokenHash>,
    trust_proxy: bool,
}

impl MetricsAccess {
    /// `Err` is what is no network and no address.
    pub fn new(networks: &[String], token: &str, trust_proxy: bool) -> Result<Self, String> {
        let networks = networks.iter().map(|text| {
            let address = || text.parse::<IpAddr>().map(IpNet::from);
            let network = text.parse::<IpNet>().or_else(|_| address());
            network.map_err(|_| text.clone())
        });
        Ok(Self {
            networks: networks.collect::<Result<_, _>>()?,
            token: (!token.is_empty()).then(|| TokenHash::of(token)),
            trust_proxy,
        })
    }

    pub(crate) fn check(&self, request: &HttpRequest) -> Result<(), Problem> {
        let client = client_ip(request, self.trust_proxy).map(|ip| ip.to_canonical());
        let near = |client: IpAddr| self.networks.iter().any(|net| net.contains(&client));
        if client.is_some_and(near) {
            return Ok(());
        }
        let given = bearer(request)?.map(|token| TokenHash::of(&token));
        if given.is_some() && given == self.token {
            return Ok(());
        }
        let detail =
            "metrics.networks and metrics.token in the configuration say who may read this";
        Err(Problem::unauthenticated(detail))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const TOKEN: &str = "a token that nobody guesses, ever";

    fn access(networks: &[&str], token: &str, trust_proxy: bool) -> MetricsAccess {
        let networks: Vec<String> = networks.iter().map(|&text| text.to_owned()).collect();
        MetricsAccess::new(&networks, token, trust_proxy).expect("networks")
    }

    fn from(peer: &str) -> TestRequest {
        let peer: IpAddr = peer.parse().expect("an address");
        TestRequest::default().peer_addr((peer, 443).into())
    }

    fn is_let_in(access: &MetricsAccess, request: TestRequest) -> bool {
        access.check(&request.to_http_request()).is_ok()
    }

    #[test]
    fn without_a_setting_nobody_is_let_in() {
        let closed = access(&[], "", false);
        for value in [None, Some("Bearer "), Some("Bearer x"), Some("Basic eDp5")] {
            let mut request = from("127.0.0.1");
            if let Some(value) = value {
                request = request.insert_header(("authorization", value));
            }
            assert!(!is_let_in(&closed, request), "{value:?}");
        }
    }

    #[test]
    fn a_network_is_let_in_and_its_neighbour_is_not() {
        let near = access(&["10.1.0.0/16", "2001:db8::/32", "192.0.2.7"], "", false);
        for (peer, expected) in [
            ("10.1.255.255", true),
            ("::ffff:10.1.0.1", true),
            ("10.2.0.0", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
        ] {
            assert_eq!(is_let_in(&near, from(peer)), expected, "{peer}");
        }
        // What a client says of itself counts only where a trusted proxy adds to it.
        let said = || from("10.9.9.9").insert_header(("x-forwarded-for", "10.1.0.1"));
        assert!(!is_let_in(&near, said()));
        assert!(is_let_in(&access(&["10.1.0.0/16"], "", true), said()));
        let behind = from("10.1.0.1").insert_header(("x-forwarded-for", "10.1.0.1, 203.0.113.7"));
        assert!(!is_let_in(&access(&["10.1.0.0/16"], "", true), behind));
    }

    #[test]
    fn the_token_opens_from_anywhere() {
        let by_token = access(&[], TOKEN, false);
        for (value, expected) in [
            (format!("Bearer {TOKEN}"), true),
            (format!("bearer {TOKEN}"), true),
            (format!("Bearer {}", &TOKEN[1..]), false),
            (format!("Basic {TOKEN}"), false),
        ] {
            let request = from("203.0.113.7").insert_header(("authorization", value.clone()));
            assert_eq!(is_let_in(&by_token, request), expected, "{value}");
        }
        assert!(!is_let_in(&by_token, from("127.0.0.1")));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["everywhere", "10.0.0.0/33", "10.0.0/8", ""] {
            let said = MetricsAccess::new(&[wrong.to_owned()], "", false);
            assert_eq!(said.expect_err("no network"), wrong);
        }
    }
}
