//! The rows of the made-up study.

use super::fixture::{CATEGORIES, date, symbol, window};
use crate::analysis::window::{RelativeDay, Window};
use crate::event::{Event, EventTime};
use crate::instrument::Symbol;
use crate::study::result::*;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Figures that look random and are the same every time.
pub(super) struct Draws(u64);

impl Draws {
    /// A generator of its own sequence.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: a sum of twelve uniform figures.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Adds what came of one event for one instrument.
pub(super) fn observe(
    result: &mut StudyResult,
    event: &Event,
    instrument: &Symbol,
    sessions: &[NaiveDate],
    draws: &mut Draws,
) {
    let EventTime::Date(session) = event.announced_at else {
        return;
    };
    let day_0 = sessions.binary_search(&session).unwrap();
    let monday = event.id == "deepseek-monday";
    let provisional = event.id == "event-1";
    let missing = !monday && instrument.as_str() == "ARM" && draws.uniform() < 0.4;
    let status = match (missing, provisional) {
        (true, _) => Status::Excluded,
        (_, true) => Status::Provisional,
        _ => Status::Used,
    };
    let row = ledger_row(event, instrument, session, status);
    result.ledger.push(row);
    if missing {
        return;
    }
    let sd = 0.0263;
    let mut car = 0.0;
    let mut ars = BTreeMap::new();
    for day in -10..=10_i32 {
        let boost = if day == 0 { 1.8 } else { 0.9 };
        let mut ar = boost * sd * draws.normal();
        if monday && day == 0 && instrument.as_str() == "NVDA" {
            ar = -0.1333;
        }
        car += ar;
        ars.insert(day, ar);
        let ahead = provisional && day > 4;
        let n = f64::from(day + 11);
        let reach = 1.97 * sd * (n + n * n / 240.0).sqrt();
        let known = |v: f64| (!ahead).then_some(v);
        result.abnormal_returns.push(AbnormalReturnRow {
            event_id: event.id.clone(),
            instrument: instrument.clone(),
            relative_day: RelativeDay(day),
            session: known(0.0).and_then(|_| sessions.get((day_0 as i32 + day) as usize).copied()),
            ret: known(ar + 0.001),
            normal_return: known(0.001),
            ar: known(ar),
            ar_sd: known(sd),
            sar: known(ar / sd),
            ar_t: known(ar / sd),
            ar_df: known(238.0),
            ar_p: known(if ar.abs() > 1.97 * sd { 0.01 } else { 0.4 }),
            ar_low: known(ar - 1.97 * sd),
            ar_high: known(ar + 1.97 * sd),
            garch_t: None,
            garch_p: None,
            car_to_day: known(car),
            car_to_day_low: known(car - reach),
            car_to_day_high: known(car + reach),
        });
    }
    for window in result.settings.windows.clone() {
        let car: f64 = window.days().map(|day| ars[&day.0]).sum();
        let reach = 1.97 * sd * (window.n_days() as f64 * 1.01).sqrt();
        result
            .cars
            .push(car_row(event, instrument, window, car, reach, provisional));
    }
}

fn ledger_row(event: &Event, instrument: &Symbol, session: NaiveDate, status: Status) -> LedgerRow {
    LedgerRow {
        event_id: event.id.clone(),
        instrument: instrument.as_str().to_owned(),
        given_at: event.given_at.clone(),
        session: Some(session),
        rule: "as-dated".to_owned(),
        status,
        reason_code: String::new(),
        reason: String::new(),
        overlaps: Vec::new(),
        same_session: Vec::new(),
        day_uncertain: false,
        n_estimation: Some(240),
        n_estimation_window: 240,
    }
}

fn car_row(
    event: &Event,
    instrument: &Symbol,
    window: Window,
    car: f64,
    reach: f64,
    provisional: bool,
) -> CarRow {
    CarRow {
        event_id: event.id.clone(),
        instrument: instrument.clone(),
        window,
        n_days: window.n_days(),
        provisional,
        car: Some(car),
        car_sd: Some(reach / 1.97),
        car_t: None,
        car_df: Some(238.0),
        car_p: None,
        car_low: Some(car - reach),
        car_high: Some(car + reach),
        scar: None,
        csar: None,
        bhar: None,
        sq_p: None,
        sq_n: None,
        placebo_p: None,
        placebo_n: None,
        conformal_p: None,
        mde: None,
        car_masked: None,
        car_masked_sd: None,
        car_masked_t: None,
        car_unmasked: None,
        car_unmasked_sd: None,
        car_unmasked_t: None,
        car_joint: None,
        car_joint_sd: None,
        car_joint_hac_sd: None,
        garch_t: None,
        garch_p: None,
        note: String::new(),
    }
}

/// A path for each category.
pub(super) fn averages(draws: &mut Draws) -> Vec<AarRow> {
    let mut rows = Vec::new();
    for (i, group) in CATEGORIES.iter().enumerate() {
        let mut caar = 0.0;
        for day in -10..=10 {
            let aar = 0.006 * draws.normal();
            caar += aar;
            rows.push(AarRow {
                group: (*group).to_owned(),
                relative_day: RelativeDay(day),
                n: 15 - 2 * i - usize::from(day > 4 && i == 1),
                aar: Some(aar),
                caar: Some(caar),
                aar_sd: Some(0.006),
                aar_low: Some(aar - 0.012),
                aar_high: Some(aar + 0.012),
            });
        }
    }
    rows
}

/// What charts need beside the tables.
pub(super) fn figures(sessions: &[NaiveDate], draws: &mut Draws) -> FigureData {
    let nvda = symbol("NVDA");
    let mut price = 29.0_f64;
    let values: Vec<Option<f64>> = sessions
        .iter()
        .map(|day| {
            let jump = if *day == date("2025-01-27") {
                -0.17
            } else {
                0.0
            };
            let drift = if day.year() < 2023 { -0.0025 } else { 0.0029 };
            price *= 1.0 + drift + jump + 0.028 * draws.normal();
            (*day != date("2023-05-10")).then_some(price)
        })
        .collect();
    let mut pair = |shock: f64| {
        let market = 0.008 * draws.normal();
        (
            market,
            0.0008 + 1.85 * market + 0.0263 * draws.normal() + shock,
        )
    };
    let estimation = (0..240).map(|_| pair(0.0)).collect();
    let mut event: Vec<_> = (-10..=10)
        .map(|day| {
            let (market, ret) = pair(0.0);
            (RelativeDay(day), market, ret)
        })
        .collect();
    event[10] = (RelativeDay(0), -0.0141, -0.1697);
    let mut values_placebo: Vec<f64> = (0..1021).map(|_| 0.047 * draws.normal()).collect();
    values_placebo.sort_by(f64::total_cmp);
    FigureData {
        picked: None,
        leading: vec![("deepseek-monday".to_owned(), nvda.clone())],
        price: Some(PriceSeries {
            instrument: nvda.clone(),
            column: "adj_close".to_owned(),
            sessions: sessions.to_vec(),
            values,
        }),
        scatter: Some(Scatter {
            event_id: "deepseek-monday".to_owned(),
            instrument: nvda.clone(),
            benchmark: symbol("SPY"),
            estimation,
            event,
            line: Some((0.0008, 1.85)),
        }),
        placebos: vec![PlaceboDistribution {
            event_id: "deepseek-monday".to_owned(),
            instrument: nvda,
            window: window("-1:1"),
            car: -0.0938,
            p: 53.0 / 1022.0,
            values: values_placebo,
        }],
    }
}
