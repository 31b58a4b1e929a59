//! The zones of a landscape, by what happens there, and where their names are written on it.

use super::landscape::{Landscape, Value};

/// The room that a zone's name takes, as shares of the map's sides: the longest in the type of a
/// phone.
const NAME: [f64; 2] = [0.24, 0.06];

/// The zones of a map, by what happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Slow,
    Good,
    Ragged,
    Diverged,
}

impl Zone {
    pub const ALL: [Zone; 4] = [Zone::Slow, Zone::Good, Zone::Ragged, Zone::Diverged];
}

impl Landscape {
    /// The zone of every cell after `epoch`, none where nothing is known yet. Good: in the best
    /// third between the best loss and the start. Ragged: not good, though a smaller learning
    /// rate of the same momentum is, or, if none of this momentum is good, a smaller one
    /// anywhere on the map. Slow: the rest.
    pub fn zones(&self, epoch: usize, range: (f32, f32)) -> Vec<Option<Zone>> {
        let limit = range.0 + (range.1 - range.0) / 3.0;
        let mut zones: Vec<_> = (0..self.cells.len())
            .map(|cell| match self.loss(self.shown(cell), epoch) {
                Value::Diverged { .. } => Some(Zone::Diverged),
                Value::Loss(loss) if loss <= limit => Some(Zone::Good),
                Value::Loss(_) => Some(Zone::Slow),
                _ => None,
            })
            .collect();
        let first_good =
            |row: &[Option<Zone>]| row.iter().position(|&zone| zone == Some(Zone::Good));
        let leftmost = zones.chunks(self.side).filter_map(first_good).min();
        for row in zones.chunks_mut(self.side) {
            let Some(first) = first_good(row).or(leftmost) else { continue };
            for zone in row[first..].iter_mut().filter(|zone| **zone == Some(Zone::Slow)) {
                *zone = Some(Zone::Ragged);
            }
        }
        zones
    }

    /// Where to write each zone's name: the cell of the zone whose surroundings are most purely of
    /// it, if the zone is large enough to be named, and the name has room there, on the map and
    /// between the others.
    pub fn names(&self, epoch: usize) -> Vec<(Zone, usize)> {
        let Some(range) = self.range(epoch) else { return Vec::new() };
        let zones = self.zones(epoch, range);
        let side = self.side;
        let reach = (side / 8).max(1);
        let middle =
            |cell: usize| [cell % side, cell / side].map(|at| (at as f64 + 0.5) / side as f64);
        let mut names: Vec<(Zone, usize)> = Vec::new();
        for zone in Zone::ALL {
            let members: Vec<usize> =
                (0..zones.len()).filter(|&c| zones[c] == Some(zone)).collect();
            if members.is_empty() || members.len() * 40 < zones.len() {
                continue;
            }
            // counts[y][x]: cells of the zone in the rows above y and the columns left of x.
            let wide = side + 1;
            let mut counts = vec![0; wide * wide];
            for (y, row) in zones.chunks(side).enumerate() {
                let mut line = 0;
                for (x, &here) in row.iter().enumerate() {
                    line += usize::from(here == Some(zone));
                    counts[(y + 1) * wide + x + 1] = counts[y * wide + x + 1] + line;
                }
            }
            let purity = |cell: usize| {
                let (x, y) = (cell % side, cell / side);
                let (left, right) = (x.saturating_sub(2 * reach), (x + 2 * reach + 1).min(side));
                let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(side));
                let count = |y: usize, x: usize| counts[y * wide + x];
                count(bottom, right) + count(top, left) - count(top, right) - count(bottom, left)
            };
            let room = |cell: usize| {
                let [x, y] = middle(cell);
                let on_the_map = x.min(1.0 - x) >= NAME[0] / 2.0 && y.min(1.0 - y) >= NAME[1] / 2.0;
                on_the_map
                    && names
                        .iter()
                        .map(|name| middle(name.1))
                        .all(|o| (x - o[0]).abs() >= NAME[0] || (y - o[1]).abs() >= NAME[1])
            };
            let place = members.into_iter().filter(|&c| room(c)).max_by_key(|&c| purity(c));
            names.extend(place.map(|cell| (zone, cell)));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::landscape::tests::{report, space};

    #[test]
    fn names_stay_on_the_map_and_apart() {
        // Rows of diverged cells between good ones, lower than a name is, and a last column of bad
        // ones.
        let mut map = Landscape::new(32, 0, space());
        for cell in 0..32 * 32 {
            let loss = if cell % 32 == 31 { 0.9 } else { 0.1 };
            map.record(cell, 0, &[report(loss)], (cell / 32 % 2 == 1).then_some(0));
        }
        let names = map.names(0);
        let [(Zone::Good, good), (Zone::Diverged, lost)] = names[..] else { panic!("{names:?}") };
        let middle = |cell: usize| [cell % 32, cell / 32].map(|at| (at as f64 + 0.5) / 32.0);
        let [a, b] = [middle(good), middle(lost)];
        for at in [a, b] {
            assert!(
                (NAME[0] / 2.0..=1.0 - NAME[0] / 2.0).contains(&at[0]),
                "{at:?} would leave the map"
            );
        }
        assert!(
            (a[0] - b[0]).abs() >= NAME[0] || (a[1] - b[1]).abs() >= NAME[1],
            "{a:?} lies on {b:?}"
        );
    }

    #[test]
    fn a_row_without_a_good_cell_is_ragged_from_where_the_map_is_good() {
        let mut map = Landscape::new(8, 0, space());
        for cell in 0..64 {
            let (x, y) = (cell % 8, cell / 8);
            let loss = if y < 6 && (3..5).contains(&x) { 0.1 } else { 0.9 };
            map.record(cell, 0, &[report(loss)], (x == 7).then_some(0));
        }
        let zones = map.zones(0, (0.1, 1.0));
        for row in zones
            .chunks(8)
            .map(|row| row.iter().map(|zone| zone.unwrap()).collect::<Vec<_>>())
            .enumerate()
        {
            let good = if row.0 < 6 { Zone::Good } else { Zone::Ragged };
            let (slow, ragged) = (Zone::Slow, Zone::Ragged);
            assert_eq!(
                row.1,
                [slow, slow, slow, good, good, ragged, ragged, Zone::Diverged],
                "row {}",
                row.0
            );
        }
    }
}
