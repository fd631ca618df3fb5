//! What is a person's own, whatever she does here: making an account, a lost password, her password
//! and her address, and the application to sell.

mod caller;
mod forgot;
mod leave;
mod register;
mod sell;
mod settings;

use crate::page::Registered;

pub(crate) const PAGES: &[&Registered] = &[
    &register::PAGE,
    &forgot::PAGE,
    &forgot::RESET,
    &settings::PAGE,
    &sell::PAGE,
    &leave::PAGE,
];
