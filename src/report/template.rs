//! Fills a template with a page; every value that is printed is cleaned and escaped here, so
//! that no template can forget it.

use super::page::Page;
use super::plain;
use crate::error::{Error, Result};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};

/// How values are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Html,
    Markdown,
}

/// Fills the template `source`; `style` goes in as it is.
pub(super) fn render(source: &str, markup: Markup, page: &Page, style: &str) -> Result<Vec<u8>> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.map_err(broken)?);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(move |_| match markup {
        Markup::Html => AutoEscape::Html,
        Markup::Markdown => AutoEscape::Custom("markdown".into()),
    });
    environment.set_formatter(escape);
    let context = minijinja::context! { page => Serde(page), style => style };
    let text = environment.render_str(source, context);
    text.map(String::into_bytes).map_err(broken)
}

fn broken(error: minijinja::Error) -> Error {
    Error::Render {
        what: "the report".into(),
        // The alternate form names the line and the expression.
        problem: format!("{error:#}"),
    }
}

fn escape(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    if value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    if value.is_none() {
        let problem = "a missing value would be printed";
        return Err(minijinja::Error::new(
            minijinja::ErrorKind::InvalidOperation,
            problem,
        ));
    }
    let text = plain::clean(&value.to_string());
    match state.auto_escape() {
        AutoEscape::Html => minijinja::escape_formatter(out, state, &Value::from(text)),
        _ => Ok(out.write_str(&plain::markdown(&text))?),
    }
}
