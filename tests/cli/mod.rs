//! The binary, run in temporary folders: what it writes, what it says and how it ends.

mod commands;
mod default_report;
mod determinism;
mod events_import;
mod hostile_text;
mod output_folder;
mod own_files;
mod provisional;
mod refusals;
mod scan;
mod settings;
mod store;
mod store_studies;
mod study_file;
mod tables;
