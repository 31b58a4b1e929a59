//! Which functions of `losses.wgsl` a network calls, and for which outputs: for the slopes, which
//! are the derivatives of the loss by the logits, and for the loss and score of a row. In the fused
//! layout the logits are variables; in the batched one they lie in memory, and there may be many.

use super::layout::targets;
use super::update::Options;
use super::wgsl::{number, sum};
use tunescape_engine::net::{Loss, Net};

/// The loss of the logit `z` with the target `y`, where it needs no other logit.
fn single_loss(loss: Loss, z: &str, y: &str) -> Option<String> {
    match loss {
        Loss::BinaryCrossEntropy => Some(format!("binary_loss({z}, {y})")),
        Loss::Hinge => Some(format!("hinge_loss({z}, {y})")),
        Loss::SquaredError => Some(format!("squared_loss({z}, {y})")),
        Loss::AbsoluteError => Some(format!("absolute_loss({z}, {y})")),
        Loss::Huber(limit) => Some(format!("huber_loss({z}, {y}, {})", number(limit))),
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge | Loss::KlDivergence => None,
    }
}

/// The slope of the loss at the logit `z` with the target `y`, where it needs no other logit.
fn single_slope(net: &Net, options: Options, z: &str, y: &str) -> Option<String> {
    let mean = |factor: f32| format!("share * {}", number(factor / net.outputs() as f32));
    match net.loss {
        Loss::BinaryCrossEntropy => {
            Some(format!("binary_slope({z}, {}, share)", smooth(y, 2, options)))
        }
        Loss::Hinge => Some(format!("hinge_slope({z}, {y}, share)")),
        Loss::SquaredError => Some(format!("squared_slope({z}, {y}, {})", mean(2.0))),
        Loss::AbsoluteError => Some(format!("absolute_slope({z}, {y}, {})", mean(1.0))),
        Loss::Huber(limit) => {
            Some(format!("huber_slope({z}, {y}, {}, {})", number(limit), mean(1.0)))
        }
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge | Loss::KlDivergence => None,
    }
}

/// A target, with its share of the smoothing.
fn smooth(own: &str, classes: usize, options: Options) -> String {
    if !options.smoothing {
        return own.into();
    }
    format!("smoothed(h.label_smoothing, {own}, {})", number(1.0 / classes as f32))
}

/// The targets of the row, and for losses of probabilities the largest logit, the powers and their
/// total.
fn targets_of(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text: String = (0..targets(net))
        .map(|k| format!("let y{k} = data[row + {}u];\n", net.inputs() + k))
        .collect();
    if matches!(net.loss, Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge) {
        text += "let label = u32(y0);\n";
    }
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

/// The logit of the row's class as `own`, and the largest of the others as `other`.
fn rivals(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let mut text = format!("var own = a{last}_0;\n");
    for k in 1..outputs {
        text += &format!("own = select(own, a{last}_{k}, label == {k}u);\n");
    }
    text += &format!(
        "var other = select(a{last}_0, a{last}_{}, label == 0u);\n",
        usize::from(outputs > 1)
    );
    for k in 1..outputs {
        text += &format!("other = select(other, max(other, a{last}_{k}), label != {k}u);\n");
    }
    text
}

/// The slopes of the loss.
pub fn deltas(net: &Net, options: Options) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let slope = |k: usize| {
        let (z, y) = (format!("a{last}_{k}"), format!("y{k}"));
        single_slope(net, options, &z, &y).unwrap_or_else(|| {
            let own = match net.loss {
                Loss::KlDivergence => y,
                _ => format!("select(0.0, 1.0, label == {k}u)"),
            };
            format!("softmax_slope(e{k}, share / total, {}, share)", smooth(&own, outputs, options))
        })
    };
    if net.loss != Loss::MulticlassHinge {
        return targets_of(net)
            + &(0..outputs)
                .map(|k| format!("let d{last}_{k} = {};\n", slope(k)))
                .collect::<String>();
    }
    let mut text =
        targets_of(net) + &rivals(net) + "let sloped = margin_slope(own, other, share);\n";
    // One after the other: the first of equal others takes the slope.
    text += "var left = sloped;\n";
    for k in 0..outputs {
        text += &format!("let t{k} = select(0.0, left, label != {k}u && a{last}_{k} >= other);\n");
        text += &format!("left = left - t{k};\n");
        text += &format!("let d{last}_{k} = select(t{k}, -sloped, label == {k}u);\n");
    }
    text
}

/// The `loss` and `points` of the row.
pub fn score(net: &Net) -> String {
    let (last, outputs) = (net.sizes.len() - 1, net.outputs());
    let text = targets_of(net);
    let over = |term: &dyn Fn(&str, &str) -> String| {
        let of = |k| term(&format!("a{last}_{k}"), &format!("y{k}"));
        (0..outputs).map(of).collect::<Vec<_>>()
    };
    let losses = || over(&|z, y| single_loss(net.loss, z, y).unwrap_or_default());
    match net.loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => {
            let loss = &losses()[0];
            text + &format!("let loss = {loss};\nlet points = binary_points(a{last}_0, y0);")
        }
        Loss::SquaredError => text + &sum("loss", "0.0", &losses()) + "let points = loss;",
        Loss::AbsoluteError | Loss::Huber(_) => {
            let squares = over(&|z, y| format!("squared_loss({z}, {y})"));
            text + &sum("loss", "0.0", &losses()) + &sum("points", "0.0", &squares)
        }
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge => {
            let mut text = text + &rivals(net) + "var points = 1.0;\n";
            for k in 0..outputs {
                text += &format!("points = points_after(points, own, a{last}_{k}, {k}u, label);\n");
            }
            match net.loss {
                Loss::MulticlassHinge => text + "let loss = margin_loss(own, other);",
                _ => text + "let loss = log_sum(total, top) - own;",
            }
        }
        Loss::KlDivergence => {
            let terms = over(&|z, y| format!("divergence({z}, {y}, norm)"));
            let text = text + "let norm = log_sum(total, top);\n" + &sum("loss", "0.0", &terms);
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
    }
}

/// The logits of a row at `z`, and the slopes at `d`, are numbers `k * $LANES$` apart.
fn each_output(outputs: usize, line: &str) -> String {
    format!("for (var k = 0u; k < {outputs}u; k++) {{\n    let at = k * $LANES$;\n    {line}\n}}\n")
}

/// The same with the output's `logit` and what is `wanted` of it.
fn each_pair(net: &Net, line: &str) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let pair =
        format!("let logit = scratch[z + at];\n    let wanted = data[row + {inputs}u + k];\n    ");
    each_output(outputs, &(pair + line))
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

/// Writes the slopes of the loss at the logits at `z` to `d`.
pub fn batched_deltas(net: &Net, options: Options) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    if let Some(slope) = single_slope(net, options, "logit", "wanted") {
        return each_pair(net, &format!("scratch[d + at] = {slope};"));
    }
    if net.loss == Loss::MulticlassHinge {
        // One after the other: the first of equal others takes the slope.
        return batched_rivals(net)
            + "let sloped = margin_slope(own, other, share);\nvar left = sloped;\n"
            + &each_output(
                outputs,
                "let taken = select(0.0, left, k != label && scratch[z + at] >= other);
    left = left - taken;
    scratch[d + at] = select(taken, -sloped, k == label);",
            );
    }
    let (label, own) = match net.loss {
        Loss::KlDivergence => (String::new(), format!("data[row + {inputs}u + k]")),
        _ => {
            let label = format!("let label = u32(data[row + {inputs}u]);\n");
            (label, "select(0.0, 1.0, k == label)".into())
        }
    };
    let own = smooth(&own, outputs, options);
    softmax(outputs, "scratch[d + at] = e;")
        + &label
        + "let scale = share / total;\n"
        + &each_output(
            outputs,
            &format!("scratch[d + at] = softmax_slope(scratch[d + at], scale, {own}, share);"),
        )
}

/// The `loss` and `points` of the row with the logits at `z`.
pub fn batched_score(net: &Net) -> String {
    let outputs = net.outputs();
    if let Some(loss) = single_loss(net.loss, "logit", "wanted") {
        let points = match net.loss {
            Loss::BinaryCrossEntropy | Loss::Hinge => "binary_points(logit, wanted)",
            _ => "squared_loss(logit, wanted)",
        };
        let line = format!("loss = loss + {loss};\n    points = points + {points};");
        return "var loss = 0.0;\nvar points = 0.0;\n".to_owned() + &each_pair(net, &line);
    }
    let guess = "var points = 1.0;\n".to_owned()
        + &each_output(outputs, "points = points_after(points, own, scratch[z + at], k, label);");
    match net.loss {
        Loss::MulticlassHinge => {
            batched_rivals(net) + &guess + "let loss = margin_loss(own, other);"
        }
        Loss::KlDivergence => {
            softmax(outputs, "")
                + &batched_rivals(net)
                + &guess
                + "let norm = log_sum(total, top);\nvar loss = 0.0;\n"
                + &each_pair(net, "loss = loss + divergence(logit, wanted, norm);")
        }
        _ => {
            softmax(outputs, "")
                + &batched_rivals(net)
                + &guess
                + "let loss = log_sum(total, top) - own;"
        }
    }
}
