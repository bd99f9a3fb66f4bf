//! How fast the writer is. Run by hand, in release: `cargo test -p store --release -- --ignored --nocapture speed`.

use std::io::Write;
use std::time::Instant;

use store::params;
use store::testing::both_places;

use crate::support::{self, INSERT_ALL, at_the_desk, count};

const ROWS: i64 = 200_000;
const PER_COMMIT: i64 = 500;

#[test]
#[ignore = "a measurement, not a test"]
fn rows_per_second() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let body = [7_u8; 120];
        let seconds = at_the_desk(&db, move |writer| {
            let start = Instant::now();
            for first in (0..ROWS).step_by(PER_COMMIT as usize) {
                let result = writer.transact(|tx| {
                    (first..first + PER_COMMIT).try_for_each(|id| {
                        tx.exec(&INSERT_ALL, &params![id, "payments-api latency", true, 0.5, &body, 7_i32, 8_i32])
                    })
                });
                result.unwrap();
            }
            start.elapsed().as_secs_f64()
        })
        .await;
        let small = at_the_desk(&db, move |writer| {
            let start = Instant::now();
            for id in ROWS..ROWS + 1_000 {
                let row = params![id, "payments-api latency", true, 0.5, &body, 7_i32, 8_i32];
                writer.transact(|tx| tx.exec(&INSERT_ALL, &row)).unwrap();
            }
            start.elapsed().as_secs_f64()
        })
        .await;
        let start = Instant::now();
        for id in 0..20_000_i64 {
            db.one(&support::SELECT, &params![id * 7 % ROWS]).await.unwrap().unwrap();
        }
        let reads = 20_000.0 / start.elapsed().as_secs_f64();
        let rows = ROWS as f64 / seconds;
        let commits = 1_000.0 / small;
        let _ = writeln!(
            std::io::stderr(),
            "{}: {rows:.0} rows/s in commits of {PER_COMMIT}, {commits:.0} one-row commits/s, {reads:.0} reads/s",
            db.flavour()
        );
        assert_eq!(count(&db).await, ROWS + 1_000);
    });
}
