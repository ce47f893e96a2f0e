//! What a study is asked to do: settings from flags and study file, read and checked.
//!
//! [`Config`] turns them into a [`StudySpec`](crate::study::spec::StudySpec) with every default
//! resolved, [`ScanFlags`] into a scan; [`reading`] says how events, factors and sessions are to be read. The command line and
//! the Python package both come through here, so that the same settings mean the same study. No
//! file is read and nothing is printed.

mod claims;
mod config;
mod flags;
mod groups;
pub mod reading;
mod regressions;
mod scan;
mod setting;
mod windows;

#[cfg(feature = "cli")]
pub(crate) use config::anchor;
pub use config::{Config, Source};
pub use flags::Flags;
pub use scan::ScanFlags;
pub(crate) use setting::{Setting, pick, pick_list};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::study::spec::StudySpec;

    /// Programs and the command line must mean the same study where neither says more.
    #[test]
    fn the_defaults_are_those_of_the_builder() {
        let date = chrono::NaiveDate::from_ymd_opt(2025, 1, 27).unwrap();
        let sampled = Event {
            category: Some("news".to_owned()),
            ..Event::on("two", date)
        };
        for events in [vec![Event::on("one", date)], vec![sampled]] {
            let config = Config {
                args: &Flags::default(),
                source: &Source::default(),
            };
            let stated = config.spec(events.clone()).unwrap();
            let built = StudySpec::builder().events(events).benchmark("SPY");
            let built = built.build().unwrap();
            assert_eq!(format!("{stated:?}"), format!("{built:?}"));
        }
    }
}
