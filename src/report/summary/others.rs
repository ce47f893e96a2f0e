//! After the leading observation: the other ones, the samples, and what to say without a result.

use super::super::observation::{Evidence, LEVEL, Observation, evidence, title};
use super::super::text::word;
use super::{N_LISTED, Paragraph, Writer, fill, is_day_0};
use crate::study::result::{CarRow, LedgerRow, RecommendationRow};

/// How a list of observations is announced, and which ones it takes.
type Kind = (&'static str, fn(Evidence) -> bool);

impl Writer<'_> {
    /// The other leading observations, sorted by what can be said of them.
    pub(super) fn others(&self, leading: &[Observation<'_>]) -> Vec<Paragraph> {
        let Some((lead, others)) = leading.split_first() else {
            return Vec::new();
        };
        let text = self.text;
        let kinds: [Kind; 3] = [
            (text.others_beyond, |e| e == Evidence::Beyond),
            (text.others_noise, |e| e == Evidence::Noise),
            (text.others_unclear, |e| {
                !matches!(e, Evidence::Beyond | Evidence::Noise)
            }),
        ];
        let paragraph = |(intro, wanted): Kind| {
            let with_car = others.iter().filter_map(|o| Some((o, o.car(self.window)?)));
            let mut items: Vec<String> = with_car
                .filter(|(_, car)| evidence(car).is_some_and(wanted))
                .map(|(o, car)| self.item(o, car))
                .collect();
            if !items.is_empty() {
                items.extend(self.not_shown(wanted, lead, items.len()));
            }
            (!items.is_empty()).then(|| Paragraph {
                text: self.announced(intro),
                items,
            })
        };
        kinds.into_iter().filter_map(paragraph).collect()
    }

    /// The words before a list. Those beyond noise were picked for it where no event was named to
    /// lead with: chance brings some among many.
    fn announced(&self, intro: &str) -> String {
        match &self.result.figures.picked {
            Some(picked) if intro == self.text.others_beyond => {
                let n = self.lang.count(picked.n);
                let chance = self.by_chance(picked.n);
                let figures = [("n", &*n), ("chance", &*chance)];
                fill(self.text.others_beyond_picked, &figures)
            }
            _ => intro.to_owned(),
        }
    }

    /// How many of so many tests see at 5 % what is not there.
    pub(super) fn by_chance(&self, n: usize) -> String {
        let expected = n as f64 * LEVEL;
        let decimals = if expected < 9.95 { 1 } else { 0 };
        self.lang.decimal(expected, decimals)
    }

    /// How many more observations there are of a kind than the leading one and those listed; only
    /// where the list is of the largest, and not of those that the study names.
    fn not_shown(
        &self,
        wanted: fn(Evidence) -> bool,
        lead: &Observation<'_>,
        n_listed: usize,
    ) -> Option<String> {
        let picked = self.result.figures.picked.as_ref()?;
        let focus = self.result.settings.focus.as_ref();
        let cars = self.result.cars.iter().filter(|r| r.window == self.window);
        let own = cars.filter(|r| focus.is_none_or(|f| *f == r.instrument));
        let n_all = own.filter(|r| evidence(r).is_some_and(wanted)).count();
        let leads = lead.car(self.window).and_then(evidence).is_some_and(wanted);
        let n = n_all.checked_sub(n_listed + usize::from(leads));
        let n = n.filter(|n| *n > 0)?;
        let figures = [
            ("n", &*self.lang.count(n)),
            ("total", &*self.lang.count(picked.n)),
        ];
        Some(fill(self.text.others_more, &figures))
    }

    fn item(&self, o: &Observation<'_>, car: &CarRow) -> String {
        let (lang, text) = (self.lang, self.text);
        let session = o.ledger.and_then(|r| r.session);
        let date = session.map(|d| lang.date(d)).unwrap_or_default();
        let mut figures = self.statistics(car, false);
        let mut remark = String::new();
        if evidence(car) == Some(Evidence::Noise) {
            let mde = car.mde.map(|x| lang.size_percent(x));
            remark = mde.map_or_else(String::new, |x| fill(text.item_mde, &[("mde", &x)]));
        } else {
            let ranks = [(text.item_sq, car.sq_p), (text.item_placebo, car.placebo_p)];
            for (template, p) in ranks {
                if let Some(p) = p {
                    figures.push_str("; ");
                    figures.push_str(&fill(template, &[("p", &lang.p(p))]));
                }
            }
        }
        let values = [
            ("event", o.title()),
            ("instrument", o.instrument),
            ("date", &date),
            ("ar", &car.car.map(|x| lang.percent(x)).unwrap_or_default()),
            ("figures", &figures),
            ("remark", &remark),
        ];
        fill(text.item, &values)
    }

    /// A point per sample, by the test to trust there, the clearest first.
    pub(super) fn samples(&self) -> Option<Paragraph> {
        let rows = self.result.recommendations.iter();
        let mut best: Vec<&RecommendationRow> = rows
            .filter(|row| row.window == self.window && row.n > 1 && row.p.is_some())
            .collect();
        best.sort_by(|a, b| a.p.unwrap_or(1.0).total_cmp(&b.p.unwrap_or(1.0)));
        let mut items: Vec<String> = best.iter().take(N_LISTED).map(|r| self.sample(r)).collect();
        if best.len() > N_LISTED {
            let n = self.lang.count(best.len() - N_LISTED);
            items.push(fill(self.text.samples_more, &[("n", &n)]));
        }
        (!items.is_empty()).then(|| Paragraph {
            text: fill(self.text.samples_lead, &[("over", &self.over())]),
            items,
        })
    }

    /// `on day 0`, or over which window.
    pub(super) fn over(&self) -> String {
        let window = self.lang.window(self.window);
        match is_day_0(self.window) {
            true => self.text.on_day_0.to_owned(),
            false => fill(self.text.over_window, &[("window", &window)]),
        }
    }

    fn sample(&self, row: &RecommendationRow) -> String {
        let lang = self.lang;
        let p = row.p.unwrap_or(1.0);
        let mut same = self.result.tests.iter();
        let tested =
            same.find(|t| t.group == row.group && t.window == row.window && t.test == row.test);
        let adjusted = tested.and_then(|t| t.p_holm).unwrap_or(p);
        let caar = self.result.tests.iter();
        let caar = caar
            .filter(|t| t.group == row.group && t.window == row.window)
            .find_map(|t| t.caar);
        let reading = match (p < LEVEL, adjusted < LEVEL) {
            (true, true) => self.text.sample_beyond,
            (true, false) if self.is_least(row, p) => self.text.sample_least_p,
            (true, false) => self.text.sample_not_after_holm,
            _ => self.text.sample_noise,
        };
        let draws = lang.count(self.result.settings.n_draws);
        let reading = fill(reading, &[("draws", &draws)]);
        let figures = [
            ("group", row.group.as_str()),
            ("n", &lang.count(row.n)),
            ("unit", self.unit()),
            ("caar", &caar.map(|x| lang.percent(x)).unwrap_or_default()),
            ("test", word(self.text.test_names, &row.test)),
            ("p", &lang.p(p)),
            ("reading", &reading),
        ];
        fill(self.text.sample, &figures)
    }

    /// Whether a test by resampling could not have given a smaller p.
    fn is_least(&self, row: &RecommendationRow, p: f64) -> bool {
        let draws = self.result.settings.n_draws as f64;
        row.test.contains("bootstrap") && p <= 1.0000001 / (draws + 1.0)
    }

    /// What a sample counts: an event has an observation for each instrument.
    fn unit(&self) -> &'static str {
        let one =
            self.result.settings.focus.is_some() || self.result.settings.instruments.len() < 2;
        match one {
            true => self.text.unit_events,
            false => self.text.unit_observations,
        }
    }

    /// No observation has a figure: say so, with the reasons.
    pub(super) fn nothing(&self) -> Paragraph {
        let (lang, text) = (self.lang, self.text);
        let counts = self.result.observation_counts;
        let rows = self.result.ledger.iter().take(N_LISTED);
        let items: Vec<String> = rows.map(|r| self.without_result(r)).collect();
        let template = match (counts.provisional, counts.total) {
            (_, 0) => text.no_events,
            (0, _) => text.all_excluded,
            _ => text.no_result_yet,
        };
        let figures = [
            ("n", &*lang.count(counts.total)),
            ("last", &*lang.date(self.result.data_range.1)),
        ];
        Paragraph {
            text: fill(template, &figures),
            items,
        }
    }

    fn without_result(&self, row: &LedgerRow) -> String {
        let reason = match row.reason.as_str() {
            "" => self.text.reason(&row.reason_code).to_owned(),
            reason => self.lang.said(reason),
        };
        let values = [
            ("event", title(self.result, &row.event_id)),
            ("instrument", &row.instrument),
            ("reason", &reason),
        ];
        fill(self.text.without_result, &values)
    }
}
