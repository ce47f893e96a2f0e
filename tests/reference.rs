//! Every number of the core against answers of another program: numpy, scipy, statsmodels, arch.
//!
//! `tests/reference` holds the data sets, the answers and the Python that wrote them. Closed
//! forms agree to 1e-9 relative; `CONFORMANCE.md` says what was compared and how far it differed.

#[path = "reference/conditional.rs"]
mod conditional;
#[path = "reference/conformance.rs"]
mod conformance;
#[path = "reference/correlation.rs"]
mod correlation;
#[path = "reference/dataset.rs"]
mod dataset;
#[path = "reference/joint.rs"]
mod joint;
#[path = "reference/laws.rs"]
mod laws;
#[path = "reference/ledger.rs"]
mod ledger;
#[path = "reference/models.rs"]
mod models;
#[path = "reference/observations.rs"]
mod observations;
#[path = "reference/outcomes.rs"]
mod outcomes;
#[path = "reference/panel.rs"]
mod panel;
#[path = "reference/printed.rs"]
mod printed;
#[path = "reference/samples.rs"]
mod samples;
#[path = "reference/scan.rs"]
mod scan;
#[path = "reference/simulation.rs"]
mod simulation;
#[path = "reference/size.rs"]
mod size;
