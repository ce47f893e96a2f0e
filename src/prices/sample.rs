//! The embedded figures as one frame: wide files of closes, adjusted closes and volumes.

use super::read::{ReadOptions, read_bytes};
use super::{ADJ_CLOSE, CLOSE, FIELDS, PriceFrame, SESSION, SYMBOL, VOLUME, frame_error};
use crate::error::{InputError, Result};
use crate::prices::dialect::AdjustmentBasis;
use crate::sample::{self, Embedded};

/// Reads the embedded closes, adjusted closes and volumes.
///
/// # Errors
/// None in a released binary: the files are those of the build.
pub fn sample_frame() -> Result<PriceFrame> {
    let mut frame = wide(sample::CLOSE)?;
    for (field, file) in [(ADJ_CLOSE, sample::ADJ_CLOSE), (VOLUME, sample::VOLUME)] {
        let other = wide(file)?;
        // Figures are laid beside each other, so both must have the very same rows.
        for key in [SESSION, SYMBOL] {
            let own = frame.df.column(key).map_err(frame_error)?;
            if !own.equals(other.df.column(key).map_err(frame_error)?) {
                let problem = format!(
                    "{} and {} differ in their rows",
                    sample::CLOSE.file,
                    file.file
                );
                return Err(InputError::new(problem, "build the sample again").into());
            }
        }
        let mut column = other.df.column(FIELDS[CLOSE]).map_err(frame_error)?.clone();
        column.rename(FIELDS[field].into());
        frame.df.with_column(column).map_err(frame_error)?;
        frame.provenance.extend(other.provenance);
    }
    for (provenance, basis) in frame.provenance.iter_mut().zip([
        AdjustmentBasis::Split,
        AdjustmentBasis::SplitAndDividend,
        AdjustmentBasis::Split,
    ]) {
        provenance.adjustment_basis = basis;
    }
    Ok(frame)
}

fn wide(file: Embedded) -> Result<PriceFrame> {
    read_bytes(file.file, file.bytes, &ReadOptions::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_31_symbols_and_their_three_figures() {
        let frame = sample_frame().unwrap();
        assert_eq!(frame.symbol_runs().unwrap().len(), 31);
        for field in [CLOSE, ADJ_CLOSE, VOLUME] {
            let figures = frame.figures(field).unwrap().unwrap();
            assert_eq!(figures.iter().filter(|v| v.is_finite()).count(), 33_539);
        }
    }
}
