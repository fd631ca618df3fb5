//! What is refused before a handler sees it is refused in our words: by a problem to programs, by a
//! page to people.

use crate::support::{Answer, Market, Raw};

/// A page in Portuguese with this title.
fn page(answer: Answer, status: u16, title: &str) {
    let answer = answer.expect(status);
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("text/html; charset=utf-8"), "{}", answer.text);
    assert!(answer.text.contains(title), "{}", answer.text);
}

#[feira_testkit::test]
async fn no_text_of_the_framework_comes_out(market: Market) {
    let any = market.client().with("accept-language", "pt-BR");
    let browser = any.with("accept", "text/html,*/*;q=0.8");
    let program = any.with("accept", "application/json");
    let twice = "/seller/login?next=a&next=b";
    for client in [&any, &browser] {
        page(
            client.get(twice).await,
            400,
            "Não foi possível ler o pedido",
        );
        for bytes in [262_144, 1 << 20, 3 << 20] {
            let long = "a".repeat(bytes);
            let large = client.form("/admin/login", &[("login", &long)]).await;
            page(large, 413, "Isto é grande demais");
        }
        page(
            client.get("/seller/none").await,
            404,
            "Esta página não existe",
        );
    }
    for twice in [
        twice,
        "/admin/login?next=&next=",
        "/seller/login?next=%2F&next=/x",
    ] {
        program.get(twice).await.problem(400, "request.malformed");
    }
    for path in [
        "/static/none.css",
        "/static/app.js.map",
        "/static/a/b",
        "/%ff",
        "/nothing",
    ] {
        for client in [&any, &program] {
            client.get(path).await.problem(404, "request.not_found");
        }
        page(browser.get(path).await, 404, "Esta página não existe");
    }
    for path in [
        "/api/v1/orders/%ff",
        "/api/none",
        "/sandbox/none",
        "/rpc/none",
    ] {
        let refused = browser.get(path).await;
        assert!(["request.not_found", "request.unauthenticated"].contains(&&*refused.str("/code")));
    }
    let refused = any.with("accept-encoding", "identity;q=0, *;q=0");
    let refused = refused.get("/api/openapi.json").await;
    refused.problem(406, "request.not_acceptable");
    market.stop().await;
}

#[feira_testkit::test]
async fn what_is_no_request_is_refused_in_our_words(market: Market) {
    for sent in [
        "GET / HTTP/9.9\r\nhost: a\r\n\r\n",
        "GET /admin HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n",
        "POST /api/v1/carts HTTP/1.1\r\nhost: a\r\ncontent-length: two\r\n\r\n",
    ] {
        let mut raw = Raw::connect(&market).await;
        raw.send(sent.as_bytes()).await;
        let answer = raw.answer().await;
        raw.ended().await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{sent}: {answer}");
        for said in [
            "content-type: application/problem+json",
            "connection: close",
            "x-request-id: ",
            "\"code\":\"request.malformed\"",
        ] {
            assert!(answer.contains(said), "{sent} without {said}: {answer}");
        }
    }
    market.stop().await;
}
