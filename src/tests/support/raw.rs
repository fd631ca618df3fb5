use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Market;

/// A client that sends its bytes when it likes.
pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    /// Connects, and sends the head of a request; `length` is the header that says how long its
    /// body is.
    pub(crate) async fn begin(market: &Market, request: RequestBuilder, length: &str) -> Self {
        let request = request.build().expect("a request");
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\n{length}\r\n",
            request.method(),
            path(request.url())
        );
        for (name, value) in request.headers() {
            head += &format!("{name}: {}\r\n", value.to_str().expect("text"));
        }
        head += "\r\n";
        let mut raw = Self::connect(market).await;
        raw.0.write_all(head.as_bytes()).await.expect("sent");
        raw
    }

    /// Connects, and sends nothing yet.
    pub(crate) async fn connect(market: &Market) -> Self {
        let address = market.url.trim_start_matches("http://");
        let address: SocketAddr = address.parse().expect("an address");
        Self(TcpStream::connect(address).await.expect("it listens"))
    }

    /// Sends a whole request and waits for no answer; the connection is reset when it is dropped.
    pub(crate) async fn send_only(market: &Market, request: RequestBuilder) -> Self {
        let whole = request.try_clone().expect("a body in memory");
        let whole = whole.build().expect("a request");
        let body = whole.body().and_then(|body| body.as_bytes());
        let body = body.expect("a body in memory");
        let length = format!("content-length: {}", body.len());
        let mut raw = Self::begin(market, request, &length).await;
        raw.0.write_all(body).await.expect("sent");
        raw.0.set_zero_linger().expect("a reset, not an end");
        raw
    }

    /// A POST of a kind of body.
    pub(crate) fn post(market: &Market, path: &str, kind: &str) -> RequestBuilder {
        let request = market.client().request(Method::POST, path);
        request
            .header("content-type", kind)
            .header("sec-fetch-site", "same-origin")
    }

    /// Errors are not looked at: the server may have ended the connection.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// The answer's head and body, as soon as it is whole.
    pub(crate) async fn answer(&mut self) -> String {
        let mut text = Vec::new();
        while !is_whole(&String::from_utf8_lossy(&text)) {
            let read = self.0.read_buf(&mut text).await.expect("an answer");
            assert_ne!(read, 0, "the answer broke off");
        }
        String::from_utf8(text).expect("text")
    }

    /// Returns when the server has ended the connection.
    pub(crate) async fn ended(&mut self) {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |n| n.parse().expect("a number"))
}

fn path(url: &reqwest::Url) -> String {
    let query = url.query().map(|query| format!("?{query}"));
    format!("{}{}", url.path(), query.unwrap_or_default())
}
