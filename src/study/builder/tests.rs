use super::*;

fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2025, 1, day).unwrap()
}

fn study() -> StudyBuilder {
    let event = Event::on("one", day(27));
    StudySpec::builder().event(event).benchmark("SPY")
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_cure() {
    let refusals = [
        (StudySpec::builder().benchmark("SPY"), "no events"),
        (study().event(Event::on("one", day(28))), "two events"),
        (study().benchmark("../etc"), "../etc"),
        (study().instruments(["NVDA", ""]), "not an instrument"),
        (study().instruments(["AMD"]).focus("NVDA"), "the focus NVDA"),
        (study().tests(["bmp_t", "gut"]), "no test has the name gut"),
        (study().model(ModelKind::Factors), ".factor_columns"),
        (study().windows(Vec::<Days>::new()), "no CAR window"),
        (study().windows([Days::new(1, 0)]), "ends before it starts"),
        (
            study().event_window(-1..=1).windows([0..=2]),
            "not inside the event window [-1, +1]",
        ),
        (study().estimation(-15..=-11), "10 usable estimation days"),
        (study().min_estimation(241), "10 to 240"),
    ];
    for (builder, part) in refusals {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("; "), "{error}");
    }
}

#[test]
fn the_event_window_holds_every_car_window() {
    let spec = study().windows([-20..=5]).estimation(-200..=-30);
    let spec = spec.build().unwrap();
    assert_eq!(spec.windows.event().to_string(), "[-20, +10]");
    assert_eq!(spec.min_estimation, 103);
    assert!(study().windows([-20..=5]).build().is_err());
}
