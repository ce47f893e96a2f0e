//! What moved, as a report takes it.

use crate::analysis::window::Window;
use crate::report::changes::{Cause, ChangeRow, Changes, Moved};
use crate::schedule::diff::{Change, FigureChange, Kind};
use crate::schedule::snapshot::Span;
use chrono::NaiveDate;

/// The changes since the run of a session.
pub fn changes(since: NaiveDate, changes: &[Change]) -> Changes {
    Changes {
        since,
        rows: changes.iter().map(row).collect(),
    }
}

fn row(change: &Change) -> ChangeRow {
    let status = change.status.iter();
    let status = status.map(|s| Moved::Status(s.before.clone(), s.after.clone()));
    let fields = change.fields.iter();
    let fields = fields.map(|f| Moved::Field(f.field.clone(), f.before.clone(), f.after.clone()));
    ChangeRow {
        cause: match change.kind {
            Kind::NewSession => Cause::NewSession,
            Kind::Revision => Cause::Revision,
            Kind::NewEvent => Cause::NewEvent,
            Kind::Settings => Cause::Settings,
        },
        of: change.claim_id.clone().or(change.event_id.clone()),
        instrument: change.instrument.clone(),
        moved: status
            .chain(fields)
            .chain(change.figures.iter().map(figure))
            .collect(),
    }
}

fn figure(figure: &FigureChange) -> Moved {
    Moved::Figure {
        column: figure.figure,
        window: figure.window.and_then(window),
        session: figure.session,
        before: figure.before,
        after: figure.after,
    }
}

fn window(span: Span) -> Option<Window> {
    span.to_string().parse().ok()
}
