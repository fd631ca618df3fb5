//! A connection on which the server's own refusals are replaced by ours.
//!
//! What actix-http cannot read as a request (its line, a header, a length, a chunk; too large; too
//! slow) never reaches the application: it writes a head without a body, with no other headers than
//! `content-length: 0`, `connection` and `date`, and closes the connection. Every answer of the
//! application has more headers than that, so such a head is recognised as it is written. Nothing is
//! held back or copied: an ordinary write costs a comparison of its length. Not recognised is one that
//! is written together with the answer before it, to a client that did not wait for that.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{HttpResponse, body::MessageBody, http::StatusCode, rt::net::TcpStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is answered in place of a refusal of the server with this status.
pub type Unread = Arc<dyn Fn(StatusCode) -> HttpResponse + Send + Sync>;

/// The server's head is shorter; one of ours is longer by its security headers alone.
const LONGEST: usize = 160;

pub(super) struct Connection {
    stream: TcpStream,
    /// All that was given is written, so that what comes next is no rest of a body.
    between: bool,
    unread: Unread,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, unread: Unread) -> Self {
        Self {
            stream,
            between: true,
            unread,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let own = match self.between && bytes.len() < LONGEST {
            true => refused(bytes),
            false => None,
        };
        let Some((status, date)) = own else {
            self.between = false;
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        };
        let ours = encoded((self.unread)(status), date);
        // The connection ends here: what a client that reads nothing leaves no room for is given up.
        let written = Pin::new(&mut self.stream).poll_write(cx, &ours);
        written.map_ok(|_| bytes.len())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.between = true;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The status and the date of a head that is the server's own.
fn refused(head: &[u8]) -> Option<(StatusCode, &str)> {
    let head = std::str::from_utf8(head).ok()?;
    let head = head.strip_prefix("HTTP/1.")?.strip_suffix("\r\n\r\n")?;
    let (line, fields) = head.split_once("\r\n")?;
    let status = StatusCode::from_bytes(line.get(2..5)?.as_bytes()).ok()?;
    let (mut empty, mut dated) = (false, None);
    for field in fields.split("\r\n") {
        match field.split_once(": ")? {
            ("content-length", "0") => empty = true,
            ("date", date) => dated = Some(date),
            ("connection", _) => {}
            _ => return None,
        }
    }
    let refused = status.is_client_error() || status.is_server_error();
    (refused && empty).then_some((status, dated?))
}

fn encoded(answer: HttpResponse, date: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\r\n", answer.status()).into_bytes();
    let mut add = |name: &str, value: &[u8]| {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            head.extend_from_slice(part);
        }
    };
    for (name, value) in answer.headers() {
        add(name.as_str(), value.as_bytes());
    }
    let body = answer.into_body().try_into_bytes().unwrap_or_default();
    add("content-length", body.len().to_string().as_bytes());
    add("connection", b"close");
    add("date", date.as_bytes());
    head.extend_from_slice(b"\r\n");
    head.extend_from_slice(&body);
    head
}

#[cfg(test)]
mod tests {
    use super::refused;

    const DATE: &str = "date: Sun, 06 Nov 1994 08:49:37 GMT";

    #[test]
    fn only_the_servers_own_refusal_is_recognised() {
        for (head, own) in [
            (
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n",
                Some(400),
            ),
            (
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
                Some(400),
            ),
            (
                "HTTP/1.0 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n",
                Some(431),
            ),
            (
                "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n",
                Some(408),
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n", None),
            (
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nallow: GET\r\n",
                None,
            ),
            ("HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n", None),
            ("HTTP/1.1 100 Continue\r\n", None),
            ("a page of ours\r\n", None),
        ] {
            let written = format!("{head}{DATE}\r\n\r\n");
            assert!(written.len() < super::LONGEST, "{head}");
            let found = refused(written.as_bytes()).map(|(status, date)| {
                assert!(DATE.ends_with(date));
                status.as_u16()
            });
            assert_eq!(found, own, "{head}");
            let more = format!("{written}{{}}");
            assert_eq!(refused(more.as_bytes()), None, "{more}");
        }
    }
}
