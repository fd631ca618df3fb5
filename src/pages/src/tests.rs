use std::collections::BTreeSet;

use crate::{
    PAGES,
    page::{Lang, Place, rules::checked},
};

#[test]
fn every_page_keeps_the_rules() {
    for (who, pages) in PAGES {
        for page in *pages {
            for lang in Lang::ALL {
                let looks = (page.samples)(lang);
                assert!(!looks.is_empty(), "{} has no look", page.path);
                for (name, html) in looks {
                    checked(&format!("{who} {name}"), lang, &html);
                }
            }
        }
    }
}

#[test]
fn a_page_stands_once_and_where_it_is_seen() {
    let mut seen = BTreeSet::new();
    for (who, path) in crate::paths() {
        assert!(seen.insert(path), "{path} twice");
        let below = match path.split('/').nth(1) {
            Some("seller") if !path.ends_with("/login") => "seller",
            Some("admin") if !path.ends_with("/login") => "admin",
            _ => "public",
        };
        assert_eq!(who, below, "{path}");
    }
}

#[test]
fn every_entry_of_the_navigation_has_a_word_and_an_icon() {
    let icons = include_str!("../../../static/icons.svg");
    let mut entries = 0;
    for page in PAGES.iter().flat_map(|(_, pages)| *pages) {
        if let Place::Section(key, _) = page.place {
            let word = Lang::En.find(&format!("nav-{key}"));
            assert!(word.is_some(), "{key} has no word");
            assert!(icons.contains(&format!("id=\"{key}\"")), "{key}");
            entries += 1;
        }
    }
    assert!(entries > 10, "{entries}");
}

#[test]
fn a_page_below_an_entry_is_below_one_that_is_there() {
    for (who, pages) in PAGES {
        let sections = pages.iter().filter_map(|page| match page.place {
            Place::Section(key, _) => Some(key),
            Place::Below(_) | Place::Apart(..) | Place::Outside => None,
        });
        let sections: BTreeSet<_> = sections.collect();
        for page in *pages {
            if let Place::Below(key) | Place::Apart(key, _) = page.place {
                assert!(sections.contains(key), "{who}: {key} of {}", page.path);
            }
        }
    }
}

#[test]
fn events_are_led_to_and_no_entry_of_the_navigation() {
    let mut pages = PAGES.iter().flat_map(|(_, pages)| *pages);
    let events = pages.find(|page| page.path == "/admin/events");
    let place = &events.expect("the page").place;
    assert!(matches!(place, Place::Apart("overview", [_, ..])));
}
