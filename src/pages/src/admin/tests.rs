//! How some of the operator's pages look.

use super::{books, events, payouts, store};
use crate::page::{Lang, rules::checked};

#[test]
fn pages_look_as_they_did() {
    for (page, look) in [
        (&store::PAGE, "store_pending"),
        (&payouts::PAGE, "payouts"),
        (&events::PAGE, "events"),
        (&books::PAGE, "books_broken"),
    ] {
        let mut looks = (page.samples)(Lang::En).into_iter();
        let (_, html) = looks.find(|(name, _)| *name == look).expect(look);
        insta::assert_snapshot!(format!("admin_{look}"), checked(look, Lang::En, &html));
    }
}
