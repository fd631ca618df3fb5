//! The forms of operators' and sellers' pages about money: each is sent as its page gives it, and the page says
//! afterwards what came of it.

mod by_hand;
mod debts;
mod disputes;
mod notes;
mod payouts;
mod providers;
mod refunds;
mod sellers;
mod statements;
mod sure;

use crate::support::{Answer, Browser};

const OPERATOR: &str = "operator@test.example";

/// After a form that was sent without the tick that she is sure: nothing was done, and the page still has it.
async fn not_done(browser: &Browser, sent: Answer, action: &str) {
    let shown = browser.led_on(&sent.expect(303)).await.text;
    let said = "Nothing was done: tick that you are sure.";
    assert!(shown.contains(said), "{action}: {shown}");
    let form = format!("action=\"{action}\"");
    assert!(shown.contains(&form), "{action}: {shown}");
}
