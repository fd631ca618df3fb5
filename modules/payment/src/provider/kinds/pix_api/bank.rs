//! Calls of the bank, and what its errors mean.

use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use crate::provider::{
    Failure,
    http::{self, broken},
    tokens::Tokens,
};

/// What is kept of the words of an error.
const MOST_SAID: usize = 300;

pub(super) struct Bank {
    pub(super) http: Client,
    /// What comes before `/v2`.
    pub(super) base: String,
    /// Sent with each call; empty where the bank wants none.
    pub(super) api_key: HeaderMap,
    pub(super) tokens: Tokens,
}

/// What became of a call that makes something under an id of ours.
pub(super) enum Made<T> {
    Done(T),
    /// Perhaps because it is made already, or just now: only a look says what there is.
    Denied(Failure),
}

impl Bank {
    pub(super) async fn make<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Value,
    ) -> Result<Made<T>, Failure> {
        let (status, answer) = self.exchange(&Method::PUT, path, Some(&body), None).await?;
        match read(status, &answer) {
            Ok(made) => Ok(Made::Done(made)),
            Err(failure @ Failure::Refused(_)) => Ok(Made::Denied(failure)),
            Err(failure) if status == StatusCode::CONFLICT => Ok(Made::Denied(failure)),
            Err(failure) => Err(failure),
        }
    }

    /// One exchange; a second one with another token if this one is no longer taken.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, Failure> {
        let (status, answer) = self.exchange(&method, path, body.as_ref(), None).await?;
        read(status, &answer)
    }

    /// Of what is answered by nothing, with a header of its own.
    pub(super) async fn done(
        &self,
        method: Method,
        path: &str,
        body: Value,
        header: Option<(&'static str, &'static str)>,
    ) -> Result<(), Failure> {
        let (status, answer) = self.exchange(&method, path, Some(&body), header).await?;
        if status.is_success() {
            return Ok(());
        }
        read::<IgnoredAny>(status, &answer).map(|_| ())
    }

    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        header: Option<(&'static str, &'static str)>,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let token = self.tokens.other_than("").await?;
        let (status, answer) = self.call(method, path, (body, header), &token).await?;
        if status != StatusCode::UNAUTHORIZED {
            return Ok((status, answer));
        }
        let token = self.tokens.other_than(&token).await?;
        self.call(method, path, (body, header), &token).await
    }

    async fn call(
        &self,
        method: &Method,
        path: &str,
        (body, header): (Option<&Value>, Option<(&'static str, &'static str)>),
        token: &str,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let url = format!("{}/v2/{path}", self.base);
        let mut request = self.http.request(method.clone(), url).bearer_auth(token);
        request = request.headers(self.api_key.clone());
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        http::exchange(request).await
    }
}

/// Errors are `application/problem+json`, or another object of a bank's own; what is neither comes
/// from something between here and the bank, which knows nothing of charges.
fn read<T: DeserializeOwned>(status: StatusCode, answer: &[u8]) -> Result<T, Failure> {
    if status.is_success() {
        return serde_json::from_slice(answer).map_err(|e| broken(&e.to_string()));
    }
    let Ok(problem) = serde_json::from_slice::<Map<String, Value>>(answer) else {
        return Err(http::answered(status));
    };
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Failure::NotFound),
        // Such as a scope that is missing.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let said = said(&problem);
            Err(Failure::Misconfigured(format!("answered {status}: {said}")))
        }
        // Only for now: a conflict may be with the same call, which still runs there.
        StatusCode::CONFLICT => {
            let said = said(&problem);
            Err(Failure::Unknown(format!("answered {status}: {said}")))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(http::answered(status)),
        status if status.is_client_error() && is_missing(&problem) => Err(Failure::NotFound),
        status if status.is_client_error() => {
            let said = said(&problem);
            Err(Failure::Refused(format!("answered {status}: {said}")))
        }
        status => Err(http::answered(status)),
    }
}

/// Some banks say so by the name of the error only.
fn is_missing(problem: &Map<String, Value>) -> bool {
    let endings = [
        ("nome", "_nao_encontrada"),
        ("nome", "_nao_encontrado"),
        ("type", "NaoEncontrada"),
        ("type", "NaoEncontrado"),
    ];
    endings.iter().any(|(field, ending)| {
        let name = problem.get(*field).and_then(Value::as_str);
        name.is_some_and(|name| name.ends_with(ending))
    })
}

/// Its words, without the values that it complains of: those may be a person's.
fn said(problem: &Map<String, Value>) -> String {
    let violations = match problem.get("violacoes") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let text = |name: &&str| problem.get(*name)?.as_str();
    let own = ["title", "detail", "nome", "mensagem"];
    let mut words: Vec<&str> = own.iter().filter_map(text).collect();
    for violation in violations {
        let text = |name: &&str| violation.get(*name)?.as_str();
        words.extend(["propriedade", "razao"].iter().filter_map(text));
    }
    words.retain(|word| !word.is_empty());
    words.join(": ").chars().take(MOST_SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, answer: &str) -> Failure {
        let status = StatusCode::from_u16(status).unwrap();
        read::<Value>(status, answer.as_bytes()).unwrap_err()
    }

    #[test]
    fn an_error_says_what_is_violated_and_not_by_which_value() {
        let problem = r#"{"type":"https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida",
            "title":"Cobrança inválida.","status":400,"detail":"Não respeita o schema.",
            "violacoes":[{"razao":"não respeita o schema","propriedade":"cob.devedor","valor":"529"},
            {"razao":"é zero","propriedade":"cob.valor.original"}]}"#;
        let said = "answered 400 Bad Request: Cobrança inválida.: Não respeita o schema.: \
            cob.devedor: não respeita o schema: cob.valor.original: é zero";
        assert_eq!(failure(400, problem), Failure::Refused(said.to_owned()));
        // As one bank writes it, as another does, and without any words.
        for (answer, said) in [
            (r#"{"violacoes":{"propriedade":"cpf"}}"#, "cpf"),
            (r#"{"nome":"a","mensagem":"b","violacoes":null}"#, "a: b"),
            (r#"{"title":"","violacoes":["x",{"razao":"c"}]}"#, "c"),
        ] {
            let expected = format!("answered 422 Unprocessable Entity: {said}");
            assert_eq!(failure(422, answer), Failure::Refused(expected));
        }
        let long = format!(r#"{{"title":"{}"}}"#, "ã".repeat(5000));
        let Failure::Refused(said) = failure(400, &long) else {
            panic!("it is refused");
        };
        assert!(said.chars().count() < 350, "{said}");
    }

    #[test]
    fn only_the_bank_itself_says_that_there_is_nothing() {
        let unknown = |status, answer| matches!(failure(status, answer), Failure::Unknown(_));
        let problem = r#"{"type":"https://pix.bcb.gov.br/api/v2/error/CobNaoEncontrado"}"#;
        for status in [404, 410] {
            assert_eq!(failure(status, problem), Failure::NotFound);
            for page in ["", "<html>no such page</html>", "[]", "null", "404"] {
                assert!(unknown(status, page), "{status} {page}");
            }
        }
        for problem in [
            problem,
            r#"{"nome":"cobranca_nao_encontrada","mensagem":"nenhuma"}"#,
            r#"{"nome":"documento_nao_encontrado"}"#,
            r#"{"type":"PixDevolucaoNaoEncontrada"}"#,
        ] {
            assert_eq!(failure(400, problem), Failure::NotFound, "{problem}");
            assert_eq!(failure(422, problem), Failure::NotFound, "{problem}");
        }
        for other in [
            r#"{"nome":"valor_invalido","mensagem":"chave_nao_encontrada"}"#,
            r#"{"type":"https://pix.bcb.gov.br/api/v2/error/NaoEncontradoAinda"}"#,
            r#"{"nome":7,"type":null}"#,
        ] {
            let refused = failure(400, other);
            assert!(matches!(refused, Failure::Refused(_)), "{other}");
        }
        for status in [408, 409, 429, 500, 502, 503, 504, 302, 100] {
            assert!(unknown(status, problem), "{status}");
        }
        for status in [401, 403] {
            let failure = failure(status, r#"{"title":"no scope"}"#);
            let named =
                |said: &str| said.starts_with("answered 40") && said.ends_with(": no scope");
            assert!(matches!(failure, Failure::Misconfigured(said) if named(&said)));
            assert!(unknown(status, "<html>a firewall</html>"), "{status}");
        }
        assert!(unknown(400, "<html>a firewall</html>"));
        assert!(unknown(200, "<html>a login</html>") && unknown(200, ""));
    }
}
