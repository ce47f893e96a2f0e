//! From the arguments of a study, as typed, to its settings.

use super::StudyArgs;
use crate::settings::Flags;

impl StudyArgs {
    /// The settings, free of the command line.
    pub fn flags(&self) -> Flags {
        let args = self.clone();
        Flags {
            study: args.study,
            prices: args.data.prices,
            source: args.data.source,
            returns_file: args.data.returns_file,
            events: args.data.events,
            factors: args.data.factors,
            factor_unit: args.data.factor_unit,
            symbol: args.data.symbol,
            date_format: args.data.date_format,
            decimal: args.data.decimal,
            event_zone: args.data.event_zone,
            quality: args.quality,
            instruments: args.instruments,
            focus: args.focus,
            lead_event: args.lead_event,
            benchmark: args.market.benchmark,
            benchmark_weight: args.market.benchmark_weight,
            model: args.model,
            garch_distribution: args.garch_distribution,
            factor_columns: args.market.factor_columns,
            returns: args.market.returns,
            price_column: args.market.price_column,
            estimation: args.estimation,
            min_estimation: args.min_estimation,
            event_window: args.event_window,
            windows: args.windows,
            calendar: args.calendar,
            anchor: args.anchor,
            max_shift: args.max_shift,
            mask_events: args.mask_events,
            mask_window: args.mask_window,
            joint: args.joint,
            group_by: args.group_by,
            tests: args.tests,
            placebo: args.placebo,
            seed: args.seed,
            bootstrap: args.bootstrap,
            out: args.out,
            format: args.format,
            language: args.language,
        }
    }
}
