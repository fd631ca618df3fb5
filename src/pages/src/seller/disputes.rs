use actix_web::web::get;
use feira_payment::SEE_BALANCE;

use super::caller::SellerPage;
use crate::{
    disputes,
    page::{Place, Registered},
};
#[cfg(test)]
use {super::caller::frame, crate::page::Lang};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/disputes",
    place: Place::Section("disputes", &[SEE_BALANCE]),
    show: || get().to(disputes::list::<SellerPage>),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    disputes::samples::lists(|| frame(lang, &PAGE), PAGE.path)
}
