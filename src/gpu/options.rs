//! What the GPU trainer trains with, of all that the engine has.

use crate::optim::{Hyper, NUMBERS, Rule, Schedule};
use crate::train::{Population, TrainError};

/// The rules that the shader has.
pub const RULES: [Rule; 4] = [Rule::Sgd, Rule::Momentum, Rule::AveragedMomentum, Rule::Nesterov];

/// Refuses a population that needs more.
pub fn check(population: &Population) -> Result<(), TrainError> {
    let lacking = |option: String| Err(TrainError::Lacking { option });
    if !RULES.contains(&population.rule) {
        return lacking(format!("rule {:?}", population.rule));
    }
    if population.schedule != Schedule::Constant {
        return lacking("schedules".into());
    }
    if !population.penalise_biases {
        return lacking("penalties without the biases".into());
    }
    // A round of several epochs leaves a trial where the round ends, not where its patience was over.
    if population.patience > 0 || population.remembers {
        return lacking("early stopping".into());
    }
    population.trials.iter().try_for_each(|trial| hyper(&trial.hyper))
}

fn hyper(hyper: &Hyper) -> Result<(), TrainError> {
    let (mut own, mut usual) = (*hyper, Hyper::default());
    // Those that the shader has, or that no rule of it reads.
    let known = ["learning_rate", "momentum", "l2", "beta2", "epsilon", "momentum_decay", "initial_accumulator"];
    for number in NUMBERS.iter().filter(|number| !known.contains(&number.name)) {
        if (number.field)(&mut own) != (number.field)(&mut usual) {
            return Err(TrainError::Lacking { option: number.name.into() });
        }
    }
    Ok(())
}
