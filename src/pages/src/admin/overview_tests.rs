use super::*;

#[test]
fn what_waits_at_a_provider_for_somebody_is_told() {
    for (lang, told) in [
        (Lang::En, "3 payments or refunds wait for old-acquirer"),
        (
            Lang::PtBr,
            "3 pagamentos ou reembolsos esperam por old-acquirer",
        ),
        (Lang::En, "2 refunds at acquirer"),
        (Lang::PtBr, "2 reembolsos em acquirer"),
    ] {
        let (_, html) = samples(lang).remove(0);
        assert!(html.contains(told), "{html}");
    }
    let nothing = Waiting::default();
    let nothing = view(frame(Lang::En, &PAGE), &nothing, None, Vec::new());
    assert!(nothing.todo.is_empty());
}

#[test]
fn what_waits_for_a_person_is_named_and_linked() {
    for (lang, told) in [
        (
            Lang::En,
            [
                "FR-7K3M · R$19.90 waits to be marked as paid",
                "12 payments wait",
                "The refund of FR-7K3M · R$19.90 is to be sent",
                "A store has to send the refund of FR-7K3M · R$19.90",
                "came back",
            ],
        ),
        (
            Lang::PtBr,
            [
                "espera ser marcado como pago",
                "12 pagamentos esperam",
                "ainda deve ser enviado",
                "Uma loja deve enviar o reembolso",
                "voltou",
            ],
        ),
    ] {
        let (_, html) = samples(lang).remove(0);
        for text in told {
            assert!(html.contains(text), "{text}: {html}");
        }
        let link = format!("href=\"/admin/payments/{}\"", samples::id(27));
        assert!(html.contains(&link), "{html}");
    }
}

#[test]
fn turnover_and_commission_stand_on_the_overview() {
    for (lang, said) in [
        (Lang::En, ["Today", "Last 7 days", "R$9,245.35", "R$693.40"]),
        (Lang::PtBr, ["Hoje", "Últimos 7 dias", "9.245,35", "693,40"]),
    ] {
        let (_, html) = samples(lang).remove(0);
        for text in said {
            assert!(html.contains(text), "{text}: {html}");
        }
    }
}

#[test]
fn what_is_not_configured_is_told() {
    let todo = |lang, sends, methods: &[MethodKind]| {
        let waiting = Waiting {
            sends: Some(sends),
            methods: Some(methods.to_vec()),
            ..Waiting::default()
        };
        let page = view(frame(lang, &PAGE), &waiting, None, Vec::new());
        let texts = page.todo.into_iter().map(|task| task.text);
        texts.collect::<Vec<_>>()
    };
    for lang in Lang::ALL {
        let [mail, payments] = ["todo-no-mail", "todo-no-payments"].map(|key| lang.text(key));
        let card = [MethodKind::Card];
        assert_eq!(todo(lang, true, &card), Vec::<String>::new());
        assert_eq!(todo(lang, false, &card), [mail.as_str()]);
        assert_eq!(todo(lang, true, &[]), [payments.as_str()]);
        assert_eq!(todo(lang, false, &[]), [payments, mail]);
    }
}
