use super::*;

/// Closes (and adjusted closes) from Monday 2025-01-06 on, one row a day.
fn table(first: u32, closes: &[f64], adjusted: &[f64]) -> Table {
    let day = |n: usize| NaiveDate::from_ymd_opt(2025, 1, first + n as u32).unwrap();
    let mut columns = vec![vec![f64::NAN; closes.len()]; 6];
    columns[0] = closes.iter().map(|c| c * 0.99).collect();
    columns[3] = closes.to_vec();
    columns[ADJ_CLOSE] = adjusted.to_vec();
    Table {
        kind: Kind::Prices,
        sessions: (0..closes.len()).map(day).collect(),
        names: crate::prices::FIELDS.map(str::to_owned).to_vec(),
        columns,
        unit: None,
    }
}

fn closes(first: u32, closes: &[f64]) -> Table {
    table(first, closes, &vec![f64::NAN; closes.len()])
}

#[track_caller]
fn merged(old: &Table, new: &Table, complete: bool) -> Merged {
    match merge(old, new, complete) {
        Merge::Merged(merged) => merged,
        Merge::NeedsFull(ratio) => panic!("needs all: {ratio:?}"),
    }
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, n).unwrap()
}

const OLD: [f64; 4] = [495.197, 500.25, 498.125, 502.5];

#[test]
fn rows_are_added_where_the_overlap_agrees() {
    let old = closes(6, &OLD);
    let new = closes(8, &[498.125, 502.5 * (1.0 + 1e-12), 503.0]);
    let merged = merged(&old, &new, false);
    assert_eq!((merged.rows, merged.restated), (1, None));
    assert!(merged.changes.is_empty() && merged.vanished.is_empty());
    assert_eq!(merged.table.sessions.len(), 5);
    // What agrees keeps its very bits.
    assert_eq!(
        merged.table.columns[3],
        [495.197, 500.25, 498.125, 502.5, 503.0]
    );
}

#[test]
fn a_difference_above_the_tolerance_is_a_revision() {
    let old = closes(6, &OLD);
    let mut new = closes(6, &OLD);
    new.columns[3][2] *= 1.0 + 1e-8;
    let merged = merged(&old, &new, false);
    assert_eq!(merged.changes.len(), 1);
    let change = &merged.changes[0];
    assert_eq!((change.session, &change.field[..]), (day(8), "close"));
    assert_eq!(
        (change.old, change.new),
        (Some(498.125), Some(new.columns[3][2]))
    );
}

#[test]
fn nothing_in_common_cannot_be_added() {
    let old = closes(6, &OLD);
    for new in [closes(10, &[503.0]), closes(1, &[490.0])] {
        for complete in [false, true] {
            assert_eq!(merge(&old, &new, complete), Merge::NeedsFull(None));
        }
    }
}

#[test]
fn a_split_needs_the_whole_history_and_replaces_it() {
    let old = closes(6, &OLD);
    let tenth: Vec<f64> = OLD.iter().map(|c| (c * 1e3).round() / 1e4).collect();
    let new = closes(8, &tenth[2..]);
    let Merge::NeedsFull(Some(ratio)) = merge(&old, &new, false) else {
        panic!("the restatement went unseen");
    };
    assert!((ratio - 0.1).abs() < 1e-5, "{ratio}");
    let merged = merged(&old, &closes(6, &tenth), true);
    assert!((merged.restated.unwrap() - 0.1).abs() < 1e-5);
    assert_eq!(merged.table.columns[3], tenth);
    // Opens and closes of four sessions.
    assert_eq!(merged.changes.len(), 8);
    assert_eq!(merged.changes[1].old, Some(495.197));
}

#[test]
fn a_split_within_the_overlap_is_seen_at_its_beginning() {
    // The source restated the first two sessions late.
    let old = closes(6, &[100.0, 101.0, 10.2, 10.3]);
    let new = closes(6, &[10.0, 10.1, 10.2, 10.3]);
    assert_eq!(merge(&old, &new, false), Merge::NeedsFull(Some(0.1)));
}

#[test]
fn a_dividend_restates_adjusted_closes_alone() {
    let old = table(6, &OLD, &OLD);
    let factor = 1.0 - 0.01 / 120.888;
    let adjusted = [OLD[0] * factor, OLD[1] * factor, OLD[2], OLD[3], 503.0];
    let new = table(6, &[OLD[0], OLD[1], OLD[2], OLD[3], 503.0], &adjusted);
    let Merge::NeedsFull(Some(ratio)) = merge(&old, &new, false) else {
        panic!("the restatement went unseen");
    };
    assert!((ratio - factor).abs() < 1e-9);
    assert_eq!(merged(&old, &new, true).changes.len(), 2);
}

#[test]
fn rounding_is_no_restatement() {
    let old = closes(6, &OLD);
    let new = closes(6, &OLD.map(|c| (c * 10.0).round() / 10.0));
    let merged = merged(&old, &new, false);
    assert_eq!(merged.restated, None);
    assert!(!merged.changes.is_empty());
}

#[test]
fn what_the_delivery_lacks_stays_and_is_named() {
    let old = closes(6, &OLD);
    let mut new = closes(6, &OLD);
    new.sessions.remove(1);
    for column in &mut new.columns {
        column.remove(1);
    }
    new.columns[0][0] = f64::NAN;
    let merged = merged(&old, &new, true);
    assert_eq!(merged.vanished, [day(7)]);
    assert_eq!((merged.rows, merged.changes.len()), (0, 0));
    assert_eq!(merged.table.columns[3], OLD);
    assert!(!merged.table.columns[0][0].is_nan());
}

#[test]
fn a_complete_delivery_that_begins_later_keeps_older_rows() {
    let old = closes(6, &OLD);
    let merged = merged(&old, &closes(8, &[498.125, 502.5, 503.0]), true);
    assert_eq!(merged.table.sessions[0], day(6));
    assert_eq!(
        merged.table.columns[3],
        [495.197, 500.25, 498.125, 502.5, 503.0]
    );
    assert!(merged.vanished.is_empty());
}

#[test]
fn after_a_restatement_older_rows_are_left_out_and_recorded() {
    let prices: Vec<f64> = (0..20).map(|n| 495.0 + f64::from(n)).collect();
    let tenth: Vec<f64> = prices.iter().map(|price| price / 10.0).collect();
    let old = closes(6, &prices);
    let merged = merged(&old, &closes(7, &tenth[1..]), true);
    assert_eq!(merged.table.sessions[0], day(7));
    assert_eq!(merged.vanished, [day(6)]);
    let gone: Vec<_> = merged
        .changes
        .iter()
        .filter(|c| c.session == day(6))
        .collect();
    assert_eq!(gone.len(), 2);
    assert_eq!((gone[1].old, gone[1].new), (Some(495.0), None));
}

#[test]
fn a_part_of_a_restated_history_takes_the_place_of_nothing() {
    let old = closes(6, &OLD);
    let tenth = OLD.map(|close| close / 10.0);
    // Cut at its end, cut at its beginning, one row.
    for part in [
        closes(6, &tenth[..3]),
        closes(8, &tenth[2..]),
        closes(6, &tenth[..1]),
    ] {
        assert!(matches!(
            merge(&old, &part, true),
            Merge::NeedsFull(Some(_))
        ));
    }
}

#[test]
fn earlier_rows_are_added_too() {
    let old = closes(8, &OLD[2..]);
    let merged = merged(&old, &closes(6, &OLD[..3]), false);
    assert_eq!(
        (merged.rows, merged.table.columns[3].as_slice()),
        (2, &OLD[..])
    );
    assert!(merged.table.sessions.is_sorted());
}
