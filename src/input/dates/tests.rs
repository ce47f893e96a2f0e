//! Every way of writing a date, and every column that must be refused.

use super::*;
use proptest::prelude::*;

fn column(values: &[&str], hint: Option<DateOrder>) -> Result<DateFormat> {
    infer(values.iter().enumerate().map(|(i, v)| (i + 2, *v)), hint)
}

fn refusal(values: &[&str], hint: Option<DateOrder>) -> String {
    column(values, hint).unwrap_err().to_string()
}

#[test]
fn every_form_of_one_day_reads_as_that_day() {
    let day = NaiveDate::from_ymd_opt(2025, 1, 27).unwrap();
    for (value, format) in [
        ("2025-01-27", DateFormat::Iso),
        ("2025/1/27", DateFormat::Iso),
        ("2025-01-27 00:00:00-05:00", DateFormat::Iso),
        ("2025-01-27T00:00:00.000Z", DateFormat::Iso),
        ("2025-01-27T00:00:00+0000", DateFormat::Iso),
        ("20250127", DateFormat::Compact),
        ("27.01.2025", DateFormat::DayFirst),
        ("27.1.25", DateFormat::DayFirst),
        ("27/01/2025 16:00:00", DateFormat::DayFirst),
        ("27-01-2025", DateFormat::DayFirst),
        ("01/27/2025", DateFormat::MonthFirst),
        ("1/27/2025 4:00 PM", DateFormat::MonthFirst),
        ("01/27/25", DateFormat::MonthFirst),
        ("Jan 27, 2025", DateFormat::NamedMonth),
        ("January 27, 2025", DateFormat::NamedMonth),
        ("27-Jan-25", DateFormat::NamedMonth),
        ("Mon, 27 Jan 2025", DateFormat::NamedMonth),
    ] {
        assert_eq!(column(&[value], None), Ok(format), "{value}");
        assert_eq!(format.parse(value), Some(day), "{value}");
    }
}

#[test]
fn the_whole_column_decides_between_day_and_month() {
    assert_eq!(
        column(&["03/04/2025", "", "13/04/2025"], None),
        Ok(DateFormat::DayFirst)
    );
    assert_eq!(
        column(&["03/04/2025", "04/13/2025"], None),
        Ok(DateFormat::MonthFirst)
    );
}

#[test]
fn two_readings_are_refused_even_where_one_is_in_order() {
    let months = ["01/02/2025", "02/02/2025", "03/02/2025"];
    let text = refusal(&months, None);
    assert_eq!(
        text,
        "line 2: \"01/02/2025\": the column's dates have more than one reading \
         (here 2025-02-01 or 2025-01-02); state --date-format dmy or --date-format mdy"
    );
    assert_eq!(
        column(&months, Some(DateOrder::Mdy)),
        Ok(DateFormat::MonthFirst)
    );
    assert_eq!(
        column(&months, Some(DateOrder::Dmy)),
        Ok(DateFormat::DayFirst)
    );
}

#[test]
fn readings_that_agree_are_no_ambiguity() {
    let format = column(&["01/01/2025", "02/02/2025"], None).unwrap();
    assert_eq!(
        format.parse("02/02/2025"),
        NaiveDate::from_ymd_opt(2025, 2, 2)
    );
}

#[test]
fn two_digit_years_turn_at_the_pivot_and_may_stand_first() {
    let year = |value| DateFormat::MonthFirst.parse(value).unwrap().year();
    assert_eq!((year("01/27/68"), year("01/27/69")), (2068, 1969));
    let text = refusal(&["27/01/25"], None);
    assert!(text.contains("dmy or --date-format ymd"), "{text}");
    assert_eq!(
        column(&["25/01/27"], Some(DateOrder::Ymd)),
        Ok(DateFormat::ShortYearFirst)
    );
}

#[test]
fn refusals_name_line_value_and_cure() {
    assert!(refusal(&["soon"], None).starts_with("line 2: \"soon\": not a date; write dates"));
    assert!(refusal(&["2025-02-30"], None).contains("not a date"));
    assert!(refusal(&["45684"], None).contains("serial number"));
    assert!(refusal(&["", ""], None).contains("empty"));
    let mixed = refusal(&["2025-01-02", "01/03/2025"], None);
    assert!(
        mixed.starts_with("line 3: \"01/03/2025\": not a date in the format"),
        "{mixed}"
    );
    assert!(mixed.contains("line 2: `2025-01-02`"), "{mixed}");
    let hinted = refusal(&["01/27/2025"], Some(DateOrder::Dmy));
    assert!(hinted.contains("--date-format states"), "{hinted}");
}

#[test]
fn what_stands_behind_a_date_must_be_a_time() {
    for value in [
        "2025-01-27x10:00",
        "2025-01-27 25:00",
        "2025-01-27 10:0b:9!",
        ":",
    ] {
        assert!(column(&[value], None).is_err(), "{value}");
    }
}

proptest! {
    #[test]
    fn never_panics(value in "\\PC{0,24}", digits in "[0-9/:T .-]{0,20}") {
        let _ = column(&[&value, &digits], None);
    }

    #[test]
    fn every_written_date_reads_back(days in 0_u64..150_000) {
        let day = NaiveDate::from_ymd_opt(1750, 1, 1).unwrap() + chrono::Days::new(days);
        for (pattern, format) in [
            ("%Y-%m-%d", DateFormat::Iso),
            ("%Y%m%d", DateFormat::Compact),
            ("%d.%m.%Y", DateFormat::DayFirst),
            ("%-m/%-d/%Y", DateFormat::MonthFirst),
            ("%b %-d, %Y", DateFormat::NamedMonth),
        ] {
            let text = day.format(pattern).to_string();
            prop_assert_eq!(format.parse(&text), Some(day));
        }
    }
}
