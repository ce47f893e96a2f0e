//! The program as its users meet it: the built binary in an empty folder, and the library's
//! promises on random input.
//!
//! `cli` drives the binary, `properties` the library, `snapshots` keep texts that people read.
//! Numbers are checked against other programs in `reference.rs`.

mod cli;
mod properties;
mod snapshots;
mod support;
