use super::process::Shocks;
use super::*;
use crate::analysis::model::testing::{returns_on, white_noise};

const ALL: [VarianceKind; 3] = [VarianceKind::Garch, VarianceKind::Gjr, VarianceKind::Egarch];
const LAWS: [ErrorLaw; 2] = [ErrorLaw::Normal, ErrorLaw::StudentT];

/// Returns whose errors follow GARCH(1,1) with these α and β and a long-run sd of one per cent.
fn garch_returns(x: &[f64], alpha: f64, beta: f64, seed: u64) -> Vec<f64> {
    let omega = 1e-4 * (1.0 - alpha - beta);
    let (mut variance, mut error) = (1e-4, 0.0);
    x.iter()
        .zip(white_noise(x.len(), seed))
        .map(|(x, shock)| {
            variance = omega + alpha * error * error + beta * variance;
            error = 100.0 * shock * f64::sqrt(variance);
            1.2 * x + error
        })
        .collect()
}

fn detail(fit: &Fitted, name: &str) -> f64 {
    fit.details.iter().find(|d| d.0 == name).unwrap().1
}

#[test]
fn gradients_agree_with_differences() {
    let x = white_noise(80, 21);
    let y = returns_on(&x, 1.0, 1.0, 22);
    for process in [
        &plain::Plain as &dyn VarianceProcess,
        &gjr::Gjr,
        &egarch::Egarch,
    ] {
        for law in LAWS {
            let sample = Sample {
                y: y.iter().map(|v| 70.0 * v).collect(),
                x: x.iter().map(|v| 100.0 * v).collect(),
                backcast: 0.8,
            };
            let k = process.n_parameters();
            let free: Vec<f64> = [0.3, -0.7, 0.2, 0.9][..k].to_vec();
            let value = |point: &[f64]| {
                let p = Parameters {
                    alpha: point[0],
                    beta: point[1],
                    variance: process.parameters(&point[2..2 + k]),
                    nu: point[2 + k],
                };
                likelihood(&sample, process, law, &p)
            };
            let mut point = vec![0.05, 0.4];
            point.extend(&free);
            point.push(6.0);
            let here = value(&point);
            let g = here.gradient;
            let own = process.free_gradient(&free, &[g[2], g[3], g[4], g[5]]);
            let gradient: Vec<f64> = [g[0], g[1]].into_iter().chain(own).chain([g[6]]).collect();
            for i in 0..point.len() {
                let (mut up, mut down) = (point.clone(), point.clone());
                up[i] += 1e-5;
                down[i] -= 1e-5;
                let numeric = (value(&up).value - value(&down).value) / 2e-5;
                assert!(
                    (numeric - gradient[i]).abs() < 1e-5 * (1.0 + numeric.abs()),
                    "{i}: {numeric} against {}",
                    gradient[i]
                );
            }
        }
    }
}

#[test]
fn the_truth_is_found_in_a_long_series() {
    let x = white_noise(6000, 23);
    let y = garch_returns(&x, 0.1, 0.85, 24);
    let days: Vec<usize> = (0..6000).collect();
    for law in LAWS {
        let model = garch("m", x.as_slice(), VarianceKind::Garch, law);
        let fit = model.fit(&y, &days).unwrap();
        assert!((fit.betas[0] - 1.2).abs() < 0.05);
        assert!(
            (detail(&fit, "alpha_1") - 0.1).abs() < 0.03,
            "{:?}",
            fit.details
        );
        assert!(
            (detail(&fit, "beta_1") - 0.85).abs() < 0.04,
            "{:?}",
            fit.details
        );
        if law == ErrorLaw::StudentT {
            assert!(detail(&fit, "nu") > 20.0, "the errors are normal");
        }
    }
}

#[test]
fn errors_of_constant_variance_get_nearly_constant_variances() {
    let x = white_noise(3000, 25);
    let y = returns_on(&x, 0.9, 1.0, 26);
    let days: Vec<usize> = (0..2990).collect();
    for kind in ALL {
        let model = garch("m", x.as_slice(), kind, ErrorLaw::Normal);
        let fit = model.fit(&y, &days).unwrap();
        let variance = fit.residual_sd * fit.residual_sd;
        for (i, v) in model
            .forecast_covariance(&fit, &[2990, 2999])
            .iter()
            .enumerate()
        {
            let expected = if i % 3 == 0 { variance } else { 0.0 };
            assert!(
                (v - expected).abs() < 0.1 * variance,
                "{kind:?}: {v} against {expected}"
            );
        }
    }
}

#[test]
fn scaling_the_returns_scales_the_fit() {
    let x = white_noise(400, 27);
    let y = garch_returns(&x, 0.15, 0.7, 28);
    let tenfold: Vec<f64> = y.iter().map(|v| 10.0 * v).collect();
    let days: Vec<usize> = (0..400).collect();
    for kind in ALL {
        let model = garch("m", x.as_slice(), kind, ErrorLaw::StudentT);
        let (a, b) = (
            model.fit(&y, &days).unwrap(),
            model.fit(&tenfold, &days).unwrap(),
        );
        assert!((b.residual_sd / a.residual_sd - 10.0).abs() < 1e-4);
        let lost = detail(&a, "log_likelihood") - detail(&b, "log_likelihood");
        assert!(
            (lost - 400.0 * 10.0_f64.ln()).abs() < 1e-5,
            "{kind:?}: {lost}"
        );
        let (u, v) = (model.variances_ahead(&a, 30), model.variances_ahead(&b, 30));
        assert!(u.iter().zip(&v).all(|(u, v)| (v / u - 100.0).abs() < 0.05));
    }
}

#[test]
fn forecasts_start_at_the_recursion_and_end_at_the_long_run() {
    let x = white_noise(3000, 29);
    let mut y = garch_returns(&x, 0.1, 0.8, 30);
    y[2999] = 0.08;
    let days: Vec<usize> = (0..3000).collect();
    let model = garch("m", x.as_slice(), VarianceKind::Garch, ErrorLaw::Normal);
    let fit = model.fit(&y, &days).unwrap();
    let ahead = model.variances_ahead(&fit, 500);
    assert!(
        ahead[0] > 3.0 * ahead[499],
        "the shock of the last day fades"
    );
    let long_run = detail(&fit, "omega") / (1.0 - detail(&fit, "alpha_1") - detail(&fit, "beta_1"));
    assert!((ahead[499] / long_run - 1.0).abs() < 1e-6);
}

#[test]
fn a_scaled_return_knows_the_day_before_and_passes_over_gaps() {
    let x = white_noise(310, 31);
    let mut y = garch_returns(&x, 0.2, 0.7, 32);
    y[302] = 0.1;
    y[304] = f64::NAN;
    let days: Vec<usize> = (0..300).collect();
    let model = garch("m", x.as_slice(), VarianceKind::Garch, ErrorLaw::StudentT);
    let fit = model.fit(&y, &days).unwrap();
    let scaled = model.scaled(&fit, &y, &(300..306).collect::<Vec<_>>());
    let sessions: Vec<usize> = scaled.iter().map(|s| s.session).collect();
    assert_eq!(sessions, [300, 301, 302, 303, 305]);
    let first = model.variances_ahead(&fit, 1)[0];
    assert!((scaled[0].sd.powi(2) / first - 1.0).abs() < 1e-12);
    assert!(
        scaled[3].sd > 1.5 * scaled[2].sd,
        "the shock of 302 shows on 303"
    );
    assert!(scaled[2].p.unwrap() < 0.01);
    // A return of a thousand standard deviations leads out of all bounds: nothing after its day.
    y[302] = 1000.0 * fit.residual_sd;
    let scaled = model.scaled(&fit, &y, &(300..306).collect::<Vec<_>>());
    assert_eq!(scaled.last().map(|s| s.session), Some(302));
}

#[test]
fn egarch_forecasts_agree_with_simulation_of_its_own_shocks() {
    let p = VarianceParameters {
        omega: -0.4,
        alpha: 0.2,
        gamma: -0.1,
        beta: 0.95,
    };
    let shocks: Vec<f64> = white_noise(500, 33).iter().map(|e| 100.0 * e).collect();
    let expected = egarch::Egarch.ahead(&p, 2e-4, 6, Shocks::Seen(&shocks));
    // Every path of six days through the shocks, drawn by a fixed stride.
    let n = 200_000;
    let mut sums = [0.0; 6];
    let mut at = 0;
    for _ in 0..n {
        let mut variance: f64 = 2e-4;
        for sum in &mut sums {
            *sum += variance;
            at = (at * 1_103_515_245 + 12_345) % 2_147_483_648_usize;
            let z = shocks[at / 7 % 500];
            variance = egarch::Egarch
                .next(&p, variance, z * variance.sqrt())
                .variance;
        }
    }
    for (sum, expected) in sums.iter().zip(&expected) {
        assert!((sum / n as f64 / expected - 1.0).abs() < 0.01);
    }
}

#[test]
fn egarch_expects_under_the_normal_law_what_a_quadrature_does() {
    let p = VarianceParameters {
        omega: -0.4,
        alpha: 0.3,
        gamma: -0.15,
        beta: 0.9,
    };
    let expected = egarch::Egarch.ahead(&p, 2e-4, 3, Shocks::Normal);
    // ln σ² of the third day is linear in the two shocks' news: the mean is a product.
    let mean_of = |power: f64| {
        let step = 1e-3;
        let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
        let news = |z: f64| 0.3 * (z.abs() - (2.0 / std::f64::consts::PI).sqrt()) - 0.15 * z;
        let points = (-12_000..12_000).map(|i| (f64::from(i) + 0.5) * step);
        points
            .map(|z| step * density(z) * (power * news(z)).exp())
            .sum::<f64>()
    };
    let second = (-0.4 + 0.9 * 2e-4_f64.ln()).exp() * mean_of(1.0);
    let log = -0.4 * 1.9 + 0.81 * 2e-4_f64.ln();
    let third = log.exp() * mean_of(0.9) * mean_of(1.0);
    for (own, other) in expected.iter().zip([2e-4, second, third]) {
        assert!((own / other - 1.0).abs() < 1e-6, "{own} {other}");
    }
}

#[test]
fn a_fit_of_another_model_is_not_taken() {
    let x = white_noise(60, 35);
    let y = returns_on(&x, 1.0, 1.0, 36);
    let days: Vec<usize> = (0..50).collect();
    let fit = crate::analysis::model::market("m", x.as_slice())
        .fit(&y, &days)
        .unwrap();
    let model = garch("m", x.as_slice(), VarianceKind::Gjr, ErrorLaw::Normal);
    assert!(model.scaled(&fit, &y, &[55]).is_empty());
    assert!(model.variances_ahead(&fit, 3).is_empty());
    assert!(model.fit(&y, &days[..5]).is_err());
}
