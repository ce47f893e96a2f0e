//! Estimation never sees an event day, whatever windows are asked for.

use proptest::prelude::*;
use shockwave::analysis::window::{StudyWindows, Window};

fn window(days: std::ops::Range<i32>) -> impl Strategy<Value = Window> {
    (days, 0..400).prop_map(|(start, length)| Window::new(start, start + length).expect("ordered"))
}

proptest! {
    #[test]
    fn windows_that_are_accepted_never_overlap(
        estimation in window(-600..50),
        event in window(-60..60),
        car in prop::collection::vec(window(-70..70), 0..5),
    ) {
        let Ok(windows) = StudyWindows::new(estimation, event, car.clone()) else {
            let fits = estimation.end() < event.start() && !car.is_empty()
                && car.iter().all(|w| event.contains(*w));
            prop_assert!(!fits, "refused without a reason");
            return Ok(());
        };
        prop_assert!(windows.estimation().end() < windows.event().start());
        prop_assert!(!windows.car().is_empty());
        for (i, window) in windows.car().iter().enumerate() {
            prop_assert!(windows.event().contains(*window));
            prop_assert!(!windows.car()[..i].contains(window));
            prop_assert!(windows.estimation().days().all(|day| day < window.start()));
        }
    }

    #[test]
    fn sessions_of_a_window_lie_in_the_data(
        window in window(-600..600),
        day_0 in 0_usize..2000,
        n in 0_usize..2000,
    ) {
        let sessions = window.sessions(day_0, n);
        prop_assert!(sessions.start <= sessions.end && sessions.end <= n);
        let whole = window.days().filter(|day| {
            let t = day_0 as i64 + i64::from(day.0);
            (0..n as i64).contains(&t)
        });
        prop_assert_eq!(sessions.len(), whole.count());
    }

    #[test]
    fn a_window_reads_back_as_it_was_written(start in -9_999..9_999_i32, length in 0..9_999_i32) {
        let window = Window::new(start, start + length).expect("ordered");
        let text = format!("{start}:{}", start + length);
        prop_assert_eq!(text.parse::<Window>(), Ok(window));
    }

    #[test]
    fn any_text_is_a_window_or_a_fault(text in "\\PC{0,30}") {
        let _ = text.parse::<Window>();
    }
}
