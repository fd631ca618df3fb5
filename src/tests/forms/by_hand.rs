//! What a person says of payments by hand: a bank's file, notes, a refund that was sent.

use feira_payment::br_code::BrCode;
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::{OPERATOR, not_done};
use crate::support::{Browser, Market, cart_with, choose_shipping, one_seller, pix};

const ONE_KEY: &str = "[payments]\norder = [\"pix\"]\n\
    [payments.providers.pix]\nkind = \"manual\"\npix_key = \"ana@feira.example\"\n\
    pix_name = \"Ana\"\npix_city = \"Recife\"";
const STATEMENTS: &str = "/admin/bank-statements";

#[feira_testkit::test]
async fn a_file_of_the_bank_pays_and_a_refund_is_sent_by_hand(db: TestDb) {
    let market = Market::start_in_production(&db, ONE_KEY).await;
    let (operator, seller) = one_seller(&market, 10).await;
    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("named", &cart, pix()).await.expect(201);
    let code = BrCode::parse(&placed.str("/payment/next_action/br_code")).expect("a code");
    let txid = code.txid.expect("a txid");
    let amount = placed.str("/payment/amount/amount").replace('.', ",");
    let file = format!("Quando;Texto;Quanto\n17/03/2026;PIX {txid};{amount}\n");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let unknown = browser.upload(STATEMENTS, STATEMENTS, &[], "nothing").await;
    let unknown = unknown.expect(422).text;
    assert!(unknown.contains("id=\"f-file-error\""), "{unknown}");
    let columns = [
        ("date", "Quando"),
        ("amount", "Quanto"),
        ("description", "Texto"),
    ];
    let tried = browser
        .upload(STATEMENTS, STATEMENTS, &columns, &file)
        .await
        .expect(200)
        .text;
    assert!(tried.contains("nothing was changed"), "{tried}");
    market.settle().await;
    assert_eq!(market.order(&placed).await.str("/status"), "pending");
    let columns = columns.into_iter().chain([("dry_run", "")]);
    let columns: Vec<_> = columns.collect();
    let taken = browser
        .upload(STATEMENTS, STATEMENTS, &columns, &file)
        .await;
    let taken = match taken.status {
        303 => browser.led_on(&taken).await.text,
        _ => taken.expect(200).text,
    };
    assert!(
        taken.contains("/admin/bank-statement-lines?statement="),
        "{taken}"
    );
    market.settle().await;
    assert_eq!(market.order(&placed).await.str("/status"), "confirmed");

    let page = format!("/admin/payments/{}", placed.str("/payment/id"));
    let notes = format!("{page}/notes");
    let shown = browser
        .fill(&page, &notes, &[("notes", "She called at noon")])
        .await
        .text;
    assert!(
        shown.contains("The notes are saved.") && shown.contains("She called at noon"),
        "{shown}"
    );
    let stale = browser.open(&page).await;
    browser.fill(&page, &notes, &[("notes", "And again")]).await;
    let late = browser
        .save(&stale, &notes, &[("notes", "of an old page")])
        .await;
    assert_eq!(late.status, 422, "{}", late.text);

    let refunds = format!("/api/v1/admin/orders/{}/refunds", placed.str("/order/id"));
    let keyed = operator.with("idempotency-key", "back");
    keyed
        .post(&refunds, json!({"reason": "damaged"}))
        .await
        .expect(201);
    market.pass(Duration::minutes(1)).await;
    let details = operator.get(&format!("/api/v1{page}")).await.expect(200);
    assert_eq!(details.str("/refunds/0/status"), "pending");
    // Nobody sends that one, and it is asked for once more; what was sent comes back.
    let refund = format!("{page}/refunds/{}", details.str("/refunds/0/id"));
    let withdrawn = format!("{refund}/withdrawn");
    let unsure = browser.submit(&page, &withdrawn, &[]).await;
    not_done(&browser, unsure, &withdrawn).await;
    let still = operator.get(&format!("/api/v1{page}")).await.expect(200);
    assert_eq!(still.json["refunds"], details.json["refunds"]);
    let pressed = [("sure", "yes")];
    let shown = browser.fill(&page, &withdrawn, &pressed).await.text;
    assert!(shown.contains("The refund will not be sent."), "{shown}");
    assert!(!shown.contains(&withdrawn), "{shown}");
    for time in ["again", "at last"] {
        market.settle().await;
        let keyed = operator.with("idempotency-key", time);
        let again = keyed.post(&refunds, json!({"reason": "damaged"})).await;
        again.expect(201);
        market.pass(Duration::minutes(1)).await;
        if time == "at last" {
            break;
        }
        let details = operator.get(&format!("/api/v1{page}")).await.expect(200);
        let refund = format!("{page}/refunds/{}", details.str("/refunds/1/id"));
        let sent = format!("{refund}/sent");
        browser.fill(&page, &sent, &[("reference", "DEV-0")]).await;
        market.settle().await;
        let returned = format!("{refund}/returned");
        let shown = browser.fill(&page, &returned, &pressed).await.text;
        assert!(shown.contains("The refund came back."), "{shown}");
        assert!(!shown.contains(&returned), "{shown}");
    }
    let details = operator.get(&format!("/api/v1{page}")).await.expect(200);
    let sent = format!("{page}/refunds/{}/sent", details.str("/refunds/2/id"));
    let opened = browser.open(&page).await;
    let unnamed = browser.save(&opened, &sent, &[("reference", "")]).await;
    unnamed.expect(422);
    let shown = browser
        .fill(&page, &sent, &[("reference", "DEV-1")])
        .await
        .text;
    assert!(shown.contains("The refund is marked as sent."), "{shown}");
    assert!(shown.contains("DEV-1") && !shown.contains(&sent), "{shown}");
    market.settle().await;
    assert_eq!(
        market.order(&placed).await.str("/payment/status"),
        "refunded"
    );
    market.stop().await;
}
