use super::*;
use serde_json::{Value, json};

/// A result with one open event, `shock`, and one final event, `old`, of one instrument, whose data
/// end on 27 January 2025, day 0 of `shock`.
fn monday() -> Value {
    json!({
        "schema": "shockwave.study/1",
        "name": "s", "version": "0.1.0",
        "settings": {
            "model": "market", "mask_events": false, "estimation": {"start": -250, "end": -11},
            "returns": "simple", "instruments": ["NVDA"], "focus": null,
        },
        "data_range": ["2024-01-02", "2025-01-27"],
        "events": [
            {"id": "old", "given_at": "2024-12-02", "title": "Old"},
            {"id": "shock", "given_at": "2025-01-27", "title": "Shock"},
        ],
        "ledger": [standing("old", "used"), standing("shock", "provisional")],
        "fits": [fit("old", 1.8), fit("shock", 2.0)],
        "abnormal_returns": [
            day("old", 0, "2024-12-02", Some(0.01)),
            day("old", 1, "2024-12-03", Some(0.02)),
            day("shock", 0, "2025-01-27", Some(-0.17)),
            day("shock", 1, "", None),
        ],
        "cars": [
            car("old", 0, 1, 2, 0.03, false),
            car("shock", 0, 0, 1, -0.13, false),
            car("shock", 0, 1, 1, -0.13, true),
        ],
        "claims": [{"claim_id": "c1", "figure": -0.13, "verdict": "supported"}],
    })
}

/// The same a session later: `shock` is complete.
fn tuesday() -> Value {
    let mut next = monday();
    next["data_range"][1] = "2025-01-28".into();
    next["ledger"][1] = standing("shock", "used");
    next["abnormal_returns"][3] = day("shock", 1, "2025-01-28", Some(0.08));
    next["cars"][2] = car("shock", 0, 1, 2, -0.05, false);
    next
}

fn standing(event: &str, status: &str) -> Value {
    json!({"event_id": event, "instrument": "NVDA", "session": null, "status": status,
           "reason_code": ""})
}

fn fit(event: &str, beta: f64) -> Value {
    json!({"event_id": event, "instrument": "NVDA", "n_estimation": 240, "alpha": 0.001,
           "betas": [["SPY", beta]], "residual_sd": 0.026})
}

fn day(event: &str, relative: i32, session: &str, ret: Option<f64>) -> Value {
    let session = (!session.is_empty()).then_some(session);
    let ar = ret.map(|ret| ret - 0.001);
    json!({"event_id": event, "instrument": "NVDA", "relative_day": relative, "session": session,
           "return": ret, "normal_return": ret.map(|_| 0.001), "ar": ar, "ar_p": ret.map(|_| 0.01)})
}

fn car(event: &str, start: i32, end: i32, n: u32, car: f64, provisional: bool) -> Value {
    json!({"event_id": event, "instrument": "NVDA", "window": {"start": start, "end": end},
           "n_days": n, "provisional": provisional, "car": car, "car_p": 0.04, "sq_p": 0.04,
           "placebo_p": 0.04})
}

fn compare(before: &Value, after: &Value) -> Vec<Change> {
    let read = |value: &Value| serde_json::from_value::<Snapshot>(value.clone()).unwrap();
    diff(&read(before), &read(after))
}

/// Kind and event of every change.
fn outline(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let of = change.event_id.as_ref().or(change.claim_id.as_ref());
        let of = of.map_or("-", |of| of.as_str());
        let also: Vec<&str> = change.also.iter().map(|kind| kind.as_str()).collect();
        let also = match also.is_empty() {
            true => String::new(),
            false => format!(" also {}", also.join(",")),
        };
        format!("{} {of}{also}", change.kind.as_str())
    };
    changes.iter().map(line).collect()
}

#[test]
fn the_same_result_has_no_changes() {
    assert_eq!(compare(&monday(), &monday()), []);
}

#[test]
fn a_new_session_completes_what_was_open_and_nothing_else() {
    let changes = compare(&monday(), &tuesday());
    assert_eq!(outline(&changes), ["new-session shock"]);
    let change = &changes[0];
    assert_eq!(change.sessions, ["2025-01-28".parse().unwrap()]);
    assert_eq!(change.completed, [Span { start: 0, end: 1 }]);
    let status = change.status.as_ref().unwrap();
    assert_eq!(status.before.as_deref(), Some("provisional"));
    assert_eq!(status.after.as_deref(), Some("used"));
    let figures: Vec<_> = change.figures.iter().map(|f| (f.figure, f.after)).collect();
    assert_eq!(figures, [("ar", Some(0.079)), ("car", Some(-0.05))]);
}

#[test]
fn an_event_that_waited_for_its_day_is_moved_by_the_session() {
    let mut before = monday();
    before["data_range"][1] = "2025-01-24".into();
    before["abnormal_returns"][2] = day("shock", 0, "", None);
    before["fits"].as_array_mut().unwrap().pop();
    before["cars"].as_array_mut().unwrap().truncate(1);
    let changes = compare(&before, &monday());
    assert_eq!(outline(&changes), ["new-session shock"]);
    assert_eq!(changes[0].figures.len(), 3);
    // Its earlier days come with it: they are no revision, and their sessions are not new.
    let mut after = monday();
    let rows = after["abnormal_returns"].as_array_mut().unwrap();
    rows.push(day("shock", -1, "2025-01-24", Some(-0.03)));
    let changes = compare(&before, &after);
    assert_eq!(outline(&changes), ["new-session shock"]);
    assert_eq!(changes[0].sessions, ["2025-01-27".parse().unwrap()]);
}

#[test]
fn a_revised_return_is_a_revision_of_its_day_and_windows() {
    let mut after = monday();
    after["abnormal_returns"][1] = day("old", 1, "2024-12-03", Some(0.025));
    after["cars"][0] = car("old", 0, 1, 2, 0.035, false);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["revision old"]);
    assert_eq!(changes[0].sessions, ["2024-12-03".parse().unwrap()]);
    let figures: Vec<_> = changes[0]
        .figures
        .iter()
        .map(|f| (f.figure, f.before, f.after))
        .collect();
    assert_eq!(figures[0], ("return", Some(0.02), Some(0.025)));
    assert_eq!(figures[2], ("car", Some(0.03), Some(0.035)));
}

#[test]
fn a_revised_estimation_day_is_seen_by_the_fit() {
    let mut after = monday();
    after["fits"][0] = fit("old", 1.81);
    after["cars"][0] = car("old", 0, 1, 2, 0.031, false);
    assert_eq!(outline(&compare(&monday(), &after)), ["revision old"]);
}

#[test]
fn a_revised_benchmark_is_seen_by_the_normal_return() {
    let mut after = monday();
    after["abnormal_returns"][0]["normal_return"] = 0.002.into();
    after["cars"][0] = car("old", 0, 1, 2, 0.029, false);
    assert_eq!(outline(&compare(&monday(), &after)), ["revision old"]);
}

#[test]
fn a_session_and_a_revision_on_one_day_are_told_apart() {
    let mut after = tuesday();
    after["abnormal_returns"][1] = day("old", 1, "2024-12-03", Some(0.025));
    after["cars"][0] = car("old", 0, 1, 2, 0.035, false);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["revision old", "new-session shock"]);
    // On the same observation: the window's CAR moved for both reasons, and says so.
    let mut after = tuesday();
    after["abnormal_returns"][2] = day("shock", 0, "2025-01-27", Some(-0.18));
    after["cars"][1] = car("shock", 0, 0, 1, -0.14, false);
    let changes = compare(&monday(), &after);
    assert_eq!(
        outline(&changes),
        ["revision shock also new-session", "new-session shock"]
    );
}

#[test]
fn a_figure_that_arrives_late_is_a_revision() {
    let mut before = monday();
    before["abnormal_returns"][0] = day("old", 0, "2024-12-02", None);
    assert_eq!(outline(&compare(&before, &monday())), ["revision old"]);
    assert_eq!(outline(&compare(&monday(), &before)), ["revision old"]);
}

#[test]
fn a_new_event_is_none_of_the_others() {
    let mut after = tuesday();
    after["events"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "paris", "given_at": "2025-02-10"}));
    let mut row = standing("paris", "provisional");
    row["instrument"] = "ASML".into();
    after["ledger"].as_array_mut().unwrap().push(row);
    // The list of instruments follows from the events: no setting was changed.
    after["settings"]["instruments"] = json!(["ASML", "NVDA"]);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["new-session shock", "new-event paris"]);
    assert_eq!(changes[1].instrument.as_deref(), Some("ASML"));
}

#[test]
fn a_new_event_may_mask_days_of_another_ones_estimation() {
    let mut before = monday();
    before["settings"]["mask_events"] = true.into();
    let mut after = before.clone();
    after["events"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "n", "given_at": "2024-10-10"}));
    after["ledger"]
        .as_array_mut()
        .unwrap()
        .push(standing("n", "used"));
    after["fits"][0] = fit("old", 1.7);
    after["cars"][0] = car("old", 0, 1, 2, 0.032, false);
    assert_eq!(
        outline(&compare(&before, &after)),
        ["new-event old", "new-event n"]
    );
}

#[test]
fn a_changed_setting_is_named_with_both_values() {
    let mut after = monday();
    after["settings"]["estimation"] = json!({"start": -200, "end": -11});
    after["fits"][0] = fit("old", 1.9);
    after["cars"][0] = car("old", 0, 1, 2, 0.04, false);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["settings -", "settings old"]);
    assert_eq!(
        changes[0].fields,
        [FieldChange {
            field: "estimation".into(),
            before: Some("-250:-11".into()),
            after: Some("-200:-11".into()),
        }]
    );
    // Together with a session: the day is the session's, the rest the settings'.
    after = tuesday();
    after["settings"]["model"] = "market-adjusted".into();
    after["cars"][0] = car("old", 0, 1, 2, 0.04, false);
    after["fits"][1] = fit("shock", 1.0);
    assert_eq!(
        outline(&compare(&monday(), &after)),
        [
            "settings -",
            "settings old",
            "new-session shock also settings"
        ]
    );
    // A setting that a newer version writes for the first time was not changed.
    after = monday();
    after["settings"]["confidence"] = 0.95.into();
    assert_eq!(compare(&monday(), &after), []);
}

#[test]
fn an_event_that_is_dated_anew_or_taken_out_is_told() {
    let mut after = monday();
    after["events"][0]["given_at"] = "2024-12-03".into();
    after["abnormal_returns"][0] = day("old", 0, "2024-12-03", Some(0.02));
    after["cars"][0] = car("old", 0, 1, 2, 0.05, false);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["revision old"]);
    assert_eq!(changes[0].fields[0].field, "given_at");

    let mut after = monday();
    for table in ["events", "ledger", "fits", "cars"] {
        after[table].as_array_mut().unwrap().remove(0);
    }
    let rows = after["abnormal_returns"].as_array_mut().unwrap();
    rows.drain(..2);
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["settings old"]);
    assert_eq!(changes[0].status.as_ref().unwrap().after, None);
}

#[test]
fn p_values_are_told_where_they_cross_the_level() {
    // Placebo p moves with every session, because there is one more date to compare with.
    let mut after = tuesday();
    after["cars"][0]["placebo_p"] = 0.0401.into();
    assert_eq!(outline(&compare(&monday(), &after)), ["new-session shock"]);
    after["cars"][0]["placebo_p"] = 0.0502.into();
    assert_eq!(
        outline(&compare(&monday(), &after)),
        ["new-session old", "new-session shock"]
    );
}

#[test]
fn a_claim_takes_the_cause_of_what_moved() {
    let mut after = tuesday();
    after["claims"][0] =
        json!({"claim_id": "c1", "figure": -0.05, "verdict": "not-distinguishable"});
    let changes = compare(&monday(), &after);
    assert_eq!(outline(&changes), ["new-session shock", "new-session c1"]);
    let status = changes[1].status.as_ref().unwrap();
    assert_eq!(status.after.as_deref(), Some("not-distinguishable"));
    assert_eq!(changes[1].figures[0].before, Some(-0.13));
}

#[test]
fn changes_are_written_as_the_contract_names_them() {
    let change = &compare(&monday(), &tuesday())[0];
    let written = serde_json::to_value(change).unwrap();
    assert_eq!(written["kind"], "new-session");
    assert_eq!(written["event_id"], "shock");
    assert_eq!(written["instrument"], "NVDA");
    assert_eq!(written["completed"], json!([{"start": 0, "end": 1}]));
    assert_eq!(
        written["figures"][1]["window"],
        json!({"start": 0, "end": 1})
    );
}

#[test]
fn what_a_late_benchmark_completes_is_the_new_session() {
    // The instrument has Tuesday, its benchmark does not: Monday stays the last session.
    let mut waits = monday();
    waits["abnormal_returns"][3] = json!({"event_id": "shock", "instrument": "NVDA",
        "relative_day": 1, "session": "2025-01-28", "return": 0.08, "normal_return": null,
        "ar": null, "ar_p": null});
    let changes = compare(&waits, &tuesday());
    assert_eq!(outline(&changes), ["new-session shock"]);
    assert_eq!(changes[0].sessions, ["2025-01-28".parse().unwrap()]);
    assert_eq!(changes[0].figures[0].figure, "ar");
    // The event that waited for its day 0 has rows, but no return: none of them is revised.
    let mut waits = monday();
    waits["data_range"][1] = "2025-01-24".into();
    let rows = waits["abnormal_returns"].as_array_mut().unwrap();
    rows[2] = day("shock", 0, "2025-01-27", None);
    rows.push(day("shock", -1, "2025-01-24", None));
    waits["cars"].as_array_mut().unwrap().truncate(1);
    let mut after = monday();
    let rows = after["abnormal_returns"].as_array_mut().unwrap();
    rows.push(day("shock", -1, "2025-01-24", Some(-0.03)));
    let changes = compare(&waits, &after);
    assert_eq!(outline(&changes), ["new-session shock"]);
    assert_eq!(changes[0].sessions, ["2025-01-27".parse().unwrap()]);
}

#[test]
fn the_last_digits_of_a_restated_history_are_no_revision() {
    let mut after = tuesday();
    after["fits"] = json!([fit("old", 1.8 + 4e-16), fit("shock", 2.0 - 9e-16)]);
    after["abnormal_returns"][1] = day("old", 1, "2024-12-03", Some(0.02 + 7e-18));
    after["abnormal_returns"][2] = day("shock", 0, "2025-01-27", Some(-0.17 - 6e-17));
    after["cars"][0] = car("old", 0, 1, 2, 0.03 + 4e-17, false);
    after["claims"][0]["figure"] = (-0.13 - 6e-17).into();
    assert_eq!(outline(&compare(&monday(), &after)), ["new-session shock"]);
}

#[test]
fn a_window_that_sessions_open_and_close_in_one_step_is_complete() {
    let mut before = monday();
    before["data_range"][1] = "2025-01-24".into();
    before["abnormal_returns"]
        .as_array_mut()
        .unwrap()
        .truncate(2);
    before["cars"].as_array_mut().unwrap().truncate(1);
    let changes = compare(&before, &tuesday());
    assert_eq!(outline(&changes), ["new-session shock"]);
    assert_eq!(changes[0].completed, [Span { start: 0, end: 1 }]);
}
