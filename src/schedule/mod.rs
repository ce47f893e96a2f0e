//! Every trading day: when to run, what moved since yesterday, whom to tell, what to keep.
//!
//! Everything here is a function of its inputs and of `now`: `expected` and `next_run` say which
//! session and when, `diff` tells a new session from a revision, a new event and changed settings.
//! Fetching and computing are handed in as a job; files, flags and the system's clock are the command
//! line's.

pub mod archive;
pub mod channel;
pub mod clock;
pub mod config;
pub mod daily;
pub mod diff;
pub mod expected;
pub mod fact;
pub mod feed;
pub mod install;
pub mod job;
pub mod memory;
pub mod next_run;
pub mod page;
pub mod retention;
pub mod rule;
pub mod snapshot;
