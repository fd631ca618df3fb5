//! Account pages: registration, lost password, change of password and e-mail address, application to
//! sell.

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
