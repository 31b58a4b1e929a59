//! Text templates: `{{name}}` stands for a value, lines between `#if word …` and `#end` (with an
//! `#else` between, if need be) for a study that has one of the words. Blocks may lie in blocks.

use std::collections::{HashMap, HashSet};

/// What a template is filled with.
#[derive(Default)]
pub struct Filling {
    values: HashMap<&'static str, String>,
    words: HashSet<String>,
}

impl Filling {
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.values.insert(name, value.into());
    }

    pub fn word(&mut self, word: impl Into<String>, holds: bool) {
        if holds {
            self.words.insert(word.into());
        }
    }

    /// The text of a template. A name without a value stays as it is.
    pub fn fill(&self, template: &str) -> String {
        let mut out = String::with_capacity(2 * template.len());
        // Whether each of the blocks around a line is taken.
        let mut blocks: Vec<bool> = Vec::new();
        for line in template.lines() {
            match line.split_whitespace().next() {
                Some("#if") => {
                    let holds = line.split_whitespace().skip(1).any(|w| self.words.contains(w));
                    blocks.push(holds);
                }
                Some("#else") => blocks.iter_mut().last().into_iter().for_each(|b| *b = !*b),
                Some("#end") => drop(blocks.pop()),
                _ if blocks.iter().all(|taken| *taken) => {
                    self.line(line, &mut out);
                    out.push('\n');
                }
                _ => {}
            }
        }
        out
    }

    fn line(&self, line: &str, out: &mut String) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let end = after.split_once("}}");
            match end.and_then(|(name, after)| Some((self.values.get(name)?, after))) {
                Some((value, after)) => {
                    out.push_str(value.trim_end_matches('\n'));
                    rest = after;
                }
                None => {
                    out.push_str("{{");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_blocks() {
        let mut filling = Filling::default();
        filling.set("a", "1");
        filling.set("b", "x\ny\n");
        filling.word("yes", true);
        filling.word("no", false);
        let template = "{{a}}+{{a}} {{c}}\n#if no other yes\n in\n#if no\n out\n#else\n else {{b}}!\n#end\n#end\n#if no\n#if yes\n out\n#end\n#end\nend";
        assert_eq!(filling.fill(template), "1+1 {{c}}\n in\n else x\ny!\nend\n");
    }
}
