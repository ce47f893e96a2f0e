//! The binary, run in temporary folders: what it writes, what it says and how it ends.

mod commands;
mod default_report;
mod determinism;
mod hostile_text;
mod output_folder;
mod own_files;
mod provisional;
mod refusals;
mod settings;
mod study_file;
mod tables;
