//! The public items of the modules, one line each, under the path by which users name them.

use super::modules::{Module, is_conditional, is_pub, name_of, resolve};
use std::collections::BTreeMap;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, TraitItem, Type};

/// Where an item is defined, and under which paths it can be named.
pub type Shown = BTreeMap<(Vec<String>, String), Vec<String>>;

/// Every public item and the paths of it.
pub fn shown(all: &[Module]) -> Shown {
    let mut shown = Shown::new();
    for module in all.iter().filter(|m| m.is_public) {
        let own = module.items.iter().filter(|item| is_pub_item(item));
        let mut names: Vec<(String, (Vec<String>, String))> = own
            .filter_map(name_of)
            .map(|name| (name.clone(), (module.path.clone(), name)))
            .collect();
        for import in module.imports().into_iter().filter(|i| i.is_public) {
            if let Some((home, name)) = resolve(all, module, &import.path) {
                names.push((import.name, (home.path.clone(), name)));
            }
        }
        for (name, home) in names {
            let path = [&module.path[..], &[name]].concat().join("::");
            shown.entry(home).or_default().push(path);
        }
    }
    shown
}

/// All lines, sorted.
pub fn interface(all: &[Module]) -> Vec<String> {
    let shown = shown(all);
    let mut lines = Vec::new();
    for ((home, name), paths) in &shown {
        let home = all.iter().find(|m| m.path == *home);
        let items = home.into_iter().flat_map(|m| m.items_named(name));
        let described: Vec<String> = items.flat_map(described).collect();
        let (first, others) = split(paths);
        lines.extend(described.iter().map(|line| format!("{first}{line}")));
        lines.extend(others.iter().map(|other| format!("{other}: = {first}")));
    }
    for module in all {
        for item in &module.items {
            if let Item::Impl(item) = item {
                lines.extend(implemented(all, module, item, &shown));
            }
        }
    }
    lines.sort();
    lines
}

/// An item's own path is the longest; the shorter ones are other names of it.
fn split(paths: &[String]) -> (&String, Vec<&String>) {
    let first = paths
        .iter()
        .max_by_key(|p| p.matches("::").count())
        .unwrap();
    (first, paths.iter().filter(|p| *p != first).collect())
}

fn is_pub_item(item: &Item) -> bool {
    match item {
        Item::Const(i) => is_pub(&i.vis),
        Item::Enum(i) => is_pub(&i.vis),
        Item::Fn(i) => is_pub(&i.vis),
        Item::Static(i) => is_pub(&i.vis),
        Item::Struct(i) => is_pub(&i.vis),
        Item::Trait(i) => is_pub(&i.vis),
        Item::Type(i) => is_pub(&i.vis),
        _ => false,
    }
}

/// The source text of a piece of syntax on one line, as rustfmt would write it there.
fn text(piece: &impl Spanned) -> String {
    let text = piece.span().source_text().unwrap_or_default();
    let code = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    let words: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    let line = words.join(" ");
    let line = line
        .replace("( ", "(")
        .replace(", )", ")")
        .replace(",)", ")");
    line.replace(" )", ")")
        .replace(" .", ".")
        .replace("< ", "<")
        .replace(", >", ">")
}

/// A header such as `pub struct Pair<T>`.
fn header(kind: &str, ident: &syn::Ident, generics: &syn::Generics) -> String {
    let bounds = generics.where_clause.as_ref();
    let bounds = bounds.map_or_else(String::new, |w| format!(" {}", text(w)));
    let parameters = match generics.lt_token {
        Some(_) => text(&generics.clone_without_where()),
        None => String::new(),
    };
    format!(": pub {kind} {ident}{parameters}{bounds}")
}

trait WithoutWhere {
    fn clone_without_where(&self) -> syn::Generics;
}

impl WithoutWhere for syn::Generics {
    fn clone_without_where(&self) -> syn::Generics {
        syn::Generics {
            where_clause: None,
            ..self.clone()
        }
    }
}

/// Derived traits and what else users depend on.
fn attributes(attributes: &[Attribute]) -> Vec<String> {
    let names = ["derive", "non_exhaustive", "must_use"];
    let kept = attributes
        .iter()
        .filter(|a| names.iter().any(|n| a.path().is_ident(n)));
    kept.map(|a| format!(": {}", text(&a.meta))).collect()
}

fn described(item: &Item) -> Vec<String> {
    match item {
        Item::Const(i) => vec![format!(": pub const {}: {}", i.ident, text(&i.ty))],
        Item::Static(i) => vec![format!(": pub static {}: {}", i.ident, text(&i.ty))],
        Item::Type(i) => vec![format!(
            "{} = {}",
            header("type", &i.ident, &i.generics),
            text(&i.ty)
        )],
        Item::Fn(i) => {
            let mut lines = attributes(&i.attrs);
            lines.push(format!(": pub {}", text(&i.sig)));
            lines
        }
        Item::Struct(i) => {
            let mut lines = attributes(&i.attrs);
            lines.push(header("struct", &i.ident, &i.generics));
            for (at, field) in i.fields.iter().enumerate().filter(|(_, f)| is_pub(&f.vis)) {
                let name = field
                    .ident
                    .as_ref()
                    .map_or_else(|| at.to_string(), ToString::to_string);
                lines.push(format!(".{name}: {}", text(&field.ty)));
            }
            lines
        }
        Item::Enum(i) => {
            let mut lines = attributes(&i.attrs);
            lines.push(header("enum", &i.ident, &i.generics));
            lines.extend(
                i.variants
                    .iter()
                    .map(|v| format!("::{}{}", v.ident, fields(&v.fields))),
            );
            lines
        }
        Item::Trait(i) => {
            let mut lines = attributes(&i.attrs);
            lines.push(header("trait", &i.ident, &i.generics));
            lines.extend(i.items.iter().map(|own| match own {
                TraitItem::Fn(f) if f.default.is_some() => format!(": {} (provided)", text(&f.sig)),
                TraitItem::Fn(f) => format!(": {}", text(&f.sig)),
                other => format!(": {}", text(other).trim_end_matches(';')),
            }));
            lines
        }
        _ => Vec::new(),
    }
}

fn fields(fields: &Fields) -> String {
    let types = fields.iter().map(|f| match &f.ident {
        Some(name) => format!("{name}: {}", text(&f.ty)),
        None => text(&f.ty),
    });
    let types: Vec<String> = types.collect();
    match fields {
        Fields::Unit => String::new(),
        Fields::Named(_) => format!(" {{ {} }}", types.join(", ")),
        Fields::Unnamed(_) => format!("({})", types.join(", ")),
    }
}

/// The type of an `impl`: where it is defined, its name, and the path by which users name it;
/// `None` where they cannot.
pub fn implementer<'a>(
    all: &'a [Module],
    module: &'a Module,
    item: &ItemImpl,
    shown: &Shown,
) -> Option<(&'a Module, String, String)> {
    let Type::Path(own) = &*item.self_ty else {
        return None;
    };
    let segments = own.path.segments.iter();
    let path: Vec<String> = segments.map(|s| s.ident.to_string()).collect();
    let (home, name) = resolve(all, module, &path)?;
    let (path, _) = split(shown.get(&(home.path.clone(), name.clone()))?);
    Some((home, name, path.clone()))
}

/// What an `impl` gives to a type that users can name.
fn implemented(all: &[Module], module: &Module, item: &ItemImpl, shown: &Shown) -> Vec<String> {
    let Some((_, _, path)) = implementer(all, module, item, shown) else {
        return Vec::new();
    };
    let generics = match item.generics.lt_token {
        Some(_) => text(&item.generics.clone_without_where()),
        None => String::new(),
    };
    if let Some((of, _)) = &item.trait_ {
        let (of, own) = (text(of), text(&*item.self_ty));
        return vec![format!("{path}: impl{generics} {of} for {own}")];
    }
    let mut lines = Vec::new();
    for own in &item.items {
        match own {
            ImplItem::Fn(f) if is_pub(&f.vis) && !is_conditional(&f.attrs) => {
                lines.push(format!("{path}: impl{generics} pub {}", text(&f.sig)));
            }
            ImplItem::Const(c) if is_pub(&c.vis) => {
                lines.push(format!(
                    "{path}: impl{generics} pub const {}: {}",
                    c.ident,
                    text(&c.ty)
                ));
            }
            _ => {}
        }
    }
    lines
}
