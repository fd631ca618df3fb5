use actix_web::rt::net::TcpStream;

/// What a client does not take of an answer in so many seconds ends the connection.
#[cfg(target_os = "linux")]
const STALLED: std::time::Duration = std::time::Duration::from_secs(30);

/// Bounds how long an answer may lie in a connection whose client does not read: the server itself
/// waits for ever. Heads have five seconds, as has a connection without a request (actix-web).
#[cfg_attr(not(target_os = "linux"), allow(unused_variables))]
pub(super) fn bound(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    {
        let set = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(STALLED));
        if let Err(error) = set {
            tracing::debug!(%error, "a connection has no bound for what is not read");
        }
    }
}
