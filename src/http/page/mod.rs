//! What every server-rendered page shares: the frame around it, texts in the reader's language,
//! money and dates in her habit, forms that keep what was typed, and messages across a redirect.
//! Handlers and their template structs stand in the folders of the surfaces.

mod badge;
mod chart;
mod flash;
mod form;
mod format;
mod frame;
mod respond;
mod text;
#[cfg(test)]
mod tests;

pub(crate) use badge::Badge;
pub(crate) use chart::Chart;
pub(crate) use flash::Flash;
pub(crate) use form::{Choice, Fields, Form};
pub(crate) use format::parse_money;
pub(crate) use frame::{Area, Crumb, Page};
pub(crate) use respond::{
    Answer, allowed, done, error_response, query, respond, respond_ok,
};
pub(crate) use text::Lang;
