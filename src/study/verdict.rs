//! What speaks for or against a claim, and the verdict.
//!
//! A claim about one event rests on two tests that must agree: the t test, which trusts the
//! normal law, and the sample-quantile test, which does not. A claim about several events rests
//! on the test that the diagnostics recommend for them; the cross-sectional t stands beside it.
//! A claim that *nothing* happened is never supported by a test that finds nothing: that is "not
//! distinguishable".

use crate::analysis::aggregate::mean_and_sd;
use crate::analysis::distribution::TLaw;
use crate::analysis::inference::single_event::{TTest, minimum_detectable_effect, t_test};
use crate::analysis::inference::{
    ALL, CrossSectionT, Observation, SampleContext, SampleSettings, SampleTest, TestStatistic,
};
use crate::analysis::recommendation::recommend;
use crate::analysis::window::Window;
use crate::event::Direction;
use crate::study::observe::Fit;
use crate::study::result::{ClaimRow, ClaimTest, Verdict};

/// The level of every verdict.
const LEVEL: f64 = 0.05;

/// A figure with what speaks for it.
pub(super) struct Evidence {
    figure: f64,
    /// Of the t test: the interval, and for one event the test.
    interval: TTest,
    interval_name: String,
    test: ClaimTest,
    other: Option<ClaimTest>,
    /// Whether `other` has to agree, or only stands beside.
    both: bool,
    /// Smallest effect that could have been seen.
    detectable: Option<f64>,
    /// Why not the recommended test (why that one is recommended stands in `recommendations.csv`).
    remarks: Vec<String>,
    n: usize,
}

/// The evidence of one event.
pub(super) fn single(fit: &Fit, window: Window) -> Option<Evidence> {
    let (car, test) = fit.car(window)?;
    let test = test?;
    let rank = fit.sample_quantile(&car).map(|rank| ClaimTest {
        name: "sq_p".to_owned(),
        statistic: None,
        law: format!("ranks among {}", rank.n),
        df: None,
        p: Some(rank.p),
    });
    let (n_days, n) = (car.n_days, window.n_days());
    let partly = (n_days < n)
        .then(|| format!("only {n_days} of the {n} days of the window have an abnormal return"));
    Some(Evidence {
        figure: car.car,
        interval: test,
        interval_name: "forecast-error".to_owned(),
        test: student("car_t", &test),
        other: rank,
        both: true,
        detectable: fit.detectable(&car),
        remarks: partly.into_iter().collect(),
        n: 1,
    })
}

/// The evidence of several events.
pub(super) fn sample(
    observations: &[Observation],
    window: Window,
    settings: SampleSettings,
) -> Option<Evidence> {
    let mut context = SampleContext::new(observations.iter().collect());
    context.settings = settings;
    let over = context.window(window);
    let cars = over.figures(|c| c.car);
    let n = cars.len() as f64;
    let (mean, sd) = mean_and_sd(&cars)?;
    let error = sd / n.sqrt();
    let law = TLaw::new(n - 1.0)?;
    let interval = t_test(mean, error, &law)?;
    let cross_section = student(CrossSectionT.name(), &interval);
    let advice = recommend(&over);
    let mut remarks = Vec::new();
    let named = ALL.iter().find(|t| t.name() == advice.test);
    let found = named.map(|test| test.run(&over));
    let (test, other) = match found {
        Some(TestStatistic {
            value: Some(value),
            p: Some(p),
            law: Some(law),
            ..
        }) => {
            let trusted = ClaimTest {
                name: advice.test.to_owned(),
                statistic: Some(value),
                law: law.to_string(),
                df: law.df(),
                p: Some(p),
            };
            (trusted, Some(cross_section))
        }
        other => {
            let why = other.and_then(|s| s.undefined);
            let why = why.map_or_else(|| "it has no p".to_owned(), |why| why.to_string());
            let missing = format!("{} cannot be had ({why})", advice.test);
            remarks.push(format!("{missing}, so the cross-sectional t stands in"));
            (cross_section, None)
        }
    };
    Some(Evidence {
        figure: mean,
        interval,
        interval_name: "cross-section".to_owned(),
        test,
        other,
        both: false,
        detectable: minimum_detectable_effect(error, &law),
        remarks,
        n: cars.len(),
    })
}

fn student(name: &str, test: &TTest) -> ClaimTest {
    ClaimTest {
        name: name.to_owned(),
        statistic: Some(test.t),
        law: "Student t".to_owned(),
        df: Some(test.df),
        p: Some(test.p),
    }
}

impl Evidence {
    /// Writes figure, tests and verdict into a row.
    pub fn answer(self, direction: Direction, row: &mut ClaimRow) {
        (row.verdict, row.reason) = self.judge(direction);
        row.figure = Some(self.figure);
        row.low = Some(self.interval.low);
        row.high = Some(self.interval.high);
        row.interval = self.interval_name;
        row.n = self.n;
        row.p = self.test.p;
        row.mde = self.detectable;
        row.test = Some(self.test);
        row.other_test = self.other;
    }

    fn judge(&self, direction: Direction) -> (Verdict, String) {
        let first = rejects(&self.test);
        let second = self.other.as_ref().map(rejects);
        // Standardised means can point the other way from plain ones, where one wild event leads.
        let opposed = self.test.statistic.is_some_and(|s| s * self.figure < 0.0);
        let seen = first && !opposed && (!self.both || second != Some(false));
        let verdict = match (seen, direction) {
            (false, _) => Verdict::NotDistinguishable,
            (true, Direction::Up) if self.figure > 0.0 => Verdict::Supported,
            (true, Direction::Down) if self.figure < 0.0 => Verdict::Supported,
            (true, _) => Verdict::Contradicted,
        };
        let mut parts = vec![self.words()];
        if self.both && first && second == Some(false) {
            parts.push("the two tests disagree".to_owned());
        }
        if first && opposed {
            parts.push("the plain mean and the standardised one differ in sign".to_owned());
        }
        parts.extend(self.remarks.clone());
        if let (false, Some(effect)) = (seen, self.detectable) {
            let effect = 100.0 * effect;
            parts.push(match self.n {
                1 => format!("an effect smaller than {effect:.1} % would not have been seen reliably"),
                _ => format!(
                    "the cross-sectional t would not have seen an effect smaller than {effect:.1} % \
                     reliably"
                ),
            });
        }
        (verdict, parts.join("; "))
    }

    fn words(&self) -> String {
        let mut words = match self.n {
            1 => String::new(),
            n => format!("mean of {n} events; "),
        };
        words.push_str(&test_words(&self.test));
        if let Some(other) = &self.other {
            let agrees = rejects(other) == rejects(&self.test);
            let but = if agrees || self.both { "; " } else { "; but " };
            words.push_str(but);
            words.push_str(&test_words(other));
        }
        words
    }
}

fn rejects(test: &ClaimTest) -> bool {
    test.p.is_some_and(|p| p <= LEVEL)
}

fn test_words(test: &ClaimTest) -> String {
    let p = test.p.map_or_else(|| "missing".to_owned(), short_p);
    let name = match test.name.as_str() {
        "car_t" => "t",
        "sq_p" => "sample-quantile p",
        "cross_section_t" => "cross-sectional t",
        "bmp_t" => "BMP t",
        "kp_bmp_t" => "Kolari-Pynnönen t",
        "block_bootstrap_p" => "BMP t with a block-bootstrap law",
        other => other,
    };
    match test.statistic {
        Some(value) => format!("{name} = {value:.2}, p {p}"),
        None => format!("{name} {p}"),
    }
}

fn short_p(p: f64) -> String {
    if p < 0.0001 {
        "below 0.0001".to_owned()
    } else {
        format!("= {p:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::ModelKind;
    use crate::analysis::window::StudyWindows;
    use crate::study::result::StudyResult;
    use crate::study::spec::{Claim, ClaimEvents, ClaimQuestion, ClaimSubject, StudySpec};
    use crate::study::testing::{data, event, spec, symbol};
    use chrono::Datelike;

    fn window(a: i32, b: i32) -> Window {
        Window::new(a, b).unwrap()
    }

    /// Events of one instrument, each a shift of so many per cent, and a claim that it fell.
    fn study(dates: &[(i32, u32, u32)], shifts: &[f64]) -> StudyResult {
        let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 0)]);
        study_over(windows.unwrap(), dates, shifts)
    }

    /// The same over the first of some windows.
    fn study_over(windows: StudyWindows, dates: &[(i32, u32, u32)], shifts: &[f64]) -> StudyResult {
        let events = dates.iter().enumerate();
        let spec = StudySpec {
            events: events
                .map(|(i, date)| event(&format!("e{i}"), *date, &["AAA"]))
                .collect(),
            claims: vec![Claim {
                id: "fell".to_owned(),
                text: "it fell".to_owned(),
                question: ClaimQuestion::Sign {
                    events: ClaimEvents::Ids((0..dates.len()).map(|i| format!("e{i}")).collect()),
                    subject: ClaimSubject::Instrument(symbol("AAA")),
                    window: windows.car()[0],
                    direction: Direction::Down,
                },
            }],
            min_estimation: windows.estimation().n_days() / 2,
            windows,
            ..spec(ModelKind::Market)
        };
        let mut data = data();
        for (date, shift) in dates.iter().zip(shifts) {
            let date = chrono::NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
            let at = data.sessions.binary_search(&date).unwrap();
            let returns = data.instruments[1].returns.as_mut().unwrap();
            returns[at] += shift / 100.0;
            // A wild day in a short estimation window: fat tails.
            returns[at - 15] += 0.5;
        }
        crate::study::run(&spec, &data).unwrap()
    }

    #[test]
    fn a_claim_of_several_events_rests_on_the_recommended_test_of_their_sample() {
        // Neighbours: their windows overlap, so that the Kolari-Pynnönen test is due.
        let dates = [(2023, 3, 1), (2023, 3, 1), (2023, 6, 7), (2023, 9, 6)];
        let result = study(&dates, &[-6.0, 0.0, -9.0, -7.0]);
        let claim = &result.claims[0];
        let test = claim.test.as_ref().unwrap();
        let advice = &result.recommendations[0];
        assert_eq!(test.name, advice.test);
        assert_eq!((test.statistic, test.p), (advice.statistic, advice.p));
        assert_eq!(claim.p, advice.p);
        let other = claim.other_test.as_ref().unwrap();
        let plain = result.tests.iter().find(|t| t.test == "cross_section_t");
        assert_eq!(other.p, plain.unwrap().p);
        assert_eq!((claim.interval.as_str(), claim.n), ("cross-section", 4));
    }

    #[test]
    fn the_test_that_is_not_recommended_decides_nothing() {
        let evidence = |p, other, both| Evidence {
            figure: -0.04,
            interval: t_test(-0.04, 0.01, &TLaw::new(5.0).unwrap()).unwrap(),
            interval_name: String::new(),
            test: ClaimTest {
                name: "kp_bmp_t".to_owned(),
                statistic: Some(-2.0),
                law: String::new(),
                df: None,
                p: Some(p),
            },
            other: Some(ClaimTest {
                name: "cross_section_t".to_owned(),
                statistic: Some(-4.0),
                law: String::new(),
                df: None,
                p: Some(other),
            }),
            both,
            detectable: None,
            remarks: Vec::new(),
            n: 6,
        };
        let verdict = |e: Evidence, direction| e.judge(direction);
        let (found, why) = verdict(evidence(0.11, 0.01, false), Direction::Down);
        assert_eq!(found, Verdict::NotDistinguishable);
        assert!(why.contains("; but cross-sectional t"), "{why}");
        let (found, _) = verdict(evidence(0.01, 0.11, false), Direction::Down);
        assert_eq!(found, Verdict::Supported);
        let (found, _) = verdict(evidence(0.01, 0.11, false), Direction::None);
        assert_eq!(found, Verdict::Contradicted);
        let (found, why) = verdict(evidence(0.01, 0.11, true), Direction::Down);
        assert_eq!(found, Verdict::NotDistinguishable);
        assert!(why.contains("disagree"), "{why}");
        let mut wild = evidence(0.01, 0.11, false);
        wild.figure = 0.04;
        assert_eq!(wild.judge(Direction::Up).0, Verdict::NotDistinguishable);
    }

    #[test]
    fn what_stands_in_for_a_test_that_cannot_be_had_is_named() {
        // Eleven sessions cannot be drawn from an estimation window of ten.
        let windows = StudyWindows::new(window(-20, -11), window(-5, 5), vec![window(-5, 5)]);
        let dates = [(2023, 3, 1), (2023, 9, 6)];
        let claim = &study_over(windows.unwrap(), &dates, &[-6.0, -9.0]).claims[0];
        let test = claim.test.as_ref().unwrap();
        assert_eq!((test.name.as_str(), claim.n), ("cross_section_t", 2));
        assert_eq!(claim.other_test, None);
        let why = "block_bootstrap_p cannot be had (the window of 11 sessions";
        assert!(claim.reason.contains(why), "{}", claim.reason);
    }

    #[test]
    fn an_unfinished_window_is_neither_judged_nor_pooled() {
        let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 5)]);
        let windows = windows.unwrap();
        let sessions = data().sessions;
        // Day 0 is the last session but two: three of the six days are known.
        let late = sessions[sessions.len() - 3];
        let late = (late.year(), late.month(), late.day());
        let alone = &study_over(windows.clone(), &[late], &[-9.0]).claims[0];
        assert_eq!((alone.verdict, alone.figure), (Verdict::NotTestable, None));
        let why = "e0: its window is not over: 3 of 6 days are not known yet";
        assert_eq!(alone.reason, why);
        let dates = [(2023, 3, 1), (2023, 6, 7), late];
        let pooled = &study_over(windows, &dates, &[-6.0, -9.0, 50.0]).claims[0];
        assert_eq!(pooled.n, 2);
        assert!(pooled.figure.unwrap() < 0.0, "{pooled:?}");
        let why = "1 of 3 events left out: e2: its window is not over";
        assert!(pooled.reason.contains(why), "{}", pooled.reason);
    }

    #[test]
    fn a_window_with_days_missing_says_so() {
        let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 5)]);
        let windows = windows.unwrap();
        let whole = &study_over(windows.clone(), &[(2023, 3, 1)], &[-9.0]).claims[0];
        assert!(!whole.reason.contains("only"), "{}", whole.reason);
        let mut run = spec(ModelKind::Market);
        run.events = vec![event("e0", (2023, 3, 1), &["AAA"])];
        run.windows = windows;
        run.claims = vec![Claim {
            id: "fell".to_owned(),
            text: "it fell".to_owned(),
            question: ClaimQuestion::Sign {
                events: ClaimEvents::Ids(vec!["e0".to_owned()]),
                subject: ClaimSubject::Instrument(symbol("AAA")),
                window: window(0, 5),
                direction: Direction::Down,
            },
        }];
        let mut data = data();
        let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        let at = data.sessions.binary_search(&day).unwrap();
        data.instruments[1].returns.as_mut().unwrap()[at + 2..].fill(f64::NAN); // delisted
        let claim = &crate::study::run(&run, &data).unwrap().claims[0];
        let why = "only 2 of the 6 days of the window have an abnormal return";
        assert!(claim.reason.contains(why), "{}", claim.reason);
    }

    #[test]
    fn one_event_rests_on_two_tests() {
        let claim = &study(&[(2023, 3, 1)], &[-9.0]).claims[0];
        let names = [&claim.test, &claim.other_test].map(|t| t.as_ref().unwrap().name.as_str());
        assert_eq!((names, claim.n), (["car_t", "sq_p"], 1));
    }
}
