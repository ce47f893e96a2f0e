//! The manifest beside every data file: whose figures, from where, when, and their sum.
//!
//! It is JSON that people can read, and sealed: its last line holds the sum of the others, so
//! that a damaged manifest is found like a damaged data file.

use crate::error::{InputError, Result};
use crate::input::factors::FactorUnit;
use crate::instrument::Symbol;
use crate::prices::bars::sha256;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The version of manifests and data files that this program writes.
pub(super) const SCHEMA_VERSION: u32 = 2;

/// What a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Prices of one instrument.
    Prices,
    /// Returns of a set of factors.
    Factors,
}

/// What is known of stored figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub schema_version: u32,
    /// Prices or factors.
    pub kind: Kind,
    /// Name of the source.
    pub source: String,
    /// The symbol, or the name of the set of factors.
    pub symbol: Symbol,
    /// Where the figures came from, without a key.
    pub url: String,
    /// When the figures came; a fetch that brings nothing new leaves it.
    pub fetched_at: DateTime<Utc>,
    /// For a conditional request.
    pub etag: Option<String>,
    /// For a conditional request.
    pub last_modified: Option<String>,
    /// What the closes are adjusted for; `unknown` for factors.
    pub adjustment_basis: AdjustmentBasis,
    /// Unit of the file that factors came from; they are stored as fractions.
    pub factor_unit: Option<FactorUnit>,
    /// How that unit was found.
    pub factor_unit_note: Option<String>,
    /// Counts the data files that this series has had, from 1.
    pub generation: u64,
    /// Name of the data file, in the folder of the manifest.
    pub data_file: String,
    /// SHA-256 of the data file, in hexadecimal.
    pub sha256: String,
    /// Sessions stored.
    pub rows: usize,
    /// First session.
    pub first: NaiveDate,
    /// Last session.
    pub last: NaiveDate,
    /// The tenth session from the end, where the next request begins; a manifest of form 1 does
    /// not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_from: Option<NaiveDate>,
}

/// The manifest as it stands in its file.
#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(flatten)]
    manifest: Manifest,
    seal: String,
}

/// The name of a data file: its content's sum, so that no two contents share a name.
pub(super) fn data_file(sha256: &str) -> String {
    let short = sha256.get(..16).unwrap_or(sha256);
    format!("{short}.parquet")
}

impl Manifest {
    /// The file's bytes.
    ///
    /// # Errors
    /// None that a manifest of this program could cause.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let unwritable =
            |e: serde_json::Error| InputError::new(format!("no manifest can be made: {e}"), "");
        let seal = sha256(&serde_json::to_vec(self).map_err(unwritable)?);
        let sealed = Sealed {
            manifest: self.clone(),
            seal,
        };
        let mut bytes = serde_json::to_vec_pretty(&sealed).map_err(unwritable)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the file's bytes.
    ///
    /// # Errors
    /// A manifest that is damaged, or that a newer version of the program wrote.
    pub(super) fn from_bytes(bytes: &[u8], file: &str) -> Result<Self> {
        const CURE: &str = "fetch the figures again: a damaged series is replaced";
        let fault =
            |problem: String, cure: &str| InputError::new(problem, cure).in_file(file).into();
        if let Some(newer) = newer_version(bytes) {
            return Err(fault(
                format!(
                    "the figures have form {newer}, and this program knows up to {SCHEMA_VERSION}"
                ),
                "use the newer version of the program that stored them",
            ));
        }
        let damaged = |e: serde_json::Error| fault(format!("the manifest is damaged: {e}"), CURE);
        let sealed: Sealed = serde_json::from_slice(bytes).map_err(damaged)?;
        if sealed.manifest.to_bytes()? != bytes {
            let problem = "the manifest is damaged: it does not match its seal";
            return Err(fault(problem.to_owned(), CURE));
        }
        Ok(sealed.manifest)
    }
}

/// The version in a manifest that a newer version of the program wrote.
pub(super) fn newer_version(bytes: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Version {
        schema_version: u32,
    }
    let version: Version = serde_json::from_slice(bytes).ok()?;
    Some(version.schema_version).filter(|v| *v > SCHEMA_VERSION)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn manifest() -> Manifest {
        Manifest {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Prices,
            source: "stooq".into(),
            symbol: Symbol::new("NVDA").unwrap(),
            url: "https://stooq.com/q/d/l/?s=nvda.us&i=d".into(),
            fetched_at: "2025-01-28T23:30:00Z".parse().unwrap(),
            etag: Some("\"abc\"".into()),
            last_modified: None,
            adjustment_basis: AdjustmentBasis::SplitAndDividend,
            factor_unit: None,
            factor_unit_note: None,
            generation: 3,
            data_file: "0123456789abcdef.parquet".into(),
            sha256: "0123456789abcdef".into(),
            rows: 2,
            first: "2025-01-27".parse().unwrap(),
            last: "2025-01-28".parse().unwrap(),
            overlap_from: Some("2025-01-27".parse().unwrap()),
        }
    }

    #[test]
    fn a_manifest_comes_back() {
        let bytes = manifest().to_bytes().unwrap();
        assert_eq!(Manifest::from_bytes(&bytes, "m").unwrap(), manifest());
    }

    #[test]
    fn a_manifest_of_the_first_form_is_read_and_keeps_its_seal() {
        let old = Manifest {
            schema_version: 1,
            overlap_from: None,
            ..manifest()
        };
        let bytes = old.to_bytes().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("overlap_from"));
        assert_eq!(Manifest::from_bytes(&bytes, "m").unwrap(), old);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let bytes = manifest().to_bytes().unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(Manifest::from_bytes(&damaged, "m").is_err(), "{at} {bit}");
            }
        }
    }

    #[test]
    fn a_newer_form_is_refused_with_the_cure() {
        let text = String::from_utf8(manifest().to_bytes().unwrap()).unwrap();
        let newer = text.replace("\"schema_version\": 2", "\"schema_version\": 3");
        let error = Manifest::from_bytes(newer.as_bytes(), "m").unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
    }
}
