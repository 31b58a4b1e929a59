//! Colours: one scale for losses, one for classes and outputs, one colour a strategy.

use std::sync::LazyLock;
use tunescape_core::search::StrategyName;

/// A loss between the best (1, brightest) and the worst on show (0), in viridis.
pub fn loss(goodness: f64) -> [u8; 3] {
    let c = colorous::VIRIDIS.eval_continuous(goodness.clamp(0.0, 1.0));
    [c.r, c.g, c.b]
}

/// The same for dots, of which there may be ten thousand: of so many shades, each reckoned once.
pub fn dot(goodness: f64) -> [u8; 3] {
    static SHADES: LazyLock<Vec<[u8; 3]>> =
        LazyLock::new(|| (0..=DOT_SHADES).map(|at| loss(at as f64 / DOT_SHADES as f64)).collect());
    SHADES[(goodness.clamp(0.0, 1.0) * DOT_SHADES as f64).round() as usize]
}

/// More than an eye tells apart.
const DOT_SHADES: usize = 1024;

/// Spread of a belief: white to blue.
pub fn spread(share: f64) -> [u8; 3] {
    let c = colorous::BLUES.eval_continuous(share.clamp(0.0, 1.0) * 0.8);
    [c.r, c.g, c.b]
}

/// Acquisition: white to green.
pub fn acquisition(share: f64) -> [u8; 3] {
    let c = colorous::GREENS.eval_continuous(share.clamp(0.0, 1.0) * 0.85);
    [c.r, c.g, c.b]
}

const BLUE: [f64; 3] = [31.0, 119.0, 180.0];
const ORANGE: [f64; 3] = [240.0, 120.0, 50.0];
const PAPER: [f64; 3] = [246.0, 246.0, 243.0];

/// The diverging scale of classes, weights and outputs: −1 blue, 0 paper, 1 orange.
pub fn diverging(x: f64) -> [u8; 3] {
    let x = if x.is_nan() { 0.0 } else { x.clamp(-1.0, 1.0) };
    let end = if x < 0.0 { BLUE } else { ORANGE };
    let mix = |i: usize| (PAPER[i] + (end[i] - PAPER[i]) * x.abs()).round() as u8;
    [mix(0), mix(1), mix(2)]
}

/// A class's colour: the diverging ends for two, Okabe–Ito for several.
pub fn class(index: usize, classes: usize) -> [u8; 3] {
    const SEVERAL: [[u8; 3]; 8] = [
        [31, 119, 180],
        [240, 120, 50],
        [0, 158, 115],
        [204, 121, 167],
        [230, 159, 0],
        [86, 180, 233],
        [120, 94, 240],
        [110, 110, 110],
    ];
    if classes <= 2 {
        diverging(if index == 0 { -1.0 } else { 1.0 })
    } else {
        SEVERAL[index % SEVERAL.len()]
    }
}

/// `#rrggbb`.
pub fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Ink that can be read on a colour.
pub fn ink([r, g, b]: [u8; 3]) -> &'static str {
    let light = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if light > 140.0 { "#1d2226" } else { "#ffffff" }
}

/// The rules that colour elements of the classes `strategy-…`.
pub fn rules() -> String {
    let rule = |name: &StrategyName| {
        format!(".strategy-{} {{ border-left-color: {}; }}\n", name.key(), strategy(*name))
    };
    StrategyName::ALL.iter().map(rule).collect()
}

/// One colour a strategy, everywhere (Okabe–Ito and shades of it).
pub fn strategy(name: StrategyName) -> &'static str {
    match name {
        StrategyName::Grid => "#0072b2",
        StrategyName::Random => "#e69f00",
        StrategyName::Bayesian => "#009e73",
        StrategyName::Sobol => "#56b4e9",
        StrategyName::Halton => "#3b8fc4",
        StrategyName::LatinHypercube => "#8fc1de",
        StrategyName::Tpe => "#cc79a7",
        StrategyName::TpeUnivariate => "#a0527c",
        StrategyName::TpeHyperopt => "#e3a5c6",
        StrategyName::Cmaes => "#d55e00",
        StrategyName::Genetic => "#785ef0",
        StrategyName::Anneal => "#b8a200",
        StrategyName::NelderMead => "#7a6a53",
        StrategyName::Hypergradient => "#b03060",
        StrategyName::Bohb => "#5c8a3c",
    }
}
