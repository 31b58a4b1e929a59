//! The matrix products of the batched layout as WGSL text: each invocation computes a tile of independent sums, which
//! it holds in variables of its own. Along the whole tile it uses one number for each of its rows and columns: loads
//! are what it waits for.
//!
//! Layers whose passes have the same text share a kernel; its name says what differs.

use super::shader::{Form, function};
use crate::net::Activation;

/// Sums in a tile: at most so many rows of data by so many units, or units by units.
const SIDE: usize = 8;

/// A kernel's entry point and its text.
pub struct Kernel {
    pub name: String,
    pub text: String,
}

/// How many units a tile is wide, so that tiles of the same width waste the least.
pub fn width(units: usize) -> usize {
    units.div_ceil(units.div_ceil(SIDE))
}

/// Invocations that a product of rows by units needs.
pub fn over_rows(rows: usize, units: usize) -> usize {
    rows.div_ceil(SIDE) * units.div_ceil(width(units))
}

/// Invocations that a product of units by units needs.
pub fn over_units(inputs: usize, outputs: usize) -> usize {
    inputs.div_ceil(width(inputs)) * outputs.div_ceil(width(outputs))
}

/// So many lines.
fn lines(f: impl Fn(usize) -> String, count: usize) -> String {
    (0..count).map(f).collect()
}

fn head(name: &str, form: Form) -> String {
    let Form { lanes, share } = form;
    format!(
        "@compute @workgroup_size({lanes}, {share})
fn {name}(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {{
    let place = place_of(workgroup, me);
    let rows = rows_of(place.stream);
    let tile = workgroup.y * {share}u + me.y;
    if (rows.count == 0u) {{
        return;
    }}
"
    )
}

/// Every `left[k] * right[j]` is added to the sum of row k and column j.
fn products(rows: usize, columns: usize, left: &str, right: &str) -> String {
    let line = |k: usize| lines(|j| format!("        s{k}_{j} = s{k}_{j} + {left}{k} * {right}{j};\n"), columns);
    lines(line, rows)
}

/// own[row][o] = f(b[o] + Σ_i before[row][i]·w[i][o]); the first layer's `before` is the data, the last has no f.
pub fn forward(form: Form, outputs: usize, data: bool, unit: Option<Activation>) -> Kernel {
    let (lanes, columns) = (form.lanes, width(outputs));
    let source = if data { "data" } else { "own" };
    let f = unit.map_or(String::new(), |unit| function("value", unit));
    let name = format!("forward_{source}_{columns}_{}", if f.is_empty() { "logits" } else { &f });
    let by_sum = unit.is_some_and(|unit| unit.facts().by_sum);
    let x = |k: usize| match data {
        true => format!("    let x{k} = row_of(rows, r + {k}u);\n"),
        false => format!("    let x{k} = place.scratch + (layer.before + (r + {k}u) * layer.inputs) * {lanes}u;\n"),
    };
    let a = |k: usize| match data {
        true => format!("        let a{k} = data[x{k} + i];\n"),
        false => format!("        let a{k} = scratch[x{k} + i * {lanes}u];\n"),
    };
    let start = |k: usize| lines(|j| format!("    var s{k}_{j} = b{j};\n"), columns);
    let end = |j: usize| {
        let store = |k: usize| {
            let at = format!("to{k} + {}u", j * lanes);
            let keep = if by_sum { format!("        scratch[{at} + $KEPT$] = s{k}_{j};\n") } else { String::new() };
            keep + &format!("        scratch[{at}] = {f}(s{k}_{j});\n")
        };
        format!("    if (o + {j}u < layer.outputs) {{\n{}    }}\n", lines(store, SIDE))
    };
    let text = head(&name, form)
        + &format!(
            "    let down = (rows.count + {}u) / {SIDE}u;
    let o = (tile / down) * {columns}u;
    let r = (tile % down) * {SIDE}u;
    if (o >= layer.outputs) {{
        return;
    }}
    let inputs = layer.inputs;
    let next = layer.outputs * {lanes}u;
    let biases = place.state + (layer.biases + o) * {lanes}u;
    var at = place.state + (layer.weights + o) * {lanes}u;
",
            SIDE - 1
        )
        + &lines(x, SIDE)
        + &lines(|j| format!("    let b{j} = state[biases + {}u];\n", j * lanes), columns)
        + &lines(start, SIDE)
        + "    for (var i = 0u; i < inputs; i++) {\n"
        + &lines(|j| format!("        let w{j} = state[at + {}u];\n", j * lanes), columns)
        + &lines(a, SIDE)
        + &products(SIDE, columns, "a", "w")
        + "        at += next;\n    }\n"
        + &lines(
            |k| format!("    let to{k} = place.scratch + (layer.own + (r + {k}u) * layer.outputs + o) * {lanes}u;\n"),
            SIDE,
        )
        + &lines(end, columns)
        + "}\n\n";
    Kernel { name, text }
}

/// The derivatives by the sums before the layer: before[row][i] = f′[row][i]·Σ_o w[i][o]·own[row][o].
pub fn errors(form: Form, inputs: usize, unit: Activation) -> Kernel {
    let (lanes, columns) = (form.lanes, width(inputs));
    let f = function("slope", unit);
    let name = format!("errors_{columns}_{f}");
    // A slope that uses only the activation is given it twice.
    let z = if unit.facts().by_sum { " + $KEPT$" } else { "" };
    let start = |k: usize| lines(|j| format!("    var s{k}_{j} = 0.0;\n"), columns);
    let end = |j: usize| {
        let store = |k: usize| {
            let at = format!("to{k} + {}u", j * lanes);
            format!("        scratch[{at} + $DELTA$] = s{k}_{j} * {f}(scratch[{at}{z}], scratch[{at}]);\n")
        };
        format!("    if (i + {j}u < inputs) {{\n{}    }}\n", lines(store, SIDE))
    };
    let text = head(&name, form)
        + &format!(
            "    let down = (rows.count + {}u) / {SIDE}u;
    let i = (tile / down) * {columns}u;
    let r = (tile % down) * {SIDE}u;
    let inputs = layer.inputs;
    if (i >= inputs) {{
        return;
    }}
    let outputs = layer.outputs;
",
            SIDE - 1
        )
        + &lines(
            |k| format!("    let d{k}_at = place.scratch + $DELTA$ + (layer.own + (r + {k}u) * outputs) * {lanes}u;\n"),
            SIDE,
        )
        + &lines(
            |j| format!("    let w{j}_at = place.state + (layer.weights + (i + {j}u) * outputs) * {lanes}u;\n"),
            columns,
        )
        + &lines(start, SIDE)
        + &format!("    for (var o = 0u; o < outputs * {lanes}u; o += {lanes}u) {{\n")
        + &lines(|j| format!("        let w{j} = state[w{j}_at + o];\n"), columns)
        + &lines(|k| format!("        let d{k} = scratch[d{k}_at + o];\n"), SIDE)
        + &products(SIDE, columns, "d", "w")
        + "    }\n"
        + &lines(
            |k| format!("    let to{k} = place.scratch + (layer.before + (r + {k}u) * inputs + i) * {lanes}u;\n"),
            SIDE,
        )
        + &lines(end, columns)
        + "}\n\n";
    Kernel { name, text }
}

/// g[i][o] += Σ_row before[row][i]·own[row][o], and g of the biases with 1 in place of `before`.
pub fn gradients(form: Form, inputs: usize, outputs: usize, data: bool) -> Kernel {
    let (lanes, down, across) = (form.lanes, width(inputs), width(outputs));
    let source = if data { "data" } else { "own" };
    let name = format!("gradients_{source}_{down}_{across}");
    let start = |k: usize| {
        let line = |j: usize| {
            let at = format!("to + {k}u * next + {}u", j * lanes);
            format!("    var s{k}_{j} = 0.0;\n    if (step.row > 0u) {{\n        s{k}_{j} = scratch[{at}];\n    }}\n")
        };
        lines(line, across)
    };
    let a = |k: usize| match data {
        true => format!("        let a{k} = data[x + {k}u];\n"),
        false => format!("        let a{k} = scratch[x + {}u];\n", k * lanes),
    };
    let end = |k: usize| {
        let store = |j: usize| {
            let at = format!("to + {k}u * next + {}u", j * lanes);
            format!("        if (o + {j}u < outputs) {{\n            scratch[{at}] = s{k}_{j};\n        }}\n")
        };
        format!("    if (i + {k}u < inputs) {{\n{}    }}\n", lines(store, across))
    };
    let bias = |j: usize| {
        let at = |n: String| format!("scratch[{n} + {}u]", j * lanes);
        format!(
            "        if (o + {j}u < outputs) {{
            var sum = 0.0;
            if (step.row > 0u) {{
                sum = {0};
            }}
            for (var r = 0u; r < count; r++) {{
                sum = sum + {1};
            }}
            {0} = sum;
        }}
",
            at(format!("place.scratch + ($GRADIENT$ + layer.biases + o) * {lanes}u")),
            at(format!("d_at + r * outputs * {lanes}u")),
        )
    };
    let text = head(&name, form)
        + &format!(
            "    let inputs = layer.inputs;
    let outputs = layer.outputs;
    let across = (outputs + {across}u - 1u) / {across}u;
    let i = (tile / across) * {down}u;
    let o = (tile % across) * {across}u;
    if (i >= inputs) {{
        return;
    }}
    let count = rows.count;
    let next = outputs * {lanes}u;
    let to = place.scratch + ($GRADIENT$ + layer.weights + i * outputs + o) * {lanes}u;
    let d_at = place.scratch + $DELTA$ + (layer.own + o) * {lanes}u;
"
        )
        + &lines(start, down)
        + "    for (var r = 0u; r < count; r++) {\n"
        + &(match data {
            true => "        let x = row_of(rows, r) + i;\n".to_owned(),
            false => format!("        let x = place.scratch + (layer.before + r * inputs + i) * {lanes}u;\n"),
        })
        + &lines(|j| format!("        let d{j} = scratch[d_at + r * next + {}u];\n", j * lanes), across)
        + &lines(a, down)
        + &products(down, across, "a", "d")
        + "    }\n"
        + &lines(end, down)
        + "    if (i == 0u) {\n"
        + &lines(bias, across)
        + "    }\n}\n\n";
    Kernel { name, text }
}
