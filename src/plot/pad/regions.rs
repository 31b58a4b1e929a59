//! The regions of stability under the pad: each a colour and a name, and where it ends.

use super::{LEFT, MAX_MOMENTUM, PLOT_HEIGHT, PLOT_WIDTH, TOP};
use crate::plot::raster::Pixels;
use tunescape_core::inspect::stability::{self, Damping};
use tunescape_core::space::Param;
use tunescape_engine::optim::{Hyper, Rule};

const COLUMNS: usize = 86;
const ROWS: usize = 54;

/// What the pad shows of stability.
pub struct Regions {
    pub pixels: Pixels,
    /// The line beyond which training is unstable, as the points of a polyline.
    pub limit: String,
    /// The middles of over-, underdamped and unstable, from the top left, as shares of the pad;
    /// none for those that have no room for a name.
    pub names: [Option<(f64, f64)>; 3],
}

fn shade(damping: Damping) -> [u8; 3] {
    match damping {
        Damping::Over => [205, 224, 240],
        Damping::Critical => [202, 228, 226],
        Damping::Under => [199, 232, 214],
        Damping::Unstable => [96, 100, 106],
    }
}

/// What damping follows from: `hyper` without its learning rate and momentum.
struct Ground<'a> {
    rates: &'a Param,
    rule: Rule,
    hyper: Hyper,
    curvature: f64,
    /// What the schedule leaves of a learning rate.
    share: f64,
}

impl Ground<'_> {
    /// The damping at a place of the pad, from its bottom left.
    fn damping(&self, x: f64, y: f64) -> Option<Damping> {
        let (rate, momentum) = (self.share * self.rates.from_unit(x), y * MAX_MOMENTUM);
        let hyper = Hyper { learning_rate: rate as f32, momentum: momentum as f32, ..self.hyper };
        stability::damping(self.rule, &hyper, self.curvature)
    }

    /// The damping of each cell, by rows from the top.
    fn cells(&self) -> Vec<Option<Damping>> {
        let cell = |cell: usize| {
            let (column, row) = ((cell % COLUMNS) as f64, (cell / COLUMNS) as f64);
            self.damping((column + 0.5) / COLUMNS as f64, 1.0 - (row + 0.5) / ROWS as f64)
        };
        (0..COLUMNS * ROWS).map(cell).collect()
    }

    fn limit(&self) -> String {
        let corner = |i: i32| {
            let y = f64::from(i) / 60.0;
            let hyper = Hyper { momentum: (y * MAX_MOMENTUM) as f32, ..self.hyper };
            let limit = stability::limit(self.rule, &hyper, self.curvature)?;
            let x =
                Some(self.rates.to_unit(limit / self.share)).filter(|x| (0.0..=1.0).contains(x))?;
            Some(format!("{:.1},{:.1}", LEFT + PLOT_WIDTH * x, TOP + PLOT_HEIGHT * (1.0 - y)))
        };
        (0..=60).filter_map(corner).collect::<Vec<_>>().join(" ")
    }
}

/// Where the names of the regions stand: each in the middle of its own.
fn names(cells: &[Option<Damping>]) -> [Option<(f64, f64)>; 3] {
    let own = |of: Damping| (0..cells.len()).filter(move |&c| cells[c] == Some(of));
    let middle = |of: Damping| {
        let size = own(of).count();
        let mean =
            |f: fn(usize) -> usize| own(of).map(|c| f(c) as f64 + 0.5).sum::<f64>() / size as f64;
        (size * 20 > cells.len()).then(|| (mean(|c| c % COLUMNS), mean(|c| c / COLUMNS)))
    };
    // Beside a name that is as high, another needs room.
    let apart = |a: (f64, f64), b: (f64, f64)| {
        (a.0 - b.0).abs() > 0.3 * COLUMNS as f64 || (a.1 - b.1).abs() > 0.1 * ROWS as f64
    };
    let mut names = [Damping::Over, Damping::Under, Damping::Unstable].map(middle);
    if names[0].zip(names[1]).is_some_and(|(over, under)| !apart(over, under)) {
        let under_is_smaller = own(Damping::Over).count() > own(Damping::Under).count();
        names[usize::from(under_is_smaller)] = None;
    }
    names.map(|name| name.map(|(x, y)| (x / COLUMNS as f64, y / ROWS as f64)))
}

impl Regions {
    /// Returns `None` if nothing is known of the rule's stability; `share` is what the schedule
    /// leaves of a learning rate.
    pub fn of(rates: &Param, rule: Rule, hyper: Hyper, curvature: f64, share: f64) -> Option<Self> {
        let ground = Ground { rates, rule, hyper, curvature, share };
        ground.damping(0.5, 0.5)?;
        let cells = ground.cells();
        let pixels = Pixels::paint(COLUMNS, ROWS, |x, y| {
            cells[y * COLUMNS + x].map_or([240, 240, 240], shade)
        });
        Some(Regions { pixels, limit: ground.limit(), names: names(&cells) })
    }
}
