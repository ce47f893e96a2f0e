//! A result for tests: the Nvidia case with its known figures, and poorer studies cut from it.
//!
//! The abnormal returns of 27 and 31 January and 3 February 2025 are real (market model on SPY,
//! 240 estimation days); what surrounds them is made up to fill every part of a page.

use crate::analysis::window::{RelativeDay, Window};
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::result::*;
use crate::study::warning::Warning;
use chrono::NaiveDate;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

pub(super) fn window(text: &str) -> Window {
    text.parse().unwrap()
}

/// Seven events in all statuses, five claims, two samples, two groups of instruments.
pub(super) fn nvda() -> StudyResult {
    let count = |total, used, provisional, excluded| StatusCounts {
        total,
        used,
        provisional,
        excluded,
    };
    StudyResult {
        name: "nvda-ai-shock".into(),
        title: "Nvidia and the AI shock of early 2025".into(),
        question: Some(
            "Did DeepSeek, the White House meeting and the tariffs move Nvidia's price beyond \
             what the market explains?"
                .into(),
        ),
        settings: settings(),
        inputs: inputs(),
        data_range: (day("2022-01-03"), day("2025-02-13")),
        event_counts: count(7, 5, 1, 1),
        observation_counts: count(8, 6, 1, 1),
        events: events(),
        groups_of_instruments: vec![
            InstrumentGroup {
                name: "hardware".into(),
                members: vec![symbol("NVDA"), symbol("AMD")],
            },
            InstrumentGroup {
                name: "software".into(),
                members: vec![symbol("CRM"), symbol("NOW")],
            },
        ],
        ledger: ledger(),
        fits: [
            "sell-off",
            "meeting",
            "article-date",
            "tariffs",
            "r1",
            "paris-summit",
        ]
        .map(fit)
        .to_vec(),
        abnormal_returns: abnormal_returns(),
        cars: cars(),
        aar: aar(),
        tests: tests(),
        groups: groups(),
        claims: claims(),
        dollar_values: vec![dollar_value()],
        figures: FigureData {
            leading: ["sell-off", "meeting", "article-date"]
                .map(|id| (id.to_owned(), symbol("NVDA")))
                .to_vec(),
            ..FigureData::default()
        },
        findings: vec![FindingRow {
            kind: "large-move".into(),
            symbol: "NVDA".into(),
            session: Some(day("2025-01-27")),
            value: Some(-0.169682),
            message: "return of -16.97 % on one session".into(),
            serious: false,
        }],
        warnings: warnings(),
        version: "0.1.0".into(),
    }
}

/// One event, no focus, no claims, no placebo.
pub(super) fn single_event() -> StudyResult {
    let mut result = nvda();
    keep(&mut result, &["meeting"]);
    result.title = "One meeting".into();
    result.question = None;
    result.settings.focus = None;
    result.settings.lead_event = None;
    result.figures = FigureData::default();
    result.claims.clear();
    result.aar.clear();
    result.tests.clear();
    result.groups.clear();
    result.groups_of_instruments.clear();
    result.findings.clear();
    result.warnings.clear();
    for car in &mut result.cars {
        (car.placebo_p, car.placebo_n) = (None, None);
    }
    result.event_counts = StatusCounts {
        total: 1,
        used: 1,
        ..StatusCounts::default()
    };
    result.observation_counts = result.event_counts;
    result
}

/// Nothing could be measured.
pub(super) fn all_excluded() -> StudyResult {
    let mut result = single_event();
    keep(&mut result, &[]);
    result.events = events()
        .into_iter()
        .filter(|e| e.id == "bis-2022")
        .collect();
    result.ledger = ledger()
        .into_iter()
        .filter(|r| r.event_id == "bis-2022")
        .collect();
    result.event_counts = StatusCounts {
        total: 1,
        excluded: 1,
        ..StatusCounts::default()
    };
    result.observation_counts = result.event_counts;
    result
}

/// One event whose windows are not over.
pub(super) fn all_provisional() -> StudyResult {
    let mut result = nvda();
    keep(&mut result, &["paris-summit"]);
    result.claims.clear();
    result.aar.clear();
    result.tests.clear();
    result.groups.clear();
    result.figures = FigureData::default();
    result.event_counts = StatusCounts {
        total: 1,
        provisional: 1,
        ..StatusCounts::default()
    };
    result.observation_counts = result.event_counts;
    result
}

fn keep(result: &mut StudyResult, ids: &[&str]) {
    let kept = |id: &str| ids.contains(&id);
    result.events.retain(|e| kept(&e.id));
    result.ledger.retain(|r| kept(&r.event_id));
    result.fits.retain(|r| kept(&r.event_id));
    result.abnormal_returns.retain(|r| kept(&r.event_id));
    result.cars.retain(|r| kept(&r.event_id));
    result.dollar_values.retain(|r| kept(&r.event_id));
    for row in &mut result.ledger {
        row.overlaps.clear();
        row.same_session.clear();
    }
}

fn settings() -> Settings {
    Settings {
        model: "market".into(),
        regressors: vec!["SPY".into()],
        benchmark: Some(symbol("SPY")),
        benchmark_weight: None,
        returns: "simple".into(),
        price_column: "adj_close".into(),
        factor_unit: None,
        estimation: window("-250:-11"),
        min_estimation: 144,
        event_window: window("-10:10"),
        windows: vec![window("0:0"), window("-1:1"), window("0:5")],
        calendar: "XNYS".into(),
        anchor: "next".into(),
        max_shift: 5,
        quality: "warn".into(),
        mask_events: false,
        mask_window: window("0:1"),
        group_by: "category".into(),
        focus: Some(symbol("NVDA")),
        lead_event: Some("sell-off".into()),
        instruments: vec![symbol("NVDA"), symbol("AMD")],
        tests: vec![
            "cross_section_t".into(),
            "kp_bmp_t".into(),
            "grank_t".into(),
        ],
        placebo: true,
        confidence: 0.95,
    }
}

fn inputs() -> Vec<InputRecord> {
    let record = |role: &str, name: &str, n_rows, adjustment: Option<&str>| InputRecord {
        role: role.into(),
        name: name.into(),
        format: "CSV, ISO dates".into(),
        n_rows,
        adjustment: adjustment.map(Into::into),
        provenance: Some("public figures, cross-checked".into()),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    vec![
        record("prices", "closes.csv", 12_480, Some("split and dividend")),
        record("events", "nvda.csv", 7, None),
    ]
}

fn events() -> Vec<Event> {
    let event = |id: &str, given: &str, when, certainty, title: &str, category: &str| Event {
        id: id.into(),
        announced_at: EventTime::Date(day(&given[..10])),
        given_at: given.into(),
        when,
        time_certainty: certainty,
        title: title.into(),
        category: Some(category.into()),
        instruments: vec![],
        direction: None,
        market_wide: false,
        source: Some("https://example.org/source".into()),
        attributes: Default::default(),
    };
    use TimeCertainty::{Day, Hour};
    vec![
        event(
            "bis-2022",
            "2022-10-07",
            When::Bmo,
            Day,
            "Export rules of October 2022",
            "export-control",
        ),
        event(
            "r1",
            "2025-01-20",
            When::Unknown,
            Day,
            "DeepSeek-R1 release",
            "deepseek",
        ),
        event(
            "sell-off",
            "2025-01-27",
            When::Bmo,
            Day,
            "DeepSeek sell-off",
            "deepseek",
        ),
        event(
            "meeting",
            "2025-01-31T15:00:00-05:00",
            When::Intraday,
            Hour,
            "White House meeting",
            "meeting",
        ),
        event(
            "article-date",
            "2025-02-01",
            When::Unknown,
            Day,
            "The meeting as dated by the article",
            "meeting",
        ),
        event(
            "tariffs",
            "2025-02-01",
            When::Unknown,
            Day,
            "Tariffs on Canada, Mexico and China",
            "tariff",
        ),
        event(
            "paris-summit",
            "2025-02-11",
            When::Unknown,
            Day,
            "AI Action Summit in Paris",
            "policy",
        ),
    ]
}

fn ledger() -> Vec<LedgerRow> {
    let row = |event: &str, given: &str, session: &str, rule: &str| LedgerRow {
        event_id: event.into(),
        instrument: "NVDA".into(),
        given_at: given.into(),
        session: Some(day(session)),
        rule: rule.into(),
        status: Status::Used,
        reason_code: String::new(),
        reason: String::new(),
        overlaps: vec![],
        same_session: vec![],
        day_uncertain: false,
        n_estimation: Some(240),
        n_estimation_window: 240,
    };
    let near = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
    vec![
        LedgerRow {
            status: Status::Excluded,
            reason_code: "short-estimation".into(),
            reason: "58 of 240 estimation days are usable, 144 are required".into(),
            n_estimation: Some(58),
            ..row("bis-2022", "2022-10-07", "2022-10-07", "before-open")
        },
        LedgerRow {
            overlaps: near(&["sell-off", "meeting"]),
            day_uncertain: true,
            ..row("r1", "2025-01-20", "2025-01-21", "anchor-next")
        },
        LedgerRow {
            overlaps: near(&["r1", "meeting", "article-date", "tariffs"]),
            ..row("sell-off", "2025-01-27", "2025-01-27", "before-open")
        },
        LedgerRow {
            overlaps: near(&["sell-off", "article-date", "tariffs"]),
            ..row(
                "meeting",
                "2025-01-31T15:00:00-05:00",
                "2025-01-31",
                "before-close",
            )
        },
        LedgerRow {
            overlaps: near(&["sell-off", "meeting", "tariffs"]),
            same_session: near(&["tariffs"]),
            day_uncertain: true,
            ..row("article-date", "2025-02-01", "2025-02-03", "anchor-next")
        },
        LedgerRow {
            overlaps: near(&["sell-off", "meeting", "article-date"]),
            same_session: near(&["article-date"]),
            day_uncertain: true,
            ..row("tariffs", "2025-02-01", "2025-02-03", "anchor-next")
        },
        LedgerRow {
            status: Status::Provisional,
            reason_code: "awaiting-data".into(),
            reason: "the windows run past the last session, 2025-02-13".into(),
            day_uncertain: true,
            ..row("paris-summit", "2025-02-11", "2025-02-11", "as-dated")
        },
        LedgerRow {
            instrument: "AMD".into(),
            ..row("sell-off", "2025-01-27", "2025-01-27", "before-open")
        },
    ]
}

fn fit(event: &str) -> FitRow {
    FitRow {
        event_id: event.into(),
        instrument: symbol("NVDA"),
        model: "market".into(),
        n_estimation: 240,
        alpha: Some(0.001_834_5),
        betas: vec![("SPY".into(), 2.291_43)],
        residual_sd: 0.026_213,
        r_squared: Some(0.451_2),
        first_session: day("2024-01-26"),
        last_session: day("2025-01-08"),
    }
}

/// (event, day 0, return, normal return, AR, forecast sd).
const DAY_0: [(&str, &str, f64, f64, f64, f64); 6] = [
    (
        "r1",
        "2025-01-21",
        0.022_755,
        0.018_902,
        0.003_853,
        0.026_244,
    ),
    (
        "sell-off",
        "2025-01-27",
        -0.169_682,
        -0.036_406,
        -0.133_276,
        0.026_331,
    ),
    (
        "meeting",
        "2025-01-31",
        -0.036_743,
        -0.012_925,
        -0.023_818,
        0.026_229,
    ),
    (
        "article-date",
        "2025-02-03",
        -0.028_400,
        -0.016_813,
        -0.011_587,
        0.026_251,
    ),
    (
        "tariffs",
        "2025-02-03",
        -0.028_400,
        -0.016_813,
        -0.011_587,
        0.026_251,
    ),
    (
        "paris-summit",
        "2025-02-11",
        -0.005_8,
        0.001_2,
        -0.007,
        0.026_2,
    ),
];

fn abnormal_returns() -> Vec<AbnormalReturnRow> {
    let mut rows = Vec::new();
    for (event, session, ret, normal, ar, sd) in DAY_0 {
        for relative_day in -1..=1 {
            // The days around are a fifth of day 0, of alternating sign.
            let scale = if relative_day == 0 { 1.0 } else { -0.2 };
            let known = event != "paris-summit" || relative_day < 1;
            let given = |x: f64| known.then_some(x);
            rows.push(AbnormalReturnRow {
                event_id: event.into(),
                instrument: symbol("NVDA"),
                relative_day: RelativeDay(relative_day),
                session: known
                    .then_some(day(session) + chrono::TimeDelta::days(relative_day.into())),
                ret: given(ret * scale),
                normal_return: given(normal * scale),
                ar: given(ar * scale),
                ar_sd: given(sd),
                sar: given(ar * scale / sd),
                ar_t: given(ar * scale / sd),
                ar_df: given(238.0),
                ar_p: given(if relative_day == 0 { 0.364_7 } else { 0.7 }),
                car_to_day: given(ar * scale),
                car_to_day_low: given(ar * scale - 0.05),
                car_to_day_high: given(ar * scale + 0.05),
            });
        }
    }
    rows
}

fn car(event: &str, days: &str, car: f64, sd: f64, p: f64, sq_p: f64) -> CarRow {
    let window = window(days);
    // 1.97: the 97.5 % quantile of t with 238 degrees of freedom.
    CarRow {
        event_id: event.into(),
        instrument: symbol("NVDA"),
        window,
        n_days: window.n_days(),
        provisional: false,
        car: Some(car),
        car_sd: Some(sd),
        car_t: Some(car / sd),
        car_df: Some(238.0),
        car_p: Some(p),
        car_low: Some(car - 1.97 * sd),
        car_high: Some(car + 1.97 * sd),
        scar: Some(car / sd),
        csar: Some(car / sd * 1.01),
        bhar: Some(car * 0.98),
        sq_p: Some(sq_p),
        sq_n: Some(240 - window.n_days() + 1),
        placebo_p: Some((sq_p * 1.1).min(1.0)),
        placebo_n: Some(482),
        mde: Some(2.81 * sd),
        car_masked: Some(car * 1.01),
        car_masked_sd: Some(sd * 0.9),
        car_masked_t: Some(car / sd * 1.1),
        car_unmasked: Some(car),
        car_unmasked_sd: Some(sd),
        car_unmasked_t: Some(car / sd),
        car_joint: Some(car * 0.99),
        car_joint_sd: Some(sd * 0.3),
        note: String::new(),
    }
}

fn cars() -> Vec<CarRow> {
    let mut rows = vec![
        car("r1", "0:0", 0.003_853, 0.026_244, 0.883_4, 0.83),
        car("r1", "-1:1", 0.031, 0.0455, 0.496, 0.41),
        car(
            "sell-off",
            "0:0",
            -0.133_276,
            0.026_331,
            8.2e-7,
            0.008_298_755_186_721_992,
        ),
        car("sell-off", "-1:1", -0.093_818, 0.045_525, 0.0404, 0.0672),
        car("sell-off", "0:5", -0.151, 0.0649, 0.0209, 0.0424),
        car("meeting", "0:0", -0.023_818, 0.026_229, 0.364_7, 0.298_8),
        car("meeting", "-1:1", -0.0193, 0.0455, 0.6719, 0.5882),
        car("meeting", "0:5", 0.0105, 0.0649, 0.8716, 0.9),
        car(
            "article-date",
            "0:0",
            -0.011_587,
            0.026_251,
            0.659_3,
            0.564_3,
        ),
        car("article-date", "-1:1", -0.0312, 0.0455, 0.4935, 0.4454),
        car("tariffs", "0:0", -0.011_587, 0.026_251, 0.659_3, 0.564_3),
        car("tariffs", "-1:1", -0.0312, 0.0455, 0.4935, 0.4454),
        car("paris-summit", "0:0", -0.007, 0.0262, 0.7896, 0.7801),
        CarRow {
            n_days: 2,
            provisional: true,
            note: "2 of 3 days are present".into(),
            ..car("paris-summit", "-1:1", -0.0061, 0.0371, 0.8695, 0.8201)
        },
    ];
    for row in &mut rows {
        if row.event_id != "sell-off" && row.event_id != "meeting" {
            (row.car_masked, row.car_masked_sd, row.car_masked_t) = (None, None, None);
            (row.car_joint, row.car_joint_sd) = (None, None);
        }
    }
    rows
}

fn aar() -> Vec<AarRow> {
    let row = |group: &str, relative_day, aar: f64| AarRow {
        group: group.into(),
        relative_day: RelativeDay(relative_day),
        n: 2,
        aar: Some(aar),
        caar: Some(aar),
        aar_sd: Some(0.06),
        aar_low: Some(aar - 0.2),
        aar_high: Some(aar + 0.2),
    };
    vec![
        row("deepseek", 0, -0.064_711),
        row("meeting", 0, -0.017_702),
    ]
}

fn tests() -> Vec<TestRow> {
    let row = |group: &str, days: &str, test: &str, caar: f64, p: Option<f64>| TestRow {
        group: group.into(),
        window: window(days),
        test: test.into(),
        caar: Some(caar),
        statistic: p.map(|_| -0.94),
        df: p.map(|_| 1.0),
        p,
        p_holm: p.map(|_| 1.0),
        p_bh: p.map(|_| 0.61),
        n: 2,
        null: "the mean abnormal return is zero".into(),
        note: if p.is_some() {
            "t"
        } else {
            "1 + (N − 1)·r̄ is not positive"
        }
        .into(),
    };
    vec![
        row(
            "deepseek",
            "0:0",
            "cross_section_t",
            -0.064_711,
            Some(0.518),
        ),
        row("deepseek", "0:0", "kp_bmp_t", -0.064_711, Some(0.55)),
        row("deepseek", "0:0", "grank_t", -0.064_711, None),
        row("deepseek", "-1:1", "cross_section_t", -0.031_4, Some(0.7)),
        row("meeting", "0:0", "cross_section_t", -0.017_702, Some(0.21)),
        row("meeting", "0:0", "kp_bmp_t", -0.017_702, Some(0.19)),
    ]
}

fn groups() -> Vec<GroupDifferenceRow> {
    let row =
        |method: &str, event: Option<&str>, a: &str, b: &str, difference: f64| GroupDifferenceRow {
            method: method.into(),
            event_id: event.map(Into::into),
            group_a: a.into(),
            group_b: b.into(),
            window: window("0:0"),
            difference: Some(difference),
            sd: Some(0.0172),
            statistic: Some(difference / 0.0172),
            df: Some(238.0),
            p: Some(0.000_02),
            note: String::new(),
        };
    vec![
        row(
            "portfolio",
            Some("sell-off"),
            "hardware",
            "software",
            -0.1103,
        ),
        row("welch", None, "deepseek", "meeting", -0.047),
    ]
}

fn claims() -> Vec<ClaimRow> {
    let claim = |id: &str, text: &str, scope: &str, figure: Option<f64>, verdict| ClaimRow {
        claim_id: id.into(),
        text: text.into(),
        scope: scope.into(),
        window: window("0:0"),
        expected: "down".into(),
        figure,
        low: figure.map(|x| x - 0.0517),
        high: figure.map(|x| x + 0.0517),
        p: figure.map(|x| if x < -0.1 { 8.2e-7 } else { 0.3647 }),
        verdict,
        reason: "t-test of one event observation, 238 degrees of freedom".into(),
    };
    use Verdict::{Contradicted, NotDistinguishable, NotTestable, Supported};
    let sell_off = "sell-off, NVDA";
    vec![
        claim(
            "hit",
            "DeepSeek drastically hit Nvidia's valuation",
            sell_off,
            Some(-0.133_276),
            Supported,
        ),
        claim(
            "meeting",
            "The meeting moved Nvidia",
            "meeting, NVDA",
            Some(-0.023_818),
            NotDistinguishable,
        ),
        ClaimRow {
            expected: "none".into(),
            ..claim(
                "nothing",
                "27 January was an ordinary day",
                sell_off,
                Some(-0.133_276),
                Contradicted,
            )
        },
        ClaimRow {
            reason: "market share is not a price".into(),
            ..claim(
                "china",
                "China's AI makers gain market share",
                "none",
                None,
                NotTestable,
            )
        },
    ]
}

fn dollar_value() -> DollarValue {
    DollarValue {
        event_id: "sell-off".into(),
        instrument: symbol("NVDA"),
        session: day("2025-01-27"),
        previous_close: 142.62,
        shares: 24.49e9,
        shares_as_of: day("2024-11-15"),
        shares_source: "10-Q of 20 November 2024".into(),
        market_value: 3.492_763_8e12,
        abnormal: -4.655e11,
        abnormal_low: -6.467e11,
        abnormal_high: -2.843e11,
        total: -5.927e11,
    }
}

fn warnings() -> Vec<Warning> {
    vec![
        Warning::SharedSession {
            session: day("2025-02-03"),
            events: vec!["article-date".into(), "tariffs".into()],
        },
        Warning::OwnBenchmark {
            instrument: "NVDA".into(),
            benchmark: "SPY".into(),
        },
        Warning::MultipleLooks { n: 62 },
    ]
}
