//! The interface of the core, and what the library's features add to it, kept as lists: a change
//! shows in a review, where it belongs into CHANGELOG.md as well.
//!
//! `UPDATE_PUBLIC_API=1 cargo test --no-default-features --test public_api` writes the lists anew.
//! They are read from the sources, because the compiler's own list of a crate's items needs a nightly one.

#[path = "public_api/examples.rs"]
mod examples;
#[path = "public_api/interface.rs"]
mod interface;
#[path = "public_api/modules.rs"]
mod modules;
#[path = "public_api/readme.rs"]
mod readme;

use examples::without_example;
use interface::interface;
use modules::{Module, crate_modules, module_of};
use std::collections::HashSet;
use std::path::Path;

const KEPT: &str = "tests/snapshots/kept/public_api.txt";
/// What these features add to the core: the list of those who read files, frames or write reports.
const KEPT_WITH: &str = "tests/snapshots/kept/public_api_features.txt";
const FEATURES: [&str; 3] = ["input", "table", "report"];

#[test]
fn the_interface_of_the_core_is_the_one_that_was_kept() {
    is_as_kept(KEPT, &interface(&crate_modules(&[])));
}

#[test]
fn the_interface_that_features_add_is_the_one_that_was_kept() {
    let core: HashSet<String> = interface(&crate_modules(&[])).into_iter().collect();
    let mut with = interface(&crate_modules(&FEATURES));
    with.retain(|line| !core.contains(line));
    for module in FEATURES.map(|f| if f == "table" { "prices" } else { f }) {
        let of = |line: &&String| line.starts_with(&format!("{module}::"));
        assert!(with.iter().filter(of).count() > 20, "{module}");
    }
    is_as_kept(KEPT_WITH, &with);
}

/// Public functions, methods and traits that may be without one, each with its reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[];

#[test]
fn every_public_function_stands_in_a_runnable_example() {
    let missing = without_example(&crate_modules(&FEATURES));
    let excused = |path: &&String| WITHOUT_EXAMPLE.iter().any(|(p, _)| p == path);
    let missing: Vec<&String> = missing.iter().filter(|path| !excused(path)).collect();
    assert!(
        missing.is_empty(),
        "{} have no example: show each in its own text, its type's or its module's:\n{missing:#?}",
        missing.len()
    );
}

fn is_as_kept(list: &str, lines: &[String]) {
    let now = lines.join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(list);
    if std::env::var_os("UPDATE_PUBLIC_API").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let only_in = |own: &str, other: &str, mark: &str| -> Vec<String> {
        let other: HashSet<&str> = other.lines().collect();
        let own = own.lines().filter(|line| !other.contains(line));
        own.map(|line| format!("{mark} {line}")).collect()
    };
    let mut changes = only_in(&kept, &now, "-");
    changes.extend(only_in(&now, &kept, "+"));
    assert!(
        kept == now,
        "the interface in {list} has changed:\n{}\n\nIf that is meant, say so in CHANGELOG.md and \
         run UPDATE_PUBLIC_API=1 cargo test --no-default-features --test public_api",
        changes.join("\n")
    );
}

/// What the list of a made-up crate is: every kind of item, and what stays out of it.
#[test]
fn every_kind_of_item_is_listed() {
    let root = "pub mod shown; mod hidden; pub use hidden::{Inner, helper as help}; \
                #[cfg(feature = \"x\")] pub mod more; #[cfg(test)] pub mod tests;";
    let shown = "/// Text.\n#[derive(Debug, Clone)]\npub struct Pair<T> { /// Text.\n pub left: T, right: T }\n\
                 impl<T: Copy> Pair<T> { pub const fn left(&self,\n) -> T { self.left } fn own(&self) {} }\n\
                 pub enum Kind { One, Two(u8), Three { a: f64 } }\n\
                 pub trait Shape { fn area(&self) -> f64 { 0.0 } type Unit; }\n\
                 pub(crate) fn not_listed() {} pub const LIMIT: usize = 3;\n\
                 pub type Short<'a> = &'a [f64]; impl Shape for Kind { type Unit = (); }";
    let hidden = "pub struct Inner(pub u8, u8); pub struct Unseen { pub a: u8 } pub fn helper() {} \
                  impl Inner { pub fn new() -> Self { Inner(0, 0) } } impl Unseen { pub fn b() {} } \
                  impl super::shown::Kind { pub fn far(self) {} }";
    let modules: Vec<Module> = vec![
        module_of(&[], true, root, &[]),
        module_of(&["shown"], true, shown, &[]),
        module_of(&["hidden"], false, hidden, &[]),
    ];
    let expected = [
        "Inner.0: u8",
        "Inner: impl pub fn new() -> Self",
        "Inner: pub struct Inner",
        "help: pub fn helper()",
        "shown::Kind: impl Shape for Kind",
        "shown::Kind: impl pub fn far(self)",
        "shown::Kind: pub enum Kind",
        "shown::Kind::One",
        "shown::Kind::Three { a: f64 }",
        "shown::Kind::Two(u8)",
        "shown::LIMIT: pub const LIMIT: usize",
        "shown::Pair.left: T",
        "shown::Pair: derive(Debug, Clone)",
        "shown::Pair: impl<T: Copy> pub const fn left(&self) -> T",
        "shown::Pair: pub struct Pair<T>",
        "shown::Shape: fn area(&self) -> f64 (provided)",
        "shown::Shape: pub trait Shape",
        "shown::Shape: type Unit",
        "shown::Short: pub type Short<'a> = &'a [f64]",
    ];
    assert_eq!(interface(&modules), expected);
}
