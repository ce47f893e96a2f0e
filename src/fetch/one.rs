//! One symbol: along the chain of sources, from what is stored to what is due.

use super::plan::{Held, ask_from, is_current, last_final, reload_from, wanted_until};
use super::run::Shared;
use super::{Outcome, Provider, SymbolResult};
use crate::error::{Error, Result};
use crate::instrument::Symbol;
use crate::source::http::{Answer, Call, Validators};
use crate::source::{Ask, Figures, Refusal, RefusalClass, Reply, Request};
use crate::store::{Delivery, FetchRecord, Known, Update, Updated};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// Why a source brought nothing.
enum Trouble {
    /// It refused or failed.
    Refusal(Refusal),
    /// The store, or the calendar, cannot go on.
    Own(Error),
    /// A stop was asked for.
    Stopped,
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refusal(refusal)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Own(error)
    }
}

/// Fetches a symbol from the first source of the chain that has it; `None` after a stop.
pub(super) async fn fetch_symbol(shared: &Shared, symbol: &Symbol) -> Option<SymbolResult> {
    let mut refused: Vec<SymbolResult> = Vec::new();
    for provider in &shared.job.chain {
        if shared.stop.is_set() {
            return None;
        }
        let one = One {
            shared,
            provider,
            symbol,
        };
        match one.fetch().await {
            Ok(result) => return Some(with_refusals(result, &refused)),
            Err(Trouble::Stopped) => return None,
            Err(Trouble::Own(error)) => {
                let result = own_failure(symbol, provider.name(), &error);
                return Some(with_refusals(result, &refused));
            }
            Err(Trouble::Refusal(refusal)) => {
                refused.push(SymbolResult::refused(symbol, provider.name(), &refusal));
            }
        }
    }
    let mut refused = refused.into_iter();
    let first = refused.next()?;
    let others: Vec<String> = refused
        .map(|r| format!("{}: {}", r.source, r.message))
        .collect();
    let others = others.iter().map(|other| format!("; {other}"));
    Some(SymbolResult {
        message: first.message.clone() + &others.collect::<String>(),
        ..first
    })
}

/// Says which sources were asked in vain before.
fn with_refusals(result: SymbolResult, refused: &[SymbolResult]) -> SymbolResult {
    let class = |r: &SymbolResult| r.class.unwrap_or("refused");
    let before = refused
        .iter()
        .map(|r| format!(" ({}: {}: {})", r.source, class(r), r.message));
    SymbolResult {
        message: result.message.clone() + &before.collect::<String>(),
        ..result
    }
}

/// A failure of our own, such as a full disk.
fn own_failure(symbol: &Symbol, source: &str, error: &Error) -> SymbolResult {
    SymbolResult {
        symbol: symbol.clone(),
        source: source.to_owned(),
        outcome: Outcome::Failed,
        class: None,
        rows: 0,
        first: None,
        last: None,
        message: error.to_string(),
    }
}

/// A symbol of a source.
struct One<'a> {
    shared: &'a Shared,
    provider: &'a Provider,
    symbol: &'a Symbol,
}

/// What a source answered.
enum Got {
    Fresh {
        figures: Box<Figures>,
        validators: Validators,
        url: String,
    },
    Unchanged,
}

impl One<'_> {
    async fn fetch(&self) -> std::result::Result<SymbolResult, Trouble> {
        let (job, source) = (&self.shared.job, self.provider.name());
        let lag = self.provider.adapter.facts().publication_lag;
        let due = last_final(&job.calendar, lag, job.now)?;
        let until = wanted_until(&job.calendar, job.span, due)?;
        let known = self.known()?;
        let held = known.as_ref().map(|known| Held {
            first: known.first,
            overlap_from: known.overlap_from,
            last: known.last,
        });
        if let Some(held) = held.filter(|held| !job.force && is_current(*held, job.span, until)) {
            let result = self.result(Outcome::Current, Some((held.first, held.last)));
            return Ok(result.saying(format!("{source} is stored up to {}", held.last)));
        }
        let ask = Ask {
            symbol: self.symbol.clone(),
            from: ask_from(held, job.span),
            to: until,
        };
        let asked = self.ask_and_store(&ask, known.as_ref(), until).await;
        match &asked {
            Ok(result) => self.record(&ask, result)?,
            Err(Trouble::Refusal(refusal)) => {
                self.shared.close(source, refusal);
                let result = SymbolResult::refused(self.symbol, source, refusal);
                if refusal.class == RefusalClass::DailyQuota {
                    let until = next_midnight(job.now);
                    self.shared.writer().set_quota(source, until)?;
                }
                self.record(&ask, &result)?;
            }
            Err(Trouble::Own(_) | Trouble::Stopped) => {}
        }
        asked
    }

    fn known(&self) -> Result<Option<Known>> {
        let writer = self.shared.writer();
        let source = self.provider.name();
        match writer.known(source, self.symbol)? {
            Some(known) => Ok(Some(known)),
            None => writer.known_factors(source, self.symbol),
        }
    }

    async fn ask_and_store(
        &self,
        ask: &Ask,
        known: Option<&Known>,
        until: NaiveDate,
    ) -> std::result::Result<SymbolResult, Trouble> {
        let (figures, validators, url) = match self.ask(ask, known).await? {
            Got::Fresh {
                figures,
                validators,
                url,
            } => (figures, validators, url),
            Got::Unchanged => {
                let span = known.map(|known| (known.first, known.last));
                return Ok(self.settled(span, until));
            }
        };
        // What reaches back to the first session stored may take the place of all of it.
        let reaches = |from| known.is_some_and(|known| from <= known.first);
        let complete = ask.from.is_none_or(reaches);
        let updated = self.store(*figures, (validators, url), complete, (ask, until))?;
        let (Update::NeedsFull { .. }, Some(known)) = (updated.update, known) else {
            return Ok(self.stored(&updated, until));
        };
        let held = Held {
            first: known.first,
            overlap_from: known.overlap_from,
            last: known.last,
        };
        let all = Ask {
            from: Some(reload_from(held, self.shared.job.span)),
            ..ask.clone()
        };
        let Got::Fresh {
            figures,
            validators,
            url,
        } = self.ask(&all, None).await?
        else {
            let message = "answered that nothing has changed, without having been asked";
            return Err(Refusal::new(RefusalClass::SchemaChanged, message).into());
        };
        let updated = self.store(*figures, (validators, url), true, (ask, until))?;
        Ok(self.stored(&updated, until))
    }

    /// Asks the requests of the adapter in turn, as long as they know no such symbol.
    async fn ask(&self, ask: &Ask, known: Option<&Known>) -> std::result::Result<Got, Trouble> {
        if self.shared.job.offline {
            let message = "not asked, because of --offline; what is stored stands";
            return Err(Refusal::new(RefusalClass::Network, message).into());
        }
        self.refuse_what_is_closed()?;
        let (adapter, key) = (&self.provider.adapter, self.provider.key.as_ref());
        if ask.from.is_some_and(|from| from > ask.to) {
            let message = format!("nothing is final yet after {}", ask.to);
            return Err(Refusal::new(RefusalClass::NoData, message).into());
        }
        let requests = adapter.requests(ask, key)?;
        let validators = known.filter(|_| self.has_one_address(ask, &requests));
        let validators = validators.map(|known| Validators {
            etag: known.etag.clone(),
            last_modified: known.last_modified.clone(),
        });
        if requests.is_empty() {
            let figures = Box::new(adapter.read(ask, &Reply::none())?);
            return Ok(Got::Fresh {
                figures,
                validators: Validators::default(),
                url: self.provider.name().to_owned(),
            });
        }
        let mut unknown = Refusal::new(RefusalClass::UnknownSymbol, "nothing was asked");
        for request in &requests {
            let call = Call {
                source: adapter.facts(),
                base_url: self.provider.base_url.as_deref(),
                request,
                key,
                validators: validators.as_ref(),
            };
            let read = |reply: &Reply| adapter.read(ask, reply);
            let answer = tokio::select! {
                answer = self.shared.client.get(call, read) => answer,
                () = self.shared.stop.asked() => return Err(Trouble::Stopped),
            };
            match answer {
                Ok(Answer::Unchanged) => return Ok(Got::Unchanged),
                Ok(Answer::Fresh { value, reply, url }) => {
                    return Ok(Got::Fresh {
                        figures: Box::new(value),
                        validators: Validators::of(&reply),
                        url,
                    });
                }
                Err(refusal) if refusal.class == RefusalClass::UnknownSymbol => unknown = refusal,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        Err(unknown.into())
    }

    /// What the source said in this run to another symbol, or earlier this day, holds here too.
    fn refuse_what_is_closed(&self) -> std::result::Result<(), Trouble> {
        let (source, now) = (self.provider.name(), self.shared.job.now);
        if let Some(mut refusal) = self.shared.closed(source) {
            refusal.message += "; not asked again in this run";
            return Err(refusal.into());
        }
        let until = self.shared.writer().quota(source)?;
        // A quota ends at the next midnight: one that ends later was set by a clock that has
        // since been put back.
        match until.filter(|until| now < *until && *until <= next_midnight(now)) {
            Some(until) => {
                let until = until.format("%Y-%m-%d %H:%M UTC");
                let message = format!("the day's quota is used up; not asked before {until}");
                Err(Refusal::new(RefusalClass::DailyQuota, message).into())
            }
            None => Ok(()),
        }
    }

    /// Whether the source has one file whatever the dates are, so that "not modified" speaks of
    /// the file that was read before.
    fn has_one_address(&self, ask: &Ask, requests: &[Request]) -> bool {
        let other = Ask {
            from: ask
                .from
                .and_then(|from| from.checked_sub_days(Days::new(7))),
            to: ask.to - Days::new(1),
            symbol: ask.symbol.clone(),
        };
        let key = self.provider.key.as_ref();
        let others = self.provider.adapter.requests(&other, key);
        others.is_ok_and(|others| others == requests)
    }

    fn store(
        &self,
        figures: Figures,
        (validators, url): (Validators, String),
        complete: bool,
        (ask, until): (&Ask, NaiveDate),
    ) -> Result<Updated> {
        let basis = match &figures {
            Figures::Prices(frame) => frame.provenance.first().map(|p| p.adjustment_basis),
            Figures::Factors(_) => None,
        };
        let delivery = Delivery {
            source: self.provider.name().to_owned(),
            symbol: self.symbol.clone(),
            figures,
            url,
            fetched_at: self.shared.job.now,
            etag: validators.etag,
            last_modified: validators.last_modified,
            basis: basis.unwrap_or(crate::prices::dialect::AdjustmentBasis::Unknown),
            complete,
        };
        // Writing to disk blocks; the other tasks of this thread move elsewhere meanwhile.
        let record = |updated: &Updated| Some(self.as_record(ask, &self.stored(updated, until)));
        tokio::task::block_in_place(|| self.shared.writer().update_recorded(delivery, &record))
    }

    /// The result of a delivery.
    fn stored(&self, updated: &Updated, until: NaiveDate) -> SymbolResult {
        let manifest = &updated.manifest;
        if let Update::Current | Update::NeedsFull { .. } = updated.update {
            return self.settled(Some((manifest.first, manifest.last)), until);
        }
        let source = self.provider.name();
        let mut result = SymbolResult::of_update(self.symbol, source, updated, String::new);
        if manifest.last < until {
            result.message += &format!("; {until} is not published yet");
        }
        result
    }

    /// The result where nothing new came.
    fn settled(&self, span: Option<(NaiveDate, NaiveDate)>, until: NaiveDate) -> SymbolResult {
        match span {
            Some((_, last)) if last >= until => {
                let result = self.result(Outcome::Current, span);
                result.saying(format!("stored up to {last}"))
            }
            _ => {
                let result = self.result(Outcome::NotPublished, span);
                result.saying(format!("{until} is not published yet"))
            }
        }
    }

    fn result(&self, outcome: Outcome, span: Option<(NaiveDate, NaiveDate)>) -> SymbolResult {
        SymbolResult {
            symbol: self.symbol.clone(),
            source: self.provider.name().to_owned(),
            outcome,
            class: None,
            rows: 0,
            first: span.map(|(first, _)| first),
            last: span.map(|(_, last)| last),
            message: String::new(),
        }
    }

    fn record(&self, ask: &Ask, result: &SymbolResult) -> Result<()> {
        self.shared.writer().record(&self.as_record(ask, result))
    }

    fn as_record(&self, ask: &Ask, result: &SymbolResult) -> FetchRecord {
        FetchRecord {
            source: result.source.clone(),
            symbol: result.symbol.clone(),
            asked_from: ask.from,
            asked_to: Some(ask.to),
            at: self.shared.job.now,
            outcome: result.outcome.as_str().to_owned(),
            class: result.class.map(str::to_owned),
            message: Some(result.message.clone()),
            rows: u64::try_from(result.rows).ok(),
        }
    }
}

/// When the quota of a day is given anew.
fn next_midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive() + Days::new(1);
    tomorrow.and_time(NaiveTime::MIN).and_utc()
}
