//! Runs that are killed, bits that flip, readers and writers at once.

use super::*;
use crate::store::figures::Table;
use crate::store::group::manifest;
use crate::store::known::current;
use crate::store::ledger::SeriesChanges;
use crate::store::merge::{Merge, merge};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_kill_at_any_step_leaves_the_old_state_or_the_new_one() {
    let (old, new) = (vec![100.0, 101.0], vec![100.0, 101.5, 102.0]);
    for steps in 0..=4 {
        let fixture = Fixture::new();
        fixture.update(complete(1, &old));
        // The steps of a commit, by hand, and no further than the kill.
        let mut writer = fixture.writer();
        let folder = fixture.folder();
        let (before, table) = current(&folder).unwrap().unwrap();
        let new_table = Table::of(Figures::Prices(frame(1, &new))).unwrap();
        let Merge::Merged(merged) = merge(&table, &new_table, false) else {
            panic!("no merge");
        };
        let bytes = merged.table.to_parquet(&nvda()).unwrap();
        let generation = before.generation + 1;
        let delivery = delivery(1, &new);
        let manifest = manifest(&delivery, generation, &merged.table, &bytes).unwrap();
        if steps >= 1 {
            let series = SeriesChanges {
                source: "stooq",
                symbol: &nvda(),
                generation,
                seen_at: now(),
                changes: &merged.changes,
            };
            writer.ledger.record_group(&[series], &[]).unwrap();
        }
        if steps >= 2 {
            fs::write(folder.join(".unfinished-x"), &bytes[..10]).unwrap();
            fixture.sound();
            commit::write_data(&folder, &manifest, &bytes).unwrap();
        }
        if steps >= 3 {
            commit::write_manifest(&folder, &manifest).unwrap();
        }
        if steps >= 4 {
            commit::sweep(&folder, Some(&manifest)).unwrap();
        }
        drop(writer);
        fixture.sound();
        let committed = steps >= 3;
        assert_eq!(
            fixture.closes(),
            if committed { new.clone() } else { old.clone() }
        );
        let revisions = fixture.store().revisions(None).unwrap();
        assert_eq!(
            revisions.len(),
            usize::from(committed),
            "after step {steps}"
        );
        // The next run finishes the work, and leaves nothing of the killed one.
        let update = fixture.update(delivery);
        let finished = Update::Revised {
            rows: 1,
            changes: 1,
        };
        assert_eq!(update, if committed { Update::Current } else { finished });
        assert_eq!(fixture.closes(), new);
        assert_eq!(fixture.store().revisions(None).unwrap().len(), 1);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        fixture.sound();
    }
}

#[test]
fn a_kill_before_the_first_manifest_leaves_nothing_that_counts() {
    let fixture = Fixture::new();
    drop(fixture.writer());
    fs::create_dir_all(fixture.folder()).unwrap();
    fs::write(fixture.folder().join("0123.parquet"), "half").unwrap();
    fixture.sound();
    assert!(fixture.store().find(&nvda()).unwrap().is_empty());
    drop(fixture.writer());
    assert_eq!(fs::read_dir(fixture.folder()).unwrap().count(), 0);
}

#[test]
fn a_flipped_bit_anywhere_is_found_and_mended_by_the_next_complete_delivery() {
    let closes: Vec<f64> = (0..20).map(|n| 100.0 + n as f64 / 7.0).collect();
    let fixture = Fixture::new();
    fixture.update(complete(1, &closes));
    for entry in fs::read_dir(fixture.folder()).unwrap() {
        let path = entry.unwrap().path();
        let sound = fs::read(&path).unwrap();
        // Every seventh byte, and all of its bits in turn.
        for at in (0..sound.len()).step_by(7) {
            let mut damaged = sound.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(&path, &damaged).unwrap();
            let found = fixture.store().verify().unwrap();
            assert!(!found.ok, "{} byte {at}", path.display());
            assert!(fixture.store().read("stooq", &nvda()).is_err());
        }
        fs::write(&path, &sound).unwrap();
    }
    fixture.sound();
    let data = fixture.store().find(&nvda()).unwrap()[0].data_file.clone();
    fs::remove_file(fixture.folder().join(data)).unwrap();
    assert!(!fixture.store().verify().unwrap().ok);
    assert!(fixture.store().known("stooq", &nvda()).unwrap().is_none());
    let again = fixture.update(complete(1, &closes));
    assert_eq!(again, Update::Created { rows: 20 });
    fixture.sound();
}

#[test]
fn figures_of_a_newer_version_are_not_replaced() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[100.0]));
    let path = fixture.folder().join(commit::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("\"schema_version\": 2", "\"schema_version\": 9"),
    )
    .unwrap();
    let error = fixture.writer().update(complete(1, &[101.0])).unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    assert_eq!(fixture.store().list().unwrap().broken.len(), 1);
}

#[test]
fn one_writes_and_the_other_is_told_whose_turn_it_is() {
    let fixture = Fixture::new();
    let first = fixture.writer();
    let second = Store::writer(fixture.root(), now(), &owner());
    assert!(matches!(second, Err(Error::Locked { owner, .. }) if owner.contains("process 41")));
    assert!(fixture.store().verify().unwrap().ok);
    drop(first);
    fixture.writer();
}

#[test]
fn readers_see_whole_states_while_a_writer_writes() {
    let fixture = Fixture::new();
    fixture.update(complete(1, &[100.0, 100.0, 100.0]));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                let closes = fixture.closes();
                assert!(closes.iter().all(|c| *c == closes[0]), "{closes:?}");
                seen += 1;
            }
            seen
        });
        let mut writer = fixture.writer();
        let updates: Result<Vec<Updated>> = (0..40)
            .map(|n| writer.update(complete(1, &[100.0 + f64::from(n % 2) * 50.0; 3])))
            .collect();
        // Also after a failure, or the reader would never end.
        done.store(true, Ordering::Relaxed);
        updates.unwrap();
        assert!(reader.join().unwrap() > 0);
    });
    fixture.sound();
}
