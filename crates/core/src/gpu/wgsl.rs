//! Small pieces of WGSL text, which all generators share.

use tunescape_engine::net::Activation;

/// Terms of a sum in one expression: compilers limit how deep expressions nest.
const TERMS: usize = 32;

/// Puts values in place of their names.
pub fn filled(template: &str, values: &[(&str, String)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("${name}$"), value))
}

/// A number of things, as WGSL reads it.
pub fn count(n: usize) -> String {
    format!("{n}u")
}

/// A float as WGSL reads it back, bit for bit.
pub fn number(x: f32) -> String {
    format!("{x:e}f")
}

/// The name of an activation's `value` or `slope` in the shader.
pub fn function(what: &str, activation: Activation) -> String {
    format!("{what}_{}", activation as usize)
}

/// `var name = start + term + term + …`, over several statements where there are many terms.
pub fn sum(name: &str, start: &str, terms: &[String]) -> String {
    let mut text = format!("var {name} = {start};\n");
    for some in terms.chunks(TERMS) {
        text += &format!("{name} = {name} + {};\n", some.join(" + "));
    }
    text
}
