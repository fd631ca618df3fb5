//! How a language writes what the messages of the table say.

/// What a language writes in its own way.
pub(super) struct Words {
    pub(super) locale: &'static str,
    pub(super) footer: &'static str,
    pub(super) total: &'static str,
    pub(super) ten: &'static str,
    pub(super) until: &'static str,
    pub(super) day: &'static str,
    pub(super) left: &'static str,
    /// Why an order ended: as its buyer asked, and as its time was over.
    pub(super) asked: &'static str,
    pub(super) expired: &'static str,
    /// What a store does that was paid itself.
    pub(super) send_it_back: &'static str,
    /// How a dispute ended.
    pub(super) won: &'static str,
    pub(super) lost: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    locale: "en",
    footer: "sent you this message",
    total: "R$1,244.50",
    ten: "R$10.00",
    until: "March 2, 2026 at 14:30 (UTC-03:00)",
    day: "March 2, 2026",
    left: "3 units are left",
    asked: "as you asked",
    expired: "was not paid in time",
    send_it_back: "if you have the money, or it still comes, send it back",
    won: "decided against the payer",
    lost: "decided for the payer",
};

pub(super) const PORTUGUESE: Words = Words {
    locale: "pt-BR",
    footer: "enviou esta mensagem",
    total: "R$\u{a0}1.244,50",
    ten: "R$ 10,00",
    until: "2 de março de 2026 às 14:30 (UTC-03:00)",
    day: "2 de março de 2026",
    left: "restam 3 unidades",
    asked: "como você pediu",
    expired: "não foi pago a tempo",
    send_it_back: "se o dinheiro já chegou, ou ainda chegar, devolva",
    won: "decidiu contra o pagador",
    lost: "decidiu a favor do pagador",
};
