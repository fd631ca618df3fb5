use feira_payment::{PaymentId, Refund, RefundId};

use super::{made::expected, *};

#[test]
fn an_order_offers_the_step_that_fits() {
    let step = |fulfilment, settlement| {
        let order = samples::seller_order(fulfilment, settlement);
        let forms = (Form::default(), blank());
        view(
            frame(Lang::En, &PAGE),
            order,
            (None, Vec::new(), Vec::new()),
            forms,
        )
        .step
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
            samples::shown(&view(
                frame(lang, &PAGE),
                order,
                (None, Vec::new(), Vec::new()),
                forms,
            ))
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
fn who_may_not_give_back_sees_what_goes_back_and_no_forms() {
    let refund = |n, status| PartRefund {
        part: Ref::new(samples::id(7)),
        refund: Refund {
            id: RefundId(samples::id(n)),
            payment: PaymentId(samples::id(8)),
            amount: samples::brl(500),
            status,
            came_back: false,
            withdrawn: false,
            given_back_there: false,
            reference: None,
        },
    };
    for gives_back in [true, false] {
        let order = samples::seller_order(Fulfilment::Delivered, Settlement::Paid);
        let of = (
            None,
            vec![refund(1, RefundStatus::Pending)],
            vec![refund(2, RefundStatus::Completed)],
        );
        let forms = (Form::default(), blank());
        let mut page = view(frame(Lang::En, &PAGE), order, of, forms);
        page.gives_back = gives_back;
        let html = samples::shown(&page);
        for form in ["/sent\"", "/withdrawn\"", "/returned\""] {
            assert_eq!(html.contains(form), gives_back, "{form}: {html}");
        }
        for title in ["Give R$", "You gave R$"] {
            assert!(html.contains(title), "{title}: {html}");
        }
    }
}

#[test]
fn what_may_come_too_late_can_only_go_back() {
    for (lang, said) in [
        (Lang::En, "It came after all"),
        (Lang::PtBr, "O dinheiro chegou depois"),
    ] {
        let html = expected(lang, Fulfilment::Cancelled, LegStatus::Unpaid);
        assert!(html.contains(said), "{html}");
        assert!(html.contains("/collected\"") && !html.contains("/not-collected\""));
        let html = expected(lang, Fulfilment::Cancelled, LegStatus::Paid);
        assert!(!html.contains("/collected\""), "{html}");
        let html = expected(lang, Fulfilment::Pending, LegStatus::Open);
        assert!(!html.contains(said), "{html}");
    }
}

/// Whatever the books said of it before its money went back.
#[test]
fn what_earns_nothing_tells_of_no_earning() {
    use {Fulfilment as F, Settlement as S};
    let shown = |lang, minor, (fulfilment, settlement), is_told: bool| {
        let mut order = samples::seller_order(fulfilment, settlement);
        order.earning = samples::brl(minor);
        let told = is_told.then(|| samples::earning(&order));
        let forms = (Form::default(), blank());
        let told = (told, Vec::new(), Vec::new());
        let html = samples::shown(&view(frame(lang, &PAGE), order, told, forms));
        html.replace('\u{a0}', " ")
    };
    for (lang, minor, amount) in [
        (Lang::En, 8_691, "R$86.91"),
        (Lang::PtBr, 8_691, "R$ 86,91"),
        (Lang::En, 4_507, "R$45.07"),
        (Lang::PtBr, 1_234_905, "R$ 12.349,05"),
    ] {
        let says = [lang.text("earning-earning"), lang.text("earning-later")];
        for told in [true, false] {
            for ended in [
                (F::Cancelled, S::Refunded),
                (F::Cancelled, S::Paid),
                (F::Cancelled, S::Unpaid),
                (F::Returned, S::Refunded),
                (F::Delivered, S::Refunded),
            ] {
                let html = shown(lang, minor, ended, told);
                for said in says.iter().map(String::as_str).chain([amount]) {
                    assert!(!html.contains(said), "{ended:?}: {said} in {html}");
                }
            }
        }
        let html = shown(lang, minor, (F::Accepted, S::Paid), true);
        for said in says.iter().map(String::as_str).chain([amount]) {
            assert!(html.contains(said), "no {said} in {html}");
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
        let divided = Page::sample(lang, crate::page::Area::Seller).tn("earning-instalments", 10);
        assert!(html.contains(&divided), "{html}");
        let mut cancelled = all.filter(|(name, _)| *name == "order_cancelled");
        let (_, html) = cancelled.next().expect("a look");
        assert!(html.contains(&lang.text("earning-refunded")), "{html}");
        assert!(!html.contains(&lang.text("earning-later")), "{html}");
    }
}
