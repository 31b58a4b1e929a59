//! The losses as WGSL text: their derivatives by the logits, and the loss and score of a row. In
//! the fused layout the logits are variables; in the batched one they lie in memory, and there may
//! be many.

use super::layout::targets;
use super::update::Options;
use super::wgsl::{number, sum};
use tunescape_engine::net::{Loss, Net};

/// The targets of the row, and for losses of probabilities the largest logit, the powers and their
/// total.
fn targets_of(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text: String = (0..targets(net))
        .map(|k| format!("let y{k} = data[row + {}u];\n", net.inputs() + k))
        .collect();
    if matches!(net.loss, Loss::SoftmaxCrossEntropy | Loss::KlDivergence) {
        text += &format!("var top = a{last}_0;\n");
        text +=
            &(1..outputs).map(|k| format!("top = max(top, a{last}_{k});\n")).collect::<String>();
        text += &(0..outputs)
            .map(|k| format!("let e{k} = exp_of(a{last}_{k} - top);\n"))
            .collect::<String>();
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
    text += &format!(
        "var other = select(a{last}_0, a{last}_{}, y0 == 0.0);\n",
        usize::from(outputs > 1)
    );
    for k in 1..outputs {
        text += &format!("other = select(other, max(other, a{last}_{k}), y0 != {k}.0);\n");
    }
    text
}

/// Derivatives of the loss by the logits.
pub fn deltas(net: &Net, options: Options) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mean = |factor: f32| number(factor / outputs as f32);
    let delta = |k: usize| match net.loss {
        Loss::BinaryCrossEntropy => {
            format!("(sigmoid_of(a{last}_{k}) - {}) * share", smooth(&format!("y{k}"), 2, options))
        }
        Loss::SoftmaxCrossEntropy => {
            let own = format!("select(0.0, 1.0, y0 == {k}.0)");
            format!("e{k} * (share / total) - {} * share", smooth(&own, outputs, options))
        }
        Loss::KlDivergence => {
            format!(
                "e{k} * (share / total) - {} * share",
                smooth(&format!("y{k}"), outputs, options)
            )
        }
        Loss::SquaredError => format!("(a{last}_{k} - y{k}) * (share * {})", mean(2.0)),
        Loss::AbsoluteError => format!("sign(a{last}_{k} - y{k}) * (share * {})", mean(1.0)),
        Loss::Huber(delta) => {
            format!("limited(a{last}_{k} - y{k}, {}) * (share * {})", number(delta), mean(1.0))
        }
        Loss::Hinge => {
            "select(0.0, (1.0 - 2.0 * y0) * share, 1.0 - aOUT_0 * (2.0 * y0 - 1.0) > 0.0)"
                .replace("OUT", &last.to_string())
        }
        // One after the other: the first of equal others takes the slope.
        Loss::MulticlassHinge => format!("select(0.0, left, y0 != {k}.0 && a{last}_{k} >= other)"),
    };
    if net.loss != Loss::MulticlassHinge {
        return targets_of(net)
            + &(0..outputs)
                .map(|k| format!("let d{last}_{k} = {};\n", delta(k)))
                .collect::<String>();
    }
    let mut text = targets_of(net)
        + &rivals(net)
        + "let sloped = select(0.0, share, 1.0 + other - own > 0.0);\n";
    text += "var left = sloped;\n";
    for k in 0..outputs {
        text += &format!("let t{k} = {};\nleft = left - t{k};\n", delta(k));
        text += &format!("let d{last}_{k} = select(t{k}, -sloped, y0 == {k}.0);\n");
    }
    text
}

/// The `loss` and `points` of the row.
pub fn score(net: &Net) -> String {
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
            let term = |k| {
                format!(
                    "select(0.0, y{k} * (ln_of(max(y{k}, 1e-37)) + norm - a{last}_{k}), y{k} > 0.0)"
                )
            };
            let text =
                text + "let norm = ln_of(total) + top;\n" + &sum("loss", "0.0", &over(&term));
            // The first of the largest targets is the class, the first of the largest logits the
            // guess.
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

/// A target, with its share of the smoothing.
fn smooth(own: &str, classes: usize, options: Options) -> String {
    if !options.smoothing {
        return own.into();
    }
    let even = number(1.0 / classes as f32);
    format!("((1.0 - h.label_smoothing) * {own} + h.label_smoothing * {even})")
}

/// The logits of a row at `z`, and the derivatives at `d`, are numbers `k * $LANES$` apart.
fn each_output(outputs: usize, line: &str) -> String {
    format!("for (var k = 0u; k < {outputs}u; k++) {{\n    let at = k * $LANES$;\n    {line}\n}}\n")
}

/// The largest logit as `top` and the total of the powers; `keep` says what becomes of each power
/// `e`.
fn softmax(outputs: usize, keep: &str) -> String {
    "var top = scratch[z];\n".to_owned()
        + &each_output(outputs, "top = max(top, scratch[z + at]);")
        + "var total = 0.0;\n"
        + &each_output(
            outputs,
            &format!("let e = exp_of(scratch[z + at] - top);\n    total = total + e;\n    {keep}"),
        )
}

/// The target's class as `label`, its logit as `own`, the largest of the others as `other`.
fn batched_rivals(net: &Net) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let label = match net.loss {
        Loss::KlDivergence => {
            format!("var label = 0u;\nvar highest = data[row + {inputs}u];\n")
                + &each_output(
                    outputs,
                    &format!(
                        "let y = data[row + {inputs}u + k];
    label = select(label, k, y > highest);
    highest = max(highest, y);"
                    ),
                )
        }
        _ => format!("let label = u32(data[row + {inputs}u]);\n"),
    };
    label
        + &format!(
            "let own = scratch[z + label * $LANES$];
var other = scratch[z + select(0u, {}u, label == 0u) * $LANES$];
",
            usize::from(outputs > 1)
        )
        + &each_output(outputs, "other = select(other, max(other, scratch[z + at]), k != label);")
}

/// Writes the derivatives of the loss by the logits at `z` to `d`.
pub fn batched_deltas(net: &Net, options: Options) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let y = format!("data[row + {inputs}u + k]");
    let mean = |factor: f32| number(factor / outputs as f32);
    let powers = |own: &str| {
        softmax(outputs, "scratch[d + at] = e;")
            + &format!("let scale = share / total;\nlet label = u32(data[row + {inputs}u]);\n")
            + &each_output(
                outputs,
                &format!(
                    "scratch[d + at] = scratch[d + at] * scale - {} * share;",
                    smooth(own, outputs, options)
                ),
            )
    };
    match net.loss {
        Loss::BinaryCrossEntropy => {
            format!(
                "scratch[d] = (sigmoid_of(scratch[z]) - {}) * share;",
                smooth(&y.replace(" + k", ""), 2, options)
            )
        }
        Loss::SoftmaxCrossEntropy => powers("select(0.0, 1.0, k == label)"),
        Loss::KlDivergence => {
            powers(&y).replace(&format!("let label = u32(data[row + {inputs}u]);\n"), "")
        }
        Loss::SquaredError => each_output(
            outputs,
            &format!("scratch[d + at] = (scratch[z + at] - {y}) * (share * {});", mean(2.0)),
        ),
        Loss::AbsoluteError => each_output(
            outputs,
            &format!("scratch[d + at] = sign(scratch[z + at] - {y}) * (share * {});", mean(1.0)),
        ),
        Loss::Huber(delta) => each_output(
            outputs,
            &format!(
                "scratch[d + at] = limited(scratch[z + at] - {y}, {}) * (share * {});",
                number(delta),
                mean(1.0)
            ),
        ),
        Loss::Hinge => format!(
            "let side = 2.0 * data[row + {inputs}u] - 1.0;
scratch[d] = select(0.0, -side * share, 1.0 - scratch[z] * side > 0.0);"
        ),
        Loss::MulticlassHinge => {
            // One after the other: the first of equal others takes the slope.
            batched_rivals(net)
                + "let sloped = select(0.0, share, 1.0 + other - own > 0.0);\nvar left = sloped;\n"
                + &each_output(
                    outputs,
                    "let taken = select(0.0, left, k != label && scratch[z + at] >= other);
    left = left - taken;
    scratch[d + at] = select(taken, -sloped, k == label);",
                )
        }
    }
}

/// The `loss` and `points` of the row with the logits at `z`.
pub fn batched_score(net: &Net) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let y = format!("data[row + {inputs}u + k]");
    let guess = "// The first of equal logits wins.\nvar points = 1.0;\n".to_owned()
        + &each_output(
            outputs,
            "let rival = scratch[z + at];
    points = select(points, 0.0, (k < label && own <= rival) || (k > label && own < rival));",
        );
    match net.loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => {
            let loss = match net.loss {
                Loss::Hinge => "max(0.0, 1.0 - logit * (2.0 * y - 1.0))",
                _ => {
                    "select(logit, 0.0, logit < 0.0) - logit * y + ln_of(1.0 + exp_of(-abs(logit)))"
                }
            };
            format!(
                "let logit = scratch[z];
let y = data[row + {inputs}u];
let loss = {loss};
let points = select(0.0, 1.0, (logit > 0.0) == (y > 0.5));"
            )
        }
        Loss::SquaredError | Loss::AbsoluteError | Loss::Huber(_) => {
            let term = match net.loss {
                Loss::AbsoluteError => "abs(e)".into(),
                Loss::Huber(delta) => {
                    format!("min(abs(e), {0}) * (abs(e) - 0.5 * min(abs(e), {0}))", number(delta))
                }
                _ => "e * e".to_owned(),
            };
            let line = format!(
                "let e = scratch[z + at] - {y};\n    loss = loss + {term};\n    points = points + e * e;"
            );
            "var loss = 0.0;\nvar points = 0.0;\n".to_owned() + &each_output(outputs, &line)
        }
        Loss::SoftmaxCrossEntropy => {
            softmax(outputs, "")
                + &batched_rivals(net)
                + &guess
                + "let loss = ln_of(total) + top - own;"
        }
        Loss::MulticlassHinge => {
            batched_rivals(net) + &guess + "let loss = max(0.0, 1.0 + other - own);"
        }
        Loss::KlDivergence => {
            let line = format!(
                "let p = {y};
    loss = loss + select(0.0, p * (ln_of(max(p, 1e-37)) + norm - scratch[z + at]), p > 0.0);"
            );
            softmax(outputs, "")
                + &batched_rivals(net)
                + &guess
                + "let norm = ln_of(total) + top;\nvar loss = 0.0;\n"
                + &each_output(outputs, &line)
        }
    }
}
