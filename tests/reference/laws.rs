//! Adjusted p-values and the reference laws: answers that need no data set.

use crate::dataset::{column, read};
use crate::ledger::Ledger;
use serde_json::Value;
use shockwave::analysis::distribution::{
    chi_squared_sf, f_sf, normal_sf, student_t_sf, student_t_upper_quantile,
};
use shockwave::analysis::multiple_testing::{benjamini_hochberg, holm};

#[test]
fn adjusted_p_values_agree_with_statsmodels() {
    let answers = read("answers", "multiple_testing");
    let mut ledger = Ledger::new("multiple_testing");
    for (case, answer) in answers.as_object().expect("cases") {
        let p: Vec<Option<f64>> = column(&answer["p"]).into_iter().map(Some).collect();
        for (name, adjusted) in [("p_holm", holm(&p)), ("p_bh", benjamini_hochberg(&p))] {
            for (i, value) in adjusted.iter().enumerate() {
                ledger.compare(&format!("{case} {name} {i}"), *value, &answer[name][i]);
            }
        }
    }
    ledger.finish(2_000);
}

#[test]
fn reference_laws_agree_with_scipy() {
    let answers = read("answers", "distributions");
    let mut ledger = Ledger::new("distributions");
    for (law, rows) in answers.as_object().expect("laws") {
        for row in rows.as_array().expect("rows") {
            let a = column(row);
            let actual = match law.as_str() {
                "normal_sf" => Some(normal_sf(a[0])),
                "t_sf" => student_t_sf(a[0], a[1]),
                "t_quantile" => student_t_upper_quantile(1.0 - a[0], a[1]),
                "f_sf" => f_sf(a[0], a[1], a[2]),
                "chi2_sf" => chi_squared_sf(a[0], a[1]),
                // Nothing needs quantiles of the normal law.
                "normal_quantile" => continue,
                other => panic!("no law {other}"),
            };
            let answer = Value::from(a[a.len() - 1]);
            ledger.compare(&format!("{law} {row}"), actual, &answer);
        }
    }
    ledger.finish(200);
}
