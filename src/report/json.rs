//! `study.json`: the whole result for programs, with its schema's name.
//!
//! Field order is that of the structs; a figure that is missing is `null`. The JSON Schema is
//! `data/schema/study.schema.json`.

use super::{Chart, OutputFile, Renderer};
use crate::error::Result;
use crate::study::result::StudyResult;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, BufWriter, Write};

/// The `schema` field of the document: changes when a reader would have to.
pub const SCHEMA: &str = "shockwave.study/1";

/// Writes `study.json`.
///
/// ```
/// # use shockwave::prices::{dense::from_frame, sample::sample_frame};
/// # use shockwave::{Event, StudyData, StudySpec, study};
/// # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
/// # let two = from_frame(two, None)?;
/// # let (nvda, spy) = two.prices.split_at(two.sessions.len());
/// # let data = StudyData::from_dates(&two.sessions)?;
/// # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
/// # let event = Event::on("deepseek", "2025-01-27".parse()?);
/// # let spec = StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?;
/// use shockwave::report::json::{SCHEMA, StudyJson};
///
/// let result = study::run(&spec, &data)?; // as in the example of `report`
/// let mut bytes = Vec::new(); // a file, where the result is large
/// StudyJson.write(&result, &mut bytes)?;
/// let document: serde_json::Value = serde_json::from_slice(&bytes)?;
/// assert_eq!(document["schema"], SCHEMA);
/// let car = document["cars"][0]["car"].as_f64().ok_or("missing is null")?;
/// assert!((car + 0.1333).abs() < 5e-5); // a fraction
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct StudyJson;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    versions: Versions<'a>,
    /// The seed of `settings` again, where a program looks for it first.
    seed: u64,
    #[serde(flatten)]
    result: &'a StudyResult,
}

/// What made the document.
#[derive(Serialize)]
struct Versions<'a> {
    shockwave: &'a str,
}

impl StudyJson {
    /// What the file is called.
    pub const PATH: &str = "study.json";

    /// Writes the document as it is made: as bytes it may take more memory than its result.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, result: &StudyResult, writer: impl Write) -> io::Result<()> {
        let document = Document {
            schema: SCHEMA,
            versions: Versions {
                shockwave: &result.version,
            },
            seed: result.settings.seed,
            result,
        };
        write_document(&document, writer)
    }
}

impl Renderer for StudyJson {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        let write = |bytes: &mut Vec<u8>| self.write(result, bytes);
        Ok(vec![OutputFile::written(Self::PATH, write)?])
    }
}

/// A document in the layout of this module.
pub(super) fn write_document(document: &impl Serialize, writer: impl Write) -> io::Result<()> {
    let layout = RowPerLine::default();
    // Millions of short pieces, gathered here whatever the writer makes of each.
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    let mut serializer = serde_json::Serializer::with_formatter(&mut writer, layout);
    document.serialize(&mut serializer)?;
    writer.write_all(b"\n")?;
    writer.flush()
}

/// Top-level fields and the rows of tables on lines of their own, everything deeper on one line:
/// half the size of an indented document, and two of them can still be compared line by line.
#[derive(Debug, Default)]
struct RowPerLine {
    depth: usize,
}

/// The deepest level whose members get lines of their own.
const LINE_DEPTH: usize = 2;

impl RowPerLine {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn member<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= LINE_DEPTH {
            writer.write_all(b"\n")?;
        }
        Ok(())
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.depth <= LINE_DEPTH {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }
}

impl Formatter for RowPerLine {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.member(writer, first)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.member(writer, first)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::study::result::{PlaceboDistribution, PriceSeries, Scatter};
    use serde_json::Value;

    fn document(result: &StudyResult) -> Value {
        let files = StudyJson.files(result, &[]).unwrap();
        assert!(files[0].bytes.ends_with(b"}\n"));
        serde_json::from_slice(&files[0].bytes).unwrap()
    }

    fn schema() -> Value {
        let text = include_str!("../../data/schema/study.schema.json");
        serde_json::from_str(text).unwrap()
    }

    /// Where a value breaks a schema, for the keywords that ours uses. Stricter than JSON Schema
    /// in one way: a key that the schema does not name is a fault.
    fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        if let Some(name) = schema["$ref"].as_str() {
            let target = root.pointer(&name[1..]).unwrap();
            return faults(root, target, value, at);
        }
        let mut found = Vec::new();
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allows = |t: &Value| t == kind || (t == "number" && kind == "integer");
        let type_ok = match &schema["type"] {
            Value::Null => true,
            Value::Array(types) => types.iter().any(allows),
            one => allows(one),
        };
        let options = schema["anyOf"].as_array();
        let any_ok =
            options.is_none_or(|o| o.iter().any(|s| faults(root, s, value, at).is_empty()));
        let values = schema["enum"].as_array();
        let enum_ok = values.is_none_or(|v| v.contains(value));
        let const_ok = schema["const"].is_null() || schema["const"] == *value;
        if !(type_ok && any_ok && enum_ok && const_ok) {
            found.push(format!("{at}: {value}"));
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            if value.get(key.as_str().unwrap()).is_none() {
                found.push(format!("{at}: {key} is missing"));
            }
        }
        if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
            let open = known.len() == 1; // warnings: every kind has its own fields
            for (key, field) in fields {
                match known.get(key) {
                    Some(s) => found.extend(faults(root, s, field, &format!("{at}/{key}"))),
                    None if open => {}
                    None => found.push(format!("{at}: {key} is not in the schema")),
                }
            }
        }
        for (i, item) in value.as_array().into_iter().flatten().enumerate() {
            let s = schema.get("items").unwrap_or(&schema["prefixItems"][i]);
            found.extend(faults(root, s, item, &format!("{at}/{i}")));
        }
        found
    }

    #[test]
    fn documents_follow_the_schema() {
        let mut full = fixture::nvda();
        full.figures.price = Some(PriceSeries {
            instrument: fixture::symbol("NVDA"),
            column: "close".into(),
            sessions: vec![fixture::day("2025-01-27")],
            values: vec![None],
        });
        full.figures.scatter = Some(Scatter {
            event_id: "sell-off".into(),
            instrument: fixture::symbol("NVDA"),
            benchmark: fixture::symbol("SPY"),
            estimation: vec![(0.01, 0.02)],
            event: vec![(crate::analysis::window::RelativeDay(0), -0.01, -0.17)],
            line: Some((0.0018, 2.29)),
        });
        full.figures.placebos.push(PlaceboDistribution {
            event_id: "sell-off".into(),
            instrument: fixture::symbol("NVDA"),
            window: fixture::window("0:0"),
            car: -0.133276,
            p: 0.0091,
            values: vec![-0.1, 0.1],
        });
        let schema = schema();
        for result in fixture::all().into_iter().chain([full]) {
            let faults = faults(&schema, &schema, &document(&result), "");
            assert_eq!(faults, Vec::<String>::new());
        }
    }

    #[test]
    fn the_checker_sees_what_is_wrong() {
        let schema = schema();
        let mut document = document(&fixture::nvda());
        document["schema"] = "other/1".into();
        document["cars"][0]["window"]["start"] = "0".into();
        document["ledger"][0]
            .as_object_mut()
            .unwrap()
            .remove("status");
        document["claims"][0]["verdict"] = "maybe".into();
        document["new"] = 1.into();
        assert_eq!(faults(&schema, &schema, &document, "").len(), 5);
    }

    #[test]
    fn figures_read_back_bit_for_bit() {
        let result = fixture::nvda();
        let document = document(&result);
        for (row, car) in result.cars.iter().enumerate() {
            let read = document["cars"][row]["car"].as_f64();
            assert_eq!(read.map(f64::to_bits), car.car.map(f64::to_bits));
        }
    }
}
