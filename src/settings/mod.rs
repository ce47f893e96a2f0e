//! What a study is asked to do: settings from flags and study file, read and checked.
//!
//! [`Config`] turns them into a [`StudySpec`](crate::study::spec::StudySpec) with every default
//! resolved; [`reading`] says how events, factors and sessions are to be read. The command line and
//! the Python package both come through here, so that the same settings mean the same study. No
//! file is read and nothing is printed.

mod claims;
mod config;
mod flags;
mod groups;
pub mod reading;
mod regressions;
mod setting;
mod windows;

pub use config::{Config, Source, anchor, slug};
pub use flags::Flags;
pub use setting::{Origin, Setting, pick, pick_list};
