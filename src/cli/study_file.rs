//! Which study is meant: a file of the user's, one that the program carries, or flags alone.

use crate::cli::load;
use crate::error::Result;
use crate::sample;
use crate::settings::{Flags, Source};
use std::path::Path;

/// Finds the study: the file asked for, an embedded one, or, without events of the user's own,
/// the default.
pub fn source(args: &Flags) -> Result<Source> {
    match &args.study {
        None if args.events.is_empty() => Source::embedded(sample::STUDIES[0]),
        None => Ok(Source {
            shown: "command line".to_owned(),
            ..Source::default()
        }),
        Some(path) => {
            let name = path.to_string_lossy();
            if !path.exists()
                && let Some(study) = sample::study(&name)
            {
                return Source::embedded(study);
            }
            let bytes = load::read_file(path, &sample::STUDIES.map(|s| s.name).join(", "))?;
            Ok(Source {
                folder: path.parent().map(Path::to_owned).unwrap_or_default(),
                ..Source::read(bytes, name.into_owned())?
            })
        }
    }
}
