use feira_kernel::ModuleError;
use feira_web::{error::PageError, state::AppState};

use super::{Answer, Flash, Form, Lang, done};

/// Runs a form's work unless the form has faults already, then redirects with a message. Faults from the
/// module are added to the form, which is shown again with the typed values.
pub(crate) async fn act<T, E>(
    state: &AppState,
    lang: Lang,
    form: Form,
    work: impl Future<Output = Result<T, E>>,
    then: impl FnOnce(T) -> (String, Flash),
    again: impl AsyncFnOnce(Form) -> Answer,
) -> Answer
where
    E: ModuleError + Into<PageError>,
{
    let then = async |value: T, _: Form| {
        let (to, flash) = then(value);
        Ok(done(state, &to, &flash))
    };
    let refuse = |form: &mut Form, error: E| form.take(lang, error);
    act_and(form, work, refuse, then, again).await
}

/// The same of a form that answers otherwise than by a message, or whose faults have their own texts.
pub(crate) async fn act_and<T, E>(
    mut form: Form,
    work: impl Future<Output = Result<T, E>>,
    refuse: impl FnOnce(&mut Form, E) -> Result<(), PageError>,
    then: impl AsyncFnOnce(T, Form) -> Answer,
    again: impl AsyncFnOnce(Form) -> Answer,
) -> Answer {
    if !form.is_refused() {
        match work.await {
            Ok(value) => return then(value, form).await,
            Err(error) => refuse(&mut form, error)?,
        }
    }
    again(form).await
}

/// Shows beside the file's field why an uploaded file was refused: where the detail names the line and the
/// fault, it stands behind the text of the code.
pub(crate) fn refuse_file<E>(
    form: &mut Form,
    lang: Lang,
    error: E,
    detail: Option<String>,
) -> Result<(), PageError>
where
    E: ModuleError + Into<PageError>,
{
    let text = lang.error(error.code(), (None, None));
    match text.zip(detail) {
        Some((text, detail)) => form.refuse("file", format!("{text} ({detail})")),
        None => form.take(lang, error)?,
    }
    Ok(())
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
    press_and_leave(state, (to, to), work, good, bad).await
}

/// The same where the page may be gone when it is done: to the first page then, to the second after a
/// refusal.
pub(crate) async fn press_and_leave<T, E>(
    state: &AppState,
    (done_to, refused_to): (&str, &str),
    work: impl Future<Output = Result<T, E>>,
    good: impl FnOnce(T) -> Flash,
    bad: impl FnOnce(&E) -> Option<Flash>,
) -> Answer
where
    E: Into<PageError>,
{
    let (to, flash) = match work.await {
        Ok(value) => (done_to, good(value)),
        Err(error) => match bad(&error) {
            Some(flash) => (refused_to, flash),
            None => return Err(error.into()),
        },
    };
    Ok(done(state, to, &flash))
}
