//! Returns and models of a study: which price, which benchmark, which factors.

use crate::analysis::model::{
    GarchModel, LinearModel, ModelKind, NormalReturnModel, Series, VarianceKind, capm, dimson,
    factors, french, garch, market, market_adjusted, mean_adjusted, robust, scholes_williams,
    synthetic_control,
};
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::returns::{combined, equal_weighted, returns, without_instrument};
use crate::study::data::{FactorData, StudyData};
use crate::study::spec::{PriceColumn, StudySpec};

/// A model of the study, on the series that [`Market`] holds.
pub(super) type StudyModel<'a> = Box<dyn NormalReturnModel + 'a>;

/// Returns on the session grid and everything that models are built from.
pub(super) struct Market<'a> {
    spec: &'a StudySpec,
    factors: Option<&'a FactorData>,
    symbols: Vec<Symbol>,
    returns: Vec<Vec<f64>>,
    /// The instruments of the study.
    studied: Vec<Symbol>,
    benchmark: Option<Vec<f64>>,
    /// `close`, `adj_close` or `returns`.
    pub price_column: &'static str,
}

impl<'a> Market<'a> {
    /// Computes the returns of `needed` and of the benchmark; `studied` are the instruments of
    /// the study.
    pub fn new(
        spec: &'a StudySpec,
        data: &'a StudyData,
        studied: &[Symbol],
        needed: &[Symbol],
    ) -> Result<Self> {
        let price_column = price_column(spec, data, needed)?;
        let known: Vec<&Symbol> = needed
            .iter()
            .filter(|s| data.instrument(s).is_some())
            .collect();
        let returns_of = |symbol: &Symbol| instrument_returns(spec, data, symbol, price_column);
        let benchmark = match &spec.benchmark {
            Some(symbol) => Some(returns_of(symbol)?),
            None => None,
        };
        let market = Self {
            spec,
            factors: data.factors.as_ref(),
            returns: known.iter().map(|s| returns_of(s)).collect::<Result<_>>()?,
            symbols: known.into_iter().cloned().collect(),
            studied: studied.to_vec(),
            benchmark,
            price_column,
        };
        market.model(&[])?;
        Ok(market)
    }

    /// The returns of an instrument, if the data hold it.
    pub fn returns(&self, symbol: &Symbol) -> Option<&[f64]> {
        let i = self.symbols.iter().position(|s| s == symbol)?;
        Some(&self.returns[i])
    }

    /// The instruments that the study computes returns of.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.symbols.iter()
    }

    /// The benchmark's returns.
    pub fn benchmark(&self) -> Option<&[f64]> {
        self.benchmark.as_deref()
    }

    /// The equal-weighted portfolio of the members that the data hold.
    pub fn portfolio(&self, members: &[Symbol]) -> Vec<f64> {
        let columns: Vec<&[f64]> = members.iter().filter_map(|m| self.returns(m)).collect();
        combined(self.spec.returns, &columns, equal_weighted)
    }

    /// The study's model of an instrument, or of the portfolio of several; of none in particular
    /// where `subject` is empty. The benchmark is taken without a single subject where the study
    /// says so.
    pub fn model(&self, subject: &[Symbol]) -> Result<StudyModel<'_>> {
        let kind = self.spec.model;
        if let Some(linear) = self.linear_model(subject)? {
            return Ok(Box::new(linear));
        }
        if kind == ModelKind::SyntheticControl {
            return Ok(Box::new(synthetic_control(self.donors(subject))));
        }
        let name = self.spec.benchmark.as_ref().map_or("", Symbol::as_str);
        let market = self.benchmark_for(subject)?;
        Ok(match kind {
            ModelKind::ScholesWilliams => Box::new(scholes_williams(name, market)),
            ModelKind::Dimson => Box::new(dimson(name, market, 1, 1)),
            ModelKind::Garch | ModelKind::Egarch | ModelKind::Gjr => {
                Box::new(self.garch_model(subject)?)
            }
            _ => Box::new(robust(name, market)),
        })
    }

    /// The study's model of the GARCH family; GARCH(1,1) where its model is none of them. (Daily
    /// returns have fat tails: under the normal law a single wild day of the estimation window
    /// would drive the variance, so that Student's is the default.)
    pub fn garch_model(&self, subject: &[Symbol]) -> Result<GarchModel<'_>> {
        let name = self.spec.benchmark.as_ref().map_or("", Symbol::as_str);
        let kind = match self.spec.model {
            ModelKind::Egarch => VarianceKind::Egarch,
            ModelKind::Gjr => VarianceKind::Gjr,
            _ => VarianceKind::Garch,
        };
        let market = self.benchmark_for(subject)?;
        Ok(garch(name, market, kind, self.spec.error_law))
    }

    /// The study's model of the difference of two portfolios, from which the risk-free rate, or
    /// the market of the market-adjusted model, cancels. `None` where there is none: donors'
    /// weights that sum to one are no match for a portfolio that costs nothing.
    pub fn difference_model(&self) -> Result<Option<StudyModel<'_>>> {
        if let Some(linear) = self.linear_model(&[])? {
            return Ok(Some(Box::new(linear.without_offset())));
        }
        if self.spec.model == ModelKind::SyntheticControl {
            return Ok(None);
        }
        self.model(&[]).map(Some)
    }

    /// What portfolios of instruments are regressed on: the study's model, or the market model
    /// where the study's differs from that in its estimator only. `None` where the regressors are
    /// each instrument's own.
    pub fn common_model(&self, subject: &[Symbol]) -> Result<Option<LinearModel<'_>>> {
        if self.spec.model == ModelKind::SyntheticControl {
            return Ok(None);
        }
        match self.linear_model(subject)? {
            Some(model) => Ok(Some(model)),
            None => self.market_model(subject).map(Some),
        }
    }

    fn market_model(&self, subject: &[Symbol]) -> Result<LinearModel<'_>> {
        let name = self.spec.benchmark.as_ref().map_or("", Symbol::as_str);
        Ok(market(name, self.benchmark_for(subject)?))
    }

    /// The study's model where it is one of least squares.
    pub fn linear_model(&self, subject: &[Symbol]) -> Result<Option<LinearModel<'_>>> {
        let kind = self.spec.model;
        if let Some(columns) = kind.french_factors() {
            return self.french_model(columns).map(Some);
        }
        Ok(match kind {
            ModelKind::MeanAdjusted => Some(mean_adjusted()),
            ModelKind::MarketAdjusted => Some(market_adjusted(self.benchmark_for(subject)?)),
            ModelKind::Market => Some(self.market_model(subject)?),
            ModelKind::Factors => Some(self.factor_model(subject)?),
            _ => None,
        })
    }

    fn french_model(&self, columns: &[&str]) -> Result<LinearModel<'_>> {
        let kind = self.spec.model;
        let risk_free = self.factor("rf")?;
        if kind == ModelKind::Capm {
            return Ok(capm(self.factor("mkt_rf")?, risk_free));
        }
        // The size factor of the three-factor sets is built otherwise than that of the five.
        let three = matches!(kind, ModelKind::Ff3 | ModelKind::Carhart);
        let columns = columns.iter().map(|&name| {
            let own = if three && name == "smb" && self.has_factor("smb_3factor") {
                "smb_3factor"
            } else {
                name
            };
            Ok((name.to_owned(), self.factor(own)?.into()))
        });
        Ok(french(
            kind.as_str(),
            columns.collect::<Result<_>>()?,
            risk_free,
        ))
    }

    /// The donors of a synthetic control: every instrument of the data that no event of the
    /// subject concerns, but for the benchmark, which may hold the subject. An instrument that
    /// the same event moves would take the effect into the counterfactual.
    fn donors(&self, subject: &[Symbol]) -> Vec<(String, Series<'_>)> {
        let events = self.spec.events.iter();
        let touched: Vec<&Symbol> = events
            .map(|event| match event.instruments.as_slice() {
                [] => self.studied.as_slice(),
                named => named,
            })
            .filter(|named| subject.is_empty() || named.iter().any(|s| subject.contains(s)))
            .flatten()
            .chain(subject)
            .chain(&self.spec.benchmark)
            .collect();
        let free = self.symbols.iter().zip(&self.returns);
        free.filter(|(symbol, _)| !touched.contains(symbol))
            .map(|(symbol, returns)| (symbol.to_string(), returns.as_slice().into()))
            .collect()
    }

    fn factor_model(&self, subject: &[Symbol]) -> Result<LinearModel<'_>> {
        if self.spec.factor_columns.is_empty() {
            return Err(InputError::new(
                "the model factors needs the columns to use",
                "name them with --factor-columns A,B",
            )
            .into());
        }
        let mut columns = Vec::new();
        if let Some(benchmark) = &self.spec.benchmark {
            columns.push((
                benchmark.as_str().to_owned(),
                self.benchmark_for(subject)?.into(),
            ));
        }
        for name in &self.spec.factor_columns {
            // The benchmark, or a column that is named twice, stands there already.
            if columns.iter().any(|(there, _)| there == name) {
                continue;
            }
            columns.push((name.clone(), self.factor_or_instrument(name)?.into()));
        }
        Ok(factors(columns))
    }

    /// The benchmark as the model of the subject takes it.
    pub fn benchmark_for(&self, subject: &[Symbol]) -> Result<Vec<f64>> {
        let benchmark = self.benchmark.as_deref().ok_or_else(|| {
            InputError::new(
                format!("the model {} needs a benchmark", self.spec.model.as_str()),
                "name it with --benchmark SYM, or choose --model mean-adjusted",
            )
        })?;
        let single = match subject {
            [one] => Some(one),
            _ => None,
        };
        let own = single
            .filter(|i| self.spec.focus.as_ref().is_none_or(|focus| focus == *i))
            .and_then(|i| self.returns(i));
        Ok(match (self.spec.benchmark_weight, own) {
            (Some(weight), Some(own)) => combined(self.spec.returns, &[benchmark, own], |pair| {
                without_instrument(pair[0], pair[1], weight)
            }),
            _ => benchmark.to_vec(),
        })
    }

    fn has_factor(&self, name: &str) -> bool {
        self.factors.is_some_and(|f| f.column(name).is_some())
    }

    fn factor(&self, name: &str) -> Result<&[f64]> {
        let Some(factors) = self.factors else {
            return Err(InputError::new(
                format!(
                    "the model {} needs factor returns",
                    self.spec.model.as_str()
                ),
                "give a factor file with --factors PATH",
            )
            .into());
        };
        factors.column(name).ok_or_else(|| {
            InputError::new(
                format!(
                    "the factor file has no column {name}, which the model {} needs",
                    self.spec.model.as_str()
                ),
                format!("it has {}", factors.names.join(", ")),
            )
            .into()
        })
    }

    /// A column of the factor file, the returns of an instrument of that name, or the column that
    /// the file writes so.
    fn factor_or_instrument(&self, name: &str) -> Result<&[f64]> {
        if self.has_factor(name) {
            return self.factor(name);
        }
        let instrument = Symbol::new(name).ok();
        let returns = instrument.and_then(|symbol| self.returns(&symbol));
        let written = || self.factors?.spelt(name);
        returns.or_else(written).ok_or_else(|| {
            let known = self.factors.map_or(&[][..], |f| &f.names);
            let cure = match known {
                [] => "correct --factor-columns, or give a factor file with --factors PATH".into(),
                known => format!("the factor file has {}", known.join(", ")),
            };
            let problem = format!("neither the factor file nor the prices have a column {name}");
            InputError::new(problem, cure).into()
        })
    }
}

fn price_column(spec: &StudySpec, data: &StudyData, needed: &[Symbol]) -> Result<&'static str> {
    let used = || {
        needed
            .iter()
            .chain(&spec.benchmark)
            .filter_map(|s| data.instrument(s))
    };
    if used().next().is_some() && used().all(|i| i.returns.is_some()) {
        return Ok("returns");
    }
    let adjusted = used()
        .filter(|i| i.returns.is_none())
        .all(|i| i.adj_close.is_some());
    match spec.price_column {
        PriceColumn::Auto if adjusted => Ok("adj_close"),
        PriceColumn::Auto | PriceColumn::Close => Ok("close"),
        PriceColumn::AdjClose if adjusted => Ok("adj_close"),
        PriceColumn::AdjClose => {
            let without: Vec<&str> = used()
                .filter(|i| i.adj_close.is_none())
                .map(|i| i.symbol.as_str())
                .collect();
            Err(InputError::new(
                format!("{} have no adjusted close", without.join(", ")),
                "give files that have it, or choose --price-column close",
            )
            .into())
        }
    }
}

fn instrument_returns(
    spec: &StudySpec,
    data: &StudyData,
    symbol: &Symbol,
    column: &str,
) -> Result<Vec<f64>> {
    let Some(instrument) = data.instrument(symbol) else {
        let known: Vec<&str> = data.instruments.iter().map(|i| i.symbol.as_str()).collect();
        return Err(InputError::new(
            format!("the prices hold no {symbol}"),
            match spec.benchmark.as_ref() == Some(symbol) {
                true => format!(
                    "it is the benchmark (SPY, unless --benchmark says otherwise): add its prices, \
                     or give --benchmark with one of those that they hold ({}), or \
                     --model mean-adjusted, which needs none",
                    shorten(&known)
                ),
                false => format!("they hold {}", shorten(&known)),
            },
        )
        .into());
    };
    if let Some(own) = &instrument.returns {
        return Ok(own.clone());
    }
    let prices = match column {
        "adj_close" => instrument.adj_close.as_ref(),
        _ => instrument.close.as_ref(),
    };
    let prices = prices.ok_or_else(|| {
        InputError::new(
            format!("{symbol} has no {column} price"),
            "give a file with that column",
        )
    })?;
    Ok(returns(prices, spec.returns))
}

/// The first names of a list, and how many more there are.
pub(super) fn shorten(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    if names.len() <= SHOWN {
        return names.join(", ");
    }
    format!(
        "{} and {} others",
        names[..SHOWN].join(", "),
        names.len() - SHOWN
    )
}

#[cfg(test)]
mod tests;
