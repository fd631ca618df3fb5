//! Woovi as it keeps charges and accounts, on a port of its own: it outlives the process that asks it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
};

use feira_payment::br_code::{BrCode, Merchant};
use rust_decimal::Decimal;
use serde_json::{Value, json};

type Answer = (u16, Value);

pub(crate) struct Woovi {
    pub(crate) url: String,
    book: Arc<Mutex<Book>>,
}

#[derive(Default)]
struct Book {
    /// By the payment's id. One that is made again is answered, not made.
    charges: BTreeMap<String, Value>,
    /// Cents by PIX key.
    accounts: BTreeMap<String, i64>,
    credited: i64,
    withdrawals: Vec<i64>,
}

impl Woovi {
    pub(crate) fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let book = Arc::new(Mutex::new(Book::default()));
        let kept = book.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                std::thread::spawn(move || serve(&stream, &kept));
            }
        });
        Self { url, book }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("nobody fails while it is held")
    }

    /// The payer's bank pays the charge of this payment, and the stores' accounts get their parts.
    pub(crate) fn pay(&self, payment: &str) {
        let mut book = self.book();
        let charge = book.charges.get_mut(payment).expect("it was made");
        assert_eq!(charge["status"], "ACTIVE");
        charge["status"] = json!("COMPLETED");
        let splits = charge["splits"].clone();
        for one in splits.as_array().expect("it is split") {
            let value = one["value"].as_i64().expect("cents");
            let key = one["pixKey"].as_str().expect("a key");
            *book.accounts.get_mut(key).expect("an account") += value;
            book.credited += value;
        }
    }

    /// Of which payments.
    pub(crate) fn charges(&self) -> BTreeSet<String> {
        self.book().charges.keys().cloned().collect()
    }

    /// What came into the accounts, what left them, and in how many pieces.
    pub(crate) fn withdrawn(&self) -> (i64, i64, i64) {
        let book = self.book();
        let times = i64::try_from(book.withdrawals.len()).expect("few");
        (book.credited, book.withdrawals.iter().sum(), times)
    }
}

/// One request, and its answer; the connection ends then.
fn serve(stream: &TcpStream, book: &Mutex<Book>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(count) = header.strip_prefix("content-length:") {
            length = count.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let asked = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, told) = book.lock().ok()?.answer(&method, &path, &asked);
    let told = told.to_string();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{told}",
        told.len()
    )
    .ok()
}

fn missing() -> Answer {
    (404, json!({"error": "not there", "code": "NOT_FOUND"}))
}

impl Book {
    fn answer(&mut self, method: &str, path: &str, asked: &Value) -> Answer {
        let path = path.split('?').next().unwrap_or_default();
        let path = path.trim_start_matches("/api/v1/").replace("%40", "@");
        let parts: Vec<&str> = path.split('/').collect();
        match (method, parts.as_slice()) {
            ("POST", ["charge"]) => self.charge(asked),
            ("GET", ["charge", id]) => match self.charges.get(*id) {
                Some(charge) => (200, json!({"charge": charge})),
                None => missing(),
            },
            ("GET", ["charge", _, "refund"]) => (
                200,
                json!({"refunds": [], "pageInfo": {"hasNextPage": false}}),
            ),
            ("POST", ["subaccount"]) => {
                let key = asked["pixKey"].as_str().expect("a key").to_owned();
                self.accounts.entry(key.clone()).or_default();
                self.account(&key)
            }
            ("GET", ["subaccount", key]) => self.account(&key.replace("%2B", "+")),
            ("POST", ["subaccount", key, "withdraw"]) => self.withdraw(&key.replace("%2B", "+")),
            _ => missing(),
        }
    }

    fn charge(&mut self, asked: &Value) -> Answer {
        let id = asked["correlationID"].as_str().expect("our id").to_owned();
        let made = self.charges.len() + 1;
        let charge = self.charges.entry(id.clone()).or_insert_with(|| {
            let value = asked["value"].as_i64().expect("cents");
            let transaction = format!("{made:032x}");
            let code = BrCode {
                merchant: Merchant::Dynamic {
                    url: format!("api.woovi.example/qr/v2/cob/{transaction}"),
                },
                amount: Some(Decimal::new(value, 2)),
                name: "MARKET".to_owned(),
                city: "OLINDA".to_owned(),
                txid: Some(transaction[7..].to_owned()),
            };
            json!({
                "correlationID": id, "status": "ACTIVE", "value": value, "discount": 0, "fee": 85,
                "transactionID": transaction, "brCode": code.write().expect("a code"), "splits": asked["splits"],
            })
        });
        (200, json!({"charge": charge}))
    }

    fn account(&self, key: &str) -> Answer {
        match self.accounts.get(key) {
            Some(balance) => (
                200,
                json!({"SubAccount": {"name": "Loja", "pixKey": key, "balance": balance}}),
            ),
            None => missing(),
        }
    }

    /// All that is there.
    fn withdraw(&mut self, key: &str) -> Answer {
        match self.accounts.get_mut(key) {
            None => missing(),
            Some(0) => (400, json!({"error": "nothing is there"})),
            Some(balance) => {
                let value = std::mem::take(balance);
                self.withdrawals.push(value);
                let id = format!("withdrawal-{}", self.withdrawals.len());
                let sent = json!({"status": "CREATED", "value": value, "destinationAlias": key, "correlationID": id});
                (200, json!({"withdraw": {"account": sent}}))
            }
        }
    }
}
