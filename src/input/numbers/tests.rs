//! Every way of writing a number, and every cell that must be refused.

use super::*;
use proptest::prelude::*;

const POINT: NumberFormat = NumberFormat {
    decimal: DecimalMark::Point,
};
const COMMA: NumberFormat = NumberFormat {
    decimal: DecimalMark::Comma,
};

fn find(values: &[&str], delimiter: u8) -> Result<DecimalMark> {
    let lines = values.iter().enumerate().map(|(i, v)| (i + 2, *v));
    infer(lines, Delimiter::Byte(delimiter), None).map(|format| format.decimal)
}

#[test]
fn numbers_with_a_decimal_point() {
    for (text, number) in [
        ("129", 129.0),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("$1,341.07", 1341.07),
        ("-$5.10", -5.10),
        ("$-5.10", -5.10),
        ("1,612.34 €", 1612.34),
        ("30,002,510", 30_002_510.0),
        ("1'234.5", 1234.5),
        ("120.5M", 120_500_000.0),
        ("1.2k", 1200.0),
        ("2B", 2e9),
        ("0.76%", 0.0076),
        ("\u{2212}1.5%", -0.015),
        ("1e-3", 0.001),
        ("51276030.464359", 51_276_030.464_359),
        ("  7 ", 7.0),
    ] {
        assert_eq!(POINT.parse(text), Ok(Some(number)), "{text}");
    }
}

#[test]
fn numbers_with_a_decimal_comma() {
    for (text, number) in [
        ("1.612,34", 1612.34),
        ("120,5M", 120_500_000.0),
        ("0,76%", 0.0076),
        ("1 234,5", 1234.5),
        ("129", 129.0),
    ] {
        assert_eq!(COMMA.parse(text), Ok(Some(number)), "{text}");
    }
    assert!(COMMA.parse("123.45").is_err());
}

#[test]
fn absent_numbers_are_none() {
    for text in ["", "null", "N/A", "NA", "NaN", "-", "--", ".", " ", "#N/A"] {
        assert_eq!(POINT.parse(text), Ok(None), "{text}");
        assert_eq!(COMMA.parse(text), Ok(None), "{text}");
    }
}

#[test]
fn what_is_no_finite_number_is_refused() {
    for text in ["inf", "-Infinity", "1e400", "$inf"] {
        assert_eq!(POINT.parse(text), Err("not a finite number"), "{text}");
    }
    for text in [
        "abc", "1.2.3", "$", "%", "1e", "e5", "--5", "1,,2", "0x1F", "12a", "1e99999",
    ] {
        assert!(POINT.parse(text).is_err(), "{text}");
    }
    assert!(POINT.parse("1,34").unwrap_err().contains("thousands"));
}

#[test]
fn the_decimal_mark_is_found_over_the_whole_table() {
    assert_eq!(find(&["1.234", "1.234,50"], b';'), Ok(DecimalMark::Comma));
    assert_eq!(find(&["1.234", "131.28"], b';'), Ok(DecimalMark::Point));
    assert_eq!(find(&["5", "null", "x"], b';'), Ok(DecimalMark::Point));
    assert_eq!(find(&["1.234", "1,234"], b','), Ok(DecimalMark::Point));
    assert_eq!(find(&["1.612,34"], b','), Ok(DecimalMark::Comma));
    let refusal = find(&["12", "1.234"], b';').unwrap_err().to_string();
    assert!(
        refusal.starts_with("line 3: \"1.234\": the decimal mark"),
        "{refusal}"
    );
    assert!(refusal.contains("--decimal comma"), "{refusal}");
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,16}", digits in "[0-9eE.,%KMB$+ -]{0,12}") {
        for format in [POINT, COMMA] {
            let _ = format.parse(&text);
            let _ = format.parse(&digits);
        }
    }

    #[test]
    fn every_number_reads_back(number in proptest::num::f64::NORMAL) {
        prop_assert_eq!(POINT.parse(&format!("{number:?}")), Ok(Some(number)));
        prop_assert_eq!(POINT.parse(&format!("{number:e}")), Ok(Some(number)));
        let comma = format!("{number}").replace('.', ",");
        prop_assert_eq!(COMMA.parse(&comma), Ok(Some(number)));
    }
}
