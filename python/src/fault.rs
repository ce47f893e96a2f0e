//! Errors of the library as exceptions of the package.

use pyo3::prelude::*;
use shockwave::error::Error;

/// The exception of `shockwave._errors` that says what the library says. What flags are there is
/// keywords here; the Python side writes them so.
pub fn raised(py: Python<'_>, error: Error) -> PyErr {
    let class = match &error {
        Error::Input(_) => "InputError",
        Error::OutsideCalendar { .. } => "CalendarError",
        Error::Render { .. } => "RenderError",
        _ => "ShockwaveError",
    };
    let message = error.to_string();
    let made = py
        .import("shockwave._errors")
        .and_then(|module| module.getattr(class)?.call_method1("said", (message,)));
    match (made, error) {
        (Ok(exception), Error::Input(input)) => match place(&exception, &input) {
            Ok(()) => PyErr::from_value(exception),
            Err(failed) => failed,
        },
        (Ok(exception), _) => PyErr::from_value(exception),
        (Err(failed), _) => failed,
    }
}

/// Where a fault is and what mends it, for programs.
fn place(exception: &Bound<'_, PyAny>, input: &shockwave::error::InputError) -> PyResult<()> {
    let (file, column) = (input.file.as_deref(), input.column.as_deref());
    let (value, problem, cure) = (input.value.as_deref(), &input.problem, &input.cure);
    exception.call_method1("placed", (file, input.line, column, value, problem, cure))?;
    Ok(())
}
