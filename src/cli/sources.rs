//! The sources as a person configured them: the configuration file, and the environment, which
//! wins over it.

use crate::error::{Error, InputError, Result};
use crate::fetch::Provider;
use crate::fetch::config::{ConfigFile, NOT_A_BASE_URL, SourceEntry, is_base_url};
use crate::fetch::events::EventProvider;
use crate::input::suggest::closest;
use crate::source::http::HttpSettings;
use crate::source::{KeyNeed, Secret, figure_sources};
use etcetera::BaseStrategy;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Sources of prices that need no key, where no configuration names others.
const KEYLESS: [&str; 2] = ["yahoo", "stooq"];

/// All sources, and the order in which they are asked.
pub struct Sources {
    /// Each with its address and key.
    pub providers: Vec<Provider>,
    /// The sources of events.
    pub events: Vec<EventProvider>,
    config: ConfigFile,
}

/// Reads the configuration.
pub fn load() -> Result<Sources> {
    let mut adapters = figure_sources();
    let of_events = crate::source::event_sources();
    let names = of_events.iter().map(|a| &*a.facts().name);
    let known: Vec<&str> = adapters
        .iter()
        .map(|a| &*a.facts().name)
        .chain(names)
        .collect();
    let config = match config_path()? {
        Some(path) => read_config(&path, &known)?,
        None => ConfigFile::default(),
    };
    for source in config.sources.iter().filter_map(|s| s.declared.clone()) {
        adapters.push(Arc::new(source));
    }
    let mut providers = Vec::with_capacity(adapters.len());
    for adapter in adapters {
        let name = adapter.facts().name.clone();
        let entry = config.sources.iter().find(|entry| entry.name == name);
        providers.push(Provider {
            base_url: base_url(&name, entry)?,
            key: key(&name, entry),
            adapter,
        });
    }
    let mut events = Vec::with_capacity(of_events.len());
    for adapter in of_events {
        let name = adapter.facts().name.clone();
        let entry = config.sources.iter().find(|entry| entry.name == name);
        events.push(EventProvider {
            base_url: base_url(&name, entry)?,
            key: key(&name, entry),
            adapter,
        });
    }
    Ok(Sources {
        providers,
        events,
        config,
    })
}

impl Sources {
    /// The source of this name.
    pub fn named(&self, name: &str, flag: &str) -> Result<Provider> {
        let found = self.providers.iter().find(|p| p.name() == name);
        found.cloned().ok_or_else(|| {
            let names: Vec<&str> = self.providers.iter().map(Provider::name).collect();
            let cure = match closest(name, names.iter().copied()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("the sources are {}", names.join(", ")),
            };
            let fault = InputError::new("there is no such source", cure);
            fault.in_file(flag).with_value(name).into()
        })
    }

    /// The source of events of this name.
    pub fn of_events(&self, name: &str) -> Result<EventProvider> {
        let found = self.events.iter().find(|p| p.adapter.facts().name == name);
        found.cloned().ok_or_else(|| {
            let names: Vec<&str> = self
                .events
                .iter()
                .map(|p| &*p.adapter.facts().name)
                .collect();
            let cure = format!("the sources of events are {}", names.join(", "));
            let fault = InputError::new("there is no such source of events", cure);
            fault.in_file("--source").with_value(name).into()
        })
    }

    /// The sources to ask: those of `--source`, else of the configuration, else those whose key
    /// is there, and then those that need none.
    pub fn chain(&self, flag: &[String]) -> Result<Vec<Provider>> {
        if !flag.is_empty() {
            return flag
                .iter()
                .map(|name| self.named(name, "--source"))
                .collect();
        }
        if let Some(names) = &self.config.prices {
            return names
                .iter()
                .map(|name| self.named(name, "prices"))
                .collect();
        }
        let with_key = self.providers.iter().filter(|provider| {
            provider.key.is_some() && provider.adapter.facts().key == KeyNeed::Required
        });
        let keyless = KEYLESS.iter().filter_map(|name| {
            self.providers
                .iter()
                .find(|provider| provider.name() == *name)
        });
        Ok(with_key.chain(keyless).cloned().collect())
    }
}

/// The limits of the client, as far as the environment changes them.
pub fn http_settings() -> Result<HttpSettings> {
    let mut settings = HttpSettings::default();
    if let Some(base) = milliseconds("SHOCKWAVE_HTTP_RETRY_BASE_MS")? {
        settings.retry_base = base;
        // Against a replica: what only the server asks for is waited in full.
        settings.longest_own_wait = base;
    }
    settings.min_interval = milliseconds("SHOCKWAVE_HTTP_MIN_INTERVAL_MS")?;
    Ok(match milliseconds("SHOCKWAVE_HTTP_TIMEOUT_MS")? {
        Some(whole) => settings.with_timeout(whole),
        None => settings,
    })
}

fn milliseconds(name: &str) -> Result<Option<Duration>> {
    let Some(text) = variable(name) else {
        return Ok(None);
    };
    match text.parse::<u64>() {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) => {
            let fault = InputError::new("not a number of milliseconds", "write one like 250");
            Err(fault.in_file(name).with_value(text).into())
        }
    }
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    let text = std::env::var(name).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The name of a source as variables have it: `SHOCKWAVE_KEY_MY_SOURCE`.
fn of_source(prefix: &str, source: &str) -> Option<String> {
    let source = source.to_uppercase().replace('-', "_");
    variable(&format!("{prefix}{source}"))
}

fn base_url(name: &str, entry: Option<&SourceEntry>) -> Result<Option<String>> {
    let Some(url) = of_source("SHOCKWAVE_BASE_URL_", name) else {
        return Ok(entry.and_then(|entry| entry.base_url.clone()));
    };
    if is_base_url(&url) {
        return Ok(Some(url));
    }
    let fault = InputError::new(NOT_A_BASE_URL.0, NOT_A_BASE_URL.1);
    let variable = format!("SHOCKWAVE_BASE_URL_{}", name.to_uppercase());
    Err(fault.in_file(variable).into())
}

fn key(name: &str, entry: Option<&SourceEntry>) -> Option<Secret> {
    let set = of_source("SHOCKWAVE_KEY_", name).and_then(|key| Secret::new(&key));
    set.or_else(|| entry?.key.clone())
}

/// Where the configuration is: the file of `SHOCKWAVE_CONFIG`, which must be there, or the
/// platform's, which need not.
fn config_path() -> Result<Option<PathBuf>> {
    if let Some(path) = variable("SHOCKWAVE_CONFIG") {
        let path = PathBuf::from(path);
        if !path.is_file() {
            let fault = InputError::new("there is no such file", "correct SHOCKWAVE_CONFIG");
            return Err(fault.in_file(path.display().to_string()).into());
        }
        return Ok(Some(path));
    }
    let Ok(folders) = etcetera::choose_base_strategy() else {
        return Ok(None);
    };
    let path = folders.config_dir().join("shockwave").join("config.toml");
    Ok(path.is_file().then_some(path))
}

fn read_config(path: &Path, known: &[&str]) -> Result<ConfigFile> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, &error))?;
    let shown = path.display().to_string();
    let config = ConfigFile::read(&bytes, &shown, known)?;
    if config.has_key() && is_open_to_others(path)? {
        let problem = "the file holds a key, and others may read it";
        let fault = InputError::new(problem, format!("run: chmod 600 {shown}"));
        return Err(fault.in_file(shown).into());
    }
    Ok(config)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).map_err(|error| Error::io(path, &error))?;
    Ok(metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> Result<bool> {
    // A person's own folders are closed to others there.
    Ok(false)
}
