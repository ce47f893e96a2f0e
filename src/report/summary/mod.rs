//! The answer in plain words: what moved, by how much, how sure; and what could not be told from
//! noise. Generated from the result, sentence by sentence, with the wording of `text`.

mod caveats;
mod confounding;
mod others;
mod tiles;

use super::language::Language;
use super::observation::{
    Evidence, LEVEL, Observation, evidence, headline_window, is_day_0, leading,
};
use super::text::{Text, fill};
use crate::analysis::window::{RelativeDay, Window};
use crate::study::result::{CarRow, DollarValue, StudyResult};
use serde::Serialize;

/// How many names a sentence lists before it says how many more there are.
const N_LISTED: usize = 4;

/// The opening of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Summary {
    /// The leading figures, large.
    pub tiles: Vec<Tile>,
    /// The answer.
    pub answer: Vec<Paragraph>,
    /// What to know before repeating it.
    pub caveats: Vec<String>,
}

/// One figure with what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Tile {
    pub label: String,
    pub value: String,
    pub note: String,
}

/// A paragraph, and the points that it announces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Paragraph {
    pub text: String,
    pub items: Vec<String>,
}

impl Paragraph {
    fn new(sentences: impl IntoIterator<Item = String>) -> Self {
        let sentences: Vec<String> = sentences.into_iter().collect();
        Self {
            text: sentences.join(" "),
            items: Vec::new(),
        }
    }
}

/// Writes the opening.
pub(super) fn summary(result: &StudyResult, lang: Language) -> Summary {
    let writer = Writer {
        result,
        lang,
        text: lang.text(),
        window: headline_window(result),
    };
    let leading = leading(result);
    let mut answer = match leading.first() {
        Some(first) => writer.lead(first),
        None => vec![writer.nothing()],
    };
    answer.extend(writer.others(&leading));
    answer.extend(writer.confounding());
    answer.extend(writer.samples());
    Summary {
        tiles: leading.first().map(|o| writer.tiles(o)).unwrap_or_default(),
        answer,
        caveats: writer.caveats(&leading),
    }
}

struct Writer<'a> {
    result: &'a StudyResult,
    lang: Language,
    text: &'static Text,
    /// The window that the page leads with.
    window: Window,
}

impl Writer<'_> {
    /// The leading observation: the move, what the model expected, the rest; then its tests.
    fn lead(&self, o: &Observation<'_>) -> Vec<Paragraph> {
        let Some(car) = o.car(self.window) else {
            return vec![self.nothing()];
        };
        let mut what = vec![self.opening(o, car)];
        what.extend(o.dollar.map(|d| self.money(d)));
        let mut how_sure: Vec<String> = Vec::new();
        how_sure.extend(self.ranks(car));
        how_sure.extend(self.weighed(car));
        how_sure.extend(self.picked());
        how_sure.extend(self.next_day(o));
        if o.is_provisional() {
            let last = self.lang.date(self.result.data_range.1);
            how_sure.push(fill(self.text.provisional, &[("last", &last)]));
        }
        let paragraphs = [what, how_sure].into_iter().filter(|s| !s.is_empty());
        paragraphs.map(Paragraph::new).collect()
    }

    fn opening(&self, o: &Observation<'_>, car: &CarRow) -> String {
        let (lang, text) = (self.lang, self.text);
        let session = o.ledger.and_then(|r| r.session);
        let date = session.map_or_else(|| o.event_id.to_owned(), |d| lang.date(d));
        let day_0 = o.day(0).filter(|_| is_day_0(car.window));
        let known = day_0.and_then(|day| day.ret.zip(day.normal_return));
        let figures = [
            ("event", o.title()),
            ("date", &date),
            ("instrument", o.instrument),
            ("window", &lang.window(car.window)),
            (
                "return",
                &known.map(|k| lang.percent(k.0)).unwrap_or_default(),
            ),
            ("ar", &car.car.map(|x| lang.percent(x)).unwrap_or_default()),
            ("statistics", &self.statistics(car, true)),
        ];
        let lead = match self.result.settings.returns.as_str() {
            "log" => text.lead_log_return,
            _ => text.lead_return,
        };
        match known {
            Some((_, normal)) => format!(
                "{} {}{}",
                fill(lead, &figures),
                self.expected(&lang.percent(normal)),
                fill(text.lead_rest, &figures)
            ),
            None => fill(text.lead_window, &figures),
        }
    }

    /// What the normal-return model expected, as the first half of a sentence.
    fn expected(&self, normal: &str) -> String {
        let settings = &self.result.settings;
        let benchmark = settings.benchmark.as_ref().map_or("", |b| b.as_str());
        let only_the_market = settings.regressors.len() == 1 && settings.regressors[0] == benchmark;
        let template = match settings.model.as_str() {
            "mean-adjusted" => self.text.expected_mean,
            "market-adjusted" => self.text.expected_market_adjusted,
            _ if only_the_market => self.text.expected_market,
            _ => self.text.expected_model,
        };
        let names = [
            ("benchmark", benchmark),
            ("normal", normal),
            ("model", self.text.model(&settings.model)),
        ];
        fill(template, &names)
    }

    /// `95 % interval …, t = …, p = …`.
    fn statistics(&self, car: &CarRow, with_t: bool) -> String {
        let lang = self.lang;
        let mut parts = Vec::new();
        if let Some((low, high)) = car.car_low.zip(car.car_high) {
            let level = lang.level(self.result.settings.confidence);
            let interval = lang.interval(low, high);
            let figures = [("level", &*level), ("interval", &*interval)];
            parts.push(fill(self.text.interval, &figures));
        }
        if let (true, Some(t)) = (with_t, car.car_t) {
            parts.push(format!("t\u{a0}=\u{a0}{}", lang.decimal(t, 2)));
        }
        parts.extend(car.car_p.map(|p| lang.p(p)));
        parts.join(", ")
    }

    fn ranks(&self, car: &CarRow) -> Option<String> {
        let (lang, text) = (self.lang, self.text);
        let clause = |template, p: Option<f64>, n: Option<usize>| {
            let (p, n) = p.zip(n)?;
            Some(fill(template, &[("p", &lang.p(p)), ("n", &lang.count(n))]))
        };
        let sample_quantile = clause(text.sample_quantile, car.sq_p, car.sq_n);
        let placebo = clause(text.placebo, car.placebo_p, car.placebo_n);
        let clauses: Vec<_> = sample_quantile.into_iter().chain(placebo).collect();
        let template = match clauses.len() {
            0 => return None,
            1 => text.rank,
            _ => text.ranks,
        };
        Some(fill(template, &[("clauses", &clauses.join(text.and))]))
    }

    /// What the tests say together, and which to trust when they differ.
    fn weighed(&self, car: &CarRow) -> Option<String> {
        let text = self.text;
        let has_ranks = car.sq_p.is_some() || car.placebo_p.is_some();
        Some(match evidence(car)? {
            Evidence::Beyond if self.result.figures.picked.is_some() => {
                text.beyond_alone.to_owned()
            }
            Evidence::Beyond if has_ranks => text.all_beyond.to_owned(),
            Evidence::Beyond => text.t_beyond.to_owned(),
            Evidence::Noise => match car.mde {
                Some(mde) => fill(text.noise_mde, &[("mde", &self.lang.size_percent(mde))]),
                None => text.noise.to_owned(),
            },
            Evidence::OnlyT => text.only_t.to_owned(),
            Evidence::OnlyRanks => text.only_ranks.to_owned(),
            Evidence::Split => text.split.to_owned(),
        })
    }

    /// That the leading observation was picked for its size, and what that leaves of its p.
    fn picked(&self) -> Option<String> {
        let picked = self.result.figures.picked.as_ref()?;
        let p = picked.p_holm?;
        let reading = match p < LEVEL {
            true => self.text.picked_beyond,
            false => self.text.picked_noise,
        };
        let figures = [
            ("n", &*self.lang.count(picked.n)),
            ("p", &*self.lang.p(p)),
            ("reading", reading),
        ];
        Some(fill(self.text.picked, &figures))
    }

    fn money(&self, value: &DollarValue) -> String {
        let lang = self.lang;
        let ends = [value.abnormal_low, value.abnormal_high].map(|x| lang.money(x));
        let figures = [
            ("abnormal", &*lang.money(value.abnormal)),
            ("level", &*lang.level(self.result.settings.confidence)),
            ("interval", &*lang.range(&ends[0], &ends[1])),
            ("total", &*lang.money(value.total)),
        ];
        fill(self.text.money, &figures)
    }

    /// Day +1, where the time of day is not known and the window does not hold it.
    fn next_day(&self, o: &Observation<'_>) -> Option<String> {
        o.ledger.filter(|r| r.day_uncertain)?;
        if self.window.days().any(|day| day == RelativeDay(1)) {
            return None;
        }
        let next = o.day(1)?;
        let (ar, t) = next.ar.zip(next.ar_t)?;
        let figures = [
            ("ar", &*self.lang.percent(ar)),
            ("t", &*self.lang.decimal(t, 2)),
        ];
        Some(fill(self.text.next_day, &figures))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::study::result::{LedgerRow, PickedLead, StudyResult};

    fn text(result: &StudyResult, lang: Language) -> String {
        let summary = summary(result, lang);
        let mut lines = Vec::new();
        for tile in summary.tiles {
            lines.push(format!("[{}] {} ({})", tile.label, tile.value, tile.note));
        }
        for paragraph in summary.answer {
            lines.push(paragraph.text);
            lines.extend(paragraph.items.iter().map(|item| format!("  - {item}")));
        }
        lines.extend(summary.caveats.iter().map(|caveat| format!("* {caveat}")));
        lines.join("\n")
    }

    fn lead(result: &StudyResult) -> String {
        let answer = summary(result, Language::En).answer;
        let paragraphs: Vec<_> = answer.into_iter().map(|p| p.text).collect();
        paragraphs.join(" ")
    }

    #[test]
    fn every_kind_of_study_reads_well() {
        for (name, result) in [
            ("nvda", fixture::nvda()),
            ("single_event", fixture::single_event()),
            ("all_excluded", fixture::all_excluded()),
            ("all_provisional", fixture::all_provisional()),
        ] {
            insta::assert_snapshot!(format!("{name}_en"), text(&result, Language::En));
            insta::assert_snapshot!(format!("{name}_de"), text(&result, Language::De));
        }
    }

    #[test]
    fn it_says_which_test_to_trust_when_they_differ() {
        let mut result = fixture::nvda();
        let car = &mut result.cars[2];
        (car.sq_p, car.placebo_p) = (Some(0.2), Some(0.3));
        assert!(lead(&result).contains("The t-test sees an effect and those checks do not."));
        result.cars[2].sq_p = Some(0.01);
        assert!(lead(&result).contains("do not agree with each other"));
        (result.cars[2].car_low, result.cars[2].placebo_p) = (Some(-0.3), Some(0.01));
        result.cars[2].car_high = Some(0.1);
        assert!(lead(&result).contains("Those checks see an effect and the t-test does not."));
    }

    #[test]
    fn other_models_and_windows_have_their_own_words() {
        let mut result = fixture::nvda();
        result.settings.model = "mean-adjusted".into();
        assert!(lead(&result).contains("Its average session before the event was −3.64\u{a0}%"));
        result.settings.model = "market-adjusted".into();
        assert!(lead(&result).contains("SPY returned −3.64\u{a0}%"));
        result.settings.model = "ff3".into();
        result.settings.regressors = ["Mkt-RF", "SMB", "HML"].map(Into::into).to_vec();
        assert!(lead(&result).contains("The model (Fama-French three factors) would have meant"));
        result.settings.windows = vec![fixture::window("-1:1")];
        assert!(lead(&result).starts_with("Over the sessions [−1,\u{a0}+1] around"));
    }

    #[test]
    fn events_that_share_a_session_for_another_instrument_are_named_together() {
        let mut result = fixture::nvda();
        let shared = |row: &&LedgerRow| !row.same_session.is_empty();
        let mut others: Vec<LedgerRow> = result.ledger.iter().filter(shared).cloned().collect();
        for row in &mut others {
            row.instrument = "AMD".into();
        }
        let expected = summary(&result, Language::En).caveats;
        result.ledger.extend(others);
        assert_eq!(
            summary(&result, Language::En).caveats,
            expected,
            "named once"
        );
        let on_page = |row: &&mut LedgerRow| row.instrument == "NVDA";
        for row in result.ledger.iter_mut().filter(on_page) {
            row.same_session.clear();
        }
        assert_eq!(summary(&result, Language::En).caveats, expected);
    }

    #[test]
    fn the_largest_of_many_is_held_against_their_number() {
        let mut result = fixture::nvda();
        let all = "All tests agree: this is more than noise.";
        assert!(lead(&result).contains(all));
        let with = |p_holm| PickedLead { n: 40, p_holm };
        result.figures.picked = Some(with(Some(0.3)));
        let noise = lead(&result);
        assert!(!noise.contains(all), "{noise}");
        assert!(noise.contains("the largest t of 40 event observations"));
        assert!(noise.contains("p\u{a0}=\u{a0}0.30: the largest t of so many may well be noise."));
        result.figures.picked = Some(with(Some(0.001)));
        assert!(lead(&result).contains("still more than noise"));
    }

    #[test]
    fn serious_faults_and_days_picked_for_their_price_come_before_use() {
        let mut result = fixture::nvda();
        result.findings[0].serious = true;
        let sell_off = result.events.iter_mut().find(|e| e.id == "sell-off");
        sell_off.unwrap().category = Some(crate::event::MARKET_REACTION.to_owned());
        let caveats = summary(&result, Language::En).caveats;
        assert!(caveats[0].contains("a serious finding in the prices: return of -16.97 %"));
        let picked = caveats.iter().filter(|c| c.starts_with("Listed because"));
        assert_eq!(picked.count(), 1, "{caveats:?}");
    }

    #[test]
    fn a_study_without_events_says_so() {
        let mut result = fixture::all_excluded();
        result.events.clear();
        result.ledger.clear();
        result.observation_counts = Default::default();
        assert!(lead(&result).contains("the study has no event observations"));
    }
}
