use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

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
            encoded(self.password.as_bytes()),
            encoded(database.as_bytes()),
            encoded_path(&self.socket_dir)
        )
    }
}

fn encoded_path(path: &Path) -> String {
    encoded(path.as_os_str().as_bytes()).replace("%2F", "/")
}

fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(text, "%{byte:02X}").ok();
        }
    }
    text
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
