//! Every model runs in a study, and the donors of a synthetic control are the right ones.

use super::*;
use crate::returns::ReturnKind;
use crate::study::result::Status;
use crate::study::testing::{NAMES, data, spec, symbol};

#[test]
fn every_model_of_the_benchmark_runs_in_a_study() {
    let data = data();
    let kinds = ModelKind::ALL.into_iter();
    for kind in kinds.filter(|k| k.needs_benchmark() || *k == ModelKind::SyntheticControl) {
        let result = crate::study::run(&spec(kind), &data).unwrap();
        assert_eq!(result.fits.len(), 3, "{}", kind.as_str());
        assert!(result.ledger.iter().all(|row| row.status == Status::Used));
        assert!(result.fits.iter().all(|fit| fit.model == kind.as_str()));
        assert!(result.cars.iter().all(|row| row.car_t.is_some()));
    }
}

#[test]
fn donors_are_those_that_the_subjects_events_leave_alone() {
    let (data, spec) = (data(), spec(ModelKind::SyntheticControl));
    let studied = ["AAA", "BBB", "CCC"].map(symbol);
    let market = Market::new(&spec, &data, &studied, &NAMES.map(symbol)).unwrap();
    let donors = |subject: &[&str]| -> Vec<String> {
        let subject: Vec<Symbol> = subject.iter().map(|s| symbol(s)).collect();
        market.donors(&subject).into_iter().map(|d| d.0).collect()
    };
    assert_eq!(donors(&["AAA"]), ["CCC", "DDD", "EEE"]);
    assert_eq!(donors(&["CCC"]), ["AAA", "BBB", "DDD", "EEE"]);
    assert_eq!(donors(&["BBB", "CCC"]), ["DDD", "EEE"]);
    assert!(market.difference_model().unwrap().is_none());
    // What only one instrument may take as a donor has a name in the result too.
    let result = crate::study::run(&spec, &data).unwrap();
    let named = &result.settings.regressors;
    assert_eq!(*named, ["AAA", "BBB", "CCC", "DDD", "EEE"]);
}

#[test]
fn what_is_made_of_log_returns_is_made_of_simple_ones_underneath() {
    let data = data();
    let simple = spec(ModelKind::Market);
    let log = StudySpec {
        returns: ReturnKind::Log,
        ..simple.clone()
    };
    let mut logs = data.clone();
    for column in logs
        .instruments
        .iter_mut()
        .filter_map(|i| i.returns.as_mut())
    {
        column.iter_mut().for_each(|r| *r = r.ln_1p());
    }
    let pair = ["AAA", "BBB"].map(symbol);
    let of = |spec: &StudySpec, data: &StudyData| -> Vec<f64> {
        let market = Market::new(spec, data, &pair, &NAMES.map(symbol)).unwrap();
        market.portfolio(&pair)
    };
    let (simple, log) = (of(&simple, &data), of(&log, &logs));
    let present = simple.iter().zip(&log).filter(|(s, _)| s.is_finite());
    assert!(present.clone().count() > 100);
    for (s, l) in present {
        assert!((s.ln_1p() - l).abs() < 1e-14);
    }
}

#[test]
fn an_instrument_without_donors_says_so_in_the_ledger() {
    let (mut data, mut spec) = (data(), spec(ModelKind::SyntheticControl));
    data.instruments.truncate(3);
    spec.events.truncate(1);
    let result = crate::study::run(&spec, &data).unwrap();
    assert!(result.fits.is_empty());
    assert!(
        result.ledger[0].reason.contains("donors"),
        "{}",
        result.ledger[0].reason
    );
}
