//! `study.json`: the whole result for programs, with its schema's name.
//!
//! Field order is that of the structs; a figure that is missing is `null`. The JSON Schema is
//! `data/schema/study.schema.json`.

use super::{ChartImage, OutputFile, Renderer};
use crate::error::{Error, Result};
use crate::study::result::StudyResult;
use serde::Serialize;

/// The `schema` field of the document: changes when a reader would have to.
pub const SCHEMA: &str = "shockwave.study/1";

/// Writes `study.json`.
#[derive(Debug, Clone, Copy, Default)]
pub struct StudyJson;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    result: &'a StudyResult,
}

impl Renderer for StudyJson {
    fn files(&self, result: &StudyResult, _charts: &[ChartImage]) -> Result<Vec<OutputFile>> {
        let document = Document {
            schema: SCHEMA,
            result,
        };
        let mut bytes = serde_json::to_vec_pretty(&document).map_err(|e| Error::Render {
            what: "study.json".into(),
            problem: e.to_string(),
        })?;
        bytes.push(b'\n');
        Ok(vec![OutputFile {
            path: "study.json".into(),
            bytes,
        }])
    }
}
