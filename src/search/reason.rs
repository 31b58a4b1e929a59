//! Why a trial was put where it is, in words and with its numbers.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::search::after;
use crate::search::searched;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::search::{Acquisition, Reason, SimplexStep};
use tunescape_core::state::State;
use tunescape_core::study::Trial;
use yew::prelude::*;

/// Why the trial on show was put where it is, with its numbers.
pub fn view(state: &State, link: &Link) -> Html {
    let s = &state.setup.search;
    // Once there are long reasons, what lies below stays where it is from trial to trial.
    let modelled = |trial: &Trial| {
        !matches!(trial.reason, Reason::Startup { .. } | Reason::Random | Reason::Hand)
    };
    let long = state.study.study.trials().iter().any(modelled).then_some("long");
    let class = classes!("why", format!("strategy-{}", s.strategy.key()), long);
    let Some((n, trial)) =
        s.shown.checked_sub(1).and_then(|n| Some((n, state.study.study.trials().get(n)?)))
    else {
        if s.shown > 0 {
            return html! { <section {class} id="why"><p>{ explained(t!("why.again", done = state.study.done(), run = s.run)) }</p></section> };
        }
        if s.manual {
            return html! { <section {class} id="why"><p>{ explained(t!("why.manual", strategy = searched::name(s.strategy))) }</p></section> };
        }
        // Whoever hides the buttons wants nothing begun.
        if link.hides("step") && link.hides("play") {
            return Html::default();
        }
        return html! { <section {class} id="why"><p>{ explained(t!("why.start", strategy = searched::name(s.strategy))) }</p></section> };
    };
    // What the strategy heard of a trial; its loss was not all where ranks count, nor known yet
    // where several run at once.
    let of = |n: usize| match state.study.study.trials().get(n) {
        Some(trial) if !state.setup.ranks() && s.at_once <= 1 => {
            t!("why.scored", n = n + 1, score = trial::outcome(state, n, trial))
        }
        _ => t!("why.trial", n = n + 1),
    };
    let metric =
        if state.setup.ranks() { t!("evaluation.mean_rank") } else { evaluation::title(state) };
    let about = About {
        point: parameters::within(state, &trial.point),
        turned: evaluation::objective(state).cost(1.0) < 0.0 && !evaluation::own_scale(state),
        told: n,
        earlier: s.earlier.len(),
        epochs: Some(state.setup.training.epochs),
        metric,
        names: after::searched(state).into_iter().map(|(_, name)| name).collect(),
        value: &|cost| evaluation::expected(state, cost),
        trial: &of,
        number: &|n| n + 1,
    };
    let (sentence, numbers) = sentence(&trial.reason, &about);
    let beside = n % s.at_once.max(1);
    let together = match beside {
        0 => String::new(),
        _ => t!("why.at_once", from = n - beside + 1, to = n),
    };
    html! {
        <section {class} id="why" aria-live="polite">
            <p>
                <b>{ t!("why.title", n = n + 1) }</b>
                { format::gap() }
                { explained(format::sentences(&[sentence, together])) }
            </p>
            { numbers_behind(link, numbers) }
        </section>
    }
}

/// What a model reckoned, folded where only the first steps are on show.
pub fn numbers_behind(link: &Link, numbers: String) -> Html {
    if numbers.is_empty() {
        return Html::default();
    }
    let open = !link.hides("search-options");
    html! { <details class="about" {open}><summary>{ t!("why.numbers") }</summary><p>{ explained(numbers) }</p></details> }
}

/// What the sentence of a reason speaks of.
pub struct About<'a> {
    /// The point, within a sentence.
    pub point: String,
    /// Whether more of the metric is better: less of a loss is then more of it.
    pub turned: bool,
    /// Trials that the strategy was told.
    pub told: usize,
    /// Trials of an earlier study that its model begins from.
    pub earlier: usize,
    /// Epochs of a whole training; none where the trials are of another program, and may have been
    /// anything.
    pub epochs: Option<usize>,
    pub metric: String,
    /// What the parameters are called.
    pub names: Vec<String>,
    /// What is modelled, in words.
    pub value: &'a dyn Fn(f64) -> String,
    /// A trial and what it scored.
    pub trial: &'a dyn Fn(usize) -> String,
    /// What a trial is called by.
    pub number: &'a dyn Fn(usize) -> usize,
}

/// A reason in a sentence or two, and the numbers behind it.
pub fn sentence(reason: &Reason, about: &About) -> (String, String) {
    let mut behind = String::new();
    let sentence = match reason {
        Reason::Grid { index, columns, rows } => {
            t!(
                "why.grid",
                point = about.point,
                cell = index + 1,
                cells = columns * rows,
                columns = columns,
                rows = rows
            )
        }
        Reason::Random => t!("why.random", point = about.point),
        Reason::Startup { index, of } | Reason::Foreseen { index, of, .. } if index >= of => {
            t!("why.startup_more", point = about.point)
        }
        Reason::Startup { index, of } => {
            t!("why.startup", point = about.point, index = index + 1, of = of)
        }
        Reason::Foreseen { index, of, better, candidates } => t!(
            "why.foreseen",
            point = about.point,
            index = index + 1,
            of = of,
            earlier = about.earlier,
            better = format::percent(*better as f64 / (*candidates).max(1) as f64)
        ),
        Reason::Sequence { index } => t!("why.sequence", point = about.point, index = index + 1),
        Reason::Parzen { .. } | Reason::Rung { .. } => like_the_best(about, reason),
        Reason::Sampled { generation, member, of, step, outside } => t!(
            "why.sampled",
            point = about.point,
            generation = generation + 1,
            member = member + 1,
            of = of,
            step = format::number(*step),
            outside = outside
        ),
        Reason::Bred { .. } => bred(about, reason),
        Reason::Annealed { around, width } => {
            t!(
                "why.annealed",
                point = about.point,
                width = format::percent(*width),
                around = numbers(about, around)
            )
        }
        Reason::Downhill { from, step, slope } => t!(
            "why.downhill",
            point = about.point,
            from = (about.number)(*from),
            step = format::number(*step),
            slope = format::number(*slope)
        ),
        Reason::Simplex { step, worst, flipped } => simplex(about, *step, [*worst, *flipped]),
        Reason::Hand => t!("why.hand", point = about.point),
        Reason::Weighed { loss, of } => weighed(about, *loss, of),
        Reason::Model { .. } => {
            let (sentence, numbers) = by_a_model(about, reason);
            behind = numbers;
            sentence
        }
    };
    (sentence, behind)
}

/// Why a point was the likeliest to be of the best trials.
fn like_the_best(about: &About, reason: &Reason) -> String {
    match reason {
        Reason::Parzen { good, score, winner, .. } => {
            let (good, ratio) = (good.len(), format::number(score.exp()));
            let (point, bad) = (&about.point, about.told.saturating_sub(good));
            match winner {
                // Put together of the best of each parameter, it mostly was no candidate.
                None => t!("why.parzen_each", point = point, good = good, bad = bad, ratio = ratio),
                Some(_) => t!("why.parzen", point = point, good = good, bad = bad, ratio = ratio),
            }
        }
        Reason::Rung { epochs, good, bad, candidates, score } => {
            let (point, ratio) = (&about.point, format::number(score.exp()));
            match epochs.or(about.epochs) {
                Some(epochs) => t!(
                    "why.rung",
                    epochs = epochs,
                    point = point,
                    good = good,
                    bad = bad,
                    candidates = candidates,
                    ratio = ratio
                ),
                None => t!(
                    "why.rung_whole",
                    point = point,
                    good = good,
                    bad = bad,
                    candidates = candidates,
                    ratio = ratio
                ),
            }
        }
        _ => String::new(),
    }
}

/// Whose child a member of a generation is.
fn bred(about: &About, reason: &Reason) -> String {
    let Reason::Bred { generation, member, of, parents, mutated, .. } = reason else {
        return String::new();
    };
    t!(
        "why.bred",
        point = about.point,
        generation = generation + 1,
        member = member + 1,
        of = of,
        mother = (about.number)(parents[0]),
        father = (about.number)(parents[1]),
        mutated = mutated_ones(about, mutated)
    )
}

/// Which corner of the simplex moves, and how; trials by what is worst and what is flipped.
fn simplex(about: &About, step: SimplexStep, trials: [Option<usize>; 2]) -> String {
    let [worst, flipped] = trials.map(|n| n.map_or_else(|| "–".into(), about.trial));
    match step {
        SimplexStep::Corner => t!("why.corner", point = about.point),
        SimplexStep::Reflect => t!("why.reflect", point = about.point, worst = worst),
        SimplexStep::Expand => t!("why.expand", point = about.point, flipped = flipped),
        SimplexStep::ContractOut => {
            t!("why.contract_out", point = about.point, flipped = flipped, worst = worst)
        }
        SimplexStep::ContractIn => {
            t!("why.contract_in", point = about.point, flipped = flipped, worst = worst)
        }
        SimplexStep::Shrink => t!("why.shrink", point = about.point),
    }
}

/// How much loss counted against size, and what the model of both expects.
fn weighed(about: &About, loss: f64, of: &Reason) -> String {
    let model = match of {
        Reason::Model { median, band, .. } => t!(
            "why.weighed_model",
            median = format::minus(format::number(*median)),
            low = format::minus(format::number(band[0])),
            high = format::minus(format::number(band[1]))
        ),
        _ => String::new(),
    };
    let (point, loss, cost) = (&about.point, format::percent(loss), format::percent(1.0 - loss));
    match about.epochs {
        Some(_) => t!("why.weighed", point = point, loss = loss, cost = cost, model = model),
        // Of another program's trials the second objective may be anything.
        None => t!(
            "why.weighed_imported",
            point = point,
            metric = about.metric,
            loss = loss,
            cost = cost,
            model = model
        ),
    }
}

fn numbers(about: &About, trials: &[usize]) -> String {
    let names: Vec<String> = trials.iter().map(|n| (about.number)(*n).to_string()).collect();
    format::list(&names)
}

/// The parameters that a child has from neither parent.
fn mutated_ones(about: &About, mutated: &[bool]) -> String {
    let both = about.names.iter().zip(mutated).filter(|(_, m)| **m);
    let names: Vec<String> = both.map(|(name, _)| format::within(name)).collect();
    if names.is_empty() { t!("why.no_mutation") } else { format::list(&names) }
}

/// Why a model chose a point, and the numbers behind that.
fn by_a_model(about: &About, reason: &Reason) -> (String, String) {
    let Reason::Model {
        acquisition,
        median,
        band,
        best,
        level,
        chance,
        value,
        kappa,
        exploit,
        finite,
        nearest,
    } = reason
    else {
        return Default::default();
    };
    let shown = |cost: f64| (about.value)(cost);
    let counts = matches!(
        acquisition,
        Acquisition::ExpectedImprovement
            | Acquisition::LogExpectedImprovement
            | Acquisition::ProbabilityOfImprovement
    );
    let lucky = |cost: f64| *level > cost + 1e-6 * cost.abs();
    let counted = best.filter(|_| counts).map(|(_, cost)| cost);
    // Without that, a gain below a better loss would be a riddle.
    let luck =
        counted.filter(|cost| lucky(*cost)).map(|_| t!("why.level_by_luck", level = shown(*level)));
    let gained_from = counted.filter(|cost| !lucky(*cost)).map(|cost| {
        // So little is no difference in the digits on show.
        if shown(*level) == shown(cost) {
            t!("why.level_least")
        } else {
            t!("why.level_less", level = shown(*level))
        }
    });
    let best = best.map_or_else(
        || t!("why.no_best"),
        |(trial, cost)| t!("why.best", trial = (about.number)(trial), loss = shown(cost)),
    );
    let gain = gain(about, *acquisition, *value, *chance, *kappa);
    let chance = format::percent(1.0 - finite);
    let risk = match about.epochs {
        _ if *finite >= 0.995 => String::new(),
        Some(_) => t!("why.risk", chance = chance),
        None => t!("why.risk_imported", chance = chance),
    };
    let warned = match about.epochs {
        Some(_) => t!("why.finite"),
        None => t!("why.finite_imported"),
    };
    let prior = match about.earlier {
        0 => String::new(),
        n => t!("why.prior", n = n),
    };
    let (point, metric, median) = (&about.point, format::within(&about.metric), shown(*median));
    let [low, high] = [about.turned, !about.turned].map(|end| shown(band[usize::from(end)]));
    // In the digits on show both ends may be one number.
    let unsure =
        if low == high { t!("why.sure") } else { t!("why.unsure", low = low, high = high) };
    let expects = t!("why.model", point = point, metric = metric, median = median, best = best);
    let behind = [
        unsure,
        luck.unwrap_or_default(),
        gained_from.unwrap_or_default(),
        gain,
        warned,
        t!("why.nearest", nearest = (about.number)(*nearest)),
        risk,
        prior,
    ];
    (format::sentences(&[expects, lead(*exploit)]), format::sentences(&behind))
}

/// Whether a point was chosen for what is expected there or for what is not known, where the
/// acquisition function weighs both.
fn lead(exploit: Option<f64>) -> String {
    match exploit {
        None => t!("why.no_lead"),
        Some(0.9995..) => t!("why.lead_exploit"),
        Some(..0.0005) => t!("why.lead_explore"),
        Some(share) => {
            t!("why.lead", exploit = format::percent(share), explore = format::percent(1.0 - share))
        }
    }
}

/// What the acquisition function says of a point.
fn gain(about: &About, acquisition: Acquisition, value: f64, chance: f64, kappa: f64) -> String {
    let shown = |cost: f64| (about.value)(cost);
    match acquisition {
        Acquisition::ConfidenceBound => {
            t!("why.ucb", value = shown(value), kappa = format::number(kappa))
        }
        Acquisition::Thompson => t!("why.thompson", value = shown(value)),
        Acquisition::ProbabilityOfImprovement => t!("why.pi", value = format::percent(value)),
        Acquisition::NoisyExpectedImprovement => {
            t!("why.noisy_ei", value = format::minus(format::number(value)))
        }
        _ => {
            let log = acquisition == Acquisition::LogExpectedImprovement;
            let gain = format::minus(format::number(if log { value.exp() } else { value }));
            t!("why.ei", chance = format::percent(chance), value = gain)
        }
    }
}
