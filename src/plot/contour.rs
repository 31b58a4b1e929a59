//! Lines of equal value over a square of cells.

use std::fmt::Write;

/// The lines of some levels over `side` × `side` values, row by row, as an SVG path: a piece for
/// every triangle that they cross. `at` is where the middle of a cell is drawn, given its column
/// and row.
pub fn lines(
    side: usize,
    value: impl Fn(usize) -> f32,
    levels: &[f32],
    at: impl Fn(usize, usize) -> [f32; 2],
) -> String {
    let (n, mut d) = (side, String::new());
    for row in 0..n - 1 {
        for corner in row * n..row * n + n - 1 {
            for triangle in
                [[corner, corner + 1, corner + n], [corner + 1, corner + n, corner + n + 1]]
            {
                for level in levels {
                    let mut pen = 'M';
                    for (i, j) in [(0, 1), (1, 2), (0, 2)] {
                        let (i, j) = (triangle[i], triangle[j]);
                        let (a, b) = (value(i), value(j));
                        if (a < *level) != (b < *level) {
                            let share = (level - a) / (b - a);
                            let ([x, y], [to_x, to_y]) = (at(i % n, i / n), at(j % n, j / n));
                            let _ = write!(
                                d,
                                "{pen}{:.1} {:.1}",
                                x + share * (to_x - x),
                                y + share * (to_y - y)
                            );
                            pen = 'L';
                        }
                    }
                }
            }
        }
    }
    d
}
