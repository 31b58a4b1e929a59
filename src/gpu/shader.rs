//! Writes the training shader of one network and update rule out of the template `../gpu.wgsl`.
//!
//! The network's passes come from [`super::network`]; loss, rule and activation are rows of tables here. The numbers
//! of the polynomials come from [`crate::net::math`], so that both trainers compute the same functions.

use super::network::{self, sum};
use crate::net::lanes::ROOT_HALF;
use crate::net::{Activation, Loss, Net, math};
use crate::optim::{Rule, TINY};
use crate::train::kernel::BLOCK;
use std::f32::consts::LOG2_E;

/// Invocations of a workgroup. Small, so that few trials spread over many cores; no slower when there are many.
pub const WORKGROUP: u32 = 32;

const TEMPLATE: &str = include_str!("../gpu.wgsl");

/// Targets of a row.
pub fn targets(net: &Net) -> usize {
    if net.loss == Loss::SquaredError { net.outputs() } else { 1 }
}

/// The shader for a network and a rule.
pub fn source(net: &Net, rule: Rule) -> String {
    [
        ("PARAMETERS", net.parameters().to_string()),
        ("BLOCK", format!("{BLOCK}u")),
        ("WORKGROUP", WORKGROUP.to_string()),
        ("STRIDE", format!("{}u", net.inputs() + targets(net))),
        ("TERMS", format!("{}u", targets(net))),
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
        ("BACKWARD", deltas(net) + &network::backward(net)),
        ("SCORE", score(net)),
        ("FORWARD", network::forward(net)),
    ]
    .iter()
    .fold(TEMPLATE.to_owned(), |text, (name, value)| text.replace(&format!("${name}$"), value))
}

/// A float as WGSL reads it back, bit for bit.
fn number(x: f32) -> String {
    format!("{x:e}f")
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
        // `options::check` has refused the others.
        _ => unreachable!("a rule that the shader lacks"),
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
