//! One symbol: along the chain of sources, from what is stored to what is due.

use super::attempt::{Attempt, unchanged};
use super::plan::{Held, ask_from, is_current, last_final, reload_from, wanted_until};
use super::run::Shared;
use super::{Outcome, Provider, SymbolResult};
use crate::error::{Error, Result};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::source::http::{Answer, Call, Validators};
use crate::source::{Ask, Figures, Refusal, RefusalClass, Reply, Request};
use crate::store::{Delivery, Entry, Known, Update, Updated};
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
        in_vain: refused.to_vec(),
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
        in_vain: Vec::new(),
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
    Fresh(Box<Fresh>),
    Unchanged,
}

/// Figures, and the reply that they were in.
struct Fresh {
    figures: Figures,
    validators: Validators,
    url: String,
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
            let span = Some((held.first, held.last));
            let result = unchanged(self.symbol, source, Outcome::Current, span);
            return Ok(result.saying(format!("{source} is stored up to {}", held.last)));
        }
        let attempt = Attempt {
            source: source.to_owned(),
            ask: Ask {
                symbol: self.symbol.clone(),
                from: ask_from(held, job.span),
                to: until,
            },
            until,
            at: job.now,
        };
        let asked = self.ask_and_store(&attempt, known.as_ref()).await;
        if let Err(Trouble::Refusal(refusal)) = &asked {
            self.shared.close(source, refusal);
            if refusal.class == RefusalClass::DailyQuota {
                let until = next_midnight(job.now);
                self.shared.shelf.set_quota(source, until).await?;
            }
            let result = SymbolResult::refused(self.symbol, source, refusal);
            self.shared.shelf.record(attempt.record(&result)).await?;
        }
        asked
    }

    fn known(&self) -> Result<Option<Known>> {
        let (store, source) = (&self.shared.store, self.provider.name());
        match store.known(source, self.symbol)? {
            Some(known) => Ok(Some(known)),
            None => store.known_factors(source, self.symbol),
        }
    }

    /// Asks and stores; whatever comes of it but a refusal is then in the ledger.
    async fn ask_and_store(
        &self,
        attempt: &Attempt,
        known: Option<&Known>,
    ) -> std::result::Result<SymbolResult, Trouble> {
        let ask = &attempt.ask;
        let Got::Fresh(fresh) = self.ask(ask, known).await? else {
            let result = attempt.settled(known.map(|known| (known.first, known.last)));
            self.shared.shelf.record(attempt.record(&result)).await?;
            return Ok(result);
        };
        // What reaches back to the first session stored may take the place of all of it.
        let reaches = |from| known.is_some_and(|known| from <= known.first);
        let complete = ask.from.is_none_or(reaches);
        let updated = self.store(*fresh, complete, attempt).await?;
        let (Update::NeedsFull { .. }, Some(known)) = (updated.update, known) else {
            return Ok(attempt.stored(&updated));
        };
        let held = Held {
            first: known.first,
            overlap_from: known.overlap_from,
            last: known.last,
        };
        let all = Ask {
            from: Some(reload_from(held, self.shared.job.span)),
            to: ask.to.max(held.last),
            ..ask.clone()
        };
        let Got::Fresh(fresh) = self.ask(&all, None).await? else {
            let message = "answered that nothing has changed, without having been asked";
            return Err(Refusal::new(RefusalClass::SchemaChanged, message).into());
        };
        let updated = self.store(*fresh, true, attempt).await?;
        if let Update::NeedsFull { ratio } = updated.update {
            return Err(incomplete(held, ratio).into());
        }
        Ok(attempt.stored(&updated))
    }

    /// Asks the requests of the adapter in turn, as long as they know no such symbol.
    async fn ask(&self, ask: &Ask, known: Option<&Known>) -> std::result::Result<Got, Trouble> {
        if self.shared.job.offline {
            let message = "not asked, because of --offline; what is stored stands";
            return Err(Refusal::new(RefusalClass::Network, message).into());
        }
        let _place = tokio::select! {
            place = self.shared.asking.acquire() => place,
            () = self.shared.stop.asked() => return Err(Trouble::Stopped),
        };
        self.refuse_what_is_closed()?;
        let (adapter, key) = (&self.provider.adapter, self.provider.key.as_ref());
        if ask.from.is_some_and(|from| from > ask.to) {
            let message = format!(
                "there is no final session in the span; the last one before its end is {}",
                ask.to
            );
            return Err(Refusal::new(RefusalClass::NoData, message).into());
        }
        let requests = adapter.requests(ask, key)?;
        let one_address = self.has_one_address(ask, &requests);
        let validators = known
            .filter(|_| one_address)
            .and_then(|known| self.validators(ask, known));
        if requests.is_empty() {
            return Ok(Got::Fresh(Box::new(Fresh {
                figures: adapter.read(ask, &Reply::none())?,
                validators: Validators::default(),
                url: self.provider.name().to_owned(),
            })));
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
                    return Ok(Got::Fresh(Box::new(Fresh {
                        figures: value,
                        validators: self.version(ask, &reply, one_address),
                        url,
                    })));
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
        let until = self.shared.quota(source);
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

    /// What to ask with whether the file has changed; nothing where the same file can hold what
    /// is not stored.
    fn validators(&self, ask: &Ask, known: &Known) -> Option<Validators> {
        let stored = ask.from.is_some_and(|from| from >= known.first);
        (stored && !self.shared.job.force).then(|| Validators {
            etag: known.etag.clone(),
            last_modified: known.last_modified.clone(),
        })
    }

    /// The version of a file; none where the file goes on after the last session that was asked
    /// for: what was left out is wanted one day, from the same file.
    fn version(&self, ask: &Ask, reply: &Reply, one_address: bool) -> Validators {
        let later = Ask {
            symbol: ask.symbol.clone(),
            from: Some(ask.to + Days::new(1)),
            to: NaiveDate::MAX,
        };
        match one_address && self.provider.adapter.read(&later, reply).is_ok() {
            true => Validators::default(),
            false => Validators::of(reply, self.provider.key.as_ref()),
        }
    }

    async fn store(&self, fresh: Fresh, complete: bool, attempt: &Attempt) -> Result<Updated> {
        let basis = match &fresh.figures {
            Figures::Prices(frame) => frame.provenance.first().map(|p| p.adjustment_basis),
            Figures::Factors(_) => None,
        };
        let delivery = Delivery {
            source: self.provider.name().to_owned(),
            symbol: self.symbol.clone(),
            figures: fresh.figures,
            url: fresh.url,
            fetched_at: self.shared.job.now,
            etag: fresh.validators.etag,
            last_modified: fresh.validators.last_modified,
            basis: basis.unwrap_or(AdjustmentBasis::Unknown),
            complete,
        };
        let attempt = attempt.clone();
        let record = Box::new(move |updated: &Updated| attempt.record_of(updated));
        self.shared.shelf.store(Entry { delivery, record }).await
    }
}

/// A restated history of which the source sent a part only.
fn incomplete(held: Held, ratio: Option<f64>) -> Refusal {
    let ratio = ratio.map_or(String::new(), |ratio| {
        format!(" (new over old: {ratio:.6})")
    });
    let message = format!(
        "the prices were restated{ratio}, but not all sessions from {} to {} were sent; what is \
         stored stands: fetch again later, or import a file with the whole history",
        held.first, held.last
    );
    Refusal::new(RefusalClass::Truncated, message)
}

/// When the quota of a day is given anew.
fn next_midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive() + Days::new(1);
    tomorrow.and_time(NaiveTime::MIN).and_utc()
}
