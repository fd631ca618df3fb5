use super::Market;

/// A captured message.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Mail {
    fn parse(bytes: &[u8]) -> Self {
        let message = mail_parser::MessageParser::default()
            .parse(bytes)
            .expect("a message");
        let to = message
            .to()
            .and_then(|to| to.first())
            .and_then(|a| a.address())
            .unwrap_or_default()
            .to_owned();
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            to,
            text: message
                .body_text(0)
                .map(|t| t.into_owned())
                .unwrap_or_default(),
        }
    }

    /// What follows `path` in the first link that has it.
    pub(crate) fn link_after(&self, path: &str) -> String {
        let start = self
            .text
            .find(path)
            .unwrap_or_else(|| panic!("no {path} in {}", self.text))
            + path.len();
        self.text[start..]
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Market {
    /// Messages in the mailbox, parsed, oldest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        let Ok(entries) = std::fs::read_dir(self.data_dir.join("mail")) else {
            return Vec::new();
        };
        let mut found: Vec<Mail> = entries
            .filter_map(Result::ok)
            .filter(|e| e.path().extension().is_some_and(|x| x == "eml"))
            .map(|e| Mail::parse(&std::fs::read(e.path()).expect("a message")))
            .collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }

    /// Those to an address.
    pub(crate) fn mail(&self, to: &str) -> Vec<Mail> {
        let mut found = self.mails();
        found.retain(|mail| mail.to == to);
        found
    }

    /// The newest message to an address; waits for it where deliveries run by themselves.
    pub(crate) async fn newest_mail(&self, to: &str) -> Mail {
        self.settle().await;
        self.wait_for(&format!("SELECT count(*) > 0 FROM notifications.notifications WHERE recipient = '{to}' AND status = 'written'")).await;
        self.mail(to)
            .pop()
            .expect("a sent message is in the mailbox")
    }
}
