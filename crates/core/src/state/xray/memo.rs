//! What was made of a study and need not be made again until it changes: a study may have thousands
//! of trials, and the page is drawn at each move of the pointer.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A name among those of one study, and which of several of that name.
pub type Key = (&'static str, usize);

#[derive(Default)]
pub struct Memo(RefCell<BTreeMap<Key, Rc<dyn Any>>>);

impl Memo {
    /// What has this name; it is made if nothing has, or something of another type. It may ask for
    /// others while it is made.
    pub fn get<T: 'static>(&self, key: Key, make: impl FnOnce() -> T) -> Rc<T> {
        let known = self.0.borrow().get(&key).cloned();
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let made = Rc::new(make());
        self.0.borrow_mut().insert(key, made.clone());
        made
    }

    pub fn clear(&mut self) {
        self.0.get_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_made_again() {
        let mut memo = Memo::default();
        let inner = || *memo.get(("inner", 1), || 2);
        assert_eq!(*memo.get(("outer", 0), || inner() + 1), 3);
        assert_eq!(*memo.get(("inner", 1), || 7), 2);
        assert_eq!(*memo.get(("inner", 2), || 7), 7);
        assert_eq!(*memo.get(("inner", 1), || "another type"), "another type");
        memo.clear();
        assert_eq!(*memo.get(("outer", 0), || 9), 9);
    }
}
