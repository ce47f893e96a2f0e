//! Every model runs in a study, and the donors of a synthetic control are the right ones.

use super::*;
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
