use super::*;

#[test]
fn an_order_offers_the_step_that_fits() {
    let step = |fulfilment, settlement| {
        let order = samples::seller_order(fulfilment, settlement);
        let forms = (Form::default(), blank());
        view(frame(Lang::En, &PAGE), order, (None, Vec::new()), forms).step
    };
    assert_eq!(step(Fulfilment::Pending, Settlement::Unpaid), "wait");
    assert_eq!(step(Fulfilment::Pending, Settlement::Paid), "ship");
    assert_eq!(step(Fulfilment::Accepted, Settlement::Paid), "ship");
    assert_eq!(step(Fulfilment::Shipped, Settlement::Paid), "deliver");
    assert_eq!(step(Fulfilment::Delivered, Settlement::Paid), "");
    assert_eq!(step(Fulfilment::Cancelled, Settlement::Refunded), "");
}

#[test]
fn what_is_paid_on_delivery_says_how_much_and_asks_whether_it_was() {
    for (lang, said) in [
        (Lang::En, "The buyer pays you R$1,259.70 on delivery."),
        (Lang::PtBr, "Quem comprou paga R$"),
    ] {
        let look = |fulfilment| {
            let order = samples::seller_order(fulfilment, Settlement::OnDelivery);
            let forms = (Form::default(), blank());
            samples::shown(&view(frame(lang, &PAGE), order, (None, Vec::new()), forms))
        };
        for (fulfilment, asks) in [(Fulfilment::Pending, false), (Fulfilment::Shipped, true)] {
            let html = look(fulfilment);
            assert!(html.contains(said), "{html}");
            assert_eq!(html.contains("/collected\""), asks);
            assert_eq!(html.contains("/not-collected\""), asks);
        }
    }
}

#[test]
fn a_cancelled_order_earns_nothing_later() {
    for lang in Lang::ALL {
        let mut all = samples(lang).into_iter();
        let (_, html) = all
            .find(|(name, _)| *name == "order_divided")
            .expect("a look");
        assert!(html.contains("10x "), "{html}");
        let mut cancelled = all.filter(|(name, _)| *name == "order_cancelled");
        let (_, html) = cancelled.next().expect("a look");
        assert!(html.contains(&lang.text("earning-refunded")), "{html}");
        assert!(!html.contains(&lang.text("earning-later")), "{html}");
    }
}
