use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

/// What means nothing in a URL (RFC 3986, 2.3) stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The same of a path, whose slashes stay.
const IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The user that `initdb` makes, who owns everything.
pub const SUPERUSER: &str = "feira";

/// How to reach the server.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) socket_dir: PathBuf,
    pub(crate) password: String,
}

impl Connection {
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@localhost/{}?host={}",
            utf8_percent_encode(&self.password, RESERVED),
            utf8_percent_encode(database, RESERVED),
            percent_encode(self.socket_dir.as_os_str().as_bytes(), IN_PATH)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_means_something_in_a_url_is_encoded() {
        let connection = Connection {
            socket_dir: PathBuf::from("/da ta/a+b&c"),
            password: "pw1".to_owned(),
        };
        assert_eq!(
            connection.url("x/y"),
            "postgres://feira:pw1@localhost/x%2Fy?host=/da%20ta/a%2Bb%26c"
        );
    }
}
