//! A made-up market with shocks whose causes are known.

use crate::analysis::model::ModelKind;
use crate::analysis::window::Window;
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::data::StudyData;
use crate::study::result::FindingRow;
use crate::study::scan::result::{ScanResult, ScanRow, Scope};
use crate::study::scan::run;
use crate::study::scan::spec::ScanSpec;
use crate::study::testing::{data, event, spec, symbol};
use chrono::NaiveDate;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, month, day).unwrap()
}

/// AAA falls alone on 10 March, an event the day before; AAA, BBB and CCC on 12 April, no event;
/// everything with the market on 14 June, an event that day.
fn shocks() -> StudyData {
    let mut data = data();
    let sessions = data.sessions.clone();
    let mut add = |name: &str, date: NaiveDate, jump: f64| {
        let t = sessions.binary_search(&date).unwrap();
        let own = data
            .instruments
            .iter_mut()
            .find(|i| i.symbol.as_str() == name);
        own.unwrap().returns.as_mut().unwrap()[t] += jump;
    };
    add("AAA", day(3, 10), -0.09);
    for name in ["AAA", "BBB", "CCC"] {
        add(name, day(4, 12), 0.08);
    }
    add("MKT", day(6, 14), -0.09);
    add("AAA", day(6, 14), -0.20);
    data
}

fn request(symbols: &[&str]) -> ScanSpec {
    let mut study = spec(ModelKind::Market);
    study.events = vec![
        event("march", (2023, 3, 9), &["AAA"]),
        event("june", (2023, 6, 14), &[]),
        event("june-again", (2023, 6, 13), &[]),
        event("for-others", (2023, 4, 12), &["DDD"]),
        event("saturday", (2023, 7, 1), &[]),
    ];
    study.events[2].category = Some("market-reaction".to_owned());
    let three = ["AAA", "BBB", "CCC"].map(symbol).to_vec();
    study.groups = vec![InstrumentGroup::new("three", three)];
    ScanSpec {
        study,
        instruments: (!symbols.is_empty()).then(|| symbols.iter().map(|s| symbol(s)).collect()),
        from: Some(day(1, 1)),
        to: None,
        top: 5,
        alpha: 0.05,
        within: Window::new(0, 1).unwrap(),
        peers: None,
        not_causes: vec!["market-reaction".to_owned()],
    }
}

fn on(result: &ScanResult, name: &str, date: NaiveDate) -> ScanRow {
    let found = |r: &&ScanRow| r.instrument.as_str() == name && r.session == date;
    result.rows.iter().find(found).unwrap().clone()
}

#[test]
fn shocks_come_first_with_their_events_and_their_scope() {
    let result = run(&request(&["AAA"]), &shocks()).unwrap();
    let first: Vec<NaiveDate> = result.top().iter().map(|r| r.session).collect();
    for date in [day(3, 10), day(4, 12), day(6, 14)] {
        assert!(first.contains(&date), "{first:?}");
    }
    let march = on(&result, "AAA", day(3, 10));
    assert_eq!(
        (march.events.as_slice(), march.scope),
        (&["march".to_owned()][..], Some(Scope::Own))
    );
    let april = on(&result, "AAA", day(4, 12));
    assert!(!april.explained && april.events.is_empty());
    assert_eq!(
        (april.scope, april.n_peers, april.n_peers_moved),
        (Some(Scope::Industry), Some(2), Some(2))
    );
    assert_eq!(april.peers_moved, ["BBB", "CCC"].map(symbol));
    let june = on(&result, "AAA", day(6, 14));
    assert_eq!(june.events, ["june", "june-again"], "the nearest first");
    assert_eq!(june.scope, Some(Scope::Market));
    let instrument = &result.instruments[0];
    let abnormal = result.rows.iter().filter(|r| r.abnormal);
    assert_eq!(instrument.n_abnormal, abnormal.clone().count());
    assert_eq!(
        instrument.n_explained,
        abnormal.filter(|r| r.explained).count()
    );
}

#[test]
fn ranks_are_by_quantile_and_then_by_size() {
    let result = run(&request(&[]), &shocks()).unwrap();
    assert_eq!(result.instruments.len(), 5, "all but the benchmark");
    assert_eq!(result.associations.len(), 6, "and all together");
    let key = |r: &ScanRow| (r.sq_p.unwrap(), -r.garch_t.or(r.ar_t).unwrap().abs());
    for pair in result.ranked().windows(2) {
        assert!(key(&pair[0]) <= key(&pair[1]));
    }
    for (i, row) in result.ranked().iter().enumerate() {
        assert_eq!(row.rank, Some(i + 1));
        assert_eq!(row.abnormal, row.sq_p.unwrap() <= 0.05);
        assert!(row.q_value.unwrap() >= row.sq_p.unwrap());
    }
}

#[test]
fn a_day_that_was_picked_for_its_price_proves_nothing() {
    let result = run(&request(&["AAA"]), &shocks()).unwrap();
    let row = &result.associations[0];
    // march, june and saturday (on Monday 3 July) count; june-again and for-others do not.
    assert_eq!((row.n_events, row.n_hit), (3, 2));
    let events: Vec<&str> = result
        .events
        .iter()
        .filter(|e| !e.counts)
        .map(|e| e.id.as_str())
        .collect();
    assert_eq!(events, ["june-again"]);
    assert_eq!(row.abnormal_with + row.normal_with, 6);
}

#[test]
fn missing_sessions_stay_missing_and_say_why() {
    let mut data = shocks();
    let t = data.sessions.binary_search(&day(4, 12)).unwrap();
    data.instruments[1].returns.as_mut().unwrap()[t] = f64::NAN;
    data.findings.push(FindingRow {
        kind: "split-like-jump".to_owned(),
        symbol: "AAA".to_owned(),
        session: Some(day(3, 10)),
        value: None,
        message: String::new(),
        serious: true,
    });
    let result = run(&request(&["AAA"]), &data).unwrap();
    let row = on(&result, "AAA", day(4, 12));
    assert_eq!(
        (row.rank, row.ar, row.sq_p, row.q_value),
        (None, None, None, None)
    );
    assert!(!row.reason.is_empty() && !row.abnormal);
    assert_eq!(
        result.instruments[0].n_without,
        [("missing-return".to_owned(), 1)]
    );
    assert_eq!(on(&result, "AAA", day(3, 10)).findings, ["split-like-jump"]);
}

#[test]
fn what_comes_later_changes_no_figure() {
    let short = ScanSpec {
        to: Some(day(6, 30)),
        ..request(&["AAA"])
    };
    let (short, long) = (
        run(&short, &shocks()).unwrap(),
        run(&request(&["AAA"]), &shocks()).unwrap(),
    );
    for row in &short.rows {
        let other = on(&long, "AAA", row.session);
        assert_eq!(
            (row.ar, row.ar_t, row.sq_p),
            (other.ar, other.ar_t, other.sq_p)
        );
        assert_eq!((row.garch_sd, row.garch_t), (other.garch_sd, other.garch_t));
    }
}

#[test]
fn a_masked_shock_leaves_later_windows_alone() {
    let mut masked = request(&["AAA"]);
    masked.study.mask_events = true;
    masked.study.mask_window = Window::new(0, 1).unwrap();
    let (plain, masked) = (
        run(&request(&["AAA"]), &shocks()).unwrap(),
        run(&masked, &shocks()).unwrap(),
    );
    let sd = |result: &ScanResult, date| on(result, "AAA", date).residual_sd.unwrap();
    assert!(sd(&masked, day(4, 10)) < 0.95 * sd(&plain, day(4, 10)));
    assert!(plain.instruments[0].contamination.is_some());
    assert!(masked.instruments[0].contamination.is_none());
}

#[test]
fn what_cannot_be_scanned_is_refused_with_a_cure() {
    let refused = |change: &dyn Fn(&mut ScanSpec)| {
        let mut request = request(&["AAA"]);
        change(&mut request);
        run(&request, &shocks()).unwrap_err().to_string()
    };
    let unknown = refused(&|r| r.instruments = Some(vec![Symbol::new("ZZZ").unwrap()]));
    assert!(
        unknown.contains("ZZZ") && unknown.contains("AAA"),
        "{unknown}"
    );
    assert!(refused(&|r| r.study.model = ModelKind::Garch).contains("market"));
    assert!(refused(&|r| r.from = Some(day(12, 31))).contains("the data go from"));
}
