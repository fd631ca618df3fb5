use feira_catalog::{Category, CategoryId};

use super::{Choice, Page};

/// The tree as choices of a select, indented; parents come before their children.
pub(crate) fn category_choices(p: &Page, categories: &[Category]) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("category-none"))];
    choices.extend(categories.iter().map(|category| {
        let name = category.name_in(p.lang.tag());
        Choice::new(
            category.id.to_string(),
            indented(categories, category, name),
        )
    }));
    choices
}

/// A category's name, as far to the right as it is deep.
pub(crate) fn indented(categories: &[Category], category: &Category, name: &str) -> String {
    let indent = "\u{a0}\u{a0}\u{a0}".repeat(depth(categories, category));
    format!("{indent}{name}")
}

fn depth(categories: &[Category], category: &Category) -> usize {
    let parent = |id: CategoryId| categories.iter().find(|c| c.id == id);
    std::iter::successors(category.parent.and_then(parent), |c| {
        c.parent.and_then(parent)
    })
    .take(8)
    .count()
}
