//! Words for what a tool can't express of a set-up, before its script is saved.

use super::format::count;
use super::names::name;
use super::texts::t;
use tunescape_core::export::{Kind, Unsupported};

pub fn unsupported(item: &Unsupported) -> String {
    match item {
        Unsupported::Instead { kind, name, tool, instead } => {
            let name = called(*kind, name);
            t!("lacks.instead", kind = of(*kind), name = name, tool = tool, instead = instead)
        }
        Unsupported::NotTried { kind, name, tool } => {
            t!("lacks.not_tried", kind = of(*kind), name = called(*kind, name), tool = tool)
        }
        Unsupported::Differs { name, sampler } => {
            t!("lacks.differs", name = called(Kind::Strategy, name), sampler = sampler)
        }
        Unsupported::NoPruning => t!("lacks.no_pruning"),
        Unsupported::RungsAnew => t!("lacks.rungs_anew"),
        Unsupported::TriedAnew { trials } => t!("lacks.tried_anew", n = trials),
        Unsupported::Afresh => t!("lacks.afresh"),
        Unsupported::Metric => t!("lacks.metric"),
        Unsupported::LastEpoch => t!("lacks.last_epoch"),
        Unsupported::Trainings { trainings } => t!("lacks.trainings", n = count(*trainings)),
        Unsupported::Scale { parameter } => t!("lacks.scale", name = name(parameter)),
        Unsupported::SteppedLog { parameter } => t!("lacks.stepped_log", name = name(parameter)),
        Unsupported::CostsNothing => t!("lacks.costs_nothing"),
        Unsupported::TriedTwice => t!("lacks.tried_twice"),
        Unsupported::OneAtATime => t!("lacks.one_at_a_time"),
        Unsupported::NotSearched { parameter } => t!("lacks.not_searched", name = name(parameter)),
        Unsupported::Refused { trials } => t!("lacks.refused", n = count(*trials)),
        Unsupported::Valueless { trials } => t!("lacks.valueless", n = count(*trials)),
        Unsupported::LeftOut { setting } => t!("lacks.left_out", name = name(setting)),
        Unsupported::OwnDraws => t!("lacks.own_draws"),
        Unsupported::Dropout => t!("lacks.dropout"),
        Unsupported::OneActivation => t!("lacks.one_activation"),
        Unsupported::Biases => t!("lacks.biases"),
        Unsupported::BatchPenalty => t!("lacks.batch_penalty"),
        Unsupported::ClippedPenalty => t!("lacks.clipped_penalty"),
        Unsupported::NoCurves => t!("lacks.no_curves"),
        Unsupported::Epsilon => t!("lacks.epsilon"),
    }
}

fn of(kind: Kind) -> String {
    t!(format!("lacks.kind.{}", kind.key()))
}

/// What the page calls it, where it has a name of its own for it.
fn called(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Strategy => t!(format!("strategy.{}", name)),
        Kind::Pruner => t!(format!("pruner.name.{}", name)),
        _ => name.to_owned(),
    }
}
