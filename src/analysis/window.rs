//! Windows in relative days, both ends included.
//!
//! The estimation window lies wholly before everything whose return it is to explain:
//! [`StudyWindows::new`] refuses any other arrangement, so that no later code has to check.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Sessions from day 0 (the event session), never calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct RelativeDay(pub i32);

/// Why windows cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Not of the form `A:B`.
    #[error("{0:?} is not a window; write A:B in sessions from the event, for example -1:1")]
    Malformed(String),
    /// The end lies before the start.
    #[error("window {0}:{1} ends before it starts; write the earlier day first")]
    Reversed(i32, i32),
    /// Longer than any data.
    #[error("window {0}:{1} is longer than 20000 sessions")]
    TooLong(i32, i32),
    /// The estimation window runs into the event window, or stands behind it.
    #[error(
        "the estimation window {estimation} {} the event window {event}{}; end it before day {first}",
        if estimation.start <= event.end { "overlaps" } else { "must end before" },
        if estimation.start <= event.end { "" } else { " begins" }
    )]
    Overlap {
        /// The estimation window.
        estimation: Window,
        /// The event window.
        event: Window,
        /// First day of the event window.
        first: i32,
    },
    /// A CAR window leaves the event window.
    #[error("the CAR window {car} is not inside the event window {event}; widen --event-window")]
    Outside {
        /// The CAR window.
        car: Window,
        /// The event window.
        event: Window,
    },
    /// No CAR window at all.
    #[error("no CAR window is given; write --windows \"0:0,-1:1\"")]
    Empty,
}

/// A closed range of relative days, printed `[-1, +1]` and written `-1:1`.
///
/// ```
/// use shockwave::analysis::window::{RelativeDay, Window};
/// let window = Window::new(-1, 1)?;
/// assert_eq!((window.to_string().as_str(), window.n_days()), ("[-1, +1]", 3));
/// assert_eq!(window, "-1:1".parse()?);
/// assert_eq!(window, (-1..=1).try_into()?);
/// assert_eq!((window.start(), window.end()), (RelativeDay(-1), RelativeDay(1)));
/// assert_eq!(window.days().map(|day| day.0).collect::<Vec<_>>(), [-1, 0, 1]);
/// assert_eq!(window.sessions(250, 251), 249..251); // clipped to the data
///
/// let longer = Window::new(0, 5)?;
/// assert!(!window.contains(longer));
/// assert!(window.widened_to(&[longer])?.contains(longer)); // [-1, +5]
/// # Ok::<(), shockwave::analysis::window::WindowError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Window {
    start: i32,
    end: i32,
}

impl Window {
    /// Day 0 and the session after it: where news that came at any time of day 0 shows.
    pub const REACTION: Window = Window { start: 0, end: 1 };

    /// A window from `start` to `end`, both included.
    ///
    /// # Errors
    /// The end before the start, or more than 20,000 sessions.
    pub fn new(start: i32, end: i32) -> Result<Self, WindowError> {
        if end < start {
            return Err(WindowError::Reversed(start, end));
        }
        if i64::from(end) - i64::from(start) >= 20_000 {
            return Err(WindowError::TooLong(start, end));
        }
        Ok(Self { start, end })
    }

    /// The shortest window that holds this one and all `others`.
    ///
    /// # Errors
    /// More than 20,000 sessions.
    pub fn widened_to(self, others: &[Window]) -> Result<Self, WindowError> {
        let start = others.iter().fold(self.start, |s, w| s.min(w.start));
        let end = others.iter().fold(self.end, |e, w| e.max(w.end));
        Window::new(start, end)
    }

    /// First day.
    pub fn start(self) -> RelativeDay {
        RelativeDay(self.start)
    }

    /// Last day.
    pub fn end(self) -> RelativeDay {
        RelativeDay(self.end)
    }

    /// L, the number of sessions.
    pub fn n_days(self) -> usize {
        // `new` guarantees end >= start.
        (self.end - self.start) as usize + 1
    }

    /// The relative days in order.
    pub fn days(self) -> impl Iterator<Item = RelativeDay> {
        (self.start..=self.end).map(RelativeDay)
    }

    /// Whether `other` lies within this window.
    pub fn contains(self, other: Window) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The session indexes of this window around `day_0`, clipped to `0..n_sessions`.
    pub fn sessions(self, day_0: usize, n_sessions: usize) -> std::ops::Range<usize> {
        let clip = |i: i64| i.clamp(0, n_sessions as i64) as usize;
        clip(day_0 as i64 + i64::from(self.start))..clip(day_0 as i64 + i64::from(self.end) + 1)
    }
}

impl TryFrom<RangeInclusive<i32>> for Window {
    type Error = WindowError;

    /// `-1..=1`, as Rust writes it.
    fn try_from(days: RangeInclusive<i32>) -> Result<Self, WindowError> {
        Window::new(*days.start(), *days.end())
    }
}

impl From<Window> for RangeInclusive<i32> {
    fn from(window: Window) -> Self {
        window.start..=window.end
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = |day: i32| {
            if day > 0 {
                format!("+{day}")
            } else {
                day.to_string()
            }
        };
        write!(f, "[{}, {}]", signed(self.start), signed(self.end))
    }
}

impl FromStr for Window {
    type Err = WindowError;

    /// Reads `A:B`; a single number is a window of one day.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        let malformed = || WindowError::Malformed(text.to_owned());
        let number = |part: &str| part.trim().parse::<i32>().map_err(|_| malformed());
        match text.split_once(':') {
            Some((start, end)) => Window::new(number(start)?, number(end)?),
            None => {
                let day = number(text)?;
                Window::new(day, day)
            }
        }
    }
}

/// The windows of a study, arranged so that estimation never sees an event day.
///
/// ```
/// use shockwave::analysis::window::{StudyWindows, Window};
/// let w = |a, b| Window::new(a, b).unwrap();
/// let windows = StudyWindows::new(w(-250, -11), w(-10, 10), vec![w(0, 0), w(-1, 1)])?;
/// assert_eq!((windows.estimation().n_days(), windows.event().n_days()), (240, 21));
/// assert_eq!(windows.car(), [w(0, 0), w(-1, 1)]);
/// assert!(StudyWindows::new(w(-250, -10), w(-10, 10), vec![w(0, 0)]).is_err());
/// # Ok::<(), shockwave::analysis::window::WindowError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StudyWindows {
    estimation: Window,
    event: Window,
    car: Vec<Window>,
}

impl Default for StudyWindows {
    /// Estimation over [-250, -11], abnormal returns over [-10, +10], CARs over [0, 0], [-1, +1],
    /// [0, +1], [0, +5], [-5, +5] and [-10, +10].
    fn default() -> Self {
        let window = |start, end| Window { start, end };
        let car = [(0, 0), (-1, 1), (0, 1), (0, 5), (-5, 5), (-10, 10)];
        Self {
            estimation: window(-250, -11),
            event: window(-10, 10),
            car: car.map(|(start, end)| window(start, end)).to_vec(),
        }
    }
}

impl StudyWindows {
    /// Checks and arranges: estimation before event, every CAR window inside the event window;
    /// repeated CAR windows are kept once.
    ///
    /// # Errors
    /// An overlap, a CAR window outside the event window, or no CAR window.
    pub fn new(estimation: Window, event: Window, car: Vec<Window>) -> Result<Self, WindowError> {
        if estimation.end >= event.start {
            return Err(WindowError::Overlap {
                estimation,
                event,
                first: event.start,
            });
        }
        let mut kept: Vec<Window> = Vec::with_capacity(car.len());
        for window in car {
            if !event.contains(window) {
                return Err(WindowError::Outside { car: window, event });
            }
            if !kept.contains(&window) {
                kept.push(window);
            }
        }
        if kept.is_empty() {
            return Err(WindowError::Empty);
        }
        Ok(Self {
            estimation,
            event,
            car: kept,
        })
    }

    /// The sessions used to fit the normal-return model.
    pub fn estimation(&self) -> Window {
        self.estimation
    }

    /// The sessions whose abnormal returns are computed.
    pub fn event(&self) -> Window {
        self.event
    }

    /// The windows over which abnormal returns are cumulated, in the order given.
    pub fn car(&self) -> &[Window] {
        &self.car
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_read_and_print() {
        let window: Window = "-1:1".parse().unwrap();
        assert_eq!(window.to_string(), "[-1, +1]");
        assert_eq!("0".parse::<Window>().unwrap().n_days(), 1);
        assert_eq!("0:0".parse::<Window>().unwrap().to_string(), "[0, 0]");
        for bad in ["", "a:b", "1:", "1:2:3", "1.5:2", "--1:1"] {
            assert!(bad.parse::<Window>().is_err(), "{bad}");
        }
        assert_eq!("1:-1".parse::<Window>(), Err(WindowError::Reversed(1, -1)));
        assert!("-2147483648:2147483647".parse::<Window>().is_err());
    }

    #[test]
    fn sessions_are_clipped_to_the_data() {
        let window = Window::new(-2, 3).unwrap();
        assert_eq!(window.sessions(5, 100), 3..9);
        assert_eq!(window.sessions(1, 3), 0..3);
        assert_eq!(Window::new(-9, -5).unwrap().sessions(2, 10), 0..0);
    }

    #[test]
    fn car_windows_stay_inside_the_event_window() {
        let w = |a, b| Window::new(a, b).unwrap();
        let outside = StudyWindows::new(w(-20, -11), w(-10, 10), vec![w(0, 11)]);
        assert!(matches!(outside, Err(WindowError::Outside { .. })));
        assert_eq!(
            StudyWindows::new(w(-20, -11), w(-10, 10), vec![]),
            Err(WindowError::Empty)
        );
        let twice = StudyWindows::new(w(-20, -11), w(-10, 10), vec![w(0, 1), w(0, 1)]).unwrap();
        assert_eq!(twice.car().len(), 1);
    }
}
