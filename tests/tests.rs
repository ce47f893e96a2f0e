//! The program as its users meet it: the built binary in an empty folder, and the library's
//! promises on random input.
//!
//! `cli` and `fetch` drive the binary (`replica` plays the sources), `properties` the library, `snapshots` keep texts that people read.
//! Numbers are checked against other programs in `reference.rs`.

mod cli;
mod fetch;
mod properties;
mod replica;
mod schedule;
mod snapshots;
mod support;
