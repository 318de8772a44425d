//! The fuzz targets for a few texts. `cargo run --release -p grailstage-scaffold --example fuzz` runs them for longer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]
#![expect(clippy::string_slice, reason = "texts are cut between characters")]

mod fuzz;
#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use fuzz::{Ground, Random, Target};

#[test]
fn no_text_breaks_a_target() {
    let ground = Ground::new();
    for target in Target::ALL {
        let mut random = Random::new(7);
        for _ in 0..500 {
            let (text, complaint) = target.complaint(&ground, &mut random);
            assert_eq!(complaint, None, "{target:?}\n{text}");
        }
    }
}
