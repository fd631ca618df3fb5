use feira_kernel::ModuleError;
use feira_web::{error::PageError, state::AppState};

use super::{Answer, Flash, Form, Lang, done};

/// Does what a form asks for, unless something is wrong with it already; then on to a page, with
/// a message there. What the module refuses is said in the form, which is shown again with all
/// that was typed.
pub(crate) async fn act<T, E>(
    state: &AppState,
    lang: Lang,
    mut form: Form,
    work: impl Future<Output = Result<T, E>>,
    then: impl FnOnce(T) -> (String, Flash),
    again: impl AsyncFnOnce(Form) -> Answer,
) -> Answer
where
    E: ModuleError + Into<PageError>,
{
    if !form.is_refused() {
        match work.await {
            Ok(value) => {
                let (to, flash) = then(value);
                return Ok(done(state, &to, &flash));
            }
            Err(error) => form.take(lang, error)?,
        }
    }
    again(form).await
}

/// Does what a form asks for that is one button. Nothing is there to type again, so what cannot be
/// done any more is said, by `bad`, where it leads to.
pub(crate) async fn press<T, E>(
    state: &AppState,
    to: &str,
    work: impl Future<Output = Result<T, E>>,
    good: impl FnOnce(T) -> Flash,
    bad: impl FnOnce(&E) -> Option<Flash>,
) -> Answer
where
    E: Into<PageError>,
{
    let flash = match work.await {
        Ok(value) => good(value),
        Err(error) => match bad(&error) {
            Some(flash) => flash,
            None => return Err(error.into()),
        },
    };
    Ok(done(state, to, &flash))
}
