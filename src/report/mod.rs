//! Pages, charts and tables from a [`StudyResult`](crate::study::result::StudyResult).

pub mod chart;
pub mod language;
