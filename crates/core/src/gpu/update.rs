//! The update as WGSL, for one rule and the options in use: the twin of `optim`. The rules are
//! functions in `rules.wgsl`, chosen here.

use super::wgsl::number;
use tunescape_engine::optim::{Rule, Schedule};
use tunescape_engine::train::Population;

/// Which options some trial uses: the shader holds no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub l1: bool,
    pub clip_value: bool,
    pub clip_norm: bool,
    pub smoothing: bool,
    pub dropout: bool,
}

impl Options {
    pub fn of(population: &Population) -> Self {
        let some = |number: fn(&tunescape_engine::optim::Hyper) -> f32| {
            population.trials.iter().any(|t| number(&t.hyper) > 0.0)
        };
        Self {
            l1: some(|h| h.l1),
            clip_value: some(|h| h.clip_value),
            clip_norm: some(|h| h.clip_norm),
            smoothing: some(|h| h.label_smoothing) && population.net.loss.can_smooth(),
            dropout: some(|h| h.dropout) && !population.net.activations.is_empty(),
        }
    }

    /// With all that either has.
    pub fn or(self, o: Self) -> Self {
        Self {
            l1: self.l1 || o.l1,
            clip_value: self.clip_value || o.clip_value,
            clip_norm: self.clip_norm || o.clip_norm,
            smoothing: self.smoothing || o.smoothing,
            dropout: self.dropout || o.dropout,
        }
    }

    /// Whether the gradient is changed before the rule sees it.
    pub fn penalise(self) -> bool {
        self.l1 || self.clip_value || self.clip_norm
    }
}

/// The rate of a batch: `a`, `b` and the number of the update come with it.
pub fn rate(schedule: Schedule) -> String {
    let rate = "a * h.learning_rate + b";
    match schedule {
        Schedule::InverseTime => format!("return ({rate}) / (1.0 + h.rate_decay * f32(t));"),
        Schedule::Plateau { lowest, .. } => format!(
            "let rate = {rate};\n    return select(rate, max(rate * h.plateau, {}), h.plateau < 1.0);",
            number(lowest as f32)
        ),
        _ => format!("return {rate};"),
    }
}

/// Whether parameter `i` is a bias that penalties leave alone.
pub fn spared(population: &Population) -> String {
    if population.penalise_biases {
        return "return false;".into();
    }
    let biases = |layer: tunescape_engine::net::Layer| {
        format!("(i >= {}u && i < {}u)", layer.biases, layer.biases + layer.outputs)
    };
    format!(
        "return {};",
        population.net.layers().into_iter().map(biases).collect::<Vec<_>>().join(" || ")
    )
}

/// The gradient `g` of parameter `i` with the penalty L1, and clipped by value.
pub fn penalised(options: Options) -> String {
    let mut text = String::new();
    if options.l1 {
        text += "if (!spared(i)) {\n        g = g + h.l1 * sign(w);\n    }\n    ";
    }
    if options.clip_value {
        text += "if (h.clip_value > 0.0) {\n        g = clamp(g, -h.clip_value, h.clip_value);\n    }\n    ";
    }
    text
}

/// The function of `rules.wgsl` for what an update of a trial needs besides the gradient.
pub fn prepared(rule: Rule) -> &'static str {
    match rule {
        Rule::Momentum => "prepared_momentum",
        Rule::Adam | Rule::AdamW => "prepared_adam",
        Rule::NAdam => "prepared_nadam",
        _ => "prepared_plainly",
    }
}

/// The function of `rules.wgsl` for what a parameter moves by.
pub fn moved(rule: Rule) -> String {
    // They differ in the decay of the weights alone, which is no part of the rule.
    let rule = if rule == Rule::AdamW { Rule::Adam } else { rule };
    format!("moved_{}", rule.key())
}

/// The twin of `train::dropout`.
pub fn dropout() -> String {
    const TURNS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let rounds: String = (0..20)
        .map(|round| {
            let turn = TURNS[round % 8];
            let mix =
                format!("    a = a + b;\n    b = ((b << {turn}u) | (b >> {}u)) ^ a;\n", 32 - turn);
            let n = round / 4 + 1;
            let key =
                format!("    a = a + key{};\n    b = b + key{} + {n}u;\n", n % 3, (n + 1) % 3);
            if round % 4 == 3 { mix + &key } else { mix }
        })
        .collect();
    format!(
        "// What the hidden units of a batch's rows are left out by.
struct Drop {{
    chance: f32,
    scale: f32,
    keys: vec2u,
    update: u32,
}}

// What a unit's activation is multiplied by; `unit` counts those of all rows.
fn factor_of(drop: Drop, unit: u32) -> f32 {{
    let key0 = drop.keys.x;
    let key1 = drop.keys.y;
    let key2 = 0x1bd11bdau ^ key0 ^ key1;
    var a = drop.update + key0;
    var b = unit + key1;
{rounds}    return select(drop.scale, 0.0, drop.chance > f32(a >> 8u) / 16777216.0);
}}

"
    )
}
