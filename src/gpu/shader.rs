//! Writes the training shader of one network and update rule out of the templates beside it.
//!
//! The network's passes come from [`super::network`]; loss, rule and activation are rows of tables here. The numbers
//! of the polynomials come from [`crate::net::math`], so that both trainers compute the same functions.

use super::map::{COUNTERS, Map, SPAN};
use super::network::{self, sum};
use super::update::{self, Options};
use crate::net::lanes::ROOT_HALF;
use crate::net::{Activation, Loss, Net, math};
use crate::optim::{LN_096, NORM_BLOCK, TINY};
use crate::train::Population;
use crate::train::kernel::BLOCK;
use std::collections::BTreeMap;
use std::f32::consts::LOG2_E;

const COMMON: &str = include_str!("common.wgsl");
const FUSED: &str = include_str!("fused.wgsl");
const BATCHED: &str = include_str!("batched.wgsl");

/// What a batch, or the rows of a step, are left out by.
const FUSED_DROP: &str = "let drop = Drop(h.dropout, 1.0 / (1.0 - h.dropout), keys, order[at + 3u]);";
const DROP: &str = "fn drop_of(place: Place, rows: Rows) -> Drop {
    let stream = streams[place.stream];
    // Nothing is left out where trials are only scored.
    let chance = select(0.0, trials[place.trial].dropout, step.kind == TRAIN);
    return Drop(chance, 1.0 / (1.0 - chance), vec2u(stream.seed_low, stream.seed_high), rows.update);
}
";

/// Whether an epoch is better than those before it: noted by the report, for those who keep its state.
const NOTE_BEST: &str = "let lowest = place.state + $LOWEST$ * $LANES$;
    let better = step.train != 0u && !over && trials[place.trial].live != 0u && valid.x < state[lowest];
    state[lowest + $LANES$] = select(0.0, 1.0, better);
    if (better) {
        state[lowest] = valid.x;
    }";
const KEEP_BEST: &str = "if (state[place.state + ($LOWEST$ + 1u) * $LANES$] != 0.0) {
            state[now + $BEST$ * $LANES$] = state[now];
        }";
/// A state that a trial is given is its best so far.
const GIVE_BEST: &str = "state[at + $BEST$ * $LANES$] = scratch[step.first + i];
        if (i == 0u && step.kind != 0u) {
            state[at + $LOWEST$ * $LANES$] = 3.40282347e38;
        }";

/// Hidden units of a network.
pub fn hidden(net: &Net) -> usize {
    net.sizes[1..net.sizes.len() - 1].iter().sum()
}

/// The shape of the batched layout's workgroups: trials side by side, and tiles of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub lanes: usize,
    pub share: usize,
}

/// Targets of a row.
pub fn targets(net: &Net) -> usize {
    net.loss.targets(net.outputs())
}

/// Puts values in place of their names.
fn filled(template: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("${name}$"), value))
}

fn count(n: usize) -> String {
    format!("{n}u")
}

/// Structs and functions of both layouts.
fn common(population: &Population, options: Options) -> String {
    let Population { net, rule, schedule, .. } = population;
    let flushed: Vec<&str> = (0..3)
        .map(|s| {
            if s < rule.facts().slots { ["flushed(slots.x)", "flushed(slots.y)", "flushed(slots.z)"][s] } else { "0.0" }
        })
        .collect();
    let values = [
        ("HORNER", polynomials()),
        ("TANH_LIMIT", number(math::TANH_LIMIT)),
        ("EXP_LIMIT", number(math::EXP_LIMIT)),
        ("ERF_LIMIT", number(math::ERF_LIMIT)),
        ("TURN_LIMIT", number(math::TURN_LIMIT)),
        ("PI_0", number(math::PI_PARTS[0])),
        ("PI_1", number(math::PI_PARTS[1])),
        ("PI_2", number(math::PI_PARTS[2])),
        ("LOG2_E", number(LOG2_E)),
        ("LN2_HIGH", number(math::LN2_HIGH)),
        ("LN2_LOW", number(math::LN2_LOW)),
        ("LN_096", number(LN_096)),
        ("ROOT_HALF", ROOT_HALF.to_string()),
        ("TINY", number(TINY)),
        ("ACTIVATIONS", activations(net)),
        ("RATE", update::rate(*schedule)),
        ("SPARED", update::spared(population)),
        ("PREPARE", update::prepared(*rule).into()),
        ("PENALISE", update::penalised(options)),
        ("STEP", update::step(*rule).into()),
        ("FLUSHED", flushed.join(", ")),
        ("DROPOUT", if options.dropout { update::dropout() } else { String::new() }),
    ];
    filled(COMMON, &values)
}

/// What both templates name.
fn shared(net: &Net) -> [(&'static str, String); 3] {
    [
        ("BLOCK", count(BLOCK)),
        ("STRIDE", count(net.inputs() + targets(net))),
        ("TERMS", count(net.loss.terms(net.outputs()))),
    ]
}

/// A vector of a trial's slots, each read as `read` says; 0 where the rule has none.
fn old(slots: usize, read: impl Fn(usize) -> String) -> String {
    let read = |s| if s < slots { read(s) } else { "0.0".into() };
    format!("vec3f({}, {}, {})", read(0), read(1), read(2))
}

/// A line for each slot.
fn each_slot(slots: usize, line: impl Fn(usize) -> String) -> String {
    (0..slots).map(line).collect::<Vec<_>>().join("\n            ")
}

/// Of a vector of a new weight and slots, slot `s`.
fn component(s: usize) -> char {
    ['y', 'z', 'w'][s]
}

/// The fused shader for a population, in workgroups of so many invocations.
pub fn fused(population: &Population, options: Options, workgroup: u32) -> String {
    let Population { net, rule, .. } = population;
    let (parameters, slots) = (net.parameters(), rule.facts().slots);
    let at = |s: usize| format!("state[({}u + i) * stride + trial]", (1 + s) * parameters);
    let mut gradient = String::new();
    if options.penalise() {
        let all = |body: &str| format!("for (var i = 0u; i < {parameters}u; i++) {{\n    {body}\n}}\n");
        gradient += &all("g[i] = penalised(h, i, w[i], g[i]);");
        if options.clip_norm {
            gradient += &format!(
                "var squares = 0.0;
for (var block = 0u; block < {parameters}u; block += {NORM_BLOCK}u) {{
    var sum = 0.0;
    for (var i = block; i < min(block + {NORM_BLOCK}u, {parameters}u); i++) {{
        sum = sum + g[i] * g[i];
    }}
    squares = squares + sum;
}}
let factor = clip_factor(h, squares);
"
            );
            gradient += &all("g[i] = g[i] * factor;");
        }
    }
    let values = [
        ("PARAMETERS", parameters.to_string()),
        ("COUNTERS", ((1 + slots) * parameters).to_string()),
        ("WORKGROUP", workgroup.to_string()),
        (
            "SLOTS",
            (0..slots)
                .map(|s| format!("var<private> v{s}: array<f32, {parameters}> = array<f32, {parameters}>();\n"))
                .collect(),
        ),
        ("OLD", old(slots, |s| format!("v{s}[i]"))),
        ("NEW", each_slot(slots, |s| format!("v{s}[i] = made.{};", component(s)))),
        ("LOAD", each_slot(slots, |s| format!("v{s}[i] = {};", at(s)))),
        ("STORE", each_slot(slots, |s| format!("{} = v{s}[i];", at(s)))),
        ("GRADIENT", gradient),
        ("TRAIN_FORWARD", network::forward(net, options.dropout)),
        ("BACKWARD", deltas(net, options) + &network::backward(net, options.dropout)),
        ("DROP", if options.dropout { FUSED_DROP } else { "" }.into()),
        ("REMEMBER", if population.remembers { fused_remember(parameters, slots) } else { String::new() }),
        ("SCORE", score(net)),
        ("FORWARD", network::forward(net, false)),
    ];
    common(population, options) + &filled(&filled(FUSED, &values), &shared(net))
}

/// Notes the state of an epoch that is better than those before it.
fn fused_remember(parameters: usize, slots: usize) -> String {
    let numbers = (1 + slots) * parameters + COUNTERS;
    format!(
        "let lowest = {}u * stride + trial;
        if (params.train != 0u && valid.x < state[lowest]) {{
            state[lowest] = valid.x;
            for (var i = 0u; i < {numbers}u; i++) {{
                state[({numbers}u + i) * stride + trial] = state[i * stride + trial];
            }}
        }}",
        2 * numbers
    )
}

/// The batched shader for a population.
pub fn batched(population: &Population, options: Options, map: &Map) -> String {
    let Population { net, rule, .. } = population;
    let (parameters, slots) = (net.parameters(), rule.facts().slots);
    let kernels: BTreeMap<String, String> =
        map.kernels(net, options.dropout).into_iter().map(|k| (k.name, k.text)).collect();
    let at = |s: usize| format!("state[at + {}u * $LANES$]", (1 + s) * parameters);
    let factor = format!(
        "var squares = 0.0;
    for (var block = 0u; block < {}u; block++) {{
        squares = squares + scratch[place.scratch + ($SQUARES$ + block) * $LANES$];
    }}
    factor = clip_factor(h, squares);",
        parameters.div_ceil(NORM_BLOCK)
    );
    let (factor, times) = if options.clip_norm { (factor.as_str(), " * factor") } else { ("", "") };
    let values = [
        ("TILES", kernels.into_values().collect()),
        ("DELTAS", batched_deltas(net, options)),
        ("SCORE", batched_score(net)),
        ("OLD", old(slots, at)),
        ("NEW", each_slot(slots, |s| format!("{} = made.{};", at(s), component(s)))),
        ("FACTOR", factor.into()),
        ("TIMES_FACTOR", times.into()),
        ("NOTE_BEST", if population.remembers { NOTE_BEST } else { "" }.into()),
        ("KEEP_BEST", if population.remembers { KEEP_BEST } else { "" }.into()),
        ("GIVE_BEST", if population.remembers { GIVE_BEST } else { "" }.into()),
        ("BEST", count(map.best())),
        ("LOWEST", count(map.best() + map.numbers)),
        ("SHARE", count(map.form.share)),
        ("LANES", count(map.form.lanes)),
        ("CHUNK", count(map.chunk)),
        ("SPAN", count(SPAN)),
        ("NORM_BLOCK", count(NORM_BLOCK)),
        ("PARAMETERS", count(parameters)),
        ("COUNTERS", count((1 + slots) * parameters)),
        ("NUMBERS", count(map.numbers)),
        ("LOST", count(2 * map.numbers)),
        ("STATE", count(map.state)),
        ("OUTPUTS", count(net.outputs())),
        ("LOGITS", count(map.own[map.own.len() - 1])),
        ("LOGIT_DELTAS", count(map.deltas + map.own[map.own.len() - 1])),
        ("DELTA", count(map.deltas * map.form.lanes)),
        ("HIDDEN", count(hidden(net))),
        ("DROP", if options.dropout { DROP } else { "" }.into()),
        ("DROPPED", count(map.dropped * map.form.lanes)),
        ("KEPT", count(map.kept * map.form.lanes)),
        ("GRADIENT", count(map.gradient)),
        ("SQUARES", count(map.squares)),
        ("UPDATE", count(map.update)),
        ("SUMS", count(map.sums)),
        ("TRAIN_BLOCKS", count(map.train_blocks)),
        ("STRANGE", count(map.strange)),
        ("SCRATCH", count(map.scratch)),
    ];
    common(population, options) + &filled(&filled(BATCHED, &values), &shared(net))
}

/// A float as WGSL reads it back, bit for bit.
pub fn number(x: f32) -> String {
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
fn deltas(net: &Net, options: Options) -> String {
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
            format!("e{k} * (share / total) - {} * share", smooth(&format!("y{k}"), outputs, options))
        }
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

/// The largest logit as `top` and the total of the powers; `keep` says what becomes of each power `e`.
fn softmax(outputs: usize, keep: &str) -> String {
    "var top = scratch[z];\n".to_owned()
        + &each_output(outputs, "top = max(top, scratch[z + at]);")
        + "var total = 0.0;\n"
        + &each_output(outputs, &format!("let e = exp_of(scratch[z + at] - top);\n    total = total + e;\n    {keep}"))
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
fn batched_deltas(net: &Net, options: Options) -> String {
    let (inputs, outputs) = (net.inputs(), net.outputs());
    let y = format!("data[row + {inputs}u + k]");
    let mean = |factor: f32| number(factor / outputs as f32);
    let powers = |own: &str| {
        softmax(outputs, "scratch[d + at] = e;")
            + &format!("let scale = share / total;\nlet label = u32(data[row + {inputs}u]);\n")
            + &each_output(
                outputs,
                &format!("scratch[d + at] = scratch[d + at] * scale - {} * share;", smooth(own, outputs, options)),
            )
    };
    match net.loss {
        Loss::BinaryCrossEntropy => {
            format!("scratch[d] = (sigmoid_of(scratch[z]) - {}) * share;", smooth(&y.replace(" + k", ""), 2, options))
        }
        Loss::SoftmaxCrossEntropy => powers("select(0.0, 1.0, k == label)"),
        Loss::KlDivergence => powers(&y).replace(&format!("let label = u32(data[row + {inputs}u]);\n"), ""),
        Loss::SquaredError => {
            each_output(outputs, &format!("scratch[d + at] = (scratch[z + at] - {y}) * (share * {});", mean(2.0)))
        }
        Loss::AbsoluteError => {
            each_output(outputs, &format!("scratch[d + at] = sign(scratch[z + at] - {y}) * (share * {});", mean(1.0)))
        }
        Loss::Huber(delta) => each_output(
            outputs,
            &format!("scratch[d + at] = limited(scratch[z + at] - {y}, {}) * (share * {});", number(delta), mean(1.0)),
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
fn batched_score(net: &Net) -> String {
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
                _ => "select(logit, 0.0, logit < 0.0) - logit * y + ln_of(1.0 + exp_of(-abs(logit)))",
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
                Loss::Huber(delta) => format!("min(abs(e), {0}) * (abs(e) - 0.5 * min(abs(e), {0}))", number(delta)),
                _ => "e * e".to_owned(),
            };
            let line =
                format!("let e = scratch[z + at] - {y};\n    loss = loss + {term};\n    points = points + e * e;");
            "var loss = 0.0;\nvar points = 0.0;\n".to_owned() + &each_output(outputs, &line)
        }
        Loss::SoftmaxCrossEntropy => {
            softmax(outputs, "") + &batched_rivals(net) + &guess + "let loss = ln_of(total) + top - own;"
        }
        Loss::MulticlassHinge => batched_rivals(net) + &guess + "let loss = max(0.0, 1.0 + other - own);",
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
