//! Some hundred turns with random faults and delays, over real sockets, on a paused clock. The long run is
//! `cargo run --release -p segue-integration --example storm -- 1000`.

#![allow(clippy::unwrap_used)]

mod support;

use segue_integration::storm::{Weather, storm};

#[tokio::test(start_paused = true)]
async fn no_turn_in_a_storm_goes_wrong() {
    for (seed, clouds) in [(1, 1), (2, 2)] {
        let log = storm(Weather { turns: 150, seed, clouds }, support::client).await.unwrap();
        assert!(log.faults.is_empty(), "{} faults with seed {seed}:\n{}", log.faults.len(), log.faults.join("\n"));
        assert!(log.whole > 100 && log.interrupted > 10, "{log:?}");
        assert!(log.seen.len() >= 6, "not everything was met: {:?}", log.seen);
    }
}
