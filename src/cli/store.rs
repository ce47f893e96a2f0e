//! Where the local store is, and who we are to others that want to write to it.

use crate::cli::args::Global;
use crate::error::{InputError, Result};
use crate::store::{Owner, Store};
use etcetera::BaseStrategy;
use std::path::PathBuf;

/// The store's folder: `--store`, else the platform's data folder.
pub fn root(global: &Global) -> Result<PathBuf> {
    match &global.store {
        Some(root) if !root.as_os_str().is_empty() => Ok(root.clone()),
        _ => {
            let platform = etcetera::choose_base_strategy().map_err(|e| {
                InputError::new(
                    format!("this user has no data folder ({e})"),
                    "name the store's folder with --store DIR",
                )
            })?;
            Ok(platform.data_dir().join("shockwave").join("store"))
        }
    }
}

/// The store, to read.
pub fn open(global: &Global) -> Result<Store> {
    Store::open(root(global)?)
}

/// This process, as a lock names it.
pub fn owner(command: &str) -> Owner {
    Owner {
        pid: std::process::id(),
        command: command.to_owned(),
    }
}
