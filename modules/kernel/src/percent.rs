//! Text in URLs: what means nothing there stays readable (RFC 3986, 2.3), all else is escaped.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const IN_QUERY: &AsciiSet = &RESERVED.remove(b'/');

/// A segment of a path, or a value in a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An address as a value in a query, where its slashes may stay (RFC 3986, 3.4).
pub fn encoded_address(address: &str) -> String {
    utf8_percent_encode(address, IN_QUERY).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_url_is_escaped() {
        assert_eq!(encoded("a-b.c_d~9"), "a-b.c_d~9");
        assert_eq!(encoded("a b/ç?&=#%"), "a%20b%2F%C3%A7%3F%26%3D%23%25");
        assert_eq!(encoded_address("/a/b?c=d"), "/a/b%3Fc%3Dd");
    }
}
