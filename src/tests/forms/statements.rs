//! A bank's file that cannot be read: the columns that were typed stay, and both languages say why.

use feira_testkit::TestDb;

use super::OPERATOR;
use crate::support::{BY_HAND, Browser, Market, form_fields, one_seller};

const FILE: &str = "Quando;Texto;Quanto\n17/03/2026;PIX;10,00\n31/02/2026;PIX;10,00\n";
const TYPED: [(&str, &str); 3] = [
    ("date", "Quando"),
    ("amount", "Quanto"),
    ("description", "Texto"),
];

#[feira_testkit::test]
async fn a_file_that_cannot_be_read_is_told_in_her_language(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, seller) = one_seller(&market, 10).await;
    for (login, email, page) in [
        (
            "/seller/login",
            seller.email.as_str(),
            "/seller/orders/bank-statement",
        ),
        ("/admin/login", OPERATOR, "/admin/bank-statements"),
    ] {
        let signed_in = Browser::sign_in(&market, login, email).await;
        for (language, reason, columns) in [
            (
                "en",
                "Line 3: There is no such day.",
                "Line 1: No header names a day, an amount and a description. Choose the columns.",
            ),
            (
                "pt-BR",
                "Linha 3: Este dia não existe.",
                "Linha 1: Nenhum cabeçalho traz um dia, um valor e uma descrição. Escolha as colunas.",
            ),
        ] {
            let browser = signed_in.with_cookie(&format!("feira_language={language}"));
            let refused = browser.upload(page, page, &TYPED, FILE).await.expect(422);
            assert!(refused.text.contains(reason), "{}", refused.text);
            let kept = form_fields(&refused.text, page);
            for (name, value) in TYPED {
                let typed = (name.to_owned(), value.to_owned());
                assert!(kept.contains(&typed), "{page} {name}: {kept:?}");
            }
            let unknown = browser.upload(page, page, &[], FILE).await.expect(422);
            assert!(unknown.text.contains(columns), "{}", unknown.text);
        }
        // After a dry run they are there for the import.
        let whole = FILE.replace("31/02", "28/02");
        let tried = signed_in
            .upload(page, page, &TYPED, &whole)
            .await
            .expect(200);
        let kept = form_fields(&tried.text, page);
        assert!(kept.contains(&("amount".to_owned(), "Quanto".to_owned())));
    }
    market.stop().await;
}
