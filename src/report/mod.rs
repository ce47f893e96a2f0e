//! Pages, charts and tables from a [`StudyResult`](crate::study::result::StudyResult).
