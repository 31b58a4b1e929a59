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
    net.loss.targets(net.outputs())
}

/// The shader for a network and a rule.
pub fn source(net: &Net, rule: Rule) -> String {
    [
        ("PARAMETERS", net.parameters().to_string()),
        ("BLOCK", format!("{BLOCK}u")),
        ("WORKGROUP", WORKGROUP.to_string()),
        ("STRIDE", format!("{}u", net.inputs() + targets(net))),
        ("TERMS", format!("{}u", net.loss.terms(net.outputs()))),
        ("HORNER", polynomials()),
        ("TANH_LIMIT", number(math::TANH_LIMIT)),
        ("EXP_LIMIT", number(math::EXP_LIMIT)),
        ("LOG2_E", number(LOG2_E)),
        ("LN2_HIGH", number(math::LN2_HIGH)),
        ("LN2_LOW", number(math::LN2_LOW)),
        ("ROOT_HALF", ROOT_HALF.to_string()),
        ("TINY", number(TINY)),
        ("ERF_LIMIT", number(math::ERF_LIMIT)),
        ("TURN_LIMIT", number(math::TURN_LIMIT)),
        ("PI_0", number(math::PI_PARTS[0])),
        ("PI_1", number(math::PI_PARTS[1])),
        ("PI_2", number(math::PI_PARTS[2])),
        ("ACTIVATIONS", activations(net)),
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
        horner("erf_p", &math::ERF_P),
        horner("erf_q", &math::ERF_Q),
        horner("sin_p", &math::SIN),
        horner("cos_p", &math::COS),
    ]
    .concat()
}

/// The name of an activation's `value` or `slope` in the shader.
pub fn function(what: &str, activation: Activation) -> String {
    format!("{what}_{}", activation as usize)
}

/// Value and slope of every activation that the network has.
fn activations(net: &Net) -> String {
    let mut text = String::new();
    for &unit in Activation::ALL.iter().filter(|unit| net.activations.contains(unit)) {
        let [value, slope] = unit.facts().wgsl;
        text += &format!("fn {}(z: f32) -> f32 {{\n    {value}\n}}\n\n", function("value", unit));
        text += &format!("fn {}(z: f32, a: f32) -> f32 {{\n    {slope}\n}}\n\n", function("slope", unit));
    }
    text
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

/// The targets of the row, and for losses of probabilities the largest logit, the powers and their total.
fn targets_of(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text: String =
        (0..targets(net)).map(|k| format!("let y{k} = data[row + {}u];\n", net.inputs() + k)).collect();
    if matches!(net.loss, Loss::SoftmaxCrossEntropy | Loss::KlDivergence) {
        text += &format!("var top = a{last}_0;\n");
        text += &(1..outputs).map(|k| format!("top = max(top, a{last}_{k});\n")).collect::<String>();
        text += &(0..outputs).map(|k| format!("let e{k} = exp_of(a{last}_{k} - top);\n")).collect::<String>();
        text += &sum("total", "0.0", &(0..outputs).map(|k| format!("e{k}")).collect::<Vec<_>>());
    }
    text
}

/// The logit of class y0 as `own`, and the largest of the others as `other`.
fn rivals(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text = format!("var own = a{last}_0;\n");
    for k in 1..outputs {
        text += &format!("own = select(own, a{last}_{k}, y0 == {k}.0);\n");
    }
    text += &format!("var other = select(a{last}_0, a{last}_{}, y0 == 0.0);\n", usize::from(outputs > 1));
    for k in 1..outputs {
        text += &format!("other = select(other, max(other, a{last}_{k}), y0 != {k}.0);\n");
    }
    text
}

/// Derivatives of the loss by the logits.
fn deltas(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mean = |factor: f32| number(factor / outputs as f32);
    let delta = |k: usize| match net.loss {
        Loss::BinaryCrossEntropy => format!("(sigmoid_of(a{last}_{k}) - y{k}) * share"),
        Loss::SoftmaxCrossEntropy => format!("e{k} * (share / total) - select(0.0, share, y0 == {k}.0)"),
        Loss::KlDivergence => format!("e{k} * (share / total) - y{k} * share"),
        Loss::SquaredError => format!("(a{last}_{k} - y{k}) * (share * {})", mean(2.0)),
        Loss::AbsoluteError => format!("sign(a{last}_{k} - y{k}) * (share * {})", mean(1.0)),
        Loss::Huber(delta) => format!("limited(a{last}_{k} - y{k}, {}) * (share * {})", number(delta), mean(1.0)),
        Loss::Hinge => "select(0.0, (1.0 - 2.0 * y0) * share, 1.0 - aOUT_0 * (2.0 * y0 - 1.0) > 0.0)"
            .replace("OUT", &last.to_string()),
        // One after the other: the first of equal others takes the slope.
        Loss::MulticlassHinge => format!("select(0.0, left, y0 != {k}.0 && a{last}_{k} >= other)"),
    };
    if net.loss != Loss::MulticlassHinge {
        return targets_of(net)
            + &(0..outputs).map(|k| format!("let d{last}_{k} = {};\n", delta(k))).collect::<String>();
    }
    let mut text = targets_of(net) + &rivals(net) + "let sloped = select(0.0, share, 1.0 + other - own > 0.0);\n";
    text += "var left = sloped;\n";
    for k in 0..outputs {
        text += &format!("let t{k} = {};\nleft = left - t{k};\n", delta(k));
        text += &format!("let d{last}_{k} = select(t{k}, -sloped, y0 == {k}.0);\n");
    }
    text
}

/// The `loss` and `points` of the row.
fn score(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let text = targets_of(net);
    let over = |term: &dyn Fn(usize) -> String| (0..outputs).map(term).collect::<Vec<_>>();
    let squares = over(&|k| format!("(a{last}_{k} - y{k}) * (a{last}_{k} - y{k})"));
    match net.loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => {
            let loss = match net.loss {
                Loss::Hinge => "max(0.0, 1.0 - z * (2.0 * y0 - 1.0))",
                _ => "select(z, 0.0, z < 0.0) - z * y0 + ln_of(1.0 + exp_of(-abs(z)))",
            };
            text + &format!(
                "let z = a{last}_0;
let loss = {loss};
let points = select(0.0, 1.0, (z > 0.0) == (y0 > 0.5));"
            )
        }
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge => {
            let mut text = text + &rivals(net);
            // The first of equal logits wins.
            text += "var points = 1.0;\n";
            for k in 0..outputs {
                text += &format!(
                    "points = select(points, 0.0, (y0 > {k}.0 && own <= a{last}_{k}) || (y0 < {k}.0 && own < a{last}_{k}));\n"
                );
            }
            match net.loss {
                Loss::MulticlassHinge => text + "let loss = max(0.0, 1.0 + other - own);",
                _ => text + "let loss = ln_of(total) + top - own;",
            }
        }
        Loss::KlDivergence => {
            let term = |k| format!("select(0.0, y{k} * (ln_of(max(y{k}, 1e-37)) + norm - a{last}_{k}), y{k} > 0.0)");
            let text = text + "let norm = ln_of(total) + top;\n" + &sum("loss", "0.0", &over(&term));
            // The first of the largest targets is the class, the first of the largest logits the guess.
            let first = |name: &str, of: &dyn Fn(usize) -> String| {
                let mut text = format!("var {name} = 0u;\nvar {name}_top = {};\n", of(0));
                for k in 1..outputs {
                    text += &format!("{name} = select({name}, {k}u, {} > {name}_top);\n", of(k));
                    text += &format!("{name}_top = max({name}_top, {});\n", of(k));
                }
                text
            };
            let guess = first("guess", &|k| format!("a{last}_{k}"));
            text + &first("class_of", &|k| format!("y{k}"))
                + &guess
                + "let points = select(0.0, 1.0, guess == class_of);"
        }
        Loss::SquaredError => text + &sum("loss", "0.0", &squares) + "let points = loss;",
        Loss::AbsoluteError | Loss::Huber(_) => {
            let term = |k: usize| match net.loss {
                Loss::Huber(delta) => {
                    let near = format!("min(abs(a{last}_{k} - y{k}), {})", number(delta));
                    format!("{near} * (abs(a{last}_{k} - y{k}) - 0.5 * {near})")
                }
                _ => format!("abs(a{last}_{k} - y{k})"),
            };
            text + &sum("loss", "0.0", &over(&term)) + &sum("points", "0.0", &squares)
        }
    }
}
