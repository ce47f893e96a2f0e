//! A normal-return model of your own: the market model with a beta that somebody else supplies, so
//! that only the constant is estimated. With the core alone, and NVDA on 27 January 2025.
//!
//! `cargo run --no-default-features --example own_model`

use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::model::{FitError, Fitted, market};
use shockwave::returns::{ReturnKind, returns};
use shockwave::{AbnormalReturns, NormalReturnModel, RelativeDay, Window};

/// Dates, and closes adjusted for splits and dividends: one column per symbol.
const PRICES: &str = include_str!("../data/sample/adj_close.csv");

/// R_t = α + βR_mt + e_t with β given: α is the mean of R − βR_m, k = 1.
struct GivenBeta<'a> {
    beta: f64,
    market: &'a [f64],
}

impl NormalReturnModel for GivenBeta<'_> {
    fn name(&self) -> &'static str {
        "given-beta"
    }

    fn regressors(&self) -> Vec<String> {
        vec!["market".to_owned()]
    }

    fn covers(&self, t: usize) -> bool {
        self.market[t].is_finite()
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let excess = |&t: &usize| returns[t] - self.beta * self.market[t];
        let alpha = days.iter().map(excess).sum::<f64>() / days.len() as f64;
        let residuals = days.iter().map(|t| excess(t) - alpha).collect();
        let mut fit = Fitted::from_residuals(residuals, 1)?;
        fit.alpha = Some(alpha);
        fit.betas = vec![self.beta];
        Ok(fit)
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        fit.alpha.unwrap_or(f64::NAN) + self.beta * self.market[t]
    }

    /// s²(1[t = u] + 1/M): the error of the return itself, and that of α, which all days share.
    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        let (s2, n) = (fit.residual_sd.powi(2), days.len());
        let shared = 1.0 / fit.n_estimation as f64;
        let own = |i: usize| if i / n == i % n { 1.0 } else { 0.0 };
        (0..n * n).map(|i| s2 * (own(i) + shared)).collect()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nvda = returns(&column("NVDA").ok_or("no NVDA")?, ReturnKind::Simple);
    let spy = returns(&column("SPY").ok_or("no SPY")?, ReturnKind::Simple);
    let mut dates = PRICES.lines().skip(1);
    let day_0 = dates.position(|row| row.starts_with("2025-01-27"));
    let study = Study {
        returns: &nvda,
        day_0: day_0.ok_or("no such session")?,
    };

    println!("model        beta        AR       t");
    let (fitted, ar, t) = study.day_0(&market("SPY", &spy[..]))?;
    assert!((ar + 0.13328).abs() < 5e-6 && (t + 5.062).abs() < 5e-4);

    // With the beta that least squares finds, the constant and the abnormal return are the same.
    let same = study.day_0(&GivenBeta {
        beta: fitted.betas[0],
        market: &spy,
    })?;
    assert!((same.1 - ar).abs() < 1e-12);

    // Two thirds of it and a third of 1, as data vendors adjust betas.
    let adjusted = fitted.betas[0] * 2.0 / 3.0 + 1.0 / 3.0;
    let (_, less, _) = study.day_0(&GivenBeta {
        beta: adjusted,
        market: &spy,
    })?;
    assert!(
        less < ar,
        "the market fell: a smaller beta explains less of the loss"
    );
    Ok(())
}

struct Study<'a> {
    returns: &'a [f64],
    day_0: usize,
}

impl Study<'_> {
    /// The fit, and AR and t of day 0: the same steps whatever the model.
    fn day_0(
        &self,
        model: &dyn NormalReturnModel,
    ) -> Result<(Fitted, f64, f64), Box<dyn std::error::Error>> {
        let (returns, day_0) = (self.returns, self.day_0);
        let days = estimation_days(returns, model, &[], Window::new(-250, -11)?, day_0);
        let fit = model.fit(returns, &days)?;
        let window = Window::new(-10, 10)?;
        let abnormal =
            AbnormalReturns::new(returns, ReturnKind::Simple, model, &fit, window, day_0);
        let ar = abnormal.ar(RelativeDay(0)).ok_or("no return on day 0")?;
        let t = ar / abnormal.sd(RelativeDay(0)).ok_or("no error on day 0")?;
        println!("{:10} {:6.4} {ar:9.5} {t:7.3}", model.name(), fit.betas[0]);
        Ok((fit, ar, t))
    }
}

fn column(symbol: &str) -> Option<Vec<f64>> {
    let mut names = PRICES.lines().next()?.split(',');
    let at = names.position(|name| name == symbol)?;
    let cell = |row: &str| row.split(',').nth(at)?.parse().ok();
    let rows = PRICES.lines().skip(1);
    Some(rows.map(|row| cell(row).unwrap_or(f64::NAN)).collect())
}
