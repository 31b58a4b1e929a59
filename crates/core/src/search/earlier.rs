//! The model of an earlier study, on other data: the prior of the Gaussian process (Golovin et al.
//! 2017, *Google Vizier*, section 3.3; how it counts is in [`fit`](super::fit)).

use super::Earlier;
use super::fit::{Held, fit};
use super::gp::Gp;
use crate::space::Space;
use std::cell::RefCell;
use std::rc::Rc;

/// Losses larger than this are taken as this, so that squares stay finite.
pub const LARGEST: f64 = 1e100;

/// The model of an earlier study's trials; none where they are too few, or not of this space.
pub fn earlier(held: Held, space: &Space, trials: &[Earlier]) -> Option<Rc<Gp>> {
    let losses = || trials.iter().filter_map(|trial| trial.0);
    let fits = trials.iter().all(|trial| space.contains(&trial.1)) && losses().all(f64::is_finite);
    if !fits || losses().nth(1).is_none() {
        return None;
    }
    let key = (held, space.clone(), trials.to_vec());
    let known = EARLIER
        .with_borrow(|last| last.as_ref().filter(|last| last.0 == key).map(|last| last.1.clone()));
    if let Some(known) = known {
        return known;
    }
    let worst = losses().fold(f64::NEG_INFINITY, f64::max);
    let x: Vec<Vec<f64>> = trials.iter().map(|trial| space.to_unit(&trial.1)).collect();
    let y: Vec<f64> =
        trials.iter().map(|trial| trial.0.unwrap_or(worst).clamp(-LARGEST, LARGEST)).collect();
    let gp = fit(held, &x, &y, None).map(|fit| Rc::new(fit.gp));
    EARLIER.set(Some((key, gp.clone())));
    gp
}

/// What an earlier study's model was fitted to, and the model.
type Known = ((Held, Space, Vec<Earlier>), Option<Rc<Gp>>);

thread_local! {
    /// The last of them: every proposal of a study starts its strategy anew, with the same one.
    static EARLIER: RefCell<Option<Known>> = const { RefCell::new(None) };
}
