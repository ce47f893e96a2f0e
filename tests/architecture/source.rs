//! A source file as the rules see it: without comments, texts and tests, and with the paths that
//! it uses resolved from the crate's root.
//!
//! This is no parser of Rust. It knows comments, texts and characters well enough not to take one
//! for code, and counts braces; the made-up files of the rules say what that covers.

use std::path::{Path, PathBuf};

/// A file below `src/`.
pub struct Source {
    /// Path below `src/`, with `/`.
    pub path: String,
    /// Lines of the file as it is.
    pub n_lines: usize,
    /// Whether its first line is a `//!` comment.
    pub opens_with_its_purpose: bool,
    /// The text with everything that is no code, and all tests, overwritten by spaces.
    code: String,
}

/// All files of `src/` but those that are compiled for tests only.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    let mut for_tests: Vec<PathBuf> = Vec::new();
    let mut sources = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let below = path.strip_prefix(&root).unwrap();
        let below = below.to_string_lossy().replace('\\', "/");
        for name in test_modules(&blank(&text)) {
            let folder = module_folder(path);
            for_tests.push(folder.join(format!("{name}.rs")));
            for_tests.push(folder.join(name));
        }
        sources.push((path.clone(), Source::new(&below, &text)));
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources.retain(|(path, _)| !for_tests.iter().any(|t| path.starts_with(t)));
    sources.into_iter().map(|(_, source)| source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut entries: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path);
        }
    }
}

/// The folder in which the modules that a file declares are looked for.
fn module_folder(path: &Path) -> PathBuf {
    let is_root = path
        .file_name()
        .is_some_and(|n| n == "mod.rs" || n == "lib.rs");
    if is_root {
        path.parent().unwrap().to_path_buf()
    } else {
        path.with_extension("")
    }
}

/// The names of `#[cfg(test)] mod name;`, in code whose comments are blank.
fn test_modules(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let rest = code[at + mark.len()..].trim_start();
        let declared = rest.split([';', '{']).next().unwrap_or("");
        let is_file = rest[declared.len()..].starts_with(';');
        if let (true, Some(name)) = (is_file, declared.split_whitespace().last()) {
            names.push(name.to_owned());
        }
    }
    names
}

impl Source {
    /// A file from its path below `src/` and its text.
    pub fn new(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            n_lines: text.lines().count(),
            opens_with_its_purpose: text.starts_with("//!"),
            code: without_tests(blank(text)),
        }
    }

    /// The module below the crate's root that the file belongs to.
    pub fn top_module(&self) -> String {
        let first = self.path.split('/').next().unwrap_or("");
        first.trim_end_matches(".rs").to_owned()
    }

    /// Every path of this crate that the code names, from the root, with its line.
    pub fn uses(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Vec::new();
        let own = self.module_path();
        for root in ["crate", "shockwave"] {
            for at in self.positions(root) {
                if let Some(tree) = after_colons(&self.code[at + root.len()..]) {
                    self.push(&mut found, at, &[], tree);
                }
            }
        }
        for at in self.positions("super") {
            if self.code[..at].trim_end().ends_with("::") {
                continue; // A later link of a chain that was begun before.
            }
            let (mut levels, mut rest) = (1, &self.code[at + "super".len()..]);
            while let Some(next) = after_colons(rest).and_then(|r| r.strip_prefix("super")) {
                (levels, rest) = (levels + 1, next);
            }
            let kept = own.len().saturating_sub(levels);
            if let Some(tree) = after_colons(rest) {
                self.push(&mut found, at, &own[..kept], tree);
            }
        }
        found.sort();
        found
    }

    fn push(&self, found: &mut Vec<(usize, Vec<String>)>, at: usize, base: &[String], tree: &str) {
        let mut leaves = Vec::new();
        read_tree(tree, base.to_vec(), &mut leaves);
        let line = self.line(at);
        found.extend(leaves.into_iter().map(|leaf| (line, leaf)));
    }

    /// `analysis/model/mod.rs` is `[analysis, model]`, `align.rs` is `[align]`.
    fn module_path(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').map(str::to_owned).collect()
    }

    /// The lines on which `word` stands as a whole word: `fs::write`, `unwrap` (a method),
    /// `println!`.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        let is_method = ["unwrap", "expect", "unwrap_unchecked"].contains(&word);
        let positions = self.positions(word).into_iter();
        let counts = |at: &usize| !is_method || self.code[..*at].trim_end().ends_with('.');
        positions.filter(counts).map(|at| self.line(at)).collect()
    }

    /// Every function that has a body: its name, its first line and how many lines it has.
    pub fn functions(&self) -> Vec<(String, usize, usize)> {
        let function = |at: usize| {
            let rest = self.code[at + "fn".len()..].trim_start();
            let name = rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()?;
            let body = &self.code[at..at + function_length(&self.code[at..])];
            (!name.is_empty() && body.ends_with('}'))
                .then(|| (name.to_owned(), self.line(at), body.lines().count()))
        };
        self.positions("fn")
            .into_iter()
            .filter_map(function)
            .collect()
    }

    fn positions(&self, word: &str) -> Vec<usize> {
        let in_name = |c: char| c.is_alphanumeric() || c == '_';
        let stands_alone = |at: &usize| {
            let before = self.code[..*at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            !before.is_some_and(in_name) && (word.ends_with('!') || !after.is_some_and(in_name))
        };
        let all = self.code.match_indices(word).map(|(at, _)| at);
        all.filter(stands_alone).collect()
    }

    fn line(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }
}

fn after_colons(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix("::").map(str::trim_start)
}

/// Reads `a::b`, `a::{b, c::{d}}`, `a::*` or `{a, b}`; returns what follows.
fn read_tree<'a>(
    mut text: &'a str,
    mut path: Vec<String>,
    leaves: &mut Vec<Vec<String>>,
) -> &'a str {
    loop {
        text = text.trim_start();
        if let Some(mut inside) = text.strip_prefix('{') {
            while !inside.trim_start().starts_with('}') && !inside.trim_start().is_empty() {
                inside = read_tree(inside, path.clone(), leaves);
                // Past `as name` and the comma.
                let end = inside.find([',', '}']).unwrap_or(inside.len());
                inside = inside[end..].strip_prefix(',').unwrap_or(&inside[end..]);
            }
            return inside.trim_start().strip_prefix('}').unwrap_or("");
        }
        let in_name = |c: char| c.is_alphanumeric() || c == '_';
        let end = text.find(|c| !in_name(c)).unwrap_or(text.len());
        if end > 0 && &text[..end] != "self" {
            path.push(text[..end].to_owned());
        }
        match after_colons(&text[end..]) {
            Some(rest) if end > 0 => text = rest,
            _ => {
                leaves.push(path);
                return &text[end..];
            }
        }
    }
}

/// Overwrites comments, texts and characters with spaces; lines stay where they are.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = out.chars().next_back();
        let after_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if first == '"' {
            text_literal(rest)
        } else if !after_name && raw_text(rest).is_some() {
            raw_text(rest).unwrap_or(1)
        } else if first == '\'' {
            character(rest)
        } else {
            0
        };
        let kept = if length == 0 { first.len_utf8() } else { 0 };
        out.push_str(&rest[..kept]);
        let dropped = rest[kept..kept.max(length)].chars();
        out.extend(dropped.map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[kept.max(length)..];
    }
    out
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn text_literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#` or `br"…"` at the start of a text.
fn raw_text(text: &str) -> Option<usize> {
    let prefix = if text.starts_with("br") { 2 } else { 1 };
    let body = text.strip_prefix("br").or(text.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let body = body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let inside = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(prefix + hashes + 1 + inside)
}

/// The length of `'x'` or `'\n'`; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(0, |at| at + 4),
        Some((at, c)) if text[at + c.len_utf8()..].starts_with('\'') => at + c.len_utf8() + 1,
        _ => 0,
    }
}

/// Overwrites what follows `#[cfg(test)]` or `#[test]`, up to its closing brace or semicolon.
fn without_tests(code: String) -> String {
    let mut out = code.clone();
    for mark in ["#[cfg(test)]", "#[test]"] {
        for (at, _) in code.match_indices(mark) {
            let end = at + item_length(&code[at..]);
            let spaces = |c: char| if c == '\n' { '\n' } else { ' ' };
            let blanked: String = code[at..end]
                .chars()
                .flat_map(|c| std::iter::repeat_n(spaces(c), c.len_utf8()))
                .collect();
            out.replace_range(at..end, &blanked);
        }
    }
    out
}

/// Up to the brace that closes its body; the `;` of an array in its signature does not end it.
fn function_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(c, '}' | ';') {
            return at + 1;
        }
    }
    code.len()
}

fn item_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}
