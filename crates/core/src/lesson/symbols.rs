//! The letters of a formula, and what each stands for.
//!
//! What letters stand for is a text: `w: a weight; g, h: …`, in which an entry names one letter or
//! several, each as the formula has it: `β₁`, `m̂`, `f*`, `x_w`. One text serves many formulas, and
//! of each only those letters are said that stand in it.

use super::formula::{Node, read};
use std::collections::BTreeSet;

/// A letter with its index, and without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Letter {
    whole: String,
    base: String,
    /// Letters of the index.
    index: Vec<String>,
}

/// What the letters of a formula stand for: of the entries of these texts, one after the other,
/// those that it needs.
pub fn legend(formula: &str, texts: &[String], between: &str) -> String {
    let entries: Vec<(Vec<&str>, &str)> = texts.iter().flat_map(|text| entries(text)).collect();
    let heads: Vec<&str> = entries.iter().flat_map(|entry| &entry.0).copied().collect();
    let needed: BTreeSet<String> =
        letters(formula).iter().flat_map(|letter| letter.needs(&heads)).collect();
    let mut said = BTreeSet::new();
    let mut kept = Vec::new();
    for (own, says) in entries {
        let own: Vec<&str> = own
            .into_iter()
            .filter(|head| needed.contains(&plain(head)) && said.insert(plain(head)))
            .collect();
        if !own.is_empty() {
            let comma = if says.starts_with('：') { "、" } else { ", " };
            kept.push([&own.join(comma), says].concat());
        }
    }
    kept.join(between)
}

/// Letters of a formula that no entry of these texts names.
pub fn unexplained(formula: &str, texts: &[String]) -> Vec<String> {
    let entries: Vec<(Vec<&str>, &str)> = texts.iter().flat_map(|text| entries(text)).collect();
    let heads: Vec<&str> = entries.iter().flat_map(|entry| &entry.0).copied().collect();
    let needed = letters(formula).into_iter().flat_map(|letter| letter.needs(&heads));
    // What has several Latin letters is a name.
    let letter = |text: &String| {
        text.chars().filter(char::is_ascii_alphabetic).count() < 2 || text.contains('_')
    };
    let known: BTreeSet<String> = heads.iter().map(|head| plain(head)).collect();
    needed.filter(|text| letter(text) && !known.contains(text)).collect()
}

/// Each entry's letters, and what is said of them, its colon included.
fn entries(text: &str) -> Vec<(Vec<&str>, &str)> {
    text.split([';', '；'])
        .filter_map(|entry| {
            let entry = entry.trim();
            let (heads, says) = entry.split_at(entry.find([':', '：'])?);
            Some((heads.split([',', '、']).map(str::trim).collect(), says))
        })
        .collect()
}

/// A letter as it is compared: ŝ is an s with a hat.
fn plain(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            'ŝ' => all.push_str("s\u{302}"),
            'ŷ' => all.push_str("y\u{302}"),
            '₁' => all.push_str("_1"),
            '₂' => all.push_str("_2"),
            '*' => all.push_str("_*"),
            c => all.push(c),
        }
        all
    })
}

impl Letter {
    /// What has to be said for it: the letter with its index, where that is known, or without, and
    /// the index.
    fn needs(&self, heads: &[&str]) -> Vec<String> {
        if heads.iter().any(|head| plain(head) == self.whole) {
            return vec![self.whole.clone()];
        }
        [self.base.clone()].into_iter().chain(self.index.iter().cloned()).collect()
    }
}

fn letters(formula: &str) -> BTreeSet<Letter> {
    let mut all = BTreeSet::new();
    read(formula).iter().for_each(|node| collect(node, &mut all));
    all
}

fn collect(node: &Node, all: &mut BTreeSet<Letter>) {
    match node {
        Node::Leaf("mi", text) if is_letter(text) => {
            let text = plain(text);
            all.insert(Letter { whole: text.clone(), base: text, index: Vec::new() });
        }
        Node::Leaf(..) => {}
        Node::Tree("mover", inner) => match inner.first() {
            Some(Node::Leaf("mi", text)) => {
                let text = [text, "\u{302}"].concat();
                all.insert(Letter { whole: text.clone(), base: text, index: Vec::new() });
            }
            inner => inner.into_iter().for_each(|node| collect(node, all)),
        },
        Node::Tree("msub", inner) => indexed(inner, all),
        Node::Tree(_, inner) => inner.iter().for_each(|node| collect(node, all)),
    }
}

/// A letter with an index; one that is no letter is the operator of a sum, of which the index alone
/// is of interest.
fn indexed(inner: &[Node], all: &mut BTreeSet<Letter>) {
    let [of, index] = inner else { return };
    let mut index_letters = BTreeSet::new();
    collect(index, &mut index_letters);
    match of {
        Node::Leaf("mi", text) if is_letter(text) => {
            let base = plain(text);
            let whole = [&base, "_", &written(index)].concat();
            let index = index_letters.into_iter().map(|letter| letter.whole).collect();
            all.insert(Letter { whole, base, index });
        }
        of => {
            collect(of, all);
            all.append(&mut index_letters);
        }
    }
}

/// An index as it is written.
fn written(node: &Node) -> String {
    match node {
        Node::Leaf(_, text) => text.clone(),
        Node::Tree(_, inner) => inner.iter().map(written).collect(),
    }
}

/// Whether it stands for something: no sign of a sum or a slope, no number, no word of Chinese.
fn is_letter(text: &str) -> bool {
    let c = text.chars().next().unwrap_or(' ');
    c.is_alphabetic() && !"Σ∂".contains(c) && c < '\u{2e80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "w: a weight; β: momentum; β₁, β₂: what the means forget; m̂, ŝ: set right; \
        f: a loss; f*: the best; x: a point; x_w: the worst; i: which; GP: a process";

    fn said(formula: &str) -> String {
        legend(formula, &[TEXT.to_owned()], "; ")
    }

    #[test]
    fn of_a_text_what_a_formula_needs_is_said() {
        assert_eq!(said("w ← w − 2βw"), "w: a weight; β: momentum");
        assert_eq!(said("β₁w"), "w: a weight; β₁: what the means forget");
        assert_eq!(said("m̂/(√ŝ + 1)"), "m̂, ŝ: set right");
        assert_eq!(said("f − f_*"), "f: a loss; f*: the best");
        assert_eq!(said("x_w"), "x_w: the worst");
        assert_eq!(said("Σ wᵢ xᵢ ~ GP(1)"), "w: a weight; x: a point; i: which; GP: a process");
        assert_eq!(legend("β", &["β：动量；w：权重".into()], "；"), "β：动量");
        // What two texts say is said once.
        assert_eq!(legend("w", &["w: one".into(), "w: two".into()], "; "), "w: one");
    }

    #[test]
    fn what_is_not_said_is_found() {
        let missing = |formula: &str| unexplained(formula, &[TEXT.to_owned()]);
        assert_eq!(missing("w ← max(w, 0.5·β₁ᵏ)"), ["k"]);
        assert_eq!(missing("z_j + f(x)"), ["z", "j"]);
        assert_eq!(missing("½ + ∂w + wᵢ 或 w"), [""; 0]);
    }
}
