use feira_catalog::{Category, CategoryId};

use super::{Choice, Page};

/// The tree as indented choices of a select, parents first. `none` is the label for no category.
pub(crate) fn category_choices(p: &Page, none: &str, categories: &[Category]) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t(none))];
    choices.extend(categories.iter().map(|category| {
        let indent = "\u{a0}\u{a0}\u{a0}".repeat(depth(categories, category));
        let name = category.name_in(p.lang.tag());
        Choice::new(category.id.to_string(), format!("{indent}{name}"))
    }));
    choices
}

/// Its depth in the tree.
pub(crate) fn depth(categories: &[Category], category: &Category) -> usize {
    let parent = |id: CategoryId| categories.iter().find(|c| c.id == id);
    std::iter::successors(category.parent.and_then(parent), |c| {
        c.parent.and_then(parent)
    })
    .take(8)
    .count()
}
