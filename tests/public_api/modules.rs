//! The modules of the crate as syntax, and what a path in one of them means.

use std::path::{Path, PathBuf};
use syn::{Attribute, Item, UseTree, Visibility};

/// A module with its items; those that features or tests add are left out.
pub struct Module {
    /// From the crate's root, which is empty.
    pub path: Vec<String>,
    /// Whether it and all around it are public.
    pub is_public: bool,
    /// Of the file, its text among them.
    pub attributes: Vec<Attribute>,
    pub items: Vec<Item>,
}

/// A name that a module brings in, and the path that it stands for.
pub struct Import {
    pub name: String,
    pub path: Vec<String>,
    pub is_public: bool,
}

/// All modules of `src/` with these features alone.
pub fn crate_modules(features: &[&str]) -> Vec<Module> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = Vec::new();
    read(&src.join("lib.rs"), &src, &[], true, features, &mut modules);
    modules
}

fn read(
    file: &Path,
    folder: &Path,
    path: &[String],
    is_public: bool,
    features: &[&str],
    all: &mut Vec<Module>,
) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let module = module_of(&names, is_public, &text, features);
    let mut children = Vec::new();
    for item in &module.items {
        if let Item::Mod(child) = item {
            assert!(
                child.content.is_none(),
                "{}: modules are files",
                file.display()
            );
            children.push((child.ident.to_string(), is_pub(&child.vis)));
        }
    }
    all.push(module);
    for (name, is_pub) in children {
        let inner: PathBuf = folder.join(&name);
        let own = [inner.with_extension("rs"), inner.join("mod.rs")];
        let own = own.iter().find(|file| file.exists());
        let own = own.unwrap_or_else(|| panic!("{}: no file", inner.display()));
        let path = [path, &[name]].concat();
        read(own, &inner, &path, is_public && is_pub, features, all);
    }
}

/// A module from its text, with these features.
pub fn module_of(path: &[&str], is_public: bool, text: &str, features: &[&str]) -> Module {
    let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{}: {e}", path.join("::")));
    Module {
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        is_public,
        attributes: file.attrs,
        items: file
            .items
            .into_iter()
            .filter(|i| !is_left_out(attributes(i), features))
            .collect(),
    }
}

pub fn is_pub(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

pub fn is_conditional(attributes: &[Attribute]) -> bool {
    is_left_out(attributes, &[])
}

/// Whether a condition is not met by these features; conditions other than `feature = "name"` are not.
fn is_left_out(attributes: &[Attribute], features: &[&str]) -> bool {
    let mut conditions = attributes.iter().filter(|a| a.path().is_ident("cfg"));
    conditions.any(|a| {
        let mut is_met = false;
        let read = a.parse_nested_meta(|meta| {
            let name: syn::LitStr = meta.value()?.parse()?;
            is_met = meta.path.is_ident("feature") && features.contains(&name.value().as_str());
            Ok(())
        });
        read.is_err() || !is_met
    })
}

/// What stands above an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// The name of an item that has one.
pub fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(i) => &i.ident,
        Item::Enum(i) => &i.ident,
        Item::Fn(i) => &i.sig.ident,
        Item::Mod(i) => &i.ident,
        Item::Static(i) => &i.ident,
        Item::Struct(i) => &i.ident,
        Item::Trait(i) => &i.ident,
        Item::Type(i) => &i.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

impl Module {
    /// The names that its `use` items bring in.
    pub fn imports(&self) -> Vec<Import> {
        let mut found = Vec::new();
        for item in &self.items {
            if let Item::Use(item) = item {
                leaves(&item.tree, &mut Vec::new(), is_pub(&item.vis), &mut found);
            }
        }
        found
    }

    pub fn items_named(&self, name: &str) -> impl Iterator<Item = &Item> {
        let named = move |item: &&Item| name_of(item).as_deref() == Some(name);
        self.items.iter().filter(named)
    }
}

fn leaves(tree: &UseTree, before: &mut Vec<String>, is_public: bool, found: &mut Vec<Import>) {
    let mut leaf = |name: String, last: &syn::Ident| {
        let mut path = before.clone();
        if last != "self" {
            path.push(last.to_string());
        }
        found.push(Import {
            name,
            path,
            is_public,
        });
    };
    match tree {
        UseTree::Name(name) if name.ident == "self" => {
            let own = before.last().cloned().unwrap_or_default();
            leaf(own, &name.ident);
        }
        UseTree::Name(name) => leaf(name.ident.to_string(), &name.ident),
        UseTree::Rename(rename) => leaf(rename.rename.to_string(), &rename.ident),
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves(&path.tree, before, is_public, found);
            before.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, before, is_public, found);
            }
        }
        UseTree::Glob(_) => {}
    }
}

/// The module and name of the item that `path` means in `module`; `None` outside the crate.
pub fn resolve<'a>(
    all: &'a [Module],
    module: &'a Module,
    path: &[String],
) -> Option<(&'a Module, String)> {
    let at = |path: &[String]| all.iter().find(|m| m.path == path);
    let (first, rest) = path.split_first()?;
    let start = match first.as_str() {
        "crate" => return resolve(all, at(&[])?, rest),
        "self" => return resolve(all, module, rest),
        "super" => {
            let (_, around) = module.path.split_last()?;
            return resolve(all, at(around)?, rest);
        }
        name => name,
    };
    if rest.is_empty()
        && module
            .items_named(start)
            .any(|i| !matches!(i, Item::Mod(_)))
    {
        return Some((module, start.to_owned()));
    }
    if let Some(child) = at(&[&module.path[..], &[start.to_owned()]].concat()) {
        return resolve(all, child, rest);
    }
    let imported = module.imports().into_iter().find(|i| i.name == start)?;
    let outside = imported.path.first() == Some(&imported.name);
    if outside && imported.path.len() == 1 {
        return None;
    }
    resolve(all, module, &[&imported.path[..], rest].concat())
}
