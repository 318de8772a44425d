//! The fuzz targets on a few seeds, and on every text that ever broke one. `cargo run --release -p grailstage-dql
//! --example fuzz` runs them for longer.

mod fuzz;

use fuzz::{Random, Target, seeds};

#[test]
fn no_target_complains() {
    let seeds = seeds();
    assert!(!seeds.is_empty());
    for target in Target::ALL {
        let mut random = Random::new(1);
        for _ in 0..4_000 {
            let text = random.text(&seeds);
            if let Some(complaint) = target.complaint(&text, &mut random) {
                panic!("{target:?}: {complaint}\n--- of\n{text}");
            }
        }
    }
}

#[test]
fn what_broke_once_stays_whole() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crashers");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        seen += 1;
        for target in Target::ALL {
            assert_eq!(target.complaint(&text, &mut Random::new(1)), None, "{target:?}: {text}");
        }
    }
    assert!(seen > 0);
}
