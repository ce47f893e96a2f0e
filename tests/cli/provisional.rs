//! An event whose window reaches beyond the data is provisional, and becomes final with them.

use crate::support::Sandbox;
use crate::support::market::made_up;

const EVENT: &str = "id,at,title,category,instruments\nthree,2024-10-01,Third,other,BBB\n";

#[test]
fn what_is_known_is_computed_and_said_to_be_unfinished() {
    let sandbox = Sandbox::new();
    sandbox.write("events.csv", EVENT);
    // 1 October and three sessions more.
    sandbox.write("prices.csv", made_up().until("2024-10-04").long());
    let run = sandbox.study(&[]).ends(1);
    assert!(
        run.stderr
            .contains("provisional: three (BBB): 3 of 10 sessions after day 0"),
        "{}",
        run.stderr
    );
    let ledger = sandbox.table("out/ledger.csv");
    assert_eq!(ledger.column("status"), ["provisional"]);
    assert_eq!(ledger.column("session"), ["2024-10-01"]);
    let study: serde_json::Value =
        serde_json::from_str(&sandbox.read("out/study.json")).expect("JSON");
    assert_eq!(study["event_counts"]["provisional"], 1);

    let days = sandbox.table("out/abnormal_returns.csv");
    // The sessions to come have their rows, without a figure.
    let relative = days.column("relative_day").into_iter();
    for (day, ar) in relative.zip(days.column("ar")) {
        let day: i32 = day.parse().expect("a day");
        assert_eq!(ar.is_empty(), day > 3, "day {day}: {ar:?}");
    }
    assert_eq!(days.rows.len(), 21);
    let cars = sandbox.table("out/cars.csv");
    for (start, end, n_days, provisional) in [
        ("0", "0", "1", "false"),
        ("-1", "1", "3", "false"),
        ("0", "5", "4", "true"),
        ("-10", "10", "14", "true"),
    ] {
        let window = [("window_start", start), ("window_end", end)];
        assert_eq!(cars.cell(&window, "n_days"), n_days, "{start}:{end}");
        assert_eq!(
            cars.cell(&window, "provisional"),
            provisional,
            "{start}:{end}"
        );
        assert!(cars.number(&window, "car").is_finite());
    }
    let day_0 = cars.number(&[("window_start", "0"), ("window_end", "0")], "car");
    assert!((day_0 - 0.10).abs() < 0.04, "{day_0}");
}

#[test]
fn sessions_that_the_data_do_not_hold_yet_will_come() {
    let sandbox = Sandbox::new();
    let events = "id,at,when,instruments\nlast,2024-10-04,amc,BBB\nlater,2024-11-05,,BBB\nbefore,1990-01-02,,BBB\n";
    sandbox.write("events.csv", events);
    sandbox.write("prices.csv", made_up().until("2024-10-04").long());
    sandbox.study(&["--calendar", "from-data"]).ends(1);
    let ledger = sandbox.table("out/ledger.csv");
    let expected = ["provisional", "provisional", "excluded"];
    assert_eq!(ledger.column("status"), expected);
    assert!(ledger.column("reason")[1].contains("after the last session of the data, 2024-10-04"));
}

#[test]
fn more_sessions_make_it_final_and_leave_what_was_known() {
    let sandbox = Sandbox::new();
    sandbox.write("events.csv", EVENT);
    sandbox.write("prices.csv", made_up().until("2024-10-04").long());
    sandbox.study(&["--out", "early"]).ends(1);
    sandbox.write("prices.csv", made_up().until("2024-10-15").long());
    let run = sandbox.study(&["--out", "late"]).ends(0);
    assert_eq!(run.stderr, "");
    assert_eq!(sandbox.table("late/ledger.csv").column("status"), ["used"]);
    let (early, late) = (
        sandbox.table("early/cars.csv"),
        sandbox.table("late/cars.csv"),
    );
    let day_0 = [("window_start", "0"), ("window_end", "0")];
    assert_eq!(early.cell(&day_0, "car"), late.cell(&day_0, "car"));
    let whole = [("window_start", "-10"), ("window_end", "10")];
    assert_eq!(late.cell(&whole, "n_days"), "21");
    assert_eq!(late.cell(&whole, "provisional"), "false");
}

#[test]
fn an_event_of_the_future_has_no_figures_yet() {
    let sandbox = Sandbox::new();
    sandbox.write("events.csv", EVENT);
    sandbox.write("prices.csv", made_up().until("2024-09-27").long());
    let run = sandbox.study(&[]).ends(1);
    let said = "day 0 lies after the last session of the data, 2024-09-27";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(
        sandbox.table("out/ledger.csv").column("status"),
        ["provisional"]
    );
    assert!(sandbox.table("out/cars.csv").rows.is_empty());
}
