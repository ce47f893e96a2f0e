//! The command line: the only code that knows flags, stderr and exit codes.

pub mod args;
mod clock;
mod command;
mod interrupt;
mod load;
mod message;
mod output;
mod progress;
mod render;
mod schedule;
mod sources;
mod store;
mod study_file;

use crate::error::{Error, InputError};
use args::{Cli, Command, Global, LogFormat};
use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, Parser};
use message::Voice;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything asked for was done.
    Done,
    /// Done, but some events or symbols have no final result.
    Incomplete,
    /// The network or the sources failed, and what was stored stands.
    Failed,
    /// The input cannot be used, as has been said, and nothing was written.
    Unusable,
    /// Stopped by the user before the end.
    Interrupted,
}

/// Parses the arguments, runs the command and returns the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| plain(error).exit());
    let voice = Voice::new(&cli.global);
    match run(&cli, voice) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::from(1),
        Ok(Outcome::Unusable) => ExitCode::from(2),
        Ok(Outcome::Failed) => ExitCode::from(3),
        // 128 and the number of the signal, as shells have it.
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Err(error) => {
            voice.error(&error);
            ExitCode::from(match error {
                Error::Locked { .. } => 4,
                _ => 2,
            })
        }
    }
}

/// A number that cannot be read, told with what is wanted instead of what the reader of digits
/// stumbled over.
fn plain(error: clap::Error) -> clap::Error {
    let told = std::error::Error::source(&error).map(ToString::to_string);
    let wanted = match told.as_deref() {
        Some("invalid digit found in string" | "cannot parse integer from empty string") => {
            "a whole number is wanted, without sign or unit"
        }
        Some("number too large to fit in target type") => "the number is too large",
        Some("invalid float literal" | "cannot parse float from empty string") => {
            "a number is wanted, without unit: 0.05 for 5 %"
        }
        _ => return error,
    };
    let shown = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (flag, value) = (
        shown(ContextKind::InvalidArg),
        shown(ContextKind::InvalidValue),
    );
    let message = format!("invalid value '{value}' for '{flag}': {wanted}");
    Cli::command().error(ErrorKind::ValueValidation, message)
}

fn run(cli: &Cli, voice: Voice) -> Result<Outcome, Error> {
    start_logging(&cli.global)?;
    // A clock that nobody can read is refused by every command, also by those that need none.
    clock::now(cli.global.now.as_deref())?;
    start_threads(cli.global.threads)?;
    match &cli.command {
        Command::Report(args) => command::study::run(args, &cli.global, voice, true),
        Command::Study(args) => command::study::run(args, &cli.global, voice, false),
        Command::Fetch(args) => command::fetch::run(args, &cli.global, voice),
        Command::Sources(command) => command::sources::run(command, &cli.global),
        Command::Scan(args) => command::scan::run(args, &cli.global, voice),
        Command::Events(command) => command::events::run(command, &cli.global, voice),
        Command::Calendar(command) => command::calendar::run(command, &cli.global),
        Command::Store(command) => command::store::run(command, &cli.global, voice),
        Command::Schedule(command) => command::schedule::run(command, &cli.global, voice),
        Command::Schema { file } => {
            let schema = crate::sample::SCHEMAS[*file as usize].bytes;
            message::println(String::from_utf8_lossy(schema).trim_end());
            Ok(Outcome::Done)
        }
        Command::Completions { shell } => {
            let mut page = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "shockwave", &mut page);
            message::println(String::from_utf8_lossy(&page).trim_end());
            Ok(Outcome::Done)
        }
        Command::Man => {
            let mut command = Cli::command();
            // Gives subcommands their full names and the global flags.
            command.build();
            let mut pages = Vec::new();
            manual(&command, &mut pages).map_err(|e| Error::io("stdout", &e))?;
            message::println(String::from_utf8_lossy(&pages).trim_end());
            Ok(Outcome::Done)
        }
    }
}

/// The manual: a page for the program and one for each command, one after the other.
fn manual(command: &clap::Command, pages: &mut Vec<u8>) -> std::io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let page = clap_mangen::Man::new(command.clone());
    page.title(name).render(pages)?;
    for below in command.get_subcommands().filter(|c| c.get_name() != "help") {
        manual(below, pages)?;
    }
    Ok(())
}

fn start_logging(global: &Global) -> Result<(), Error> {
    // Read as a level, not as a filter: a filter takes any misspelt word for the name of a module.
    // Warnings speak of figures that were taken or left out: whoever did not ask for quiet sees them.
    let level: tracing::Level = match &global.log {
        None if global.quiet => return Ok(()),
        None => tracing::Level::WARN,
        Some(level) => level.parse().map_err(|_| {
            InputError::new(
                "not a log level",
                "choose error, warn, info, debug or trace",
            )
            .in_file("--log")
            .with_value(level)
        })?,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(global.log.is_some())
        .with_ansi(false);
    // Set once per process; a second call could only come from a test. A log for people is read as it
    // comes, one for programs is kept, so that it needs the time.
    let _ = match global.log_format {
        LogFormat::Text => tracing::subscriber::set_global_default(log.without_time().finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(log.json().finish()),
    };
    Ok(())
}

fn start_threads(threads: Option<usize>) -> Result<(), Error> {
    let Some(n) = threads else {
        return Ok(());
    };
    if n == 0 || n > 1024 {
        return Err(InputError::new(
            "the number of threads must lie between 1 and 1024",
            "change it",
        )
        .in_file("--threads")
        .with_value(n.to_string())
        .into());
    }
    let built = rayon::ThreadPoolBuilder::new()
        .num_threads(n)
        .build_global();
    built.map_err(|e| InputError::new(e.to_string(), "leave --threads out").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_cannot_be_read_is_told_with_what_is_wanted() {
        for (flag, value, wanted) in [
            ("--seed", "x", "a whole number is wanted"),
            ("--benchmark-weight", "50%", "0.05 for 5 %"),
            (
                "--bootstrap",
                "99999999999999999999",
                "the number is too large",
            ),
        ] {
            let parsed = Cli::try_parse_from(["shockwave", "report", flag, value]);
            let message = plain(parsed.unwrap_err()).to_string();
            assert!(message.contains(wanted), "{message}");
            assert!(
                message.contains(flag) && message.contains(value),
                "{message}"
            );
        }
        let other = Cli::try_parse_from(["shockwave", "reprot"]).unwrap_err();
        assert!(plain(other).to_string().contains("'report'"));
    }
}
