//! Promises of the library that must hold for any input.

mod figures;
mod parsers;
mod windows;
