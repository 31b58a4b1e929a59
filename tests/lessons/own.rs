//! The lesson on a table of one's own: what it says of the small real tables, over eight splits.

use crate::momentum::SEEDS;
use crate::shipped::{loss, page, played, says};

const LESSON: &str = "own-table";
const TABLES: [&str; 5] = ["iris", "wine", "penguins", "breast-cancer", "diabetes"];

/// The best loss of the page's trials on a table, the mean over eight splits.
fn best(table: &str, hidden: &str) -> f64 {
    let each = SEEDS.map(|seed| {
        let mut setup = page(LESSON, 1, &format!("&net.hidden={hidden}&data.name={table}"));
        (setup.data.seed, setup.net.seed) = (seed, seed);
        played(&setup).trials().iter().map(loss).fold(f64::INFINITY, f64::min)
    });
    each.iter().sum::<f64>() / 8.0
}

#[test]
fn eight_hidden_units_hardly_help_on_small_tables() {
    let gain = |table: &str| 1.0 - best(table, "[8]") / best(table, "[]");
    let gains = TABLES.map(gain);
    assert!(gains.iter().all(|gain| *gain < 0.03), "{gains:?}");
    says(LESSON, 3, gains.iter().filter(|gain| **gain < 0.0).count());
    says(LESSON, 3, 3);
}
