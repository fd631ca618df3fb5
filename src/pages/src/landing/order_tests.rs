use feira_order::OrderError;

use super::{
    acting::not_payable,
    looks::{chat, divided, of_stores, sample, to_be_paid, transfer},
    *,
};
use crate::page::{Flash, samples};

#[test]
fn a_guest_pays_while_it_is_open_and_confirms_what_was_sent() {
    let open = sample(Lang::En, OrderStatus::Pending, PaymentStatus::Pending);
    assert!(
        matches!(open.pay, Some(Pay::Pix { ref picture, .. }) if picture.starts_with("data:image/png;base64,"))
    );
    assert!(!open.can_confirm && open.can_cancel && open.again.is_none());
    let sent = sample(Lang::En, OrderStatus::Shipped, PaymentStatus::Completed);
    assert!(sent.pay.is_none() && sent.can_confirm && !sent.can_cancel);
    let paid = sample(Lang::En, OrderStatus::Confirmed, PaymentStatus::Completed);
    assert!(paid.can_cancel && paid.again.is_none());
}

#[test]
fn the_pix_code_can_be_copied_with_a_script_and_without() {
    for (lang, word) in [(Lang::En, "Copy the code"), (Lang::PtBr, "Copiar o código")] {
        let (_, html) = samples(lang).remove(0);
        assert!(html.contains(" readonly>00020126580014br.gov.bcb.pix"));
        assert!(
            html.contains("hidden data-copy=\"pix-code\""),
            "shown by the script"
        );
        assert!(html.contains(word), "{html}");
    }
}

#[test]
fn who_transfers_the_money_reads_how_line_by_line() {
    let html = samples::shown(&transfer(Lang::En));
    let said = "<pre>Bank 001\nAccount 5678-9</pre>";
    assert!(html.contains(said), "{html}");
    assert!(html.contains("write the order’s number"), "{html}");
}

#[test]
fn who_pays_on_delivery_reads_how_much_to_whom() {
    for (lang, said) in [
        (Lang::En, "You pay R$1,259.70 to "),
        (Lang::PtBr, "Você paga R$"),
    ] {
        let page = to_be_paid(lang);
        assert!(page.pay.is_none() && page.can_cancel);
        let html = samples::shown(&page);
        assert!(html.contains(said), "{html}");
        assert!(
            html.contains("<pre>Cash, or PIX at the door</pre>"),
            "{html}"
        );
    }
    let paid = sample(Lang::En, OrderStatus::Confirmed, PaymentStatus::Completed);
    assert!(paid.on_delivery.is_empty() && paid.delivery_text.is_none());
}

#[test]
fn who_pays_stores_reads_from_whom_it_comes_back() {
    for (lang, said) in [
        (Lang::En, "from that store itself"),
        (Lang::PtBr, "pela própria loja"),
    ] {
        let html = samples::shown(&of_stores(lang));
        assert!(html.contains(said), "{html}");
        let html = samples::shown(&chat(lang));
        assert!(!html.contains(said), "{html}");
    }
}

#[test]
fn a_chat_begins_with_the_order_its_total_and_its_link() {
    for (lang, order) in [(Lang::En, "Order%20"), (Lang::PtBr, "Pedido%20")] {
        let html = samples::shown(&chat(lang));
        assert!(html.contains("https://wa.me/5581912345678?text="), "{html}");
        assert!(
            html.contains(order) && html.contains("%3A%20R%24"),
            "{html}"
        );
        let link = "https%3A%2F%2Fmarket.example%2Fl%2Forder%2Fid.mac";
        assert!(html.contains(link), "{html}");
    }
}

#[test]
fn a_declined_card_says_so_and_how_to_go_on() {
    for (lang, said) in [
        (Lang::En, "The payment was not made: card declined."),
        (Lang::PtBr, "O pagamento não foi feito: cartão recusado."),
    ] {
        let page = sample(lang, OrderStatus::Pending, PaymentStatus::Failed);
        let html = samples::shown(&page);
        assert!(html.contains(said), "{html}");
        assert!(html.contains("action=\"/l/order/id.mac/pay\""));
        assert!(
            !html.contains("name=\"token\""),
            "only a demo's cards are typed"
        );
    }
    for status in [PaymentStatus::Expired, PaymentStatus::Cancelled] {
        let page = sample(Lang::En, OrderStatus::Pending, status);
        assert!(page.again.is_some(), "{status:?}");
    }
    let ended = |payment| sample(Lang::En, OrderStatus::Cancelled, payment);
    assert!(ended(PaymentStatus::Failed).again.is_none());
    assert!(ended(PaymentStatus::Pending).pay.is_none());
    let late = samples::order(OrderStatus::Pending, PaymentStatus::Failed);
    assert!(again(&late, late.expires_at).is_none());
}

#[test]
fn instalments_are_said_and_chosen_as_they_are_offered() {
    for (lang, said, each) in [
        (Lang::En, "Instalments", "10x of R$"),
        (Lang::PtBr, "Parcelas", "10x de R$"),
    ] {
        let html = samples::shown(&divided(lang));
        assert!(html.contains(said) && html.contains(each), "{html}");
    }
    let (_, demo) = samples(Lang::En)
        .into_iter()
        .find(|(name, _)| *name == "guest_declined_demo")
        .unwrap();
    assert!(demo.contains("<option value=\"3\">3x of R$"), "{demo}");
}

#[test]
fn an_attempt_that_cannot_be_made_is_said_in_words() {
    let store = feira_kernel::StoreId(samples::id(1));
    let closed = not_payable(&OrderError::StoreClosed { store }).unwrap();
    for (lang, said) in [
        (Lang::En, "One of the stores cannot be bought from now."),
        (Lang::PtBr, "Não é possível comprar em uma das lojas agora."),
    ] {
        assert!(closed.text(lang).starts_with(said) && !closed.is_good());
    }
    let refused = not_payable(&OrderError::NotPayable);
    assert_eq!(refused, Some(Flash::bad("guest-again-refused")));
    let away = OrderError::Unavailable(String::new());
    assert_eq!(not_payable(&away), None);
}

#[test]
fn a_token_that_is_none_opens_nothing() {
    assert!(guest("x").is_err());
    assert!(guest("").is_err());
}
