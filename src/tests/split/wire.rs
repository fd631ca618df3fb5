//! What lies between two processes, and can fail.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU16, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
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

    /// Carries one connection in both directions until either side ends; then the other side sees it end
    /// at once, as it would without a wire in between.
    async fn carry(&self, mut near: TcpStream) -> Option<()> {
        let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
        let read = |n: std::io::Result<usize>| n.ok().filter(|n| *n > 0);
        let target = ("127.0.0.1", self.target.load(Ordering::SeqCst));
        let mut far = TcpStream::connect(target).await.ok()?;
        let mut lose = false;
        loop {
            tokio::select! {
                n = near.read(&mut asked) => {
                    let request = &asked[..read(n)?];
                    if self.cut.load(Ordering::SeqCst) {
                        return None;
                    }
                    lose |= request.windows(20).any(|w| w == b"/rpc/catalog/reserve")
                        && self.lose_answer_to_reserve.swap(false, Ordering::SeqCst);
                    far.write_all(request).await.ok()?;
                }
                n = far.read(&mut answered) => {
                    let answer = &answered[..read(n)?];
                    if lose {
                        // The effect is there; its answer never arrives.
                        return None;
                    }
                    near.write_all(answer).await.ok()?;
                }
            }
        }
    }
}
