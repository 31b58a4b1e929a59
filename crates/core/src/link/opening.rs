//! Which of several links counts that are asked for one after the other: what is packed takes its
//! time.

use crate::setup::Setup;

#[derive(Default)]
pub struct Opening {
    asked: u32,
    /// The newest that counted.
    taken: u32,
    /// The address that is being unpacked, and what the page around this one wants to see on it.
    address: Option<(u32, Option<Setup>)>,
    /// What stands beside the packed texts that are being unpacked.
    beside: Vec<(u32, String)>,
}

impl Opening {
    /// The number of something that is asked for.
    pub fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// The number of an address that is opened: nothing asked for before counts any more.
    pub fn address(&mut self, packed: bool) -> u32 {
        let number = self.ask();
        (self.taken, self.address) = (number, packed.then_some((number, None)));
        number
    }

    /// Remembers what stands beside a packed text of this number.
    pub fn beside(&mut self, number: u32, text: &str) {
        self.beside.push((number, text.into()));
    }

    /// What stood beside the packed text of this number.
    pub fn take_beside(&mut self, number: u32) -> String {
        let found = self.beside.iter().position(|beside| beside.0 == number);
        found.map_or_else(String::new, |place| self.beside.swap_remove(place).1)
    }

    /// Whether the address of this number, unpacked now, is still to be opened; and what is to be
    /// shown on it then.
    pub fn unpacked(&mut self, number: u32) -> Option<Option<Setup>> {
        self.address.take_if(|address| address.0 == number).map(|address| address.1)
    }

    /// The set-up that the page around this one asked for, where it is to be shown now: not one
    /// older than the last, and not before the address is there, whose locks hold.
    pub fn show(&mut self, number: u32, setup: Setup) -> Option<Setup> {
        if number <= self.taken {
            return None;
        }
        self.taken = number;
        match &mut self.address {
            Some((_, after)) => {
                *after = Some(setup);
                None
            }
            None => Some(setup),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(seed: u64) -> Setup {
        let mut setup = Setup::default();
        setup.net.seed = seed;
        setup
    }

    #[test]
    fn what_is_asked_for_waits_for_the_address_and_does_not_take_its_place() {
        let mut opening = Opening::default();
        let address = opening.address(true);
        let [first, nonsense, last] = [(); 3].map(|()| opening.ask());
        assert_eq!(opening.show(last, setup(3)), None);
        // The first was packed; what can't be read is never shown.
        assert_eq!(opening.show(first, setup(1)), None);
        assert!(nonsense < last);
        assert_eq!(opening.unpacked(address), Some(Some(setup(3))));
        assert_eq!(opening.unpacked(address), None);
        let next = opening.ask();
        assert_eq!(opening.show(next, setup(4)), Some(setup(4)));
    }

    #[test]
    fn another_address_counts_more_than_all_before() {
        let mut opening = Opening::default();
        let old = opening.address(true);
        let (early, late) = (opening.ask(), opening.ask());
        opening.show(early, setup(1));
        let new = opening.address(true);
        assert_eq!((opening.unpacked(old), opening.show(late, setup(2))), (None, None));
        assert_eq!(opening.unpacked(new), Some(None));
        // One that is not packed is open at once.
        let (late, plain) = (opening.ask(), opening.address(false));
        assert_eq!((opening.unpacked(plain), opening.show(late, setup(2))), (None, None));
        let next = opening.ask();
        assert_eq!(opening.show(next, setup(3)), Some(setup(3)));
    }
}
