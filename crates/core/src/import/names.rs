//! Names kept apart: those of columns, parameters and choices, of which files may have many alike.

use std::collections::{HashMap, HashSet};

/// The names given so far.
#[derive(Default)]
pub struct Names {
    taken: HashSet<String>,
    /// Of each name that came twice, the number that is tried next: the smaller ones are taken.
    next: HashMap<String, usize>,
}

impl Names {
    /// The name where nothing has it yet; else with the first free number behind it.
    pub fn apart(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let next = self.next.entry(name.clone()).or_insert(2);
        loop {
            let numbered = format!("{name} ({next})");
            *next += 1;
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

impl Extend<String> for Names {
    fn extend<T: IntoIterator<Item = String>>(&mut self, names: T) {
        self.taken.extend(names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_alike_get_the_first_free_number() {
        let mut names = Names::default();
        names.extend(["b".to_owned()]);
        let given = ["a", "a (2)", "a", "b", "a", "a (2)"].map(|name| names.apart(name.into()));
        assert_eq!(given, ["a", "a (2)", "a (3)", "b (2)", "a (4)", "a (2) (2)"]);
    }
}
