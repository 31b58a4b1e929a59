//! The Search screen: the landscape, the strategy's mind, the trials.

use super::{
    Link, advice, after, cuts, evaluation, fields, linked, map, mind, parameters, population, searched, table, trial,
};
use crate::app::format;
use crate::app::model::{Message, Model};
use crate::app::search::{Phase, SPEEDS, StudyMessage};
use crate::app::texts::t;
use crate::exchange::Panel;
use crate::search::{Acquisition, Reason, SimplexStep};
use crate::study::Trial;
use yew::prelude::*;

/// The trial under the pointer, or that the keyboard is on, stands out in every plot; a click chooses it.
pub fn view(model: &Model, link: &Link) -> Html {
    let point = |trial| Message::Study(StudyMessage::Point(trial));
    let over = link.callback(move |e: PointerEvent| point(trial::under(&e)));
    let onfocusin = link.callback(move |e: FocusEvent| point(trial::under(&e)));
    let onpointerleave = link.callback(move |_: PointerEvent| point(None));
    let pick = link.batch_callback(|e: MouseEvent| Some(Message::Study(StudyMessage::Select(Some(trial::under(&e)?)))));
    html! {
        <div class="linked" onpointerover={over.clone()} {onfocusin} {onpointerleave} onclick={pick}>
            <main class="middle">
                { transport(model, link) }
                <section class="card landscape">
                    { map::head(model, link) }
                    <div class={classes!("with-belief", (!model.setup.search.strategy.believes()).then_some("alone"))}>
                        <div class="truth">
                            { map::reading(model) }
                            { map::picture(model, link) }
                            { why(model) }
                            { map::foot(model, link) }
                        </div>
                        { mind::view(model) }
                    </div>
                </section>
                { linked::panel(model, link) }
                { cuts::panel(model) }
            </main>
            if model.shows(Panel::Results) {
            <aside class="right" aria-label={t!("nav.results")}>
                { trial::chosen(model, link) }
                { trial::curves(model, link) }
                { trial::best_so_far(model, link) }
                { advice::panel(model) }
                { table::panel(model, link) }
                { after::panel(model, link) }
                { population::panel(model, link) }
            </aside>
            }
        </div>
    }
}

fn transport(model: &Model, link: &Link) -> Html {
    let s = &model.setup.search;
    let study = &model.study;
    let ready = model.ready();
    let more = model.more();
    let busy = matches!(study.phase, Phase::Proposing(_) | Phase::Training(_));
    html! {
        <section class="card transport" aria-label={t!("transport.title").to_string()}>
            { fields::button(link, "first", "|◀", t!("transport.first").into(), s.shown > 0, || Message::Study(StudyMessage::First)) }
            { fields::button(link, "back", format!("◀ {}", t!("transport.step")), t!("transport.back").into(), s.shown > 0, || Message::Study(StudyMessage::Back)) }
            if study.playing {
                <button type="button" id="pause" class="primary" onclick={link.callback(|_| Message::Study(StudyMessage::Pause))}>{ format!("❚❚ {}", t!("transport.pause")) }</button>
            } else {
                <button type="button" id="play" class="primary" disabled={!(ready && more)} onclick={link.callback(|_| Message::Study(StudyMessage::Play))}>{ format!("▶ {}", t!("transport.play")) }</button>
            }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("transport.forward").into(), ready && more && !study.playing && !busy, || Message::Study(StudyMessage::Step)) }
            <input type="range" id="scrub" min="0" max={s.budget.to_string()} value={s.shown.to_string()} aria-label={t!("transport.scrub").to_string()}
                oninput={link.callback(|e: InputEvent| Message::Study(StudyMessage::Show(fields::input_text(&e).parse().unwrap_or(0))))} />
            <span class="count">
                <output id="trial-number">{ t!("transport.trial", n = s.shown, budget = s.budget) }</output>
                <small id="epochs-spent">{ t!("transport.epochs", n = format::count(study.epochs(s.shown, model.setup.evaluation.streams()))) }</small>
            </span>
            <select id="speed" aria-label={t!("transport.speed").to_string()} onchange={link.callback(|e: Event| Message::Study(StudyMessage::Speed(fields::select_index(&e))))}>
                { for (0..SPEEDS.len()).map(|i| html! { <option selected={i == study.speed}>{ t!(format!("transport.speed_{i}")) }</option> }) }
            </select>
        </section>
    }
}

/// Why the trial on show was put where it is, with its numbers.
fn why(model: &Model) -> Html {
    let s = &model.setup.search;
    // Once there are long reasons, what lies below stays where it is from trial to trial.
    let modelled = |trial: &Trial| !matches!(trial.reason, Reason::Startup { .. } | Reason::Random | Reason::Hand);
    let long = model.study.study.trials().iter().any(modelled).then_some("long");
    let class = classes!("why", format!("strategy-{}", s.strategy.key()), long);
    let Some((n, trial)) = s.shown.checked_sub(1).and_then(|n| Some((n, model.study.study.trials().get(n)?))) else {
        if s.shown > 0 {
            return html! { <section {class} id="why"><p>{ t!("why.again", done = model.study.done(), run = s.run) }</p></section> };
        }
        if s.manual {
            return html! { <section {class} id="why"><p>{ t!("why.manual", strategy = searched::name(s.strategy)) }</p></section> };
        }
        return html! { <section {class} id="why"><p>{ t!("why.start", strategy = searched::name(s.strategy)) }</p></section> };
    };
    let point = parameters::within(model, &trial.point);
    // What is good to know, but no reason.
    let mut aside = String::new();
    let sentence = match &trial.reason {
        Reason::Grid { index, columns, rows } => {
            t!("why.grid", point = point, cell = index + 1, cells = columns * rows, columns = columns, rows = rows)
        }
        Reason::Random => t!("why.random", point = point),
        Reason::Startup { index, of } => t!("why.startup", point = point, index = index + 1, of = of),
        Reason::Foreseen { index, of, better, candidates } => t!(
            "why.foreseen",
            point = point,
            index = index + 1,
            of = of,
            earlier = s.earlier.len(),
            better = format::percent(*better as f64 / (*candidates).max(1) as f64)
        ),
        Reason::Sequence { index } => t!("why.sequence", point = point, index = index + 1),
        Reason::Parzen { good, score, .. } => t!(
            "why.parzen",
            point = point,
            good = good.len(),
            bad = n - good.len(),
            ratio = format::number(score.exp())
        ),
        Reason::Rung { epochs, good, bad, candidates, score } => t!(
            "why.rung",
            point = point,
            epochs = epochs.unwrap_or(model.setup.training.epochs),
            good = good,
            bad = bad,
            candidates = candidates,
            ratio = format::number(score.exp())
        ),
        Reason::Sampled { generation, member, of, step, outside } => t!(
            "why.sampled",
            point = point,
            generation = generation + 1,
            member = member + 1,
            of = of,
            step = format::number(*step),
            outside = outside
        ),
        Reason::Bred { generation, member, of, parents, mutated, .. } => t!(
            "why.bred",
            point = point,
            generation = generation + 1,
            member = member + 1,
            of = of,
            mother = parents[0] + 1,
            father = parents[1] + 1,
            mutated = mutated.iter().filter(|m| **m).count()
        ),
        Reason::Annealed { around, width } => t!(
            "why.annealed",
            point = point,
            width = format::percent(*width),
            around = around.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>().join(", ")
        ),
        Reason::Downhill { from, step, slope } => t!(
            "why.downhill",
            point = point,
            from = from + 1,
            step = format::number(*step),
            slope = format::number(*slope)
        ),
        Reason::Simplex { step, .. } => match step {
            SimplexStep::Corner => t!("why.corner", point = point),
            SimplexStep::Reflect => t!("why.reflect", point = point),
            SimplexStep::Expand => t!("why.expand", point = point),
            SimplexStep::ContractOut => t!("why.contract_out", point = point),
            SimplexStep::ContractIn => t!("why.contract_in", point = point),
            SimplexStep::Shrink => t!("why.shrink", point = point),
        },
        Reason::Hand => t!("why.hand", point = point),
        Reason::Weighed { loss, of } => {
            let model = match &**of {
                Reason::Model { median, band, .. } => t!(
                    "why.weighed_model",
                    median = format::minus(format::number(*median)),
                    low = format::minus(format::number(band[0])),
                    high = format::minus(format::number(band[1]))
                ),
                _ => String::new(),
            };
            t!(
                "why.weighed",
                point = point,
                loss = format::percent(*loss),
                cost = format::percent(1.0 - loss),
                model = model
            )
        }
        Reason::Model { acquisition, median, band, best, level, chance, value, kappa, exploit, finite, nearest } => {
            let shown = |cost: f64| evaluation::expected(model, cost);
            let counts = matches!(
                acquisition,
                Acquisition::ExpectedImprovement
                    | Acquisition::LogExpectedImprovement
                    | Acquisition::ProbabilityOfImprovement
            );
            let lucky = |cost: f64| *level > cost + 1e-6 * cost.abs();
            let gained_from = best.filter(|_| counts).map(|(_, cost)| match lucky(cost) {
                true => t!("why.level_by_luck", level = shown(*level)),
                false => t!("why.level_less", level = shown(*level)),
            });
            let best = best.map_or_else(
                || t!("why.no_best"),
                |(trial, cost)| t!("why.best", trial = trial + 1, loss = shown(cost)),
            );
            let gain = match acquisition {
                Acquisition::ConfidenceBound => t!("why.ucb", value = shown(*value), kappa = format::number(*kappa)),
                Acquisition::Thompson => t!("why.thompson", value = shown(*value)),
                Acquisition::ProbabilityOfImprovement => t!("why.pi", value = format::percent(*value)),
                Acquisition::NoisyExpectedImprovement => {
                    t!("why.noisy_ei", value = format::minus(format::number(*value)))
                }
                _ => {
                    let log = *acquisition == Acquisition::LogExpectedImprovement;
                    let gain = format::minus(format::number(if log { value.exp() } else { *value }));
                    t!("why.ei", chance = format::percent(*chance), value = gain)
                }
            };
            let lead = exploit
                .map(|share| t!("why.lead", exploit = format::percent(share), explore = format::percent(1.0 - share)));
            let risk =
                if *finite < 0.995 { t!("why.risk", chance = format::percent(1.0 - finite)) } else { String::new() };
            let prior = if s.earlier.is_empty() { String::new() } else { t!("why.prior", n = s.earlier.len()) };
            let lead_says = if lead.is_some() { t!("why.lead_says") } else { t!("why.no_lead") };
            aside = t!(
                "why.aside",
                level = gained_from.unwrap_or_default(),
                lead = lead_says,
                nearest = nearest + 1,
                risk = risk,
                prior = prior
            );
            let metric = if model.setup.ranks() { t!("evaluation.mean_rank") } else { evaluation::title(model) };
            t!(
                "why.model",
                point = point,
                metric = format::within(&metric),
                median = shown(*median),
                low = shown(band[0]),
                high = shown(band[1]),
                best = best,
                gain = gain,
                lead = lead.unwrap_or_default()
            )
        }
    };
    let beside = n % s.at_once.max(1);
    let together = match beside {
        0 => String::new(),
        _ => t!("why.at_once", from = n - beside + 1, to = n),
    };
    html! {
        <section {class} id="why" aria-live="polite">
            <p><b>{ t!("why.title", n = n + 1) }</b>{ " " }{ sentence }{ " " }{ together }</p>
            if !aside.is_empty() {
                <p><small>{ aside.trim() }</small></p>
            }
        </section>
    }
}
