//! Portfolios of groups of instruments: equal-weighted, and by value where weights are known.
//!
//! By value means: shares outstanding times the close before, where the study knows the shares of
//! every member; else the weights that the study gives. Claims are about equal-weighted ones.

use crate::align::Exclusion;
use crate::error::{InputError, Result};
use crate::instrument::{InstrumentGroup, SharesOutstanding, Symbol, Weighting};
use crate::returns::{combined, value_at_previous_close, weighted};
use crate::study::observe::{Fit, Subject};
use crate::study::placement::reaction_sessions;
use crate::study::result::PortfolioRow;
use crate::study::run::{Outcome, Run};
use rayon::prelude::*;

/// How the members of a portfolio are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weights {
    /// Every member the same.
    Equal,
    /// By value, or by the weights given.
    Value,
}

impl Weights {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Weights::Equal => "equal",
            Weights::Value => "value",
        }
    }
}

/// A portfolio of a group, or the difference of two.
pub(super) struct Portfolio<'g> {
    groups: Vec<&'g InstrumentGroup>,
    returns: Vec<f64>,
}

impl<'g> Portfolio<'g> {
    /// The portfolio of a group.
    pub fn of(run: &Run, group: &'g InstrumentGroup, weights: Weights) -> Self {
        Self {
            groups: vec![group],
            returns: run.portfolio_returns(group, weights),
        }
    }

    /// Long the first group, short the second.
    pub fn difference(
        run: &Run,
        a: &'g InstrumentGroup,
        b: &'g InstrumentGroup,
        weights: Weights,
    ) -> Self {
        let long = run.portfolio_returns(a, weights);
        let short = run.portfolio_returns(b, weights);
        Self {
            groups: vec![a, b],
            returns: long.iter().zip(&short).map(|(l, s)| l - s).collect(),
        }
    }

    /// Fits the study's model to it around an event.
    pub fn fit(&self, run: &Run, event: usize) -> Result<std::result::Result<Fit, Exclusion>> {
        let placed = &run.placed[event];
        if let Some(exclusion) = placed.exclusion(run.data) {
            return Ok(Err(exclusion));
        }
        let Some(day_0) = placed.day_0.filter(|&d| d < self.returns.len()) else {
            let what = "every member of the group".to_owned();
            return Ok(Err(Exclusion::MissingEventDay { what }));
        };
        let model = match self.groups.as_slice() {
            [group] => Some(run.market.model(&group.members)?),
            _ => run.market.difference_model()?,
        };
        let Some(model) = model else {
            let what = "a difference of two portfolios has no synthetic control".to_owned();
            return Ok(Err(Exclusion::DegenerateFit { what }));
        };
        let mut masked = vec![false; self.returns.len()];
        if run.spec.mask_events {
            for symbol in self.groups.iter().flat_map(|g| &g.members) {
                let n = masked.len();
                let own = reaction_sessions(&run.placed, symbol, Some(event), run.spec, n);
                masked.iter_mut().zip(own).for_each(|(m, o)| *m |= o);
            }
        }
        let subject = Subject {
            returns: &self.returns,
            model: model.as_ref(),
        };
        Ok(subject.fit(run.spec, &masked, day_0))
    }
}

/// Refuses a portfolio by value whose weights are not known.
pub(super) fn check(run: &Run) -> Result<()> {
    for group in &run.spec.groups {
        let asked = matches!(group.weighting, Some(Weighting::Value | Weighting::Both));
        if let Err(without) = run.value_weights(group)
            && asked
        {
            let problem = format!(
                "the group {} is to be weighted by value, and the value is not known of {}",
                group.name,
                without.join(", ")
            );
            let cure = "give their shares under [[shares]] and prices with closes, or weights = \
                        [..] for the members of the group, or choose weighting = \"equal\"";
            return Err(InputError::new(problem, cure).into());
        }
    }
    Ok(())
}

/// The ways in which the portfolio of a group is made, equal weights first.
fn weights_of(run: &Run, group: &InstrumentGroup) -> Vec<Weights> {
    match group.weighting {
        Some(Weighting::Equal) => vec![Weights::Equal],
        Some(Weighting::Value) => vec![Weights::Value],
        Some(Weighting::Both) => vec![Weights::Equal, Weights::Value],
        None if run.value_weights(group).is_ok() => vec![Weights::Equal, Weights::Value],
        None => vec![Weights::Equal],
    }
}

/// The ways that two groups have in common.
pub(super) fn common_weights(run: &Run, a: &InstrumentGroup, b: &InstrumentGroup) -> Vec<Weights> {
    let other = weights_of(run, b);
    let own = weights_of(run, a).into_iter();
    own.filter(|w| other.contains(w)).collect()
}

/// The rows of `portfolios.csv`: every group around the events that portfolios are compared on.
pub(super) fn rows(run: &Run, outcomes: &[Outcome]) -> Result<Vec<PortfolioRow>> {
    let events = run.compared_events(outcomes);
    let asked: Vec<(&InstrumentGroup, Weights)> = run
        .spec
        .groups
        .iter()
        .flat_map(|group| weights_of(run, group).into_iter().map(move |w| (group, w)))
        .collect();
    let rows: Vec<Vec<PortfolioRow>> = asked
        .par_iter()
        .map(|(group, weights)| group_rows(run, group, *weights, &events))
        .collect::<Result<_>>()?;
    Ok(rows.into_iter().flatten().collect())
}

fn group_rows(
    run: &Run,
    group: &InstrumentGroup,
    weights: Weights,
    events: &[usize],
) -> Result<Vec<PortfolioRow>> {
    let portfolio = Portfolio::of(run, group, weights);
    let held = |m: &&Symbol| run.market.returns(m).is_some();
    let n_members = group.members.iter().filter(held).count();
    let note = match (weights, run.value_weights(group)) {
        (Weights::Equal, Err(without)) if group.weighting.is_none() => {
            format!(
                "equal weights only: the value is not known of {}",
                without.join(", ")
            )
        }
        _ => String::new(),
    };
    let mut rows = Vec::new();
    for &event in events {
        let fit = portfolio.fit(run, event)?;
        for &window in run.spec.windows.car() {
            let found = fit.as_ref().ok().and_then(|f| f.car(window));
            let test = found.and_then(|(_, test)| test);
            rows.push(PortfolioRow {
                group: group.name.clone(),
                weighting: weights.as_str().to_owned(),
                event_id: run.placed[event].event.id.clone(),
                window,
                n_members,
                car: found.map(|(car, _)| car.car),
                sd: found.map(|(car, _)| car.sd),
                t: test.map(|t| t.t),
                df: test.map(|t| t.df),
                p: test.map(|t| t.p),
                low: test.map(|t| t.low),
                high: test.map(|t| t.high),
                note: match &fit {
                    Ok(fit) => fit.not_over(window).unwrap_or_else(|| note.clone()),
                    Err(why) => why.to_string(),
                },
            });
        }
    }
    Ok(rows)
}

impl Run<'_> {
    fn portfolio_returns(&self, group: &InstrumentGroup, weights: Weights) -> Vec<f64> {
        let by_value = match weights {
            Weights::Equal => None,
            // `check` has refused what has none.
            Weights::Value => self.value_weights(group).ok(),
        };
        let Some(by_value) = by_value else {
            return self.market.portfolio(&group.members);
        };
        // A member that the data lack has no returns, and its weight goes to the others.
        let held = group.members.iter().zip(by_value);
        let (returns, weights): (Vec<&[f64]>, Vec<Vec<f64>>) = held
            .filter_map(|(m, w)| Some((self.market.returns(m)?, w)))
            .unzip();
        combined(self.spec.returns, &returns, |members| {
            weighted(members, &weights)
        })
    }

    /// The weight of every member in every session, or the members that lack one.
    fn value_weights(
        &self,
        group: &InstrumentGroup,
    ) -> std::result::Result<Vec<Vec<f64>>, Vec<String>> {
        let values = group.members.iter().map(|m| self.values(m));
        let without: Vec<String> = group
            .members
            .iter()
            .filter(|m| self.values(m).is_none())
            .map(ToString::to_string)
            .collect();
        if without.is_empty() {
            return Ok(values.flatten().collect());
        }
        let n = self.data.sessions.len();
        let given = group
            .weights
            .as_ref()
            .filter(|w| w.len() == group.members.len());
        let given = given.map(|weights| weights.iter().map(|&w| vec![w; n]).collect());
        given.ok_or(without)
    }

    /// The value of an instrument at the close before each session, by the count of shares that is
    /// nearest to it in time.
    fn values(&self, symbol: &Symbol) -> Option<Vec<f64>> {
        let close = self.data.instrument(symbol)?.close.as_ref()?;
        let all = self.spec.shares.iter();
        let own: Vec<&SharesOutstanding> = all.filter(|s| s.instrument == *symbol).collect();
        let count = |session: chrono::NaiveDate| -> Option<f64> {
            let distance = |s: &&&SharesOutstanding| (s.as_of - session).num_days().abs();
            own.iter().min_by_key(distance).map(|s| s.count)
        };
        let per_share = value_at_previous_close(close, 1.0);
        let pairs = per_share.iter().zip(&self.data.sessions);
        pairs
            .map(|(value, session)| Some(value * count(*session)?))
            .collect()
    }
}

impl Run<'_> {
    /// The members of a group that the data do not hold.
    pub(super) fn absent<'g>(&self, group: &'g InstrumentGroup) -> Vec<&'g Symbol> {
        let members = group.members.iter();
        members
            .filter(|member| self.market.returns(member).is_none())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::ModelKind;
    use crate::study::result::StudyResult;
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, spec, symbol};

    fn group(weights: Option<Vec<f64>>, weighting: Option<Weighting>) -> InstrumentGroup {
        InstrumentGroup {
            weights,
            weighting,
            ..InstrumentGroup::new("pair", vec![symbol("AAA"), symbol("BBB")])
        }
    }

    /// The pair against CCC, with a price of 100 for all and so many shares of the pair.
    fn study(group: InstrumentGroup, shares: &[(&str, f64)]) -> Result<StudyResult> {
        let count = |(name, count): &(&str, f64)| SharesOutstanding {
            instrument: symbol(name),
            count: *count,
            as_of: chrono::NaiveDate::from_ymd_opt(2023, 1, 2).unwrap(),
            source: String::new(),
        };
        let spec = StudySpec {
            groups: vec![group, InstrumentGroup::new("other", vec![symbol("CCC")])],
            shares: shares.iter().map(count).collect(),
            ..spec(ModelKind::Market)
        };
        let mut data = data();
        for instrument in &mut data.instruments {
            instrument.close = Some(vec![100.0; data.sessions.len()]);
        }
        crate::study::run(&spec, &data)
    }

    fn car(result: &StudyResult, group: &str, weighting: &str) -> Option<f64> {
        let mut rows = result.portfolios.iter();
        let found = rows.find(|r| r.group == group && r.weighting == weighting)?;
        found.car
    }

    #[test]
    fn shares_times_price_weigh_where_all_are_known() {
        // A billion against one: the portfolio is its first member.
        let shares = [("AAA", 1e9), ("BBB", 1.0)];
        let result = study(group(None, None), &shares).unwrap();
        let (equal, value) = (car(&result, "pair", "equal"), car(&result, "pair", "value"));
        let alone = result.cars.iter().find(|r| r.instrument == symbol("AAA"));
        assert!((value.unwrap() - alone.unwrap().car.unwrap()).abs() < 1e-8);
        assert!((equal.unwrap() - value.unwrap()).abs() > 1e-6);
        // The other group has no shares, so that only equal weights can be compared.
        assert!(result.groups.iter().all(|r| r.weighting == "equal"));
        let note = &result
            .portfolios
            .iter()
            .find(|r| r.group == "other")
            .unwrap()
            .note;
        assert!(note.contains("not known of CCC"), "{note}");
    }

    #[test]
    fn weights_given_are_used_where_shares_are_not_known() {
        let result = study(group(Some(vec![1.0, 0.0]), None), &[("AAA", 1e9)]).unwrap();
        let alone = result.cars.iter().find(|r| r.instrument == symbol("AAA"));
        let value = car(&result, "pair", "value").unwrap();
        assert!((value - alone.unwrap().car.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn value_without_weights_is_refused_with_who_lacks_them() {
        for weighting in [Weighting::Value, Weighting::Both] {
            let refused = study(group(None, Some(weighting)), &[("AAA", 1e9)]).unwrap_err();
            let message = refused.to_string();
            assert!(
                message.contains("pair") && message.contains("of BBB"),
                "{message}"
            );
        }
        let only = study(
            group(None, Some(Weighting::Equal)),
            &[("AAA", 1.0), ("BBB", 1.0)],
        );
        assert_eq!(car(&only.unwrap(), "pair", "value"), None);
    }
}
