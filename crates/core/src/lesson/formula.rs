//! Formulas as they are written, `v ← βv + (1−β)g`, and as MathML has them.
//!
//! | written | is |
//! |---|---|
//! | `a / b`, `ab/(c + d)` | a fraction; its operands are what stands without a space or an operator in between |
//! | `√a`, `√(a + b)` | a root |
//! | `a_b`, `a^(b + c)`, β₂, g², βᵏ | lower and upper indices |
//! | `max`, `EI` | a name: two Latin letters or more |
//! | everything else | itself |

use std::iter::Peekable;
use std::str::Chars;

/// An element of MathML.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `mi`, `mn`, `mo` or `mtext`, with its text.
    Leaf(&'static str, String),
    /// `mrow`, `mfrac`, `msqrt`, `msub`, `msup` or `mover`, with its children.
    Tree(&'static str, Vec<Node>),
}

/// Brackets, roots and indices within each other beyond this stand as they are written.
const DEEPEST: usize = 20;

/// A formula of more characters stands as it is written, too.
const MAX_LENGTH: usize = 400;

/// Characters that are indices, and what they mean.
const UPPER: &str = "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻−ᵏkⁿn";
const LOWER: &str = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋−ₖkₗlᵢiⱼjₙnₜt";

/// The formula's parts: those that two spaces part, as a line may break there.
pub fn read(text: &str) -> Vec<Node> {
    if text.chars().count() > MAX_LENGTH {
        return vec![Node::Leaf("mtext", text.into())];
    }
    let part = |text: &str| Node::Tree("mrow", row(&mut text.chars().peekable(), 0, false));
    text.split("  ").map(str::trim).filter(|part| !part.is_empty()).map(part).collect()
}

/// Everything up to the end, or to the bracket that closes; of an `operand`, up to a space or an
/// operator.
fn row(text: &mut Peekable<Chars>, depth: usize, operand: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    // Where the operand begins that a slash would make a numerator of.
    let mut start = 0;
    while let Some(&c) = text.peek() {
        if c == ')' && depth == 0 && !operand {
            // Nothing that it closes: the end of an interval, say.
            text.next();
            nodes.push(Node::Leaf("mo", ")".into()));
            start = nodes.len();
        } else if c == ' ' || c == ')' || (operand && operator(c)) {
            if operand || c == ')' {
                return nodes;
            }
            text.next();
            if text.peek() != Some(&'/') {
                if nodes.len() > start && text.peek().is_some_and(|&next| !operator(next)) {
                    nodes.push(Node::Leaf("mtext", "\u{a0}".into()));
                }
                start = nodes.len();
            }
        } else if c == '/' && nodes.len() > start && depth < DEEPEST {
            text.next();
            while text.next_if_eq(&' ').is_some() {}
            let (over, under) = (nodes.split_off(start), row(text, depth + 1, true));
            nodes.push(Node::Tree("mfrac", vec![one(over), one(under)]));
        } else {
            let node = atom(text, depth);
            let ends = matches!(&node, Node::Leaf("mo", _));
            nodes.push(node);
            if ends {
                start = nodes.len();
            }
        }
    }
    nodes
}

fn operator(c: char) -> bool {
    !(c.is_alphanumeric() || "(√∂.".contains(c) || index(c).is_some() || combining(c))
}

fn combining(c: char) -> bool {
    c == '\u{302}'
}

/// The element for the index that a character is, and what it means.
fn index(c: char) -> Option<(&'static str, char)> {
    let means = |table: &str| {
        table
            .chars()
            .step_by(2)
            .zip(table.chars().skip(1).step_by(2))
            .find(|p| p.0 == c)
            .map(|p| p.1)
    };
    means(UPPER).map(|m| ("msup", m)).or_else(|| means(LOWER).map(|m| ("msub", m)))
}

/// One thing with its indices.
fn atom(text: &mut Peekable<Chars>, depth: usize) -> Node {
    let mut node = plain(text, depth);
    while let Some(&c) = text.peek() {
        if combining(c) {
            text.next();
            node = Node::Tree("mover", vec![node, Node::Leaf("mo", "^".into())]);
        } else if let Some((place, _)) = index(c) {
            let mut inner = String::new();
            while let Some((_, means)) =
                text.peek().and_then(|&c| index(c)).filter(|(p, _)| *p == place)
            {
                inner.push(means);
                text.next();
            }
            node = Node::Tree(
                place,
                vec![node, one(row(&mut inner.chars().peekable(), DEEPEST, false))],
            );
        } else if (c == '_' || c == '^') && depth < DEEPEST {
            text.next();
            let inner =
                if text.peek().is_some() { vec![plain(text, depth + 1)] } else { Vec::new() };
            node = Node::Tree(if c == '_' { "msub" } else { "msup" }, vec![node, one(inner)]);
        } else {
            break;
        }
    }
    node
}

fn plain(text: &mut Peekable<Chars>, depth: usize) -> Node {
    let Some(c) = text.next() else { return Node::Tree("mrow", Vec::new()) };
    let mut run = |first: char, more: fn(char) -> bool| {
        let mut word = String::from(first);
        while let Some(c) = text.next_if(|&c| more(c)) {
            word.push(c);
        }
        word
    };
    match c {
        '(' if depth < DEEPEST => {
            let mut nodes = vec![Node::Leaf("mo", "(".into())];
            nodes.extend(row(text, depth + 1, false));
            if text.next_if_eq(&')').is_some() {
                nodes.push(Node::Leaf("mo", ")".into()));
            }
            Node::Tree("mrow", nodes)
        }
        '√' if depth < DEEPEST => Node::Tree("msqrt", vec![one(vec![atom(text, depth + 1)])]),
        c if c.is_ascii_digit() => Node::Leaf("mn", run(c, |c| c.is_ascii_digit() || c == '.')),
        c if c.is_ascii_alphabetic() => Node::Leaf("mi", run(c, |c| c.is_ascii_alphabetic())),
        c if c.is_alphanumeric() || c == '∂' => Node::Leaf("mi", c.into()),
        c => Node::Leaf("mo", c.into()),
    }
}

/// One element of several; round brackets that hold all of it go.
fn one(mut nodes: Vec<Node>) -> Node {
    if nodes.len() != 1 {
        return Node::Tree("mrow", nodes);
    }
    match nodes.remove(0) {
        Node::Tree("mrow", mut inner) if inner.first() == Some(&Node::Leaf("mo", "(".into())) => {
            inner.remove(0);
            if inner.last() == Some(&Node::Leaf("mo", ")".into())) {
                inner.pop();
            }
            Node::Tree("mrow", inner)
        }
        node => node,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As XML, without rows of one.
    fn xml(nodes: &[Node]) -> String {
        let element = |node: &Node| match node {
            Node::Leaf(tag, text) => format!("<{tag}>{text}</{tag}>"),
            Node::Tree("mrow", inner) if inner.len() == 1 => xml(inner),
            Node::Tree(tag, inner) => format!("<{tag}>{}</{tag}>", xml(inner)),
        };
        nodes.iter().map(element).collect()
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_itself() {
        assert_eq!(
            xml(&read("β < 1) w")),
            "<mrow><mi>β</mi><mo><</mo><mn>1</mn><mo>)</mo><mi>w</mi></mrow>"
        );
    }

    #[test]
    fn fractions_roots_and_indices_are_told() {
        for (text, is) in [
            ("2 / λ", "<mfrac><mn>2</mn><mi>λ</mi></mfrac>"),
            (
                "a − bc/(1−x)",
                "<mrow><mi>a</mi><mo>−</mo><mfrac><mi>bc</mi><mrow><mn>1</mn><mo>−</mo><mi>x</mi></mrow></mfrac></mrow>",
            ),
            ("η·m̂", "<mrow><mi>η</mi><mo>·</mo><mover><mi>m</mi><mo>^</mo></mover></mrow>"),
            ("β₁ᵏ", "<msup><msub><mi>β</mi><mn>1</mn></msub><mi>k</mi></msup>"),
            ("√(a+b)", "<msqrt><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></msqrt>"),
            (
                "g(x)/h(x)",
                "<mfrac><mrow><mi>g</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow><mrow><mi>h</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow></mfrac>",
            ),
            ("a  b", "<mi>a</mi><mi>b</mi>"),
            ("wₜ₊₁", "<msub><mi>w</mi><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></msub>"),
            ("φ_b", "<msub><mi>φ</mi><mi>b</mi></msub>"),
            ("aₗ₋₁", "<msub><mi>a</mi><mrow><mi>l</mi><mo>−</mo><mn>1</mn></mrow></msub>"),
        ] {
            assert_eq!(xml(&read(text)), is, "{text}");
        }
    }

    /// Every formula that the page shows of what runs.
    fn on_show() -> Vec<String> {
        use crate::search::{Acquisition, Strategy, StrategyName};
        use crate::setup::training::ScheduleKind;
        use tunescape_engine::net::{Activation, Init, Loss};
        use tunescape_engine::optim::{Rule, formula::Terms};
        let mut shown: Vec<String> =
            Rule::ALL.iter().map(|rule| rule.formula(Terms::ALL)).collect();
        let plain = Terms { momentum: false, dampening: false, ..Terms::ALL };
        shown.extend(Rule::ALL.iter().map(|rule| rule.formula(plain)));
        shown.extend(Activation::ALL.map(|a| a.facts().formula.to_owned()));
        shown.extend(Init::ALL.iter().filter_map(|init| init.formula()).map(str::to_owned));
        for loss in Loss::ALL {
            shown.extend(
                [loss.formula(), loss.output_formula(1), loss.output_formula(3)].map(str::to_owned),
            );
            shown.extend(
                [1, 3].iter().filter_map(|n| loss.smoothing_formula(*n)).map(str::to_owned),
            );
        }
        shown.extend(ScheduleKind::ALL.map(|kind| kind.formula().to_owned()));
        shown.extend(Acquisition::ALL.map(|a| a.formula().to_owned()));
        for grid_ends in [false, true] {
            let grid = Strategy { name: StrategyName::Grid, grid_ends, ..Strategy::default() };
            shown.extend(grid.formula().map(str::to_owned));
        }
        shown.push(tunescape_engine::train::dropout::FORMULA.into());
        shown
    }

    #[test]
    fn formulas_of_what_runs_are_read_to_their_end() {
        let shown = on_show();
        assert!(shown.len() > 50);
        for text in shown {
            let xml = xml(&read(&text));
            for sign in
                ["<mo>/</mo>", "<mo>^</mo>", "<mo>_</mo>", "<mo>√</mo>", "<mtext>", "<mrow></mrow>"]
            {
                // Brackets part what stands side by side, as spaces do.
                let found = xml.replace("<mtext>\u{a0}</mtext>", "").contains(sign);
                let hat = sign == "<mo>^</mo>" && text.contains('\u{302}');
                assert!(!found || hat, "{text}: {sign} in {xml}");
            }
        }
    }

    #[test]
    fn nothing_of_a_formula_is_lost_and_nothing_is_too_deep() {
        for text in [
            ")",
            "(",
            "/",
            "√",
            "_",
            "^",
            "a/",
            "a^",
            "((((",
            &"(".repeat(100_000),
            &"√".repeat(100_000),
            &"a/".repeat(100_000),
        ] {
            assert!(read(text).len() == 1, "{text:.9}");
        }
        assert_eq!(read(""), []);
    }
}
