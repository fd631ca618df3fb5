//! Each point at which the process can be killed is one at which a test kills it.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    backward, disputes, disputes_by_hand, legs, messages, money, payouts, refunds, refunds_by_hand,
    statements, transfers, woovi,
};

/// Points that no test kills, with why none can. The list may only shrink.
const NOT_KILLED: &[(&str, &str)] = &[];

/// Both points of a batch of this work.
pub(crate) fn of_batch(work: &str) -> impl Iterator<Item = String> {
    let points = feira_kernel::batch::FAILPOINTS.iter();
    points.map(move |point| format!("{point}.{work}"))
}

/// What the works in front of which a batch stands are called.
fn works() -> BTreeSet<String> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("modules")];
    let mut found = BTreeSet::new();
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                open.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("_tests.rs") {
                let text = fs::read_to_string(&path).expect("a text file");
                let names = text.split(" Work for ").skip(1).filter_map(|work| {
                    let (_, name) = work.split_once("const NAME: &'static str = \"")?;
                    Some(name.split_once('"')?.0.to_owned())
                });
                found.extend(names);
            }
        }
    }
    found
}

fn all() -> BTreeSet<String> {
    let lists = [
        feira_order::FAILPOINTS,
        feira_payment::FAILPOINTS,
        feira_notification::FAILPOINTS,
    ];
    let listed = lists.concat().into_iter().map(str::to_owned);
    let works = works();
    assert!(works.len() > 8, "the works are read: {works:?}");
    let batches = works.iter().flat_map(|work| of_batch(work));
    listed.chain(batches).collect()
}

/// What the tests of this program take their points from.
fn killed() -> BTreeSet<String> {
    let mut killed: BTreeSet<String> = crate::forward().into_iter().collect();
    killed.extend(money::points());
    killed.extend(messages::points());
    let lists = [
        backward::points(),
        refunds::points(),
        disputes::points(),
        disputes_by_hand::POINTS.to_vec(),
        refunds_by_hand::POINTS.to_vec(),
        payouts::POINTS.to_vec(),
        transfers::points(),
        woovi::points(),
        legs::POINTS.to_vec(),
        statements::POINTS.to_vec(),
    ];
    killed.extend(lists.concat().into_iter().map(str::to_owned));
    // Behind a colon stands the how manieth time.
    let name = |point: String| point.split(':').next().unwrap_or_default().to_owned();
    killed.into_iter().map(name).collect()
}

#[test]
fn every_point_is_killed_by_a_test() {
    let (all, killed) = (all(), killed());
    let unknown: Vec<_> = killed.difference(&all).collect();
    assert!(unknown.is_empty(), "no such points: {unknown:?}");
    let left: BTreeSet<&str> = all.difference(&killed).map(String::as_str).collect();
    let known: BTreeSet<&str> = NOT_KILLED.iter().map(|(point, _)| *point).collect();
    assert_eq!(left, known, "left: not killed, right: the list");
}
