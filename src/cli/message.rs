//! What is said on stderr: errors with the line and a caret, notes, and the colours of both.

use crate::cli::args::{ColorChoice, Global};
use crate::error::{Error, InputError};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::io::{IsTerminal, Write};

/// How to speak.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    quiet: bool,
    colour: bool,
}

impl Voice {
    /// As the flags and the terminal say; `NO_COLOR` is honoured.
    pub fn new(global: &Global) -> Self {
        let colour = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
            }
        };
        Self {
            quiet: global.quiet,
            colour,
        }
    }

    /// A note, unless the user wants quiet.
    pub fn note(self, text: &str) {
        if !self.quiet {
            eprintln(&harmless(text));
        }
    }

    /// What did not work for one symbol; said to those who want quiet, too.
    pub fn trouble(self, text: &str) {
        eprintln(&harmless(text));
    }

    /// An error.
    pub fn error(self, error: &Error) {
        eprintln(&self.render(error));
    }

    /// Whether progress may be shown.
    pub fn shows_progress(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    fn render(self, error: &Error) -> String {
        let renderer = if self.colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        match error {
            Error::Input(input) => render_input(&renderer, input),
            other => {
                let text = other.to_string();
                renderer.render(&[Group::with_title(Level::ERROR.primary_title(&text))])
            }
        }
    }
}

fn render_input(renderer: &Renderer, error: &InputError) -> String {
    let Some((line, span)) = &error.snippet else {
        let without_cure = InputError {
            cure: String::new(),
            ..error.clone()
        };
        let title = without_cure.to_string();
        let mut group = Group::with_title(Level::ERROR.primary_title(&title));
        if !error.cure.is_empty() {
            group = group.element(Level::HELP.message(&error.cure));
        }
        return renderer.render(&[group]);
    };
    let mut title = String::new();
    if let Some(column) = &error.column {
        title = format!("column `{column}`: ");
    }
    if let Some(value) = &error.value {
        title.push_str(&format!("{value:?}: "));
    }
    title.push_str(&error.problem);
    let mut snippet = Snippet::source(line.as_str())
        .line_start(error.line.unwrap_or(1))
        .annotation(AnnotationKind::Primary.span(span.clone()));
    if let Some(file) = &error.file {
        snippet = snippet.path(file.as_str());
    }
    let mut group = Group::with_title(Level::ERROR.primary_title(&title)).element(snippet);
    if !error.cure.is_empty() {
        group = group.element(Level::HELP.message(&error.cure));
    }
    renderer.render(&[group])
}

/// Writes a line to stderr; a closed pipe is nobody's fault.
fn eprintln(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes a line to stdout; a reader that has gone away is no failure.
pub fn println(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", harmless(text));
}

/// A text that may hold words of a file, without what steers a terminal: control characters, and
/// the marks that reorder text.
fn harmless(text: &str) -> String {
    let keeps = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    };
    text.chars().filter(keeps).collect()
}

/// Writes bytes to stdout; a reader that has gone away is no failure.
pub fn print_bytes(bytes: &[u8]) {
    let _ = std::io::stdout().lock().write_all(bytes);
}
