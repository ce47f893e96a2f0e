//! The reusable core: numbers in, numbers out. No dates, files, network or data frames.

pub mod window;
