//! All wording of the pages: one struct, filled once per language.
//!
//! Sentences are templates with `{name}` places, so that a language can order its words as it
//! must; the tests check that both languages use the same places.

mod de;
mod en;
mod said;

use super::language::Language;
use crate::study::result::{Status, Verdict};
use crate::study::warning::Warning;

/// Codes of the result and their words.
pub(in crate::report) type Words = &'static [(&'static str, &'static str)];

/// The wording of a language.
pub(super) struct Text {
    // The answer.
    pub lead_return: &'static str,
    pub lead_log_return: &'static str,
    pub lead_rest: &'static str,
    pub lead_window: &'static str,
    pub expected_market: &'static str,
    pub expected_market_adjusted: &'static str,
    pub expected_mean: &'static str,
    pub expected_model: &'static str,
    pub interval: &'static str,
    pub ranks: &'static str,
    pub rank: &'static str,
    pub sample_quantile: &'static str,
    pub placebo: &'static str,
    pub beyond_alone: &'static str,
    pub picked: &'static str,
    pub picked_beyond: &'static str,
    pub picked_noise: &'static str,
    pub all_beyond: &'static str,
    pub t_beyond: &'static str,
    pub noise_mde: &'static str,
    pub noise: &'static str,
    pub only_t: &'static str,
    pub only_ranks: &'static str,
    pub split: &'static str,
    pub money: &'static str,
    pub next_day: &'static str,
    pub provisional: &'static str,
    pub others_beyond: &'static str,
    pub others_beyond_picked: &'static str,
    pub others_more: &'static str,
    pub others_noise: &'static str,
    pub others_unclear: &'static str,
    pub item: &'static str,
    pub item_mde: &'static str,
    pub item_sq: &'static str,
    pub item_placebo: &'static str,
    pub confounded: &'static str,
    pub confounded_clean: &'static str,
    pub confounded_item: &'static str,
    pub samples_lead: &'static str,
    pub samples_more: &'static str,
    pub on_day_0: &'static str,
    pub over_window: &'static str,
    pub sample: &'static str,
    pub unit_events: &'static str,
    pub unit_observations: &'static str,
    pub sample_beyond: &'static str,
    pub sample_not_after_holm: &'static str,
    pub sample_least_p: &'static str,
    pub sample_noise: &'static str,
    pub no_events: &'static str,
    pub all_excluded: &'static str,
    pub no_result_yet: &'static str,
    pub without_result: &'static str,
    pub quality_serious: &'static str,
    pub quality_serious_one: &'static str,
    pub picked_days: &'static str,
    pub event_counts: &'static str,
    pub observation_counts: &'static str,
    pub claim_counts: &'static str,
    pub claims_by_chance: &'static str,
    pub closed_days: &'static str,
    pub closed_day: &'static str,
    pub overlaps: &'static str,
    pub shared_sessions: &'static str,
    pub shared_session: &'static str,
    pub and: &'static str,
    pub and_more: &'static str,
    pub quoted: &'static str,
    pub tile_ar: &'static str,
    pub tile_car: &'static str,
    pub tile_interval: &'static str,
    pub tile_interval_note: &'static str,
    pub tile_interval_zero: &'static str,
    pub tile_placebo: &'static str,
    pub tile_placebo_note: &'static str,
    pub tile_sq: &'static str,
    pub tile_sq_note: &'static str,
    pub tile_money: &'static str,
    pub tile_money_note: &'static str,

    // The frame of the page.
    pub skip: &'static str,
    pub contents: &'static str,
    pub question: &'static str,
    pub answer: &'static str,
    pub before_use: &'static str,
    pub footer: &'static str,
    pub description: &'static str,
    pub more_rows: &'static str,

    // Sections.
    pub claims: &'static str,
    pub claim_mean: &'static str,
    pub claim_but: &'static str,
    pub claim_disagree: &'static str,
    pub claim_opposed: &'static str,
    pub claim_stand_in: &'static str,
    pub claim_mde: &'static str,
    pub claim_mde_mean: &'static str,
    pub claim_left_out: &'static str,
    pub claims_intro: &'static str,
    pub results: &'static str,
    pub results_intro: &'static str,
    pub results_caption: &'static str,
    pub fit: &'static str,
    pub money_basis: &'static str,
    pub confounding: &'static str,
    pub confounding_intro: &'static str,
    pub confounding_caption: &'static str,
    pub confounding_hac: &'static str,
    pub both_errors: &'static str,
    pub sessions_left: &'static str,
    pub charts: &'static str,
    pub changes: &'static str,
    pub changes_since: &'static str,
    pub nothing_moved: &'static str,
    pub more_changes: &'static str,
    pub all_changes: &'static str,
    pub the_study: &'static str,
    /// Why something moved, and what that means: as in `changes::Cause::ALL`.
    pub causes: [(&'static str, &'static str); 4],
    pub events: &'static str,
    pub events_intro: &'static str,
    pub events_caption: &'static str,
    pub events_caption_more: &'static str,
    pub ledger: &'static str,
    pub ledger_intro: &'static str,
    pub ledger_left_out: &'static str,
    pub ledger_all: &'static str,
    pub samples: &'static str,
    pub samples_intro: &'static str,
    pub samples_sums: &'static str,
    pub as_above: &'static str,
    pub col_trust: &'static str,
    pub col_why: &'static str,
    pub samples_caption: &'static str,
    pub tests_caption: &'static str,
    pub groups: &'static str,
    pub groups_intro: &'static str,
    pub groups_caption: &'static str,
    pub portfolios_fold: &'static str,
    pub members: &'static str,
    pub outcomes: &'static str,
    pub outcomes_intro: &'static str,
    pub outcomes_fold: &'static str,
    pub pre_post_intro: &'static str,
    pub pre_post_fold: &'static str,
    pub regression_intro: &'static str,
    pub regression_fold: &'static str,
    pub against: &'static str,
    pub settings: &'static str,
    pub settings_caption: &'static str,
    pub formulas: &'static str,
    pub formulas_fold: &'static str,
    pub formulas_intro: &'static str,
    pub data: &'static str,
    pub data_intro: &'static str,
    pub data_caption: &'static str,
    pub warnings: &'static str,
    pub warnings_intro: &'static str,
    pub findings_caption: &'static str,
    pub reading: &'static str,
    pub reading_lines: &'static [&'static str],

    // Column heads.
    pub col_window: &'static str,
    pub col_car: &'static str,
    pub col_interval: &'static str,
    pub col_t: &'static str,
    pub col_p: &'static str,
    pub col_sq_p: &'static str,
    pub col_placebo_p: &'static str,
    pub col_mde: &'static str,
    pub col_masked: &'static str,
    pub col_unmasked: &'static str,
    pub col_joint: &'static str,
    pub col_all_sessions: &'static str,
    pub col_out_of_estimation: &'static str,
    pub col_without_lead: &'static str,
    pub col_without_all: &'static str,
    pub col_event: &'static str,
    pub col_instrument: &'static str,
    pub col_given: &'static str,
    pub col_session: &'static str,
    pub col_ar_0: &'static str,
    pub col_ar_1: &'static str,
    pub col_status: &'static str,
    pub col_overlaps: &'static str,
    pub col_group: &'static str,
    pub col_n: &'static str,
    pub col_caar: &'static str,
    pub col_test: &'static str,
    pub col_statistic: &'static str,
    pub col_df: &'static str,
    pub col_holm: &'static str,
    pub col_bh: &'static str,
    pub col_note: &'static str,
    pub col_group_of_instruments: &'static str,
    pub col_pair: &'static str,
    pub col_method: &'static str,
    pub col_difference: &'static str,
    pub col_outcome: &'static str,
    pub col_times_usual: &'static str,
    pub col_law: &'static str,
    pub col_series: &'static str,
    pub col_correlation_before: &'static str,
    pub col_correlation_after: &'static str,
    pub col_correlation_adjusted: &'static str,
    pub col_p_raw: &'static str,
    pub col_p_adjusted: &'static str,
    pub col_beta_before: &'static str,
    pub col_beta_after: &'static str,
    pub col_p_beta: &'static str,
    pub col_regression: &'static str,
    pub col_term: &'static str,
    pub col_coefficient: &'static str,
    pub col_setting: &'static str,
    pub col_value: &'static str,
    pub col_input: &'static str,
    pub col_format: &'static str,
    pub col_rows: &'static str,
    pub col_provenance: &'static str,
    pub col_finding: &'static str,

    // Words for codes.
    pub yes: &'static str,
    pub no: &'static str,
    pub shared_with: &'static str,
    pub source: &'static str,
    pub statuses: [&'static str; 3],
    /// Verdicts: as a label, and inside a sentence.
    pub verdicts: [(&'static str, &'static str); 4],
    pub verdict_sentences: [&'static str; 4],
    pub models: Words,
    pub rules: Words,
    pub reasons: Words,
    pub methods: Words,
    pub weightings: Words,
    pub intervals: Words,
    pub outcome_names: Words,
    pub roles: Words,
    pub setting_names: Words,
    pub formula_words: Words,
    /// Words inside formulas, which are written with the English ones.
    pub formula_terms: Words,
    /// Kinds of findings of the quality gate; English pages show their codes.
    pub finding_kinds: Words,
    /// Tests, as a sentence names them before their value.
    pub test_names: Words,
    /// A caution and what to do about it.
    pub warning: fn(&Warning) -> (String, String),
}

impl Language {
    /// The wording of this language.
    pub(super) fn text(self) -> &'static Text {
        match self {
            Language::En => &en::TEXT,
            Language::De => &de::TEXT,
        }
    }
}

impl Text {
    pub fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Used => self.statuses[0],
            Status::Provisional => self.statuses[1],
            Status::Excluded => self.statuses[2],
        }
    }

    /// The word for a status as files have it; another word stands for itself.
    pub fn status_word<'a>(&'a self, code: &'a str) -> &'a str {
        let all = [Status::Used, Status::Provisional, Status::Excluded];
        let found = all.into_iter().find(|status| status.as_str() == code);
        found.map_or(code, |status| self.status(status))
    }

    pub fn setting_name<'a>(&self, code: &'a str) -> &'a str {
        word(self.setting_names, code)
    }

    pub fn verdict(&self, verdict: Verdict) -> (&'static str, &'static str) {
        self.verdicts[verdict_index(verdict)]
    }

    pub fn verdict_sentence(&self, verdict: Verdict) -> &'static str {
        self.verdict_sentences[verdict_index(verdict)]
    }

    pub fn model<'a>(&self, code: &'a str) -> &'a str {
        word(self.models, code)
    }

    pub fn rule<'a>(&self, code: &'a str) -> &'a str {
        word(self.rules, code)
    }

    pub fn reason<'a>(&self, code: &'a str) -> &'a str {
        word(self.reasons, code)
    }
}

fn verdict_index(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Supported => 0,
        Verdict::Contradicted => 1,
        Verdict::NotDistinguishable => 2,
        Verdict::NotTestable => 3,
    }
}

/// The word for a code; a code without one stands for itself.
pub(super) fn word(words: Words, code: &str) -> &str {
    let found = words.iter().find(|(known, _)| *known == code);
    found.map_or(code, |(_, word)| word)
}

/// Puts values into the `{name}` places of a template, in one pass: a value that looks like a
/// place stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
