//! Which public functions, methods and traits no runnable example names.

use super::interface::{implementer, shown};
use super::modules::{Module, attributes, is_conditional, is_pub};
use std::collections::BTreeSet;
use syn::{Attribute, Expr, ImplItem, Item, ItemImpl, Lit, Meta};

/// The paths of those that no example of their own text, their type's or their module's names; of what a
/// module shows of another's, either may.
pub fn without_example(all: &[Module]) -> Vec<String> {
    let shown = shown(all);
    let mut missing = BTreeSet::new();
    for module in all {
        let around = seen(module);
        for item in &module.items {
            let Item::Impl(item) = item else {
                let Some(name) = function_or_trait(item) else {
                    continue;
                };
                let Some(paths) = shown.get(&(module.path.clone(), name.clone())) else {
                    continue;
                };
                let here = all.iter().filter(|m| {
                    let within = m.path.join("::") + "::";
                    paths.iter().any(|path| path == &(within.clone() + &name))
                });
                let here: String = here.map(seen).collect();
                if !names(&(examples(attributes(item)) + &around + &here), &name) {
                    missing.insert([&module.path[..], &[name]].concat().join("::"));
                }
                continue;
            };
            let Some((home, of, path)) = implementer(all, module, item, &shown) else {
                continue;
            };
            let own = home.items_named(&of).map(|own| examples(attributes(own)));
            let around = own.collect::<String>() + &examples(&item.attrs) + &seen(home);
            for (name, own) in methods(item) {
                if !names(&(examples(own) + &around), &name) {
                    missing.insert(format!("{path}::{name}"));
                }
            }
        }
    }
    missing.into_iter().collect()
}

fn function_or_trait(item: &Item) -> Option<String> {
    match item {
        Item::Fn(i) if is_pub(&i.vis) => Some(i.sig.ident.to_string()),
        Item::Trait(i) if is_pub(&i.vis) => Some(i.ident.to_string()),
        _ => None,
    }
}

/// The public methods of a type, with what stands above them.
fn methods(item: &ItemImpl) -> impl Iterator<Item = (String, &[Attribute])> {
    item.items.iter().filter_map(|own| match own {
        ImplItem::Fn(f) if is_pub(&f.vis) && !is_conditional(&f.attrs) => {
            Some((f.sig.ident.to_string(), &f.attrs[..]))
        }
        _ => None,
    })
}

/// The examples of a module's own text, which nobody sees of a private one.
fn seen(module: &Module) -> String {
    match module.is_public {
        true => examples(&module.attributes),
        false => String::new(),
    }
}

/// The code of all runnable blocks of a documentation text.
fn examples(attributes: &[Attribute]) -> String {
    let mut code = String::new();
    let mut inside: Option<bool> = None;
    for line in attributes.iter().filter_map(text) {
        let trimmed = line.trim();
        match (trimmed.strip_prefix("```"), inside) {
            (Some(kind), None) => {
                let runs = ["", "rust", "should_panic"].contains(&kind.trim());
                inside = Some(runs);
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => {
                code.push_str(trimmed);
                code.push('\n');
            }
            _ => {}
        }
    }
    code
}

fn text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(value) if meta.path.is_ident("doc") => match &value.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether code uses a name as a whole word.
fn names(code: &str, name: &str) -> bool {
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == name)
}
