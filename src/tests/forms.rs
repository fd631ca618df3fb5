//! The forms of operators' and sellers' pages about money: each is sent as its page gives it, and the page says
//! afterwards what came of it.

mod by_hand;
mod debts;
mod disputes;
mod payouts;
mod providers;
mod refunds;
mod sellers;

const OPERATOR: &str = "operator@test.example";
