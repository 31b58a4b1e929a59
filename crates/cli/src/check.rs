//! What is wrong with a link, a set-up or a training, in words.

use tunescape_core::data::builtin::BuiltinError;
use tunescape_core::data::folds::FoldError;
use tunescape_core::data::split::{Fractions, SplitError};
use tunescape_core::data::toys::ToyError;
use tunescape_core::link::LinkError;
use tunescape_core::metrics::Metric;
use tunescape_core::setup::SetupError;
use tunescape_core::study::EventError;
use tunescape_core::worker::{DataError, Failure};
use tunescape_engine::train::TrainError;

pub fn link(error: &LinkError) -> String {
    match error {
        LinkError::Form { part } => format!("{part:?} is no part of a link"),
        LinkError::Version { found } if found.is_empty() => "a link has a version, as v=2".into(),
        LinkError::Version { found } => format!("version {found} of links is not known here"),
        LinkError::Key { key } => format!("no set-up has {key}"),
        LinkError::Value { key, value } => format!("{key} can't be {value:?}"),
        LinkError::Setup(error) => setup(error),
    }
}

pub fn setup(error: &SetupError) -> String {
    match error {
        SetupError::Data { name } => format!("data.name={name}: no such data set"),
        SetupError::Drawn { .. } => "data.drawn: no drawing of two to so many points".into(),
        SetupError::Also { name } => {
            format!("evaluation.also={name}: a set of another kind of task, or one twice")
        }
        SetupError::Several { given, limit } => {
            format!("evaluation.also: {given} numbers in all folds, of {limit} at most")
        }
        SetupError::Range { key, value, low, high } => {
            format!("{key}={value} is not between {low} and {high}")
        }
        SetupError::Empty { key, low, high } => format!("{key}: {low} is not below {high}"),
        SetupError::Scale { key } => format!("{key}: its scale can't hold this range"),
        SetupError::Step { key, step } => format!("{key}: no step of {step}"),
        SetupError::Choices { key, given } => format!("{key}: no choice {given:?}, or one twice"),
        SetupError::Searched { given, limit } => {
            format!("space: {given} hyperparameters are searched, of 1 to {limit}")
        }
        SetupError::NoTest { train, valid } => {
            format!("data.train={train}, data.valid={valid}: nothing is left for the test")
        }
        SetupError::Layers { given, limit } => {
            format!("net.hidden: {given} layers, of {limit} at most")
        }
        SetupError::Units { given, limit } => {
            format!("net.hidden: a layer of {given} units, of 1 to {limit}")
        }
        SetupError::Side { given } => format!("map.side={given} is not 8, 16, 32 or 64"),
        SetupError::Trials { run, shown } => {
            format!("search.run={run}, search.shown={shown}: more than the budget, or than are run")
        }
        SetupError::Race { given, limit } => {
            format!("race.strategies: {given}, of 2 to {limit}, each once")
        }
        SetupError::Hand { trial } => format!("search.hand: trial {trial} can't be placed there"),
        SetupError::Many { key, given, limit } | SetupError::Long { key, given, limit } => {
            format!("{key}: {given}, of {limit} at most")
        }
        SetupError::Part { key, part } => format!("{key}: no set-up has {part}"),
        SetupError::Axis { key, name } => format!("{key}={name}: no such hyperparameter"),
        SetupError::Note { trial } => format!("search.notes: no study has a trial {trial}"),
        SetupError::Earlier { trial } => format!("search.earlier: trial {trial} can't be there"),
    }
}

pub fn training(error: &TrainError) -> String {
    match error {
        TrainError::TooLarge { bytes, limit } => {
            format!("a network takes {bytes} bytes, of {limit} at most")
        }
        TrainError::OutOfMemory(why) => format!("the device has no memory left: {why}"),
        TrainError::NoDevice(why) => format!("no device: {why}"),
        TrainError::DeviceLost(why) => format!("the device was lost: {why}"),
        TrainError::Hyper { name, value, .. } => format!("no training with {name}={value}"),
        TrainError::NoRows => "no training without rows".into(),
        TrainError::Batch { row: None } => "no training with an empty batch".into(),
        TrainError::Batch { row: Some(row) } => {
            format!("a batch names row {row}, which is not there")
        }
        TrainError::Stream { index } => format!("no stream {index} to train on"),
        TrainError::Targets { given, wanted } => {
            format!("targets for {given} rows, of {wanted}")
        }
        TrainError::Target { value } => format!("no training with a target of {value}"),
        TrainError::Input { row, column } => {
            format!("row {}, column {}: no finite number", row + 1, column + 1)
        }
        TrainError::Columns { data, net } => {
            format!("the data have {data} inputs, the network {net}")
        }
        TrainError::Weights { given, wanted } => {
            format!("{given} initial weights, of {wanted}")
        }
    }
}

pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Data(error) => data(error),
        Failure::Train(error) => training(error),
        Failure::Study(error) => format!("the study can't go on: {}", event(error)),
        Failure::Metric(metric) => {
            format!("search.metric: {} can't be computed on the validation rows", key(metric))
        }
    }
}

/// A metric as a link has it.
fn key(metric: &Metric) -> String {
    let value = serde_json::to_value(metric).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Why there is no data to train on.
pub fn data(error: &DataError) -> String {
    let why = match error {
        DataError::Missing(name) => format!("the set {name} is not there"),
        DataError::Toy(error) => toy(error),
        DataError::Builtin(error) => builtin(error),
        DataError::Csv(error) => error.to_string(),
        DataError::Split(SplitError::Fractions(Fractions { train, valid })) => {
            format!("fractions of {train} and {valid} leave nothing for the test")
        }
        DataError::Split(SplitError::TooFewRows { rows, wanted }) => {
            format!("{rows} rows are too few for three parts; {wanted} are enough")
        }
        DataError::Folds(FoldError { k, rows }) => format!("no {k} folds of {rows} rows"),
        DataError::Also { name } => format!("{name} is a set of another kind of task"),
        DataError::Several { given, limit } => {
            format!("the sets have {given} numbers together, of {limit} at most")
        }
    };
    format!("no data to train on: {why}")
}

fn toy(error: &ToyError) -> String {
    match error {
        ToyError::Unknown(name) => format!("no such set as {name}"),
        ToyError::Rows(rows) => format!("it can't be made with {rows} rows"),
        ToyError::Noise(noise) => format!("a noise of {noise} is not between 0 and 1"),
    }
}

fn builtin(error: &BuiltinError) -> String {
    match error {
        BuiltinError::Unknown(name) => format!("no such set as {name}"),
        BuiltinError::Header(why) => format!("its header is damaged: {why}"),
        BuiltinError::Other { wanted, found } => format!("it is {found}, not {wanted}"),
        BuiltinError::Length { wanted, found } => {
            format!("it has {found} bytes in place of {wanted}")
        }
        BuiltinError::Class { row, class } => format!("row {row} has class {class}, which is none"),
        BuiltinError::Cell { row } => format!("row {row} has a cell that is no finite number"),
    }
}

/// Why something can't have happened in a study. Trials are told from 1, as the page tells them.
pub fn event(error: &EventError) -> String {
    match error {
        EventError::OutOfOrder { trial, expected } => {
            format!("trial {} comes where trial {} is expected", trial + 1, expected + 1)
        }
        EventError::Unknown { trial } => format!("there is no trial {}", trial + 1),
        EventError::Ended { trial } => format!("trial {} has ended", trial + 1),
        EventError::OutOfRange { trial, .. } => {
            format!("trial {} has a value outside of its range", trial + 1)
        }
        EventError::Reason { trial } => format!("trial {} has a reason that none has", trial + 1),
        EventError::Epoch { trial, epoch, last } => {
            format!("trial {} can't report epoch {epoch} after epoch {last}", trial + 1)
        }
        EventError::NotFinite { trial } => {
            format!("trial {} has a number that is not finite", trial + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_in_words() {
        let split = SplitError::TooFewRows { rows: 2, wanted: 5 };
        for (failure, wanted) in [
            (
                Failure::Data(DataError::Split(split)),
                "no data to train on: 2 rows are too few for three parts; 5 are enough",
            ),
            (
                Failure::Study(EventError::Ended { trial: 2 }),
                "the study can't go on: trial 3 has ended",
            ),
            (
                Failure::Metric(Metric::Loss),
                "search.metric: loss can't be computed on the validation rows",
            ),
            (Failure::Train(TrainError::NoRows), "no training without rows"),
        ] {
            assert_eq!(super::failure(&failure), wanted);
        }
    }
}
