//! What each table and column holds, in the few words that a label has room for.

/// What a row of a table is.
pub(super) fn rows_of(table: &str) -> &'static str {
    let found = TABLES.iter().find(|(name, ..)| *name == table);
    found.map_or("", |(_, rows, _)| rows)
}

/// What a column of a table holds.
pub(super) fn label(table: &str, column: &str) -> &'static str {
    let own = TABLES.iter().find(|(name, ..)| *name == table);
    let own = own.map_or(&[][..], |(.., columns)| columns);
    let found = own.iter().chain(SHARED).find(|(name, _)| *name == column);
    match found {
        Some((_, label)) => label,
        None if column.starts_with("beta_") => "slope on the series that the name ends with",
        None => "further estimate of the model",
    }
}

type Labels = &'static [(&'static str, &'static str)];

/// Columns that mean the same wherever they stand.
const SHARED: Labels = &[
    ("event_id", "event"),
    ("instrument", "instrument"),
    ("group", "sample"),
    ("session", "date of the session"),
    ("relative_day", "sessions from day 0"),
    ("window_start", "first session of the window, from day 0"),
    ("window_end", "last session of the window, included"),
    ("note", "why a figure is missing, or what to know about it"),
    ("statistic", "test statistic"),
    ("sd", "standard error"),
    ("t", "figure over its standard error"),
    ("df", "degrees of freedom"),
    ("p", "two-sided p"),
    ("low", "lower end of the 95 % interval"),
    ("high", "upper end of the 95 % interval"),
    ("n", "observations"),
    ("weighting", "weights of the portfolio: equal or value"),
    (
        "garch_t",
        "AR over the sd that a GARCH model expects the day before",
    ),
    ("garch_p", "p of garch_t"),
    ("law", "law of the statistic under the null"),
];

/// Every table: its name, what a row is, and its columns that are not shared.
const TABLES: &[(&str, &str, Labels)] = &[
    (
        "ledger",
        "event and instrument: what became of it",
        &[
            ("given_at", "date or instant of the event, as given"),
            (
                "session",
                "day 0: the first session whose trading can react",
            ),
            ("rule", "rule that led to day 0"),
            ("status", "used, provisional or excluded"),
            ("reason", "why it is not used, or not final"),
            ("overlaps", "events whose event windows overlap this one's"),
            ("reason_code", "the reason as a code"),
            ("same_session", "events with the same day 0"),
            (
                "day_uncertain",
                "time of day unknown: day +1 may hold the reaction",
            ),
            ("n_estimation", "usable estimation days"),
            ("n_estimation_window", "length of the estimation window"),
        ],
    ),
    (
        "fits",
        "event and instrument: the fitted model",
        &[
            ("model", "normal-return model"),
            ("n_estimation", "usable estimation days"),
            ("alpha", "constant"),
            ("beta", "slope on the benchmark"),
            ("residual_sd", "residual standard deviation"),
            ("r_squared", "coefficient of determination"),
            ("first_session", "first usable estimation session"),
            ("last_session", "last usable estimation session"),
        ],
    ),
    (
        "abnormal_returns",
        "event, instrument and session",
        &[
            ("return", "return"),
            ("normal_return", "return that the model expects"),
            ("ar", "abnormal return"),
            ("ar_sd", "forecast sd of the abnormal return"),
            ("sar", "abnormal return over its forecast sd"),
            ("ar_t", "t of the abnormal return"),
            ("ar_df", "degrees of freedom of ar_t"),
            ("ar_p", "two-sided p of ar_t"),
            (
                "car_to_day",
                "CAR from the first day of the event window to this day",
            ),
            ("car_to_day_low", "lower end of its 95 % interval"),
            ("car_to_day_high", "upper end of its 95 % interval"),
            (
                "ar_low",
                "lower end of the 95 % interval of the abnormal return",
            ),
            (
                "ar_high",
                "upper end of the 95 % interval of the abnormal return",
            ),
        ],
    ),
    (
        "cars",
        "event, instrument and CAR window",
        &[
            ("n_days", "days present in the window"),
            ("car", "cumulative abnormal return"),
            ("car_sd", "forecast sd of the CAR, with the full covariance"),
            ("car_t", "CAR over its forecast sd"),
            ("car_df", "degrees of freedom of car_t"),
            ("car_p", "two-sided p of car_t"),
            ("car_low", "lower end of the 95 % interval of the CAR"),
            ("car_high", "upper end of the 95 % interval of the CAR"),
            ("scar", "CAR over its exact forecast sd"),
            ("csar", "sum of the daily standardised abnormal returns"),
            ("bhar", "buy-and-hold abnormal return"),
            ("sq_p", "p of the sample-quantile test"),
            ("placebo_p", "p of the placebo test"),
            (
                "car_joint",
                "CAR of the regression with a dummy for every event day",
            ),
            ("car_joint_sd", "least-squares error of car_joint"),
            ("provisional", "days of the window lie after the data"),
            ("sq_n", "residual sums behind sq_p"),
            ("placebo_n", "pseudo-events behind placebo_p"),
            ("conformal_p", "p of the conformal test"),
            ("mde", "minimum detectable effect, 80 % power, 5 % size"),
            ("car_masked", "CAR, other events left out of the estimation"),
            ("car_masked_sd", "forecast sd of car_masked"),
            ("car_masked_t", "t of car_masked"),
            ("car_unmasked", "CAR with the full estimation window"),
            ("car_unmasked_sd", "forecast sd of car_unmasked"),
            ("car_unmasked_t", "t of car_unmasked"),
            (
                "car_joint_hac_sd",
                "Newey-West error of car_joint: to compare, not to believe",
            ),
        ],
    ),
    (
        "diagnostics",
        "event and instrument: do the assumptions hold",
        &[
            ("ljung_box", "Ljung-Box Q of the residuals, 10 lags"),
            ("ljung_box_p", "p of ljung_box"),
            ("jarque_bera", "Jarque-Bera statistic of the residuals"),
            ("jarque_bera_p", "p of jarque_bera"),
            ("arch_lm", "Engle's LM statistic of the residuals, 5 lags"),
            ("arch_lm_p", "p of arch_lm"),
            (
                "zero_share",
                "share of estimation days with a return of zero",
            ),
            ("missing_share", "share of estimation days without a return"),
            (
                "event_variance_ratio",
                "mean squared SAR over the event window",
            ),
            ("event_variance_ratio_p", "p of event_variance_ratio"),
        ],
    ),
    (
        "aar",
        "sample and day",
        &[
            ("aar", "average abnormal return"),
            (
                "caar",
                "AARs from the first day of the event window, cumulated",
            ),
            (
                "aar_sd",
                "standard error of the AAR, from the cross-section",
            ),
            ("aar_low", "lower end of the 95 % interval of the AAR"),
            ("aar_high", "upper end of the 95 % interval of the AAR"),
        ],
    ),
    (
        "tests",
        "sample, window and test",
        &[
            ("test", "test"),
            ("p", "p"),
            ("p_holm", "p adjusted by Holm over all windows and tests"),
            ("p_bh", "p adjusted by Benjamini and Hochberg"),
            ("null", "null hypothesis"),
            ("caar", "mean CAR of the sample over the window"),
        ],
    ),
    (
        "recommendations",
        "sample and window: the test to trust",
        &[
            ("test", "test to trust"),
            ("p", "its p"),
            (
                "mean_correlation",
                "mean correlation of residuals in calendar time",
            ),
            ("mean_correlation_method", "how it was computed"),
            ("reasons", "what decided"),
        ],
    ),
    (
        "claims",
        "claim",
        &[
            ("claim_id", "claim"),
            ("text", "the statement"),
            (
                "scope",
                "events, instrument or group that it was checked on",
            ),
            ("figure", "CAR, CAAR or difference"),
            (
                "verdict",
                "supported, contradicted, not-distinguishable or not-testable",
            ),
            ("reason", "why"),
            ("expected", "what it says: up, down or none"),
            ("test", "test that the verdict rests on"),
            ("n", "events behind the figure"),
            (
                "interval",
                "origin of the interval: forecast-error or cross-section",
            ),
            ("other_test", "test beside it"),
            ("other_statistic", "statistic of other_test"),
            ("other_p", "p of other_test"),
            ("mde", "minimum detectable effect, 80 % power, 5 % size"),
            ("n_left_out", "events that the figure goes without"),
        ],
    ),
    (
        "groups",
        "pair of samples, or of groups of instruments, and window",
        &[
            ("group_a", "first"),
            ("group_b", "second"),
            (
                "difference",
                "mean CAR of the first less that of the second",
            ),
            (
                "method",
                "welch (samples of events) or portfolio (instruments)",
            ),
        ],
    ),
    (
        "portfolios",
        "group of instruments, weighting, event and window",
        &[
            ("group", "group of instruments"),
            ("n_members", "members that the data hold"),
            ("car", "CAR of the portfolio"),
        ],
    ),
    (
        "confounding",
        "event that the study is about, window and way of treating other events",
        &[
            ("way", "unmasked, masked, without-lead or joint"),
            ("car", "CAR over the days that are left"),
            ("hac_sd", "Newey-West error of the joint regression"),
            ("n_days", "days that are left"),
            ("n_left_out", "days that the window leaves to other events"),
            (
                "other_event",
                "the leading event, which without-lead takes out",
            ),
            ("holds_other", "a reaction session of it lies in the window"),
        ],
    ),
    (
        "outcomes",
        "event, instrument and outcome other than the return",
        &[
            ("outcome", "which outcome"),
            (
                "value",
                "abnormal log volume, variance ratio or mean daily variance",
            ),
            ("usual", "what is usual in the estimation window"),
            ("times_usual", "how many times the usual"),
            ("df_2", "second degrees of freedom of an F"),
            ("p", "p"),
            ("n", "estimation days, or sums that were compared"),
        ],
    ),
    (
        "pre_post",
        "event and pair of series: 60 sessions before, 60 after",
        &[
            ("against", "the other series"),
            ("n_before", "sessions before"),
            ("n_after", "sessions after"),
            ("correlation_before", "correlation before"),
            ("correlation_after", "correlation after"),
            (
                "delta",
                "rise of the variance of the other series: ratio less 1",
            ),
            (
                "correlation_adjusted",
                "correlation after, at the earlier variance",
            ),
            ("raw_z", "z of the change in correlation"),
            ("raw_p", "p of raw_z"),
            ("adjusted_z", "z of the change, adjusted"),
            ("adjusted_p", "p of adjusted_z"),
            ("beta_before", "slope on the other series before"),
            ("beta_before_sd", "standard error of beta_before"),
            ("beta_after", "slope on the other series after"),
            ("beta_after_sd", "standard error of beta_after"),
            ("beta_z", "z of the change in slope"),
            ("beta_p", "p of beta_z"),
            ("variance_ratio", "variance after over before"),
            ("variance_ratio_p", "p of variance_ratio"),
        ],
    ),
    (
        "regression",
        "regression of CARs on attributes, and term",
        &[
            ("regression", "name of the regression"),
            ("term", "constant, attribute, or attribute=value"),
            ("against", "value that the term is compared with"),
            ("coefficient", "coefficient"),
            ("n_clusters", "clusters"),
            ("r_squared", "coefficient of determination"),
            ("errors", "how errors were found"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::tables::data_tables;

    /// A new column cannot stay without a label, and none is longer than Stata keeps.
    #[test]
    fn every_column_is_described() {
        for table in data_tables(&fixture::nvda()) {
            assert_ne!(rows_of(table.name), "", "{}", table.name);
            for column in &table.columns {
                let label = label(table.name, &column.name);
                assert!(label.chars().count() <= 80, "{label}");
                let of_the_model = label == "further estimate of the model";
                assert!(
                    !of_the_model || table.name == "fits",
                    "{}.{} has no label",
                    table.name,
                    column.name
                );
            }
        }
    }
}
