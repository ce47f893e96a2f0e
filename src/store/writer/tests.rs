use super::*;
use crate::input::factors::{FactorFrame, FactorUnit};
use crate::instrument::Symbol;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis::{Raw, Split};
use crate::prices::{CLOSE, PriceFrame, Provenance};
use crate::store::Update;
use chrono::NaiveDate;
use std::fs;
use tempfile::TempDir;

mod damage;

fn now() -> DateTime<Utc> {
    "2025-01-28T23:30:00Z".parse().unwrap()
}

fn owner() -> Owner {
    Owner {
        pid: 41,
        command: "test".into(),
    }
}

fn nvda() -> Symbol {
    Symbol::new("NVDA").unwrap()
}

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, n as u32).unwrap()
}

/// Closes from the day of January on, one a day.
fn frame(first: usize, closes: &[f64]) -> PriceFrame {
    let bar = |(n, close): (usize, &f64)| {
        let mut figures = [None; 6];
        figures[CLOSE] = Some(*close).filter(|c| !c.is_nan());
        Bar {
            session: day(first + n),
            figures,
        }
    };
    let bars: Vec<Bar> = closes.iter().enumerate().map(bar).collect();
    let provenance = Provenance {
        name: String::new(),
        path: String::new(),
        dialect: String::new(),
        rows: 0,
        symbols: Vec::new(),
        first: None,
        last: None,
        adjustment_basis: Split,
        sha256: String::new(),
    };
    PriceFrame::from_bars(&nvda(), &bars, provenance).unwrap()
}

fn delivery(first: usize, closes: &[f64]) -> Delivery {
    Delivery {
        source: "stooq".into(),
        symbol: nvda(),
        figures: Figures::Prices(frame(first, closes)),
        url: "https://stooq.com/q/d/l/?s=nvda.us".into(),
        fetched_at: now(),
        etag: None,
        last_modified: None,
        basis: Split,
        complete: false,
    }
}

fn complete(first: usize, closes: &[f64]) -> Delivery {
    Delivery {
        complete: true,
        ..delivery(first, closes)
    }
}

struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn store(&self) -> Store {
        Store::open(self.root()).unwrap()
    }

    fn writer(&self) -> Writer {
        Store::writer(self.root(), now(), &owner()).unwrap()
    }

    fn update(&self, delivery: Delivery) -> Update {
        self.writer().update(delivery).unwrap().update
    }

    fn closes(&self) -> Vec<f64> {
        let series = self.store().read("stooq", &nvda()).unwrap().unwrap();
        series.frame.figures(CLOSE).unwrap().unwrap()
    }

    fn folder(&self) -> PathBuf {
        series_folder(&self.root(), Kind::Prices, "stooq", &nvda())
    }

    #[track_caller]
    fn sound(&self) {
        assert_eq!(self.store().verify().unwrap().problems, []);
    }
}

#[test]
fn an_absent_store_is_empty_and_stays_absent() {
    let fixture = Fixture::new();
    let store = fixture.store();
    assert!(store.list().unwrap().manifests.is_empty());
    assert!(store.read("stooq", &nvda()).unwrap().is_none());
    assert!(store.find(&nvda()).unwrap().is_empty());
    assert!(store.revisions(None).unwrap().is_empty());
    assert!(store.verify().unwrap().ok);
    assert!(!fixture.root().exists());
    fs::write(fixture.root(), "a file").unwrap();
    assert!(Store::open(fixture.root()).is_err());
}

#[test]
fn a_series_is_created_continued_and_confirmed() {
    let fixture = Fixture::new();
    let closes: Vec<f64> = (0..15).map(|n| 100.0 + n as f64 / 3.0).collect();
    assert!(fixture.store().known("stooq", &nvda()).unwrap().is_none());
    let created = fixture.update(complete(1, &closes));
    assert_eq!(created, Update::Created { rows: 15 });
    let known = fixture.store().known("stooq", &nvda()).unwrap().unwrap();
    assert_eq!((known.first, known.last), (day(1), day(15)));
    assert_eq!(known.overlap_from, day(6));
    let more = [closes[14], 106.0, 107.0];
    assert_eq!(
        fixture.update(delivery(15, &more)),
        Update::Appended { rows: 2 }
    );
    let before = fixture.store().list().unwrap().manifests;
    let later = Delivery {
        fetched_at: "2025-02-01T00:00:00Z".parse().unwrap(),
        ..delivery(15, &more)
    };
    assert_eq!(fixture.update(later), Update::Current);
    assert_eq!(fixture.store().list().unwrap().manifests, before);
    assert_eq!(fixture.closes().len(), 17);
    assert_eq!(fixture.closes()[..15], closes[..]);
    let found = fixture.store().find(&nvda()).unwrap();
    assert_eq!(
        (found.len(), found[0].rows, found[0].generation),
        (1, 17, 2)
    );
    assert_eq!(fs::read_dir(fixture.folder()).unwrap().count(), 2);
    fixture.sound();
}

#[test]
fn what_the_next_conditional_request_needs_is_kept() {
    let fixture = Fixture::new();
    let tagged = |etag: &str| Delivery {
        etag: Some(etag.into()),
        last_modified: Some("Tue, 28 Jan 2025 23:00:00 GMT".into()),
        ..delivery(27, &[118.42])
    };
    fixture.update(tagged("a"));
    assert_eq!(fixture.update(tagged("b")), Update::Current);
    let known = fixture.store().known("stooq", &nvda()).unwrap().unwrap();
    assert_eq!(known.etag.as_deref(), Some("b"));
    assert!(known.last_modified.is_some());
    fixture.sound();
}

#[test]
fn restated_figures_are_refused_until_all_of_them_come() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[495.197, 500.25, 498.125]));
    let needs = fixture.update(delivery(2, &[50.025, 49.8125, 50.0]));
    assert!(matches!(needs, Update::NeedsFull { ratio: Some(r) } if (r - 0.1).abs() < 1e-9));
    assert_eq!(fixture.closes(), [495.197, 500.25, 498.125]);
    assert!(fixture.store().revisions(None).unwrap().is_empty());
    let reloaded = fixture.update(complete(1, &[49.5197, 50.025, 49.8125, 50.0]));
    assert!(
        matches!(
            reloaded,
            Update::Reloaded {
                rows: 4,
                changes: 3,
                ..
            }
        ),
        "{reloaded:?}"
    );
    assert_eq!(fixture.closes(), [49.5197, 50.025, 49.8125, 50.0]);
    let revisions = fixture.store().revisions(Some(&nvda())).unwrap();
    let values: Vec<_> = revisions.iter().map(|r| (r.old, r.new)).collect();
    assert_eq!(values[0], (Some(495.197), Some(49.5197)));
    assert_eq!(values.len(), 3);
    fixture.sound();
}

#[test]
fn revisions_keep_the_old_figures_also_there_and_back() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[100.0, 101.0, 102.0]));
    for close in [101.5, 101.0, 101.5] {
        let revised = fixture.update(delivery(1, &[100.0, close, 102.0]));
        assert_eq!(
            revised,
            Update::Revised {
                rows: 0,
                changes: 1
            }
        );
    }
    let revisions = fixture.store().revisions(None).unwrap();
    let values: Vec<_> = revisions
        .iter()
        .map(|r| (r.generation, r.old, r.new))
        .collect();
    let (a, b) = (Some(101.0), Some(101.5));
    assert_eq!(values, [(2, a, b), (3, b, a), (4, a, b)]);
    fixture.sound();
}

#[test]
fn a_gap_and_a_strange_history_are_not_bridged() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[100.0, 101.0]));
    let gap = fixture.update(delivery(10, &[103.0]));
    assert_eq!(gap, Update::NeedsFull { ratio: None });
    let error = fixture.writer().update(complete(10, &[103.0])).unwrap_err();
    assert!(error.to_string().contains("belong together"), "{error}");
    assert_eq!(fixture.closes(), [100.0, 101.0]);
}

#[test]
fn two_bases_are_never_merged() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[100.0, 101.0]));
    let raw = Delivery {
        basis: Raw,
        ..complete(1, &[100.0, 101.0, 102.0])
    };
    let error = fixture.writer().update(raw.clone()).unwrap_err();
    assert!(error.to_string().contains("as traded"), "{error}");
    let other = Delivery {
        source: "tiingo".into(),
        ..raw
    };
    assert_eq!(fixture.update(other), Update::Created { rows: 3 });
    let sources: Vec<_> = fixture.store().find(&nvda()).unwrap();
    let sources: Vec<_> = sources.iter().map(|m| m.source.as_str()).collect();
    assert_eq!(sources, ["stooq", "tiingo"]);
}

#[test]
fn deliveries_that_cannot_be_stored_are_refused() {
    let fixture = Fixture::new();
    let doubled = PriceFrame::merge(vec![frame(1, &[1.0]), frame(1, &[2.0])]).unwrap();
    let other = |figures| Delivery {
        figures,
        ..delivery(1, &[])
    };
    for (figures, problem) in [
        (Figures::Prices(doubled), "two different rows"),
        (Figures::Prices(frame(1, &[f64::NAN])), "no figures"),
    ] {
        let error = fixture.writer().update(other(figures)).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
    let twice = PriceFrame::merge(vec![frame(1, &[1.0]), frame(1, &[1.0])]).unwrap();
    let update = fixture.update(other(Figures::Prices(twice)));
    assert_eq!(update, Update::Created { rows: 1 });
}

#[test]
fn factors_are_stored_alike() {
    let fixture = Fixture::new();
    let name = Symbol::new("ff3").unwrap();
    let factors = |names: [&str; 2], values: [f64; 2]| Delivery {
        source: "french".into(),
        symbol: name.clone(),
        figures: Figures::Factors(FactorFrame {
            sessions: vec![day(2), day(3)],
            names: names.map(str::to_owned).to_vec(),
            columns: vec![values.to_vec(), vec![1e-4, 1e-4]],
            unit: FactorUnit::Percent,
            unit_note: "percent: the library".into(),
        }),
        ..complete(1, &[])
    };
    fixture.update(factors(["Mkt-RF", "RF"], [0.01, -0.02]));
    // A vintage that changes every figure by one ratio is a revision, not a split.
    let revised = fixture.update(factors(["Mkt-RF", "RF"], [0.02, -0.04]));
    assert_eq!(
        revised,
        Update::Revised {
            rows: 0,
            changes: 2
        }
    );
    let error = fixture.writer().update(factors(["SMB", "RF"], [0.0, 0.0]));
    assert!(error.unwrap_err().to_string().contains("stored factors"));
    let stored = fixture
        .store()
        .read_factors("french", &name)
        .unwrap()
        .unwrap();
    assert_eq!(stored.frame.columns[0], [0.02, -0.04]);
    assert_eq!(stored.frame.unit, FactorUnit::Percent);
    assert_eq!(stored.manifest.kind, Kind::Factors);
    assert!(
        fixture
            .store()
            .known_factors("french", &name)
            .unwrap()
            .is_some()
    );
    fixture.sound();
}
