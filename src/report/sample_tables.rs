//! Tables of samples, claims and groups.

use super::data_table::{Columns, DataTable};
use crate::study::result::{ClaimTest, StudyResult};

pub(super) fn recommendations(result: &StudyResult) -> DataTable {
    Columns::new("recommendations", &result.recommendations)
        .text("group", |r| &r.group)
        .window(|r| Some(r.window))
        .text("test", |r| &r.test)
        .number("statistic", |r| r.statistic)
        .number("p", |r| r.p)
        .count("n", |r| Some(r.n))
        .number("mean_correlation", |r| r.mean_correlation)
        .text("mean_correlation_method", |r| &r.mean_correlation_method)
        .text("reasons", |r| r.reasons.join("; "))
        .table()
}

pub(super) fn aar(result: &StudyResult) -> DataTable {
    Columns::new("aar", &result.aar)
        .text("group", |r| &r.group)
        .whole("relative_day", |r| r.relative_day.0)
        .count("n", |r| Some(r.n))
        .number("aar", |r| r.aar)
        .number("caar", |r| r.caar)
        .number("aar_sd", |r| r.aar_sd)
        .number("aar_low", |r| r.aar_low)
        .number("aar_high", |r| r.aar_high)
        .table()
}

pub(super) fn tests(result: &StudyResult) -> DataTable {
    Columns::new("tests", &result.tests)
        .text("group", |r| &r.group)
        .window(|r| Some(r.window))
        .text("test", |r| &r.test)
        .number("statistic", |r| r.statistic)
        .number("df", |r| r.df)
        .number("p", |r| r.p)
        .number("p_holm", |r| r.p_holm)
        .number("p_bh", |r| r.p_bh)
        .count("n", |r| Some(r.n))
        .text("null", |r| &r.null)
        .text("note", |r| &r.note)
        .number("caar", |r| r.caar)
        .table()
}

pub(super) fn claims(result: &StudyResult) -> DataTable {
    let name = |test: &Option<ClaimTest>| test.as_ref().map_or("", |t| t.name.as_str()).to_owned();
    let law = |test: &Option<ClaimTest>| test.as_ref().map_or("", |t| t.law.as_str()).to_owned();
    Columns::new("claims", &result.claims)
        .text("claim_id", |r| &r.claim_id)
        .text("text", |r| &r.text)
        .text("scope", |r| &r.scope)
        .window(|r| r.window)
        .number("figure", |r| r.figure)
        .number("low", |r| r.low)
        .number("high", |r| r.high)
        .number("p", |r| r.p)
        .text("verdict", |r| r.verdict.as_str())
        .text("reason", |r| &r.reason)
        .text("expected", |r| &r.expected)
        .text("test", |r| name(&r.test))
        .number("statistic", |r| r.test.as_ref()?.statistic)
        .number("df", |r| r.test.as_ref()?.df)
        .text("law", |r| law(&r.test))
        .count("n", |r| (r.n > 0).then_some(r.n))
        .text("interval", |r| &r.interval)
        .text("other_test", |r| name(&r.other_test))
        .number("other_statistic", |r| r.other_test.as_ref()?.statistic)
        .number("other_p", |r| r.other_test.as_ref()?.p)
        .number("mde", |r| r.mde)
        .count("n_left_out", |r| Some(r.left_out.len()))
        .table()
}

pub(super) fn groups(result: &StudyResult) -> DataTable {
    Columns::new("groups", &result.groups)
        .text("group_a", |r| &r.group_a)
        .text("group_b", |r| &r.group_b)
        .window(|r| Some(r.window))
        .number("difference", |r| r.difference)
        .number("sd", |r| r.sd)
        .number("statistic", |r| r.statistic)
        .number("df", |r| r.df)
        .number("p", |r| r.p)
        .text("method", |r| &r.method)
        .text("event_id", |r| r.event_id.as_deref().unwrap_or_default())
        .text("note", |r| &r.note)
        .text("weighting", |r| &r.weighting)
        .table()
}

pub(super) fn portfolios(result: &StudyResult) -> DataTable {
    Columns::new("portfolios", &result.portfolios)
        .text("group", |r| &r.group)
        .text("weighting", |r| &r.weighting)
        .text("event_id", |r| &r.event_id)
        .window(|r| Some(r.window))
        .count("n_members", |r| Some(r.n_members))
        .number("car", |r| r.car)
        .number("sd", |r| r.sd)
        .number("t", |r| r.t)
        .number("df", |r| r.df)
        .number("p", |r| r.p)
        .number("low", |r| r.low)
        .number("high", |r| r.high)
        .text("note", |r| &r.note)
        .table()
}
