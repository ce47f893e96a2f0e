//! Masks, resampling and batches of the panel engine.

use super::{
    N_INSTRUMENTS, N_SESSIONS, SETTINGS, compare_sample, events, market_return, models, observe,
    returns, window,
};
use shockwave::analysis::inference::{ALL, Observation, SampleContext, SampleSettings};
use shockwave::analysis::model::{LinearModel, market};
use shockwave::analysis::panel::{
    Panel, PanelEvent, PanelMask, PanelSample, events_within, for_each_batch,
};
use std::convert::Infallible;

/// Sessions of a crisis, and one inside it twice.
const MARKET_WIDE: [u32; 6] = [4_870, 4_871, 4_872, 4_872, 9_000, 12_599];

/// Flags of what a mask of these events leaves out, found in the slow way.
fn flags(of: &[PanelEvent]) -> Vec<Vec<bool>> {
    let mut flags = vec![vec![false; N_SESSIONS]; N_INSTRUMENTS];
    for event in of {
        let (i, t) = (event.instrument as usize, event.day_0 as usize);
        for t in [t, t + 1] {
            if i < N_INSTRUMENTS && t < N_SESSIONS {
                flags[i][t] = true;
            }
        }
    }
    for own in &mut flags {
        MARKET_WIDE.iter().for_each(|&t| own[t as usize] = true);
    }
    flags
}

fn mask(panel: &Panel, of: &[PanelEvent]) -> PanelMask {
    PanelMask::reactions(panel, of, window("0:1")).and_market_wide(MARKET_WIDE)
}

#[test]
fn masked_sessions_are_left_out_of_every_figure() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    for model in models(&x) {
        for n in [60, 1_500] {
            let events = events(n, 4);
            let mask = mask(&panel, &events);
            let sample =
                PanelSample::fit_masked(&panel, &model, &events, SETTINGS(), &mask).unwrap();
            compare_sample(&panel, &model, &events, &sample, &flags(&events));
            let plain = PanelSample::fit(&panel, &model, &events, SETTINGS()).unwrap();
            assert_ne!(plain.residual_sds(), sample.residual_sds());
        }
    }
}

#[test]
fn resampling_gives_the_p_of_the_slices() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    let model = market("m", x.as_slice());
    let settings = SampleSettings {
        seed: 3,
        n_draws: 499,
    };
    for n in [20, 400, 3_000] {
        let events = events(n, 9);
        let sample = PanelSample::fit(&panel, &model, &events, SETTINGS()).unwrap();
        let all: Vec<Option<Observation>> = events
            .iter()
            .map(|&e| observe(&panel, &model, e, &[]))
            .collect();
        let given = sample.given().iter();
        let mut context =
            SampleContext::new(given.map(|&i| all[i as usize].as_ref().unwrap()).collect());
        context.settings = settings;
        for text in ["0:0", "-5:5"] {
            let over = context.window(window(text));
            for (name, result) in sample.resampling_tests(&sample.cars(window(text)), settings) {
                let test = ALL.iter().find(|t| t.name() == name).unwrap();
                let expected = test.run(&over);
                let what = format!("{name} {n} {text}: {result:?} {expected:?}");
                assert_eq!(
                    (result.n, &result.law),
                    (expected.n, &expected.law),
                    "{what}"
                );
                assert_eq!(result.undefined, expected.undefined, "{what}");
                let (Some(p), Some(other)) = (result.p, expected.p) else {
                    continue;
                };
                // The same draws: only one on the very edge could fall to the other side.
                assert!((p - other).abs() <= 2.1 / 500.0, "{what}");
                let (value, other) = (result.value.unwrap(), expected.value.unwrap());
                assert!(
                    (value - other).abs() <= 1e-10 * other.abs().max(1.0),
                    "{what}"
                );
            }
        }
    }
}

/// Every figure of every event, row by row, as bits.
fn rows(panel: &Panel, model: &LinearModel, of: &[PanelEvent], n: usize) -> Vec<(u32, Vec<u64>)> {
    let mut rows = Vec::new();
    let mask = mask(panel, of);
    let whole = for_each_batch(panel, model, (of, &mask), SETTINGS(), n, |batch| {
        assert!(batch.n() + batch.excluded().len() <= n.max(1));
        let cars = ["0:0", "-10:10"].map(|text| batch.cars(window(text)).cars);
        let k = batch.betas().len() / batch.n().max(1);
        for (row, &given) in batch.given().iter().enumerate() {
            let mut figures = vec![batch.alphas()[row], batch.residual_sds()[row]];
            figures.extend_from_slice(&batch.betas()[row * k..][..k]);
            for cars in &cars {
                let car = cars[row];
                figures.extend([car.car, car.sd, car.scar, car.csar, car.bhar]);
            }
            rows.push((given, figures.iter().map(|f| f.to_bits()).collect()));
        }
        let excluded = batch.excluded().iter();
        rows.extend(excluded.map(|(given, _)| (*given as u32, Vec::new())));
        Ok::<(), Infallible>(())
    });
    assert!(whole.unwrap());
    rows
}

#[test]
fn batches_of_any_size_on_any_threads_have_the_same_rows() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    let model = &models(&x)[3];
    let events = events(2_000, 10);
    let on = |threads: usize, n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| rows(&panel, model, &events, n))
    };
    let whole = on(1, usize::MAX);
    assert_eq!(whole.len(), events.len());
    let used = |rows: &[(u32, Vec<u64>)]| -> Vec<(u32, Vec<u64>)> {
        let rows = rows.iter().filter(|r| !r.1.is_empty());
        rows.cloned().collect()
    };
    for (threads, n) in [(2, usize::MAX), (1, 1), (2, 7), (1, 64), (2, 999)] {
        let parts = on(threads, n);
        // The used ones in the same order; every excluded one once.
        assert!(
            used(&parts) == used(&whole),
            "{threads} threads, {n} events"
        );
        let mut given: Vec<u32> = parts.iter().map(|r| r.0).collect();
        given.sort_unstable();
        assert!(given.iter().enumerate().all(|(i, g)| i as u32 == *g));
    }
    let none = rows(&panel, model, &[], 5);
    assert!(none.is_empty());
}

#[test]
fn a_batch_stops_at_an_error_and_fits_its_budget() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    let (model, events) = (market("m", x.as_slice()), events(500, 11));
    let mask = PanelMask::default();
    let mut n_batches = 0;
    let stopped = for_each_batch(&panel, &model, (&events, &mask), SETTINGS(), 100, |_| {
        n_batches += 1;
        if n_batches == 2 { Err("full") } else { Ok(()) }
    });
    assert_eq!((stopped, n_batches), (Err("full"), 2));
    let n = events_within(64 << 20, 3);
    assert!((10_000..400_000).contains(&n), "{n}");
    assert_eq!(events_within(0, 3), 1);
    let short = market("m", &x[..100]);
    let unsuited = for_each_batch(&panel, &short, (&events, &mask), SETTINGS(), 100, |_| {
        Ok::<(), Infallible>(())
    });
    assert_eq!(unsuited, Ok(false));
}
