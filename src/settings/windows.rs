//! The window settings of a study: read, and arranged so that none overlaps another.
//!
//! A fault names the setting that can mend it, by its flag or its line of the study file.

use crate::analysis::window::{StudyWindows, Window, WindowError};
use crate::error::{Error, InputError, Result};
use crate::input::document::Located;
use crate::settings::{Config, Setting, pick, pick_list};

const DEFAULT_ESTIMATION: &str = "-250:-11";
const DEFAULT_EVENT_WINDOW: &str = "-10:10";
const DEFAULT_WINDOWS: &str = "0:0,-1:1,0:1,0:5,-5:5,-10:10";
const DEFAULT_MASK_WINDOW: &str = "0:1";
/// Share of the estimation window that must be usable, unless the user says otherwise.
const MIN_ESTIMATION_SHARE: f64 = 0.6;
/// Fewer days than this give no variance worth the name.
const MIN_DAYS: usize = 10;

impl Config<'_> {
    /// Estimation, event and CAR windows.
    pub fn windows(&self) -> Result<StudyWindows> {
        let args = self.args;
        let flag: Vec<String> = args
            .windows
            .iter()
            .flat_map(|w| w.split(',').map(str::to_owned))
            .collect();
        let listed = pick_list(&flag, "--windows", self.of(|f| f.windows.as_ref()));
        let car = match &listed {
            Some(list) => list
                .iter()
                .map(|entry| self.window(Some(entry), ""))
                .collect::<Result<Vec<_>>>()?,
            None => DEFAULT_WINDOWS
                .split(',')
                .map(|w| self.window(None, w))
                .collect::<Result<Vec<_>>>()?,
        };
        let asked = self.text(&args.event_window, "--event-window", |f| {
            f.event_window.as_ref()
        });
        let estimation = self.window(self.estimation().as_ref(), DEFAULT_ESTIMATION)?;
        let event = self.window(asked.as_ref(), DEFAULT_EVENT_WINDOW)?;
        // Nobody who asks for a longer CAR window alone should have to ask twice.
        let event = match &asked {
            Some(_) => event,
            None => widen(event, &car)?,
        };
        StudyWindows::new(estimation, event, car.clone()).map_err(|error| {
            let to_blame = match &error {
                WindowError::Overlap { .. } => self.estimation().or(asked),
                WindowError::Outside { car: outside, .. } => {
                    let at = car.iter().position(|w| w == outside);
                    at.zip(listed).map(|(at, list)| list[at].clone())
                }
                _ => None,
            };
            self.arrangement_fault(to_blame, &error)
        })
    }

    /// The reaction sessions of other events.
    pub fn mask_window(&self) -> Result<Window> {
        let asked = self.text(&self.args.mask_window, "--mask-window", |f| {
            f.mask_window.as_ref()
        });
        self.window(asked.as_ref(), DEFAULT_MASK_WINDOW)
    }

    /// Fewest usable estimation days.
    pub fn min_estimation(&self, windows: &StudyWindows) -> Result<usize> {
        let length = windows.estimation().n_days();
        if length < MIN_DAYS {
            let problem = format!(
                "the estimation window {} has {length} days, too few for an error of any worth",
                windows.estimation()
            );
            let cure = format!("give --estimation at least {MIN_DAYS} days; 120 to 250 are usual");
            return Err(match self.estimation() {
                Some(asked) => self.fault(&asked, &asked.value, &problem, cure),
                None => InputError::new(problem, cure).into(),
            });
        }
        let file = self.of(|f| f.min_estimation.as_ref()).map(|l| Located {
            value: usize::try_from(l.value).unwrap_or(usize::MAX),
            span: l.span.clone(),
        });
        let Some(asked) = pick(self.args.min_estimation, "--min-estimation", file.as_ref()) else {
            let share = (MIN_ESTIMATION_SHARE * length as f64).ceil() as usize;
            return Ok(share.max(MIN_DAYS));
        };
        if asked.value < MIN_DAYS || asked.value > length {
            let problem = format!(
                "must lie between {MIN_DAYS} and the {length} days of the estimation window"
            );
            let cure = "change it, or widen --estimation";
            return Err(self.fault(&asked, asked.value, &problem, cure));
        }
        Ok(asked.value)
    }

    fn estimation(&self) -> Option<Setting<String>> {
        self.text(&self.args.estimation, "--estimation", |f| {
            f.estimation.as_ref()
        })
    }

    fn window(&self, setting: Option<&Setting<String>>, default: &str) -> Result<Window> {
        let Some(setting) = setting else {
            return default
                .parse()
                .map_err(|e| self.arrangement_fault(None, &e));
        };
        setting.value.parse().map_err(|e: WindowError| {
            let cure = "write A:B, such as -1:1";
            self.fault(setting, &setting.value, &e.to_string(), cure)
        })
    }

    /// Windows that do not go together, said at the setting to change where there is one.
    fn arrangement_fault(&self, setting: Option<Setting<String>>, error: &WindowError) -> Error {
        let cure = match error {
            WindowError::Overlap { .. } => "give --estimation and --event-window that do not meet",
            WindowError::Outside { .. } => "change --windows or --event-window",
            _ => "write A:B, such as -1:1",
        };
        match setting {
            Some(setting) => self.fault(&setting, &setting.value, &error.to_string(), cure),
            None => InputError::new(error.to_string(), cure).into(),
        }
    }
}

/// The event window, widened so that it holds every CAR window.
fn widen(event: Window, car: &[Window]) -> Result<Window> {
    let starts = car.iter().map(|w| w.start().0).chain([event.start().0]);
    let ends = car.iter().map(|w| w.end().0).chain([event.end().0]);
    let (start, end) = (starts.min().unwrap_or(0), ends.max().unwrap_or(0));
    Window::new(start, end).map_err(|error| {
        InputError::new(error.to_string(), "give --windows that lie closer together").into()
    })
}
