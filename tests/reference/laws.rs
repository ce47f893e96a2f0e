//! Adjusted p-values and the reference laws: answers that need no data set.

use crate::dataset::{NAMES, column, read};
use crate::ledger::Ledger;
use serde_json::Value;
use shockwave::analysis::distribution::{
    chi_squared_sf, f_sf, normal_sf, student_t_sf, student_t_upper_quantile,
};
use shockwave::analysis::multiple_testing::{benjamini_hochberg, holm};
use std::sync::LazyLock;

/// The families of p-values by the data set that they come from, then the laws.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| {
    let mut ledgers = adjusted();
    ledgers.push(laws());
    ledgers
});

fn adjusted() -> Vec<Ledger> {
    let answers = read("answers", "multiple_testing");
    let mut ledgers = Vec::new();
    for (case, answer) in answers.as_object().expect("cases") {
        let set = NAMES.into_iter().find(|name| case.starts_with(name));
        let mut ledger = Ledger::new(set.unwrap_or("vectors"));
        let p: Vec<Option<f64>> = column(&answer["p"]).into_iter().map(Some).collect();
        for (name, adjusted) in [("p_holm", holm(&p)), ("p_bh", benjamini_hochberg(&p))] {
            for (i, value) in adjusted.iter().enumerate() {
                ledger.compare_p(&format!("{name} {case} {i}"), *value, &answer[name][i]);
            }
        }
        ledgers.push(ledger);
    }
    ledgers
}

fn laws() -> Ledger {
    let answers = read("answers", "distributions");
    let mut ledger = Ledger::new("vectors");
    for (law, rows) in answers.as_object().expect("laws") {
        for row in rows.as_array().expect("rows") {
            let a = column(row);
            let answer = Value::from(a[a.len() - 1]);
            let place = format!("{law} {row}");
            let p = match law.as_str() {
                "normal_sf" => Some(normal_sf(a[0])),
                "t_sf" => student_t_sf(a[0], a[1]),
                "f_sf" => f_sf(a[0], a[1], a[2]),
                "chi2_sf" => chi_squared_sf(a[0], a[1]),
                "t_quantile" => {
                    let quantile = student_t_upper_quantile(1.0 - a[0], a[1]);
                    ledger.compare(&place, quantile, &answer);
                    continue;
                }
                // Nothing needs quantiles of the normal law.
                "normal_quantile" => continue,
                other => panic!("no law {other}"),
            };
            ledger.compare_p(&place, p, &answer);
        }
    }
    ledger
}

#[test]
fn adjusted_p_values_and_reference_laws_agree() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(2));
    let n: usize = LEDGERS.iter().map(Ledger::n_compared).sum();
    assert!(n > 2_200, "{n}");
}
