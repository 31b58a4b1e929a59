//! Writes the training shader of one network and update rule out of the templates beside it.
//!
//! The network's passes come from [`super::network`]; losses and rules are functions in files of
//! their own, of which [`super::losses`] and [`super::update`] choose; an activation is a row of a
//! table. The numbers of the polynomials come from [`tunescape_engine::net::math`], so that both
//! trainers compute the same functions.

use super::layout::{hidden, targets};
use super::losses;
use super::map::{COUNTERS, Map};
use super::network;
use super::update::{self, Options};
use super::wgsl::{count, filled, function, number};
use std::collections::BTreeMap;
use std::f32::consts::LOG2_E;
use tunescape_engine::net::lanes::ROOT_HALF;
use tunescape_engine::net::{Activation, Net, math};
use tunescape_engine::optim::{LN_096, NORM_BLOCK, TINY};
use tunescape_engine::train::Population;
use tunescape_engine::train::kernel::BLOCK;

const COMMON: &str = include_str!("common.wgsl");
const LOSSES: &str = include_str!("losses.wgsl");
const RULES: &str = include_str!("rules.wgsl");
const FUSED: &str = include_str!("fused.wgsl");
const BATCHED: &str = include_str!("batched.wgsl");

/// What a batch, or the rows of a step, are left out by.
const FUSED_DROP: &str =
    "let drop = Drop(h.dropout, 1.0 / (1.0 - h.dropout), keys, order[at + 3u]);";
const DROP: &str = "fn drop_of(place: Place, rows: Rows) -> Drop {
    let stream = streams[place.stream];
    // Nothing is left out where trials are only scored.
    let chance = select(0.0, trials[place.trial].dropout, step.kind == TRAIN);
    return Drop(chance, 1.0 / (1.0 - chance), vec2u(stream.seed_low, stream.seed_high), rows.update);
}
";

/// Whether an epoch is better than those before it: noted by the report, for those who keep its
/// state.
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

/// Structs and functions of both layouts.
fn common(population: &Population, options: Options) -> String {
    let Population { net, rule, schedule, .. } = population;
    let flushed: Vec<&str> = (0..3)
        .map(|s| {
            if s < rule.facts().slots {
                ["flushed(moved.slots.x)", "flushed(moved.slots.y)", "flushed(moved.slots.z)"][s]
            } else {
                "0.0"
            }
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
        ("PREPARED", update::prepared(*rule).into()),
        ("PENALISE", update::penalised(options)),
        ("MOVED", update::moved(*rule)),
        ("FLUSHED", flushed.join(", ")),
        ("DROPOUT", if options.dropout { update::dropout() } else { String::new() }),
    ];
    filled(COMMON, &values) + LOSSES + RULES
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
        let all =
            |body: &str| format!("for (var i = 0u; i < {parameters}u; i++) {{\n    {body}\n}}\n");
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
        ("BACKWARD", losses::deltas(net, options) + &network::backward(net, options.dropout)),
        ("DROP", if options.dropout { FUSED_DROP } else { "" }.into()),
        ("REMEMBER", if population.remembers { fused_remember(parameters, slots) } else { String::new() }),
        ("SCORE", losses::score(net)),
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
        ("DELTAS", losses::batched_deltas(net, options)),
        ("SCORE", losses::batched_score(net)),
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
        ("SPAN", count(map.form.span())),
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

/// A function for each polynomial of [`math`].
fn polynomials() -> String {
    let horner = |name: &str, coefficients: &[f32]| {
        let last = number(coefficients[coefficients.len() - 1]);
        let sum = coefficients
            .iter()
            .rev()
            .skip(1)
            .fold(last, |sum, &c| format!("({sum} * x + {})", number(c)));
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

/// Value and slope of every activation that the network has.
fn activations(net: &Net) -> String {
    let mut text = String::new();
    for &unit in Activation::ALL.iter().filter(|unit| net.activations.contains(unit)) {
        let [value, slope] = unit.facts().wgsl;
        text += &format!("fn {}(z: f32) -> f32 {{\n    {value}\n}}\n\n", function("value", unit));
        text += &format!(
            "fn {}(z: f32, a: f32) -> f32 {{\n    {slope}\n}}\n\n",
            function("slope", unit)
        );
    }
    text
}
