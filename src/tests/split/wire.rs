//! What lies between two processes, and can fail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// The wire to the catalogue's process: it can be cut, and it can lose one answer.
pub(super) struct Wire {
    pub(super) port: u16,
    pub(super) target: AtomicU16,
    pub(super) cut: AtomicBool,
    pub(super) lose_answer_to_reserve: AtomicBool,
}

impl Wire {
    pub(super) async fn lay() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let wire = Arc::new(Self {
            port: listener.local_addr().expect("an address").port(),
            target: AtomicU16::new(0),
            cut: AtomicBool::new(false),
            lose_answer_to_reserve: AtomicBool::new(false),
        });
        let carrying = wire.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let wire = carrying.clone();
                tokio::spawn(async move { wire.carry(near).await });
            }
        });
        wire
    }

    /// Carries one connection, request by request, until either side ends.
    async fn carry(&self, mut near: TcpStream) -> Option<()> {
        let mut far: Option<TcpStream> = None;
        let mut buffer = vec![0; 65_536];
        loop {
            let read = near.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
            if self.cut.load(Ordering::SeqCst) {
                return None;
            }
            if far.is_none() {
                far = Some(
                    TcpStream::connect(("127.0.0.1", self.target.load(Ordering::SeqCst)))
                        .await
                        .ok()?,
                );
            }
            let far = far.as_mut()?;
            let lose = buffer[..read]
                .windows(20)
                .any(|w| w == b"/rpc/catalog/reserve")
                && self.lose_answer_to_reserve.swap(false, Ordering::SeqCst);
            far.write_all(&buffer[..read]).await.ok()?;
            let answered = far.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
            if lose {
                // The effect is there; its answer never arrives.
                return None;
            }
            near.write_all(&buffer[..answered]).await.ok()?;
            // Whatever else belongs to this answer, before the next request.
            let mut more = vec![0; 65_536];
            while let Ok(Ok(n)) = timeout(Duration::from_millis(5), far.read(&mut more)).await {
                if n == 0 {
                    return None;
                }
                near.write_all(&more[..n]).await.ok()?;
            }
        }
    }
}
