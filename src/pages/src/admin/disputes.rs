use actix_web::web::get;
use feira_payment::{MANAGE_PAYMENTS, SEE_PAYMENTS};

use super::caller::AdminPage;
use crate::{
    disputes,
    page::{Place, Registered},
};
#[cfg(test)]
use {super::caller::frame, crate::page::Lang};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/disputes",
    place: Place::Section("disputes", &[SEE_PAYMENTS, MANAGE_PAYMENTS]),
    show: || get().to(disputes::list::<AdminPage>),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    disputes::samples::lists(|| frame(lang, &PAGE), PAGE.path)
}
