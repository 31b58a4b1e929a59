//! The matrix products of the batched layout as WGSL text: each invocation computes a tile of
//! independent sums, which it holds in variables of its own. Along the whole tile it uses one
//! number for each of its rows and columns: loads are what it waits for. Some terms are added in
//! one statement, so that the sums are stored less often.
//!
//! Layers whose passes have the same text share a kernel; its name says what differs.

use super::form::Form;
use super::wgsl::function;
use tunescape_engine::net::Activation;

/// Sums in a tile: at most so many rows of data by so many units, or units by units. Larger tiles
/// were tried on a software adapter: no quicker, but four times slower to compile.
const SIDE: usize = 8;

/// Terms that are added to a sum in one statement, where the text need not be short.
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

/// Whether the last tile is not full. Only then are its edges looked at: branches take long to
/// compile.
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

/// Lines for each of so many rows of a tile, in a loop where the text is to be short.
fn each_row(form: Form, rows: usize, f: impl Fn(&str) -> String) -> String {
    if form.short {
        format!("    for (var k = 0u; k < {rows}u; k++) {{\n{}    }}\n", f("k"))
    } else {
        lines(rows, |k| f(&format!("{k}u")))
    }
}

/// Lines that store each sum of a tile, where its column lies within the layer.
fn stores(
    form: Form,
    columns: usize,
    within: impl Fn(usize) -> Option<String>,
    store: impl Fn(usize, &str) -> String,
) -> String {
    if form.short {
        each_row(form, SIDE, |k| lines(columns, |j| guarded(within(j), store(j, k))))
    } else {
        // Branches take long to compile.
        lines(columns, |j| guarded(within(j), each_row(form, SIDE, |k| store(j, k))))
    }
}

fn head(name: &str, form: Form) -> String {
    let Form { lanes, share, .. } = form;
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

/// The sums of a tile, which begin with a value for each column.
fn sums([rows, columns]: [usize; 2], start: impl Fn(usize) -> String) -> String {
    let row = (0..columns).map(start).collect::<Vec<_>>().join(", ");
    format!("    var s = array<f32, {}>({});\n", rows * columns, vec![row; rows].join(", "))
}

/// Sums over `n` from 0 to before `count`, first some terms at a time: `column(j, u)` loads the
/// number of column j, as `c{j}_{u}`, at n + u, and `row(k, u)` that of row k, as `r{k}_{u}`. Their
/// products are added to the sums `s`, row by row. What their places have in common is worked out
/// once, as `at(u)` says: addresses take longer than products.
fn products(
    form: Form,
    [rows, columns]: [usize; 2],
    count: &str,
    at: impl Fn(usize) -> String,
    column: impl Fn(usize, usize) -> String,
    row: impl Fn(usize, usize) -> String,
) -> String {
    let body = |terms: usize| {
        let add = |k: usize, j: usize| {
            let sum = lines(terms, |u| format!(" + r{k}_{u} * c{j}_{u}"));
            let s = k * columns + j;
            format!("        s[{s}] = s[{s}]{sum};\n")
        };
        let load = |j: usize, u: usize| format!("        let c{j}_{u} = {};\n", column(j, u));
        let load_row = |k: usize, u: usize| format!("        let r{k}_{u} = {};\n", row(k, u));
        lines(terms, &at)
            + &table(columns, terms, load)
            + &lines(rows, |k| lines(terms, |u| load_row(k, u)) + &lines(columns, |j| add(k, j)))
    };
    let loops = |terms: usize| {
        format!("    for (; n + {terms}u <= {count}; n += {terms}u) {{\n{}    }}\n", body(terms))
    };
    let many = if form.short { String::new() } else { loops(TERMS) };
    "    var n = 0u;\n".to_owned() + &many + &loops(1)
}

/// own[row][o] = f(b[o] + Σ_i before[row][i]·w[i][o]); the first layer's `before` is the data, the
/// last has no f.
pub fn forward(
    form: Form,
    outputs: usize,
    data: bool,
    unit: Option<Activation>,
    dropout: bool,
) -> Kernel {
    let (lanes, columns) = (form.lanes, width(outputs));
    let source = if data { "data" } else { "own" };
    let f = unit.map_or(String::new(), |unit| function("value", unit));
    let name =
        format!("forward_{source}_{}_{}", size(outputs), if f.is_empty() { "logits" } else { &f });
    let by_sum = unit.is_some_and(|unit| unit.facts().by_sum);
    let drops = unit.is_some() && dropout;
    let fed = if dropout { "$DROPPED$ + " } else { "" };
    let x = |k: &str| {
        let from = match data {
            true => format!("row_of(rows, r + {k})"),
            false => format!("{fed}place.scratch + (layer.before + (r + {k}) * inputs) * {lanes}u"),
        };
        format!("        x[{k}] = {from};\n")
    };
    let step = if data { 1 } else { lanes };
    let at = |u| {
        format!(
            "        let w{u} = weights + (n + {u}u) * next;\n        let m{u} = (n + {u}u) * {step}u;\n"
        )
    };
    let column = |j, u| format!("state[w{u} + {}u]", j * lanes);
    let values = if data { "data" } else { "scratch" };
    let row = |k, u| format!("{values}[x[{k}] + m{u}]");
    let store = |j: usize, k: &str| {
        let (at, s) =
            (format!("to + {k} * next + {}u", j * lanes), format!("s[{k} * {columns}u + {j}u]"));
        let mut text =
            if by_sum { format!("        scratch[{at} + $KEPT$] = {s};\n") } else { String::new() };
        text += &format!("        scratch[{at}] = {f}({s});\n");
        if drops {
            let unit = format!("(step.row + r + {k}) * $HIDDEN$ + layer.own / $CHUNK$ + o + {j}u");
            text += &format!(
                "        scratch[{at} + $DROPPED$] = scratch[{at}] * factor_of(drop, {unit});\n"
            );
        }
        text
    };
    let within = |j: usize| ragged(outputs).then(|| format!("o + {j}u < outputs"));
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
        + &format!("    var x = array<u32, {SIDE}>();\n")
        + &each_row(form, SIDE, x)
        + &lines(columns, |j| format!("    let b{j} = state[biases + {}u];\n", j * lanes))
        + &sums([SIDE, columns], |j| format!("b{j}"))
        + &products(form, [SIDE, columns], "inputs", at, column, row)
        + &stores(form, columns, within, store)
        + "}\n\n";
    Kernel { name, text }
}

/// The derivatives by the sums before the layer: before[row][i] = f′[row][i]·Σ_o
/// w[i][o]·own[row][o].
pub fn errors(form: Form, inputs: usize, unit: Activation, dropout: bool) -> Kernel {
    let (lanes, columns) = (form.lanes, width(inputs));
    let f = function("slope", unit);
    let name = format!("errors_{}_{f}", size(inputs));
    // A slope that uses only the activation is given it twice.
    let z = if unit.facts().by_sum { " + $KEPT$" } else { "" };
    let at = |u| format!("        let m{u} = (n + {u}u) * {lanes}u;\n");
    let column = |j, u| format!("state[w{j} + m{u}]");
    let row = |k, u| format!("scratch[d{k} + m{u}]");
    let store = |j: usize, k: &str| {
        let at = format!("to + {k} * inputs * {lanes}u + {}u", j * lanes);
        let unit = format!("(step.row + r + {k}) * $HIDDEN$ + layer.before / $CHUNK$ + i + {j}u");
        let drop = if dropout { format!(" * factor_of(drop, {unit})") } else { String::new() };
        let error =
            format!("s[{k} * {columns}u + {j}u]{drop} * {f}(scratch[{at}{z}], scratch[{at}])");
        format!("        scratch[{at} + $DELTA$] = {error};\n")
    };
    let within = |j: usize| ragged(inputs).then(|| format!("i + {j}u < inputs"));
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
            format!(
                "    let d{k} = place.scratch + $DELTA$ + (layer.own + (r + {k}u) * outputs) * {lanes}u;\n"
            )
        })
        + &lines(columns, |j| {
            format!(
                "    let w{j} = place.state + (layer.weights + (i + {j}u) * outputs) * {lanes}u;\n"
            )
        })
        + &sums([SIDE, columns], |_| "0.0".into())
        + &products(form, [SIDE, columns], "outputs", at, column, row)
        + &stores(form, columns, within, store)
        + "}\n\n";
    Kernel { name, text }
}

/// g[i][o] += Σ_row before[row][i]·own[row][o], and g of the biases with 1 in place of `before`.
pub fn gradients(form: Form, inputs: usize, outputs: usize, data: bool, dropout: bool) -> Kernel {
    let (lanes, down, across) = (form.lanes, width(inputs), width(outputs));
    let source = if data { "data" } else { "own" };
    let name = format!("gradients_{source}_{}_{}", size(inputs), size(outputs));
    let fed = if dropout { "$DROPPED$ + " } else { "" };
    let at = |k: &str, j: usize| format!("to + {k} * next + {}u", j * lanes);
    let own = |k: &str, j: usize| format!("s[{k} * {across}u + {j}u]");
    let start =
        |k: &str| lines(across, |j| format!("        {} = scratch[{}];\n", own(k, j), at(k, j)));
    let places = |u| {
        let x = match data {
            true => format!("row_of(rows, n + {u}u) + i"),
            false => {
                format!("{fed}place.scratch + (layer.before + (n + {u}u) * inputs + i) * {lanes}u")
            }
        };
        format!("        let x{u} = {x};\n        let d{u} = d + (n + {u}u) * next;\n")
    };
    let column = |j, u| format!("scratch[d{u} + {}u]", j * lanes);
    let row = |k, u| match data {
        true => format!("data[x{u} + {k}u]"),
        false => format!("scratch[x{u} + {}u]", k * lanes),
    };
    let store = |k: &str, j: usize| format!("        scratch[{}] = {};\n", at(k, j), own(k, j));
    let within = |j: usize| ragged(outputs).then(|| format!("o + {j}u < outputs"));
    let row_within = |k: &str| ragged(inputs).then(|| format!("i + {k} < inputs"));
    let stored =
        |k: &str| guarded(row_within(k), lines(across, |j| guarded(within(j), store(k, j))));
    let bias = |j: usize| format!("biases + {}u", j * lanes);
    let terms =
        |j: usize| format!("            b{j} = b{j} + scratch[d + r * next + {}u];\n", j * lanes);
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
        + &sums([down, across], |_| "0.0".into())
        + &guarded(Some("step.row > 0u".into()), each_row(form, down, start))
        + &products(form, [down, across], "rows.count", places, column, row)
        + &each_row(form, down, stored)
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
