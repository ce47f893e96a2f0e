//! Reading what people bring: text, tables, dates, numbers, event files, study files.
//!
//! Every reader here turns bytes into plain typed values or into an
//! [`InputError`](crate::error::InputError) that names the file, line, column, value and cure.
//! Nothing is guessed where two readings fit: the reader refuses and says which flag decides.
//! Prices as frames are `prices`' business; what a study file *means* is that of `settings`.

pub mod dates;
pub(crate) mod document;
pub mod events;
pub mod factors;
pub mod numbers;
pub mod study;
pub(crate) mod suggest;
pub(crate) mod table;
pub(crate) mod text;
