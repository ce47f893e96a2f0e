//! The window settings of a study: read, and arranged so that none overlaps another.
//!
//! A fault names the setting that can mend it, by its flag or its line of the study file.

use crate::analysis::window::{StudyWindows, Window, WindowError};
use crate::error::{Error, InputError, Result};
use crate::input::document::Located;
use crate::settings::{Config, Setting, pick, pick_list};
use crate::study::spec::{MIN_ESTIMATION_DAYS, StudySpec, usual_min_estimation};

impl Config<'_> {
    /// Estimation, event and CAR windows.
    pub(super) fn windows(&self) -> Result<StudyWindows> {
        let (args, usual) = (self.args, StudyWindows::default());
        let flag: Vec<String> = args
            .windows
            .iter()
            .flat_map(|w| w.split(',').map(str::to_owned))
            .collect();
        let listed = pick_list(&flag, "--windows", self.of(|f| f.windows.as_ref()));
        let car = match &listed {
            Some(list) => list
                .iter()
                .map(|entry| self.window(entry))
                .collect::<Result<Vec<_>>>()?,
            None => usual.car().to_vec(),
        };
        let asked = self.text(&args.event_window, "--event-window", |f| {
            f.event_window.as_ref()
        });
        let estimation = self.window_or(self.estimation().as_ref(), usual.estimation())?;
        let event = match &asked {
            Some(asked) => self.window(asked)?,
            // Nobody who asks for a longer CAR window alone should have to ask twice.
            None => usual.event().widened_to(&car).map_err(|error| {
                InputError::new(error.to_string(), "give --windows that lie closer together")
            })?,
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
    pub(super) fn mask_window(&self) -> Result<Window> {
        let asked = self.text(&self.args.mask_window, "--mask-window", |f| {
            f.mask_window.as_ref()
        });
        self.window_or(asked.as_ref(), StudySpec::default().mask_window)
    }

    /// Fewest usable estimation days.
    pub(super) fn min_estimation(&self, windows: &StudyWindows) -> Result<usize> {
        let length = windows.estimation().n_days();
        if length < MIN_ESTIMATION_DAYS {
            let problem = format!(
                "the estimation window {} has {length} days, too few for an error of any worth",
                windows.estimation()
            );
            let cure = format!(
                "give --estimation at least {MIN_ESTIMATION_DAYS} days; 120 to 250 are usual"
            );
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
            return Ok(usual_min_estimation(windows.estimation()));
        };
        if asked.value < MIN_ESTIMATION_DAYS || asked.value > length {
            let problem = format!(
                "must lie between {MIN_ESTIMATION_DAYS} and the {length} days of the estimation window"
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

    fn window_or(&self, setting: Option<&Setting<String>>, usual: Window) -> Result<Window> {
        setting.map_or(Ok(usual), |setting| self.window(setting))
    }

    fn window(&self, setting: &Setting<String>) -> Result<Window> {
        setting.value.parse().map_err(|e: WindowError| {
            let cure = "write A:B, such as -1:1";
            self.fault(setting, &setting.value, &e.to_string(), cure)
        })
    }

    /// Windows that do not go together, said at the setting to change where there is one.
    fn arrangement_fault(&self, setting: Option<Setting<String>>, error: &WindowError) -> Error {
        let cure = match error {
            WindowError::Overlap { .. } => {
                "give --estimation and --event-window that do not meet, the former first"
            }
            WindowError::Outside { .. } => "change --windows or --event-window",
            _ => "write A:B, such as -1:1",
        };
        match setting {
            Some(setting) => self.fault(&setting, &setting.value, &error.to_string(), cure),
            None => InputError::new(error.to_string(), cure).into(),
        }
    }
}
