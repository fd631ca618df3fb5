//! A mail server of a few lines: it keeps what it accepts, and answers as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// What the server says at the end of the next mail.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Say(&'static str),
    /// Takes the mail and hangs up without a word.
    HangUp,
    /// Takes the mail and answers when it is released.
    Hold,
}

#[derive(Default)]
struct State {
    replies: VecDeque<Reply>,
    mails: Vec<String>,
}

#[derive(Clone)]
pub(crate) struct Sink {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    /// One permit for each mail that arrived.
    arrived: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            url: format!("smtp://{}", listener.local_addr().unwrap()),
            state: Arc::default(),
            arrived: Arc::new(Semaphore::new(0)),
            released: Arc::new(Semaphore::new(0)),
        };
        let served = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = served.clone();
                tokio::spawn(async move { sink.serve(stream).await });
            }
        });
        sink
    }

    /// The answers to the next mails; afterwards each is accepted.
    pub(crate) fn reply(&self, replies: &[Reply]) {
        self.state
            .lock()
            .unwrap()
            .replies
            .extend(replies.iter().cloned());
    }

    /// All mails that were taken in, accepted or not.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.state.lock().unwrap().mails.clone()
    }

    pub(crate) async fn wait_for_a_mail(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 sink\r\n").await.ok()?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let answer = match line.get(..4).unwrap_or_default() {
                "EHLO" => "250-sink\r\n250 8BITMIME\r\n",
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    match self.take(&mut stream).await? {
                        Reply::Say(answer) => answer,
                        Reply::HangUp => return None,
                        Reply::Hold => {
                            self.released.acquire().await.ok()?.forget();
                            "250 kept\r\n"
                        }
                    }
                }
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }

    async fn take(&self, stream: &mut BufReader<TcpStream>) -> Option<Reply> {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            if stream.read_line(&mut mail).await.ok()? == 0 {
                return None;
            }
        }
        let reply = {
            let mut state = self.state.lock().unwrap();
            state.mails.push(mail);
            state
                .replies
                .pop_front()
                .unwrap_or(Reply::Say("250 kept\r\n"))
        };
        self.arrived.add_permits(1);
        Some(reply)
    }
}
