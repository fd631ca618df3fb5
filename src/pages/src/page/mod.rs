//! Shared by all pages: the frame, texts, money and dates in the reader's language, forms that keep the
//! typed values, and messages across a redirect. Handlers and their template structs are in the folders
//! of the surfaces.

mod act;
mod badge;
mod caller;
mod chart;
mod error_texts;
mod flash;
mod form;
mod format;
mod frame;
mod list;
mod nav;
mod outcomes;
mod pdf;
mod people;
mod public;
mod registered;
mod requirements;
mod respond;
#[cfg(test)]
pub(crate) mod rules;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod words;
mod zone;

pub(crate) use act::{act, act_and, press, press_and_leave, refuse_file};
pub(crate) use badge::Badge;
pub(crate) use caller::{Caller, PageCaller};
pub(crate) use chart::Chart;
pub(crate) use flash::Flash;
pub(crate) use form::{Choice, Fields, Form};
pub(crate) use format::{Unread, parse_money};
pub(crate) use frame::{Area, Page};
pub(crate) use list::{ListView, Wanted};
pub(crate) use nav::switcher;
pub(crate) use pdf::{Column, Sheet};
pub(crate) use people::{people, person_of};
pub(crate) use public::PublicPage;
pub(crate) use registered::{Action, Place, Registered, opens};
pub(crate) use respond::{
    Answer, allowed, done, error_response, html, is_local, not_sure, query, rendered, respond,
    respond_ok, with_cookie,
};
pub(crate) use text::Lang;
pub(crate) use tree::{category_choices, depth};
pub(crate) use zone::Zone;
