//! What must hold of every page, for the tests that render them.

use scraper::{Html, Selector};

use super::Lang;
use crate::PAGES;

fn select(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).expect("a selector");
    html.select(&selector)
        .map(|element| element.html())
        .collect()
}

/// What must hold of every page; gives back its main part, for a snapshot.
pub(crate) fn checked(name: &str, lang: Lang, html: &str) -> String {
    let page = Html::parse_document(html);
    let one = |css: &str| assert_eq!(select(&page, css).len(), 1, "{name}: {css}");
    one("h1");
    one("main");
    one("head > title");
    assert!(
        html.contains(&format!("<html lang=\"{}\"", lang.tag())),
        "{name}"
    );
    for forbidden in [
        "[style]",
        "style",
        "script:not([src])",
        "[onclick]",
        "[onchange]",
        "[onsubmit]",
        "[hx-on]",
    ] {
        assert_eq!(
            select(&page, forbidden),
            Vec::<String>::new(),
            "{name}: {forbidden}"
        );
    }
    ids_are_unique(name, &page);
    fields_are_labelled(name, &page);
    no_key_is_shown(name, &page);
    rows_are_two_lines(name, &page);
    for image in select(&page, "img") {
        assert!(image.contains("alt="), "{name}: {image}");
    }
    without_hashes(&select(&page, "main").remove(0))
}

/// On a phone a row of a list is two lines: what it is with what counts most, and below it, small, no more
/// than four things; the others are `minor`.
fn rows_are_two_lines(name: &str, page: &Html) {
    let rows = Selector::parse("table.cards tbody tr").expect("a selector");
    let cells = Selector::parse("td").expect("a selector");
    for row in page.select(&rows) {
        let all = row.select(&cells).count();
        let of = |kind: &str| {
            let cells = row.select(&cells);
            let of_kind = cells.filter(|cell| cell.value().classes().any(|one| one == kind));
            of_kind.count()
        };
        let (main, end) = (of("main"), of("end"));
        let small = all.saturating_sub(main + end + of("minor"));
        assert!(
            main == 1 && end <= 2 && small <= 4,
            "{name}: {main} main, {end} at the end and {small} small ones in {}",
            row.html()
        );
    }
}

fn ids_are_unique(name: &str, page: &Html) {
    let mut seen = std::collections::BTreeSet::new();
    let with_id = Selector::parse("[id]").expect("a selector");
    for element in page.select(&with_id) {
        let id = element.value().id().unwrap_or_default().to_owned();
        assert!(
            !id.is_empty() && seen.insert(id.clone()),
            "{name}: id {id:?} twice"
        );
    }
    let labels =
        Selector::parse("label[for], [aria-describedby], [aria-labelledby]").expect("a selector");
    for element in page.select(&labels) {
        for attribute in ["for", "aria-describedby", "aria-labelledby"] {
            for target in element
                .value()
                .attr(attribute)
                .unwrap_or_default()
                .split_whitespace()
            {
                assert!(
                    seen.contains(target),
                    "{name}: {attribute}={target} points nowhere"
                );
            }
        }
    }
}

fn fields_are_labelled(name: &str, page: &Html) {
    let fields = Selector::parse("input:not([type=hidden]), select, textarea").expect("a selector");
    let labels = Selector::parse("label[for]").expect("a selector");
    let labelled: Vec<&str> = page
        .select(&labels)
        .filter_map(|label| label.value().attr("for"))
        .collect();
    for field in page.select(&fields) {
        let id = field.value().attr("id").unwrap_or_default();
        assert!(
            labelled.contains(&id),
            "{name}: {} has no label",
            field.html()
        );
    }
    edits_say_their_version(name, page);
    let posts = Selector::parse("form[method=post]").expect("a selector");
    let token = Selector::parse("input[name=csrf]").expect("a selector");
    for form in page.select(&posts) {
        let action = form.value().attr("action").unwrap_or_default();
        // Without a session there is nothing that a forged form could use.
        let open = action.starts_with("/l/")
            || ["/login", "/register", "/forgot"]
                .iter()
                .any(|end| action.ends_with(end));
        assert!(
            open || form.select(&token).count() == 1,
            "{name}: {action} has no token"
        );
    }
}

/// A form that edits has the version of what it shows, see `Form::editing`.
fn edits_say_their_version(name: &str, page: &Html) {
    let posts = Selector::parse("form[method=post]").expect("a selector");
    let fields = Selector::parse("input:not([type=hidden]), select, textarea").expect("a selector");
    let version = Selector::parse("input[type=hidden][name=version]").expect("a selector");
    for form in page.select(&posts) {
        let action = form.value().attr("action").unwrap_or_default();
        if form.select(&fields).next().is_some() && edits(name, action) {
            let versions = form.select(&version).map(|v| v.value().attr("value"));
            let versions: Vec<Option<i64>> = versions.map(|v| v?.parse().ok()).collect();
            assert!(
                matches!(versions[..], [Some(1..)]),
                "{name}: {action} does not say which version it shows"
            );
        }
    }
}

/// What its route says: of several that match the one with the fewest parameters.
fn edits(name: &str, address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let matches = |pattern: &str| {
        let (mut own, mut wanted) = (path.split('/'), pattern.split('/'));
        own.clone().count() == wanted.clone().count()
            && wanted.all(|part| {
                let own = own.next();
                part.starts_with('{') || own == Some(part)
            })
    };
    let pages = PAGES.iter().flat_map(|(_, pages)| *pages);
    let actions = pages.flat_map(|page| page.actions);
    let found = actions.filter(|action| matches(action.path));
    let found = found.min_by_key(|action| action.path.matches('{').count());
    found
        .unwrap_or_else(|| panic!("{name}: no action takes the form that is sent to {address}"))
        .edits
}

/// A missing text shows its key.
fn no_key_is_shown(name: &str, page: &Html) {
    for text in page.root_element().text() {
        let text = text.trim();
        let shaped = text.contains('-')
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
        let known = text.starts_with("feira-demo-")
            || ["caneca-de-ceramica-azul", "atelie-da-maria"].contains(&text);
        assert!(
            !shaped || known,
            "{name}: {text:?} looks like the key of a text that is not there"
        );
    }
}

/// A new icon changes no snapshot.
fn without_hashes(html: &str) -> String {
    let mut parts = html.split("?v=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
        format!("{text}?v=HASH{rest}")
    })
}
