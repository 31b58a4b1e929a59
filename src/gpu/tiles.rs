//! The matrix products of the batched layout as WGSL text: each invocation computes a tile of independent sums, which
//! it holds in variables of its own. Along the whole tile it uses one number for each of its rows and columns: loads
//! are what it waits for. Some terms are added in one statement, so that the sums are stored less often.
//!
//! Layers whose passes have the same text share a kernel; its name says what differs.

use super::shader::{Form, function};
use crate::net::Activation;

/// Sums in a tile: at most so many rows of data by so many units, or units by units. Larger tiles were tried on a
/// software adapter: no quicker, but four times slower to compile.
const SIDE: usize = 8;

/// Terms that are added to a sum in one statement.
const TERMS: usize = 4;

/// A kernel's entry point and its text.
pub struct Kernel {
    pub name: String,
    pub text: String,
}

/// How many units a tile is wide, so that tiles of the same width waste the least.
fn width(units: usize) -> usize {
    units.div_ceil(units.div_ceil(SIDE))
}

/// Whether the last tile is not full. Only then are its edges looked at: branches take long to compile.
fn ragged(units: usize) -> bool {
    !units.is_multiple_of(width(units))
}

/// What of a layer's size is in the text of a kernel.
fn size(units: usize) -> String {
    format!("{}{}", width(units), if ragged(units) { "r" } else { "" })
}

/// What is done only under a condition, if there is one.
fn guarded(condition: Option<String>, body: String) -> String {
    match condition {
        Some(condition) => format!("    if ({condition}) {{\n{body}    }}\n"),
        None => body,
    }
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
fn lines(count: usize, f: impl Fn(usize) -> String) -> String {
    (0..count).map(f).collect()
}

/// Lines of a table.
fn table(rows: usize, columns: usize, f: impl Fn(usize, usize) -> String) -> String {
    lines(rows, |k| lines(columns, |j| f(k, j)))
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
    let inputs = layer.inputs;
    let outputs = layer.outputs;
"
    )
}

/// Runs through `n` from 0 to before `count`, first some at a time: `column(j, u)` loads the number of column j, as
/// `c{j}_{u}`, at n + u, and `row(k, u)` that of row k, as `r{k}_{u}`. Their products are added to `s{k}_{j}`.
fn products(
    [rows, columns]: [usize; 2],
    count: &str,
    column: impl Fn(usize, usize) -> String,
    row: impl Fn(usize, usize) -> String,
) -> String {
    let body = |terms: usize| {
        let add = |k: usize, j: usize| {
            let sum = lines(terms, |u| format!(" + r{k}_{u} * c{j}_{u}"));
            format!("        s{k}_{j} = s{k}_{j}{sum};\n")
        };
        table(columns, terms, &column) + &lines(rows, |k| lines(terms, |u| row(k, u)) + &lines(columns, |j| add(k, j)))
    };
    format!(
        "    var n = 0u;
    for (; n + {TERMS}u <= {count}; n += {TERMS}u) {{
{}    }}
    for (; n < {count}; n++) {{
{}    }}
",
        body(TERMS),
        body(1)
    )
}

/// own[row][o] = f(b[o] + Σ_i before[row][i]·w[i][o]); the first layer's `before` is the data, the last has no f.
pub fn forward(form: Form, outputs: usize, data: bool, unit: Option<Activation>, dropout: bool) -> Kernel {
    let (lanes, columns) = (form.lanes, width(outputs));
    let source = if data { "data" } else { "own" };
    let f = unit.map_or(String::new(), |unit| function("value", unit));
    let name = format!("forward_{source}_{}_{}", size(outputs), if f.is_empty() { "logits" } else { &f });
    let by_sum = unit.is_some_and(|unit| unit.facts().by_sum);
    let drops = unit.is_some() && dropout;
    let fed = if dropout { "$DROPPED$ + " } else { "" };
    let x = |k: usize| match data {
        true => format!("    let x{k} = row_of(rows, r + {k}u);\n"),
        false => format!("    let x{k} = {fed}place.scratch + (layer.before + (r + {k}u) * inputs) * {lanes}u;\n"),
    };
    let column = |j, u| format!("        let c{j}_{u} = state[weights + (n + {u}u) * next + {}u];\n", j * lanes);
    let row = |k, u| match data {
        true => format!("        let r{k}_{u} = data[x{k} + n + {u}u];\n"),
        false => format!("        let r{k}_{u} = scratch[x{k} + (n + {u}u) * {lanes}u];\n"),
    };
    let store = |j: usize, k: usize| {
        let at = format!("to + {k}u * next + {}u", j * lanes);
        let mut text = if by_sum { format!("        scratch[{at} + $KEPT$] = s{k}_{j};\n") } else { String::new() };
        text += &format!("        let a{k}_{j} = {f}(s{k}_{j});\n        scratch[{at}] = a{k}_{j};\n");
        if drops {
            let unit = format!("(step.row + r + {k}u) * $HIDDEN$ + layer.own / $CHUNK$ + o + {j}u");
            text += &format!("        scratch[{at} + $DROPPED$] = a{k}_{j} * factor_of(drop, {unit});\n");
        }
        text
    };
    let text = head(&name, form)
        + &format!(
            "    let down = (rows.count + {}u) / {SIDE}u;
    let o = (tile / down) * {columns}u;
    let r = (tile % down) * {SIDE}u;
    if (o >= outputs) {{
        return;
    }}
    let next = outputs * {lanes}u;
    let biases = place.state + (layer.biases + o) * {lanes}u;
    let weights = place.state + (layer.weights + o) * {lanes}u;
    let to = place.scratch + (layer.own + r * outputs + o) * {lanes}u;
",
            SIDE - 1
        )
        + if drops { "    let drop = drop_of(place, rows);\n" } else { "" }
        + &lines(SIDE, x)
        + &lines(columns, |j| format!("    let b{j} = state[biases + {}u];\n", j * lanes))
        + &table(SIDE, columns, |k, j| format!("    var s{k}_{j} = b{j};\n"))
        + &products([SIDE, columns], "inputs", column, row)
        + &lines(columns, |j| {
            guarded(ragged(outputs).then(|| format!("o + {j}u < outputs")), lines(SIDE, |k| store(j, k)))
        })
        + "}\n\n";
    Kernel { name, text }
}

/// The derivatives by the sums before the layer: before[row][i] = f′[row][i]·Σ_o w[i][o]·own[row][o].
pub fn errors(form: Form, inputs: usize, unit: Activation, dropout: bool) -> Kernel {
    let (lanes, columns) = (form.lanes, width(inputs));
    let f = function("slope", unit);
    let name = format!("errors_{}_{f}", size(inputs));
    // A slope that uses only the activation is given it twice.
    let z = if unit.facts().by_sum { " + $KEPT$" } else { "" };
    let column = |j, u| format!("        let c{j}_{u} = state[w{j} + (n + {u}u) * {lanes}u];\n");
    let row = |k, u| format!("        let r{k}_{u} = scratch[d{k} + (n + {u}u) * {lanes}u];\n");
    let store = |j: usize, k: usize| {
        let at = format!("to + {k}u * inputs * {lanes}u + {}u", j * lanes);
        let unit = format!("(step.row + r + {k}u) * $HIDDEN$ + layer.before / $CHUNK$ + i + {j}u");
        let drop = if dropout { format!(" * factor_of(drop, {unit})") } else { String::new() };
        format!("        scratch[{at} + $DELTA$] = s{k}_{j}{drop} * {f}(scratch[{at}{z}], scratch[{at}]);\n")
    };
    let text = head(&name, form)
        + &format!(
            "    let down = (rows.count + {}u) / {SIDE}u;
    let i = (tile / down) * {columns}u;
    let r = (tile % down) * {SIDE}u;
    if (i >= inputs) {{
        return;
    }}
    let to = place.scratch + (layer.before + r * inputs + i) * {lanes}u;
",
            SIDE - 1
        )
        + if dropout { "    let drop = drop_of(place, rows);\n" } else { "" }
        + &lines(SIDE, |k| {
            format!("    let d{k} = place.scratch + $DELTA$ + (layer.own + (r + {k}u) * outputs) * {lanes}u;\n")
        })
        + &lines(columns, |j| {
            format!("    let w{j} = place.state + (layer.weights + (i + {j}u) * outputs) * {lanes}u;\n")
        })
        + &table(SIDE, columns, |k, j| format!("    var s{k}_{j} = 0.0;\n"))
        + &products([SIDE, columns], "outputs", column, row)
        + &lines(columns, |j| {
            guarded(ragged(inputs).then(|| format!("i + {j}u < inputs")), lines(SIDE, |k| store(j, k)))
        })
        + "}\n\n";
    Kernel { name, text }
}

/// g[i][o] += Σ_row before[row][i]·own[row][o], and g of the biases with 1 in place of `before`.
pub fn gradients(form: Form, inputs: usize, outputs: usize, data: bool, dropout: bool) -> Kernel {
    let (lanes, down, across) = (form.lanes, width(inputs), width(outputs));
    let source = if data { "data" } else { "own" };
    let name = format!("gradients_{source}_{}_{}", size(inputs), size(outputs));
    let fed = if dropout { "$DROPPED$ + " } else { "" };
    let at = |k: usize, j: usize| format!("to + {k}u * next + {}u", j * lanes);
    let start = |k, j| format!("        s{k}_{j} = scratch[{}];\n", at(k, j));
    let column = |j: usize, u| {
        let x = match data {
            _ if j > 0 => String::new(),
            true => format!("        let x{u} = row_of(rows, n + {u}u) + i;\n"),
            false => {
                format!(
                    "        let x{u} = {fed}place.scratch + (layer.before + (n + {u}u) * inputs + i) * {lanes}u;\n"
                )
            }
        };
        x + &format!("        let c{j}_{u} = scratch[d + (n + {u}u) * next + {}u];\n", j * lanes)
    };
    let row = |k: usize, u| match data {
        true => format!("        let r{k}_{u} = data[x{u} + {k}u];\n"),
        false => format!("        let r{k}_{u} = scratch[x{u} + {}u];\n", k * lanes),
    };
    let store = |k, j| format!("        scratch[{}] = s{k}_{j};\n", at(k, j));
    let within = |j: usize| ragged(outputs).then(|| format!("o + {j}u < outputs"));
    let row_within = |k: usize| ragged(inputs).then(|| format!("i + {k}u < inputs"));
    let stored = |k| guarded(row_within(k), lines(across, |j| guarded(within(j), store(k, j))));
    let bias = |j: usize| format!("biases + {}u", j * lanes);
    let terms = |j: usize| format!("            b{j} = b{j} + scratch[d + r * next + {}u];\n", j * lanes);
    let text = head(&name, form)
        + &format!(
            "    let across = (outputs + {across}u - 1u) / {across}u;
    let i = (tile / across) * {down}u;
    let o = (tile % across) * {across}u;
    if (i >= inputs) {{
        return;
    }}
    let next = outputs * {lanes}u;
    let to = place.scratch + ($GRADIENT$ + layer.weights + i * outputs + o) * {lanes}u;
    let biases = place.scratch + ($GRADIENT$ + layer.biases + o) * {lanes}u;
    let d = place.scratch + $DELTA$ + (layer.own + o) * {lanes}u;
"
        )
        + &table(down, across, |k, j| format!("    var s{k}_{j} = 0.0;\n"))
        + &format!("    if (step.row > 0u) {{\n{}    }}\n", table(down, across, start))
        + &products([down, across], "rows.count", column, row)
        + &lines(down, stored)
        + "    if (i > 0u) {\n        return;\n    }\n"
        + &lines(across, |j| format!("    var b{j} = 0.0;\n"))
        + "    if (step.row > 0u) {\n"
        + &lines(across, |j| format!("        b{j} = scratch[{}];\n", bias(j)))
        + "    }\n    for (var r = 0u; r < rows.count; r++) {\n"
        + &lines(across, terms)
        + "    }\n"
        + &lines(across, |j| guarded(within(j), format!("        scratch[{}] = b{j};\n", bias(j))))
        + "}\n\n";
    Kernel { name, text }
}
