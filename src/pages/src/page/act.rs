use feira_kernel::ModuleError;
use feira_web::{error::PageError, state::AppState};

use super::{Answer, Flash, Form, Lang, done};

/// Runs a form's work unless the form has faults already, then redirects with a message. Faults from the
/// module are added to the form, which is shown again with the typed values.
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

/// Runs the work of a form that is one button, then redirects. There is nothing to type again, so
/// refusals that `bad` knows become a message on the target page.
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
