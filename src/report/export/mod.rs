//! The tables for other tools: workbooks, LaTeX, Stata.
//!
//! Columns and their types are those of `tables`; what a column holds is said in `labels`, which
//! every format takes its descriptions from. Files for programs speak English, as the names of the
//! columns do; the LaTeX tables are for readers and follow the language of the report.

mod labels;
mod latex;
mod stata;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use latex::LatexTables;
pub use stata::StataTables;
#[cfg(feature = "xlsx")]
pub use xlsx::Workbook;
