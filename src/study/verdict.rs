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
mod tests;
