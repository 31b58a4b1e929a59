//! A network's passes over one row as WGSL text, written out unit by unit.
//!
//! `a1_3` is the activation of unit 3 of layer 1 (layer 0 is the input), `d1_3` the derivative of
//! the loss by its sum. Loops over the units were tried: on software adapters, where arrays with
//! computed indices are slow, they are 13 to 18 times slower. Loops over all parameters, once a
//! batch, stay loops: they keep the text short and the arrays in memory, which divides the time to
//! compile by ten.

use super::layout::hidden;
use super::wgsl::{function, sum};
use tunescape_engine::net::Net;
use tunescape_engine::optim::Rule;

/// What WebGPU guarantees a shader for its private variables.
const PRIVATE_BYTES: usize = 8192;

/// Whether weights, gradient and slots fit an invocation's own memory.
pub fn fits(net: &Net, rule: Rule) -> bool {
    (2 + rule.facts().slots) * 4 * net.parameters() <= PRIVATE_BYTES
}

/// What unit `i` of layer `l` hands on: its activation, or what dropout leaves of it.
fn fed(l: usize, i: usize, dropout: bool) -> String {
    if l > 0 && dropout { format!("u{l}_{i}") } else { format!("a{l}_{i}") }
}

/// Inputs, sums and activations of every layer, with dropout as row `r` of a batch; the last layer
/// is linear.
pub fn forward(net: &Net, dropout: bool) -> String {
    let mut text: String =
        (0..net.inputs()).map(|i| format!("let a0_{i} = data[row + {i}u];\n")).collect();
    let layers = net.layers();
    for (l, layer) in layers.iter().enumerate() {
        let (to, before) = (l + 1, net.sizes[1..=l].iter().sum::<usize>());
        for o in 0..layer.outputs {
            let term = |i| {
                format!("w[{}] * {}", layer.weights + i * layer.outputs + o, fed(l, i, dropout))
            };
            let terms: Vec<String> = (0..layer.inputs).map(term).collect();
            text += &sum(&format!("z{to}_{o}"), &format!("w[{}]", layer.biases + o), &terms);
            let f = net.activations.get(l).map_or(String::new(), |&unit| function("value", unit));
            text += &format!("let a{to}_{o} = {f}(z{to}_{o});\n");
            if dropout && l + 1 < layers.len() {
                let unit = before + o;
                text +=
                    &format!("let f{to}_{o} = factor_of(drop, r * {}u + {unit}u);\n", hidden(net));
                text += &format!("let u{to}_{o} = a{to}_{o} * f{to}_{o};\n");
            }
        }
    }
    text
}

/// Adds the row's share to the gradient, layer by layer from the last.
pub fn backward(net: &Net, dropout: bool) -> String {
    let mut text = String::new();
    for (l, layer) in net.layers().iter().enumerate().rev() {
        let to = l + 1;
        for o in 0..layer.outputs {
            for i in 0..layer.inputs {
                let at = layer.weights + i * layer.outputs + o;
                text += &format!("g[{at}] += {} * d{to}_{o};\n", fed(l, i, dropout));
            }
            text += &format!("g[{}] += d{to}_{o};\n", layer.biases + o);
        }
        for i in (0..layer.inputs).take_while(|_| l > 0) {
            let term = |o| format!("w[{}] * d{to}_{o}", layer.weights + i * layer.outputs + o);
            let terms: Vec<String> = (0..layer.outputs).map(term).collect();
            text += &sum(&format!("s{l}_{i}"), "0.0", &terms);
            let f = function("slope", net.activations[l - 1]);
            let drop = if dropout { format!(" * f{l}_{i}") } else { String::new() };
            text += &format!("let d{l}_{i} = s{l}_{i}{drop} * {f}(z{l}_{i}, a{l}_{i});\n");
        }
    }
    text
}
