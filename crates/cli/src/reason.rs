//! Why a point was proposed, in a sentence.

use tunescape_core::search::{Reason, SimplexStep};

/// Trials are numbered by `number`.
pub fn sentence(reason: &Reason, number: &dyn Fn(usize) -> usize) -> String {
    match reason {
        Reason::Grid { index, columns, rows } => {
            format!("cell {} of a grid of {columns} × {rows}", index + 1)
        }
        Reason::Random => "drawn at random".into(),
        Reason::Sequence { index } => format!("point {} of a space-filling sequence", index + 1),
        Reason::Parzen { .. } | Reason::Rung { .. } => like_the_best(reason),
        Reason::Sampled { generation, member, of, step, .. } => format!(
            "drawn from the normal distribution of generation {}, {} of {of}, with a step of \
             {step:.3}",
            generation + 1,
            member + 1
        ),
        Reason::Bred { generation, member, of, parents, .. } => {
            let [a, b] = parents.map(number);
            format!(
                "bred from trials {a} and {b}: generation {}, {} of {of}",
                generation + 1,
                member + 1
            )
        }
        Reason::Annealed { around, width } => {
            let around: Vec<String> = around.iter().map(|&n| number(n).to_string()).collect();
            format!(
                "drawn near trial {}, from {:.0} % of each range",
                around.join(", "),
                width * 100.0
            )
        }
        Reason::Simplex { step, .. } => corner(step).into(),
        Reason::Startup { index, of } | Reason::Foreseen { index, of, .. } if index >= of => {
            "another first point: too few have come to a loss for a model".into()
        }
        Reason::Startup { index, of } => {
            format!("a first point, {} of {of}, before there is a model", index + 1)
        }
        Reason::Model { .. } => by_a_model(reason, number),
        Reason::Weighed { loss, of } => {
            format!(
                "for loss and cost together, the loss with {:.0} %: {}",
                loss * 100.0,
                sentence(of, number)
            )
        }
        Reason::Downhill { from, slope, .. } => {
            format!("downhill from trial {}, where the loss falls by {slope:.4}", number(*from))
        }
        Reason::Hand => "placed by hand".into(),
        Reason::Foreseen { index, of, better, candidates } => format!(
            "a first point, {} of {of}, where the model of an earlier study expects low losses: of \
             {candidates} candidates {better} are expected to be better",
            index + 1
        ),
    }
}

/// Why a point was the likeliest to be of the best trials.
fn like_the_best(reason: &Reason) -> String {
    match reason {
        // Put together, it mostly was no candidate itself.
        Reason::Parzen { good, candidates, score, winner: None, .. } => format!(
            "of each hyperparameter by itself, the value out of {} that is likeliest to be of the \
             {} best trials rather than the others (log ratio in all {score:.3})",
            candidates.len(),
            good.len()
        ),
        Reason::Parzen { good, candidates, score, .. } => format!(
            "of {} candidates the likeliest to be like the {} best trials rather than the others \
             (log ratio {score:.3})",
            candidates.len(),
            good.len()
        ),
        Reason::Rung { epochs, good, bad, candidates, score } => {
            let at = epochs.map_or("at the end".into(), |epochs| format!("after {epochs} epochs"));
            format!(
                "of {candidates} candidates the likeliest to be like the {good} best trials {at} \
                 rather than the {bad} others (log ratio {score:.3})"
            )
        }
        _ => String::new(),
    }
}

/// What a model expects of a point.
fn by_a_model(reason: &Reason, number: &dyn Fn(usize) -> usize) -> String {
    let Reason::Model { median, band: [low, high], best, chance, nearest, .. } = reason else {
        return String::new();
    };
    let best = best.map_or(String::new(), |(trial, loss)| {
        format!(", where trial {} has the best so far, {loss:.6}", number(trial))
    });
    format!(
        "the best acquisition: the model expects {median:.6} there (68 % between {low:.6} \
         and {high:.6}){best}; a gain with a chance of {:.0} %; the nearest is trial {}",
        chance * 100.0,
        number(*nearest)
    )
}

/// How a corner of a simplex comes about.
fn corner(step: &SimplexStep) -> &'static str {
    match step {
        SimplexStep::Corner => "a corner of a new simplex",
        SimplexStep::Reflect => "the simplex's worst corner, reflected",
        SimplexStep::Expand => "the reflected corner, farther out",
        SimplexStep::ContractOut => "the reflected corner, drawn in",
        SimplexStep::ContractIn => "the worst corner, drawn in",
        SimplexStep::Shrink => "a corner, drawn to the best",
    }
}
