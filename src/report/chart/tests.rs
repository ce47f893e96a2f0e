//! What holds for every chart: files that viewers read, texts that cannot break them, the same
//! bytes each time, and nothing drawn without data.

use super::fixture::{date, empty, study, symbol, window};
use super::fixture_rows::Draws;
use super::{Chart, charts, png};
use crate::analysis::window::RelativeDay;
use crate::report::language::Language;
use crate::study::result::StudyResult;
use resvg::usvg::{Options, Tree};

const KINDS: [&str; 8] = [
    "price", "ar-bars", "car-path", "forest", "placebo", "heat-map", "scatter", "caar",
];

fn drawn(result: &StudyResult) -> Vec<Chart> {
    charts(result, Language::En).unwrap()
}

fn kinds(charts: &[Chart]) -> Vec<&'static str> {
    let kind = |chart: &Chart| KINDS.into_iter().find(|kind| chart.name.starts_with(kind));
    charts.iter().map(|chart| kind(chart).unwrap()).collect()
}

fn size(svg: &str) -> (f32, f32) {
    let options = Options {
        fontdb: super::font::database(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).unwrap();
    (tree.size().width(), tree.size().height())
}

/// For looking at: writes every chart to the folder named by `SHOCKWAVE_CHARTS`.
fn keep(folder: &str, charts: &[Chart]) {
    let Ok(root) = std::env::var("SHOCKWAVE_CHARTS") else {
        return;
    };
    let folder = std::path::Path::new(&root).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for chart in charts {
        let path = folder.join(&chart.name);
        std::fs::write(path.with_extension("svg"), &chart.svg).unwrap();
        std::fs::write(path.with_extension("png"), png(&chart.svg, 1600).unwrap()).unwrap();
    }
}

fn check(folder: &str, charts: &[Chart]) {
    let mut names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), charts.len(), "names are unique");
    for Chart {
        name,
        title,
        description,
        svg,
    } in charts
    {
        let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(safe), "{name}");
        let (width, height) = size(svg);
        assert_eq!(width, 800.0);
        assert!((150.0..2200.0).contains(&height), "{name}: {height}");
        assert!(svg.contains(&format!("<title id=\"{name}-title\">")));
        assert!(svg.contains(&format!("aria-labelledby=\"{name}-title {name}-desc\"")));
        assert!(svg.contains("role=\"img\""));
        assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{name}");
        assert!(!title.is_empty() && !description.is_empty());
        let pixels = smallest_text(svg);
        assert!(pixels >= 11.0, "{name}: text of {pixels} px");
    }
    keep(folder, charts);
}

fn smallest_text(svg: &str) -> f64 {
    let sizes = svg.split("font-size=\"").skip(1);
    let sizes = sizes.filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    sizes.fold(f64::INFINITY, f64::min) / 4.0 + 1e-9
}

#[test]
fn a_full_study_has_every_chart_in_both_languages() {
    let result = study(47, 26);
    let english = drawn(&result);
    assert_eq!(kinds(&english), KINDS);
    check("en", &english);
    let german = charts(&result, Language::De).unwrap();
    check("de", &german);
    let bars = &german[1];
    assert!(
        bars.description.contains("−13,3\u{A0}%"),
        "{}",
        bars.description
    );
    assert!(english[1].description.contains("−13.3\u{A0}%"));
    for (a, b) in english.iter().zip(&german) {
        assert_eq!(a.name, b.name);
        assert_ne!(a.description, b.description);
    }
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let result = study(12, 6);
    let (first, second) = (drawn(&result), drawn(&result));
    assert_eq!(first, second);
    assert_eq!(
        png(&first[0].svg, 800).unwrap(),
        png(&second[0].svg, 800).unwrap()
    );
}

#[test]
fn charts_without_data_are_left_out() {
    let nothing = empty(vec![symbol("NVDA")], Vec::new(), &[date("2025-01-27")]);
    assert_eq!(drawn(&nothing), []);

    let mut result = study(5, 3);
    result.figures.price = None;
    result.figures.placebos.clear();
    assert_eq!(
        kinds(&drawn(&result)),
        [
            "ar-bars", "car-path", "forest", "heat-map", "scatter", "caar"
        ]
    );
    result.figures.scatter = None;
    result.aar.clear();
    result.abnormal_returns.clear();
    assert_eq!(kinds(&drawn(&result)), ["forest"]);
    result.settings.focus = None;
    result.figures.leading.clear();
    assert_eq!(drawn(&result), []);
}

#[test]
fn figures_that_are_missing_leave_gaps() {
    let mut result = study(3, 3);
    for row in &mut result.abnormal_returns {
        let odd = row.relative_day.0 % 2 != 0;
        row.ar = row.ar.filter(|_| odd);
        row.ar_sd = row.ar_sd.filter(|_| odd);
        row.car_to_day = row.car_to_day.filter(|_| odd);
        row.car_to_day_low = None;
    }
    for row in &mut result.cars {
        row.car_low = None;
    }
    if let Some(price) = &mut result.figures.price {
        price.values.iter_mut().skip(500).for_each(|v| *v = None);
    }
    if let Some(scatter) = &mut result.figures.scatter {
        scatter.line = None;
        scatter.estimation.clear();
    }
    let charts = drawn(&result);
    // Day 0 is among the missing, and the map shows nothing else.
    assert!(!kinds(&charts).contains(&"heat-map"));
    assert_eq!(charts.len(), 7);
    check("gaps", &charts);

    for row in &mut result.abnormal_returns {
        (row.ar, row.car_to_day) = (None, None);
    }
    result.cars.iter_mut().for_each(|row| row.car = None);
    result.aar.iter_mut().for_each(|row| row.caar = None);
    if let Some(price) = &mut result.figures.price {
        price.values.iter_mut().for_each(|v| *v = None);
    }
    assert_eq!(kinds(&drawn(&result)), ["placebo", "scatter"]);
}

#[test]
fn one_event_and_one_instrument_suffice() {
    let charts = drawn(&study(1, 1));
    assert!(
        !kinds(&charts).contains(&"heat-map"),
        "one column is no map"
    );
    assert_eq!(charts.len(), 7);
    check("one", &charts);
    check("three", &drawn(&study(3, 2)));
}

#[test]
fn many_events_stay_legible_and_say_what_is_left_out() {
    let charts = drawn(&study(60, 26));
    check("sixty", &charts);
    assert!(charts[5].svg.contains("34 are left out"));
    let many = drawn(&study(140, 2));
    assert!(many[3].svg.contains("40 earlier ones are left out"));
    check("many", &many);
}

#[test]
fn texts_of_people_cannot_break_a_file() {
    let hostile = [
        "<script>alert(1)</script> & \"quotes\" 'single'",
        "]]> --> \u{0}\u{8}\u{FFFF} \u{202E}backwards",
        "人工智能芯片出口管制 发布会 🚀🔥 DeepSeek 深度求索 R1 模型 на русском",
        "A title that goes on and on, far beyond what any chart has room for, because somebody \
         pasted the whole first paragraph of a news report into the field that was meant for one line",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsänderungsentwurfsbegründung",
    ];
    let mut result = study(12, 4);
    for (i, event) in result.events.iter_mut().enumerate() {
        event.title = hostile[i % hostile.len()].to_owned();
        event.category = Some(hostile[(i + 1) % hostile.len()].to_owned());
    }
    let n = result.aar.len();
    for (i, row) in result.aar.iter_mut().enumerate() {
        row.group = hostile[i * 5 / n].to_owned();
    }
    result.groups_of_instruments[0].name = hostile[0].to_owned();
    result.inputs[0].name = hostile[0].to_owned();
    for title in hostile {
        result.events.last_mut().unwrap().title = title.to_owned();
        let charts = drawn(&result);
        assert!(charts.iter().all(|chart| !chart.svg.contains("<script")));
    }
    let charts = drawn(&result);
    assert!(charts.iter().any(|c| c.svg.contains("&lt;script&gt;")));
    check("hostile", &charts);
    result.events.last_mut().unwrap().title = hostile[2].to_owned();
    check("cjk", &drawn(&result));
}

#[test]
fn extreme_figures_stay_on_the_sheet() {
    let mut result = study(8, 5);
    for (i, row) in result
        .cars
        .iter_mut()
        .enumerate()
        .filter(|(i, _)| i % 9 == 0)
    {
        row.car = row.car.map(|v| v * 1e4 * (i + 1) as f64);
        row.car_high = row.car.map(|v| v + 2e4);
    }
    let scale = |v: &mut Option<f64>| *v = v.map(|v| v * 1e6);
    for row in &mut result.abnormal_returns {
        [
            &mut row.ar,
            &mut row.ar_sd,
            &mut row.car_to_day,
            &mut row.car_to_day_low,
        ]
        .into_iter()
        .for_each(scale);
    }
    result.abnormal_returns[3].ar = Some(f64::INFINITY);
    let mut draws = Draws::new(3);
    if let Some(price) = &mut result.figures.price {
        price
            .values
            .iter_mut()
            .for_each(|v| *v = Some(1e9 + 1e3 * draws.normal()));
    }
    check("extreme", &drawn(&result));
}

#[test]
fn a_window_of_one_day_is_drawn() {
    let mut result = study(6, 3);
    result
        .abnormal_returns
        .retain(|row| row.relative_day == RelativeDay(0));
    result.aar.retain(|row| row.relative_day == RelativeDay(0));
    result.settings.event_window = window("0:0");
    if let Some(price) = &mut result.figures.price {
        let at = price.sessions.binary_search(&date("2025-01-27")).unwrap();
        price.sessions = vec![price.sessions[at]];
        price.values = vec![price.values[at]];
    }
    let charts = drawn(&result);
    assert_eq!(charts.len(), 8);
    check("one-day", &charts);
}

#[test]
fn bitmaps_have_the_width_asked_for() {
    let chart = &drawn(&study(3, 2))[1];
    let (_, height) = size(&chart.svg);
    for width in [400, 1600] {
        let bytes = png(&chart.svg, width).unwrap();
        let mut decoder = ::png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(::png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.width, width);
        assert_eq!(info.height, (height * width as f32 / 800.0).round() as u32);
        assert!(pixels.iter().any(|v| *v < 0x40), "something is drawn");
        assert_eq!(pixels[0], 0xFF, "on white");
    }
    assert!(png(&chart.svg, 0).is_err());
    assert!(png(&chart.svg, 100_000).is_err());
    assert!(png("<svg", 800).is_err());
}

#[test]
fn a_small_chart_looks_as_it_did() {
    let mut result = study(1, 1);
    result
        .abnormal_returns
        .retain(|row| (-1..=1).contains(&row.relative_day.0));
    let charts = drawn(&result);
    insta::assert_snapshot!(charts[1].svg);
}
