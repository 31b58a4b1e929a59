//! What is wrong with a link, a set-up or a training, in words.

use tunescape_core::link::LinkError;
use tunescape_core::setup::SetupError;
use tunescape_core::worker::Failure;
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
            format!("space: {given} parameters are searched, of 1 to {limit}")
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
        other => format!("no training: {other:?}"),
    }
}

pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Data(error) => format!("no data to train on: {error:?}"),
        Failure::Train(error) => training(error),
        Failure::Study(error) => format!("the study can't go on: {error:?}"),
        Failure::Metric(metric) => {
            format!("search.metric: {metric:?} can't be computed on the validation rows")
        }
    }
}
