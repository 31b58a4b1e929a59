//! Writes the training shader of one network and update rule out of the template `../gpu.wgsl`.
//!
//! The network's passes come from [`super::network`]; loss, rule and activation are rows of tables here. The numbers
//! of the polynomials come from [`crate::net::math`], so that both trainers compute the same functions.

use crate::train::kernel::BLOCK;
use super::map::{Map, SPAN};
use super::network::{self, sum};
use crate::net::lanes::ROOT_HALF;
use crate::net::{Activation, Loss, Net, math};
use crate::optim::{Rule, TINY};
use std::collections::BTreeMap;
use std::f32::consts::LOG2_E;

/// Invocations of a workgroup. Small, so that few trials spread over many cores; no slower when there are many.
pub const WORKGROUP: u32 = 32;

const COMMON: &str = include_str!("common.wgsl");
const FUSED: &str = include_str!("fused.wgsl");
const BATCHED: &str = include_str!("batched.wgsl");

/// The shape of the batched layout's workgroups: trials side by side, and tiles of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub lanes: usize,
    pub share: usize,
}

/// Targets of a row.
pub fn targets(net: &Net) -> usize {
    if net.loss == Loss::SquaredError { net.outputs() } else { 1 }
}

/// Puts values in place of their names.
fn filled(template: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("${name}$"), value))
}

fn count(n: usize) -> String {
    format!("{n}u")
}

/// Structs and functions of both layouts.
fn common(net: &Net, rule: Rule) -> String {
    let values = [
        ("HORNER", polynomials()),
        ("TANH_LIMIT", number(math::TANH_LIMIT)),
        ("EXP_LIMIT", number(math::EXP_LIMIT)),
        ("LOG2_E", number(LOG2_E)),
        ("LN2_HIGH", number(math::LN2_HIGH)),
        ("LN2_LOW", number(math::LN2_LOW)),
        ("ROOT_HALF", ROOT_HALF.to_string()),
        ("TINY", number(TINY)),
        ("ACTIVATE", activate(net.activation).into()),
        ("SLOPE", slope(net.activation).into()),
        ("RULE", update(rule).into()),
    ];
    filled(COMMON, &values)
}

/// What both templates name.
fn shared(net: &Net) -> [(&'static str, String); 3] {
    [
        ("BLOCK", count(BLOCK)),
        ("STRIDE", count(net.inputs() + targets(net))),
        ("TERMS", count(targets(net))),
    ]
}

/// The fused shader for a network and a rule.
pub fn fused(net: &Net, rule: Rule) -> String {
    let values = [
        ("PARAMETERS", net.parameters().to_string()),
        ("WORKGROUP", WORKGROUP.to_string()),
        ("BACKWARD", deltas(net) + &network::backward(net)),
        ("SCORE", score(net)),
        ("FORWARD", network::forward(net)),
    ];
    common(net, rule) + &filled(&filled(FUSED, &values), &shared(net))
}

/// The batched shader for a network and a rule.
pub fn batched(net: &Net, rule: Rule, map: &Map) -> String {
    let kernels: BTreeMap<String, String> = map.kernels(net).into_iter().map(|k| (k.name, k.text)).collect();
    let values = [
        ("TILES", kernels.into_values().collect()),
        ("DELTAS", batched_deltas(net)),
        ("SCORE", batched_score(net)),
        ("SHARE", count(map.form.share)),
        ("LANES", count(map.form.lanes)),
        ("CHUNK", count(map.chunk)),
        ("SPAN", count(SPAN)),
        ("PARAMETERS", count(net.parameters())),
        ("NUMBERS", count(map.numbers)),
        ("LOST", count(2 * map.numbers)),
        ("STATE", count(map.state)),
        ("OUTPUTS", count(net.outputs())),
        ("LOGITS", count(map.own[map.own.len() - 1])),
        ("LOGIT_DELTAS", count(map.deltas + map.own[map.own.len() - 1])),
        ("DELTA", count(map.deltas * map.form.lanes)),
        ("GRADIENT", count(map.gradient)),
        ("SUMS", count(map.sums)),
        ("TRAIN_BLOCKS", count(map.train_blocks)),
        ("STRANGE", count(map.strange)),
        ("SCRATCH", count(map.scratch)),
    ];
    common(net, rule) + &filled(&filled(BATCHED, &values), &shared(net))
}

/// A float as WGSL reads it back, bit for bit.
fn number(x: f32) -> String {
    format!("{x:?}f")
}

/// A function for each polynomial of [`math`].
fn polynomials() -> String {
    let horner = |name: &str, coefficients: &[f32]| {
        let last = number(coefficients[coefficients.len() - 1]);
        let sum = coefficients.iter().rev().skip(1).fold(last, |sum, &c| format!("({sum} * x + {})", number(c)));
        format!("fn {name}(x: f32) -> f32 {{\n    return {sum};\n}}\n\n")
    };
    [
        horner("tanh_p", &math::TANH_P),
        horner("tanh_q", &math::TANH_Q),
        horner("exp_p", &math::EXP),
        horner("ln_p", &math::LN),
    ]
    .concat()
}

fn activate(activation: Activation) -> &'static str {
    match activation {
        Activation::Tanh => "tanh_of(z)",
        Activation::Relu => "select(z, 0.0, z < 0.0)",
        Activation::Sigmoid => "sigmoid_of(z)",
        Activation::Linear => "z",
    }
}

fn slope(activation: Activation) -> &'static str {
    match activation {
        Activation::Tanh => "1.0 - a * a",
        Activation::Relu => "select(0.0, 1.0, a > 0.0)",
        Activation::Sigmoid => "a * (1.0 - a)",
        Activation::Linear => "1.0",
    }
}

fn update(rule: Rule) -> &'static str {
    match rule {
        Rule::Sgd => "let next = v; let step = g;",
        Rule::Momentum => "let next = h.momentum * v + g; let step = next;",
        Rule::AveragedMomentum => "let next = h.momentum * v + (1.0 - h.momentum) * g; let step = next;",
        Rule::Nesterov => "let next = h.momentum * v + g; let step = g + h.momentum * next;",
    }
}

/// The targets of the row, and for softmax the largest logit, the powers and their total.
fn targets_of(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text: String =
        (0..targets(net)).map(|k| format!("let y{k} = data[row + {}u];\n", net.inputs() + k)).collect();
    if net.loss == Loss::SoftmaxCrossEntropy {
        text += &format!("var top = a{last}_0;\n");
        text += &(1..outputs).map(|k| format!("top = max(top, a{last}_{k});\n")).collect::<String>();
        text += &(0..outputs).map(|k| format!("let e{k} = exp_of(a{last}_{k} - top);\n")).collect::<String>();
        text += &sum("total", "0.0", &(0..outputs).map(|k| format!("e{k}")).collect::<Vec<_>>());
    }
    text
}

/// Derivatives of the loss by the logits.
fn deltas(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let delta = |k: usize| match net.loss {
        Loss::BinaryCrossEntropy => format!("(sigmoid_of(a{last}_{k}) - y{k}) * share"),
        Loss::SoftmaxCrossEntropy => format!("e{k} * (share / total) - select(0.0, share, y0 == {k}.0)"),
        Loss::SquaredError => format!("(a{last}_{k} - y{k}) * (share * {})", number(2.0 / outputs as f32)),
    };
    targets_of(net) + &(0..outputs).map(|k| format!("let d{last}_{k} = {};\n", delta(k))).collect::<String>()
}

/// The `loss` and `points` of the row.
fn score(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let text = targets_of(net);
    match net.loss {
        Loss::BinaryCrossEntropy => {
            text + &format!(
                "let z = a{last}_0;
let loss = select(z, 0.0, z < 0.0) - z * y0 + ln_of(1.0 + exp_of(-abs(z)));
let points = select(0.0, 1.0, (z > 0.0) == (y0 > 0.5));"
            )
        }
        Loss::SoftmaxCrossEntropy => {
            let mut text = text + &format!("var own = a{last}_0;\n");
            for k in 1..outputs {
                text += &format!("own = select(own, a{last}_{k}, y0 == {k}.0);\n");
            }
            // The first of equal logits wins.
            text += "var points = 1.0;\n";
            for k in 0..outputs {
                text += &format!(
                    "points = select(points, 0.0, (y0 > {k}.0 && own <= a{last}_{k}) || (y0 < {k}.0 && own < a{last}_{k}));\n"
                );
            }
            text + "let loss = ln_of(total) + top - own;"
        }
        Loss::SquaredError => {
            let square = |k: usize| format!("(a{last}_{k} - y{k}) * (a{last}_{k} - y{k})");
            text + &sum("loss", "0.0", &(0..outputs).map(square).collect::<Vec<_>>()) + "let points = loss;"
        }
    }
}

/// The largest logit of a row and the total of the powers, of which each is also written where `keep` says.
fn softmax(net: &Net, keep: &str) -> String {
    format!(
        "var top = scratch[z];
for (var k = 1u; k < {0}u; k++) {{
    top = max(top, scratch[z + k * $LANES$]);
}}
var total = 0.0;
for (var k = 0u; k < {0}u; k++) {{
    let e = exp_of(scratch[z + k * $LANES$] - top);
    total = total + e;
    {keep}
}}
",
        net.outputs()
    )
}

/// Writes the derivatives of the loss by the logits at `z` to `d`.
fn batched_deltas(net: &Net) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let each = |line: &str| format!("for (var k = 0u; k < {outputs}u; k++) {{\n    let at = k * $LANES$;\n    {line}\n}}");
    match net.loss {
        Loss::BinaryCrossEntropy => each(&format!("scratch[d + at] = (sigmoid_of(scratch[z + at]) - data[row + {inputs}u]) * share;")),
        Loss::SquaredError => each(&format!(
            "scratch[d + at] = (scratch[z + at] - data[row + {inputs}u + k]) * (share * {});",
            number(2.0 / outputs as f32)
        )),
        Loss::SoftmaxCrossEntropy => {
            softmax(net, "scratch[d + k * $LANES$] = e;")
                + &format!("let scale = share / total;\nlet label = u32(data[row + {inputs}u]);\n")
                + &each("scratch[d + at] = scratch[d + at] * scale - select(0.0, share, k == label);")
        }
    }
}

/// The `loss` and `points` of the row with the logits at `z`.
fn batched_score(net: &Net) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    match net.loss {
        Loss::BinaryCrossEntropy => format!(
            "let logit = scratch[z];
let y = data[row + {inputs}u];
let loss = select(logit, 0.0, logit < 0.0) - logit * y + ln_of(1.0 + exp_of(-abs(logit)));
let points = select(0.0, 1.0, (logit > 0.0) == (y > 0.5));"
        ),
        Loss::SquaredError => format!(
            "var loss = 0.0;
for (var k = 0u; k < {outputs}u; k++) {{
    let e = scratch[z + k * $LANES$] - data[row + {inputs}u + k];
    loss = loss + e * e;
}}
let points = loss;"
        ),
        Loss::SoftmaxCrossEntropy => {
            softmax(net, "")
                + &format!(
                    "let label = u32(data[row + {inputs}u]);
let own = scratch[z + label * $LANES$];
// The first of equal logits wins.
var points = 1.0;
for (var k = 0u; k < {outputs}u; k++) {{
    let other = scratch[z + k * $LANES$];
    points = select(points, 0.0, (k < label && own <= other) || (k > label && own < other));
}}
let loss = ln_of(total) + top - own;"
                )
        }
    }
}
