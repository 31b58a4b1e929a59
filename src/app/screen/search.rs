//! The Search screen: the landscape, the strategy's mind, the trials.

use super::{
    Link, advice, after, evaluation, fields, linked, map, parameters, population, process, searched, table, trial,
};
use crate::app::format;
use crate::app::model::{Message, Model};
use crate::app::plot::map::{Domain, belief};
use crate::app::plot::raster::Raster;
use crate::app::search::{Phase, SPEEDS, StudyMessage};
use crate::app::texts::t;
use crate::exchange::Panel;
use crate::exchange::Shown;
use crate::metrics::Metric;
use crate::search::{Acquisition, Belief, Figure, Quantity, Reason, SimplexStep, StrategyName};
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
                        { mind(model) }
                    </div>
                </section>
                { linked::panel(model) }
            </main>
            if model.shows(Panel::Results) {
            <aside class="right" aria-label={t!("nav.results")}>
                { trial::chosen(model, link) }
                { trial::curves(model) }
                { trial::best_so_far(model) }
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
            <output id="trial-number">{ t!("transport.trial", n = s.shown, budget = s.budget) }</output>
            <small id="epochs-spent">{ t!("transport.epochs", n = format::count(study.epochs(s.shown, model.setup.evaluation.streams()))) }</small>
            <select id="speed" aria-label={t!("transport.speed").to_string()} onchange={link.callback(|e: Event| Message::Study(StudyMessage::Speed(fields::select_index(&e))))}>
                { for (0..SPEEDS.len()).map(|i| html! { <option selected={i == study.speed}>{ t!(format!("transport.speed_{i}")) }</option> }) }
            </select>
        </section>
    }
}

/// What the strategy believes, on the map's axes, before the trial on show.
fn mind(model: &Model) -> Html {
    let s = &model.setup.search;
    if !s.strategy.believes() {
        let mindless = match s.strategy {
            StrategyName::Grid | StrategyName::Hypergradient => s.strategy.key(),
            _ => "random",
        };
        return html! { <div class="mind"><p class="about">{ t!(format!("mind.{}", mindless)) }</p></div> };
    }
    let known = |b: &Belief| !b.layers.is_empty() || b.figure != Figure::None;
    let belief_now = model.study.belief(s.shown).filter(|(_, b)| known(b));
    let Some((before, now)) = belief_now else {
        return html! { <div class="mind"><p class="about">{ t!("mind.none_yet") }</p></div> };
    };
    let domain = believed(model, now);
    let axes = &model.map.land.axes;
    let dots = || {
        let trials = model.study.study.trials().iter().enumerate().take(s.shown);
        trials.filter_map(|(n, t)| {
            let u = model.setup.place_on(axes, &t.point);
            u.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)).then_some(html! {
                <circle class={if n < before { "seen" } else { "next" }} cx={(100.0 * u[0]).to_string()} cy={(100.0 - 100.0 * u[1]).to_string()} r={if n < before { "2" } else { "5" }} />
            })
        }).collect::<Html>()
    };
    let title = |quantity: Quantity| match quantity {
        Quantity::Mean => t!("mind.mean").to_string(),
        Quantity::Spread => t!("mind.spread"),
        Quantity::Acquisition => process::acquisition(s.acquisition),
        Quantity::Good => t!("mind.good"),
        Quantity::Bad => t!("mind.bad"),
        Quantity::Ratio => t!("mind.ratio"),
    };
    let space = model.study.study.space();
    let (across, up) = model.setup.pair();
    let outline = up.map(|up| now.figure.outline(space, (across, up))).unwrap_or_default();
    let corners = outline.iter().map(|point| {
        let u = model.setup.place_on(axes, point);
        format!("{:.2},{:.2}", 100.0 * u[0], 100.0 - 100.0 * u[1])
    });
    html! {
        <div class="mind" id="mind">
            { for now.layers.iter().map(|(quantity, values)| html! {
                <figure class="belief">
                    <figcaption>{ title(*quantity) }<small>{ range(model, *quantity, values) }</small></figcaption>
                    <div class="small-plot">
                        <BeliefPlot quantity={*quantity} values={now.clone()} best={domain.best} worst={domain.worst} label={title(*quantity)} />
                        <svg viewBox="0 0 100 100" aria-hidden="true">{ dots() }</svg>
                    </div>
                </figure>
            }) }
            { process::fit(model, &now.figure) }
            if now.layers.is_empty() {
                <figure class="belief" data-quantity="figure">
                    <figcaption>{ figure(model, &now.figure) }</figcaption>
                    <div class="small-plot figure">
                        <svg viewBox="0 0 100 100" role="img" aria-label={figure(model, &now.figure)}>
                            <polygon class="outline" points={corners.collect::<Vec<_>>().join(" ")} />
                            { dots() }
                        </svg>
                    </div>
                </figure>
            }
            <p class="about">{ t!("mind.before", n = before + 1) }</p>
        </div>
    }
}

/// The colours of what is believed of the objective: the map's where it is the loss, else the belief's own.
fn believed(model: &Model, belief: &Belief) -> Domain {
    let mean = belief.layers.iter().find(|(quantity, _)| *quantity == Quantity::Mean);
    match mean {
        Some((_, values)) if evaluation::objective(model).metric != Metric::Loss => {
            let (best, worst) = ends(values);
            Domain { best, worst }
        }
        _ => Domain::of(&model.map.land, Shown::Loss, model.map.land.epochs),
    }
}

/// The smallest and the largest number.
fn ends(values: &[f32]) -> (f64, f64) {
    let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
    (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max))
}

/// What a figure says in a line.
fn figure(model: &Model, figure: &Figure) -> String {
    let numbers = |trials: &[usize]| trials.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>().join(", ");
    match figure {
        Figure::None | Figure::Split { .. } | Figure::Fit { .. } => String::new(),
        Figure::Ellipse { generation, step, .. } => {
            t!("mind.ellipse", generation = generation + 1, step = format::number(*step))
        }
        Figure::Simplex { corners } => match corners.first() {
            Some((_, best)) => t!("mind.simplex", n = corners.len(), best = evaluation::shown(model, *best)),
            None => t!("mind.no_simplex"),
        },
        Figure::Parents { generation, parents, .. } => {
            t!("mind.parents", generation = generation + 1, parents = numbers(parents))
        }
        Figure::Shrinking { width, ranked } => {
            t!("mind.shrinking", width = format::percent(*width), best = numbers(&ranked[..ranked.len().min(3)]))
        }
    }
}

fn range(model: &Model, quantity: Quantity, values: &[f32]) -> String {
    let (low, high) = ends(values);
    let digits = |value| match quantity {
        Quantity::Mean => evaluation::shown(model, value),
        Quantity::Spread => evaluation::size(model, value),
        _ => format::number(value),
    };
    // What is nothing beside the largest is nothing.
    let low = if low.abs() < 1e-3 * high.abs() { 0.0 } else { low };
    format!("{} – {}", digits(low), digits(high))
}

#[derive(Properties)]
struct BeliefProps {
    quantity: Quantity,
    values: std::rc::Rc<Belief>,
    best: f64,
    worst: f64,
    label: AttrValue,
}

impl PartialEq for BeliefProps {
    fn eq(&self, other: &Self) -> bool {
        std::rc::Rc::ptr_eq(&self.values, &other.values)
            && (self.quantity, self.best, self.worst) == (other.quantity, other.best, other.worst)
            && self.label == other.label
    }
}

#[component]
fn BeliefPlot(props: &BeliefProps) -> Html {
    let layer = props.values.layers.iter().find(|(q, _)| *q == props.quantity);
    let Some((quantity, values)) = layer else { return Html::default() };
    let pixels = belief(*quantity, values, Domain { best: props.best, worst: props.worst });
    html! { <Raster {pixels} class="smooth" label={props.label.clone()} /> }
}

/// Why the trial on show was put where it is, with its numbers.
fn why(model: &Model) -> Html {
    let s = &model.setup.search;
    let class = classes!("why", format!("strategy-{}", s.strategy.key()));
    let Some((n, trial)) = s.shown.checked_sub(1).and_then(|n| Some((n, model.study.study.trials().get(n)?))) else {
        if s.shown > 0 {
            return html! { <section {class} id="why"><p>{ t!("why.again", done = model.study.done(), run = s.run) }</p></section> };
        }
        if s.manual {
            return html! { <section {class} id="why"><p>{ t!("why.manual", strategy = searched::name(s.strategy)) }</p></section> };
        }
        return html! { <section {class} id="why"><p>{ t!("why.start", strategy = searched::name(s.strategy)) }</p></section> };
    };
    let point = parameters::point(model, &trial.point);
    let sentence = match &trial.reason {
        Reason::Grid { index, columns, rows } => {
            t!("why.grid", point = point, cell = index + 1, cells = columns * rows, columns = columns, rows = rows)
        }
        Reason::Random => t!("why.random", point = point),
        Reason::Startup { index, of } => t!("why.startup", point = point, index = index + 1, of = of),
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
        Reason::Model { acquisition, median, band, best, level, chance, value, kappa, exploit, finite, nearest } => {
            let shown = |cost: f64| evaluation::shown(model, cost);
            let best = best.map_or_else(
                || t!("why.no_best"),
                |(trial, cost)| t!("why.best", trial = trial + 1, loss = shown(cost)),
            );
            let gain = match acquisition {
                Acquisition::ConfidenceBound => t!("why.ucb", value = shown(*value), kappa = format::number(*kappa)),
                Acquisition::Thompson => t!("why.thompson", value = shown(*value)),
                Acquisition::ProbabilityOfImprovement => {
                    t!("why.pi", level = shown(*level), value = format::percent(*value))
                }
                Acquisition::NoisyExpectedImprovement => t!("why.noisy_ei", value = format::number(*value)),
                _ => {
                    let log = *acquisition == Acquisition::LogExpectedImprovement;
                    let gain = format::number(if log { value.exp() } else { *value });
                    t!("why.ei", level = shown(*level), chance = format::percent(*chance), value = gain)
                }
            };
            let lead = exploit.map_or_else(
                || t!("why.no_lead"),
                |share| t!("why.lead", exploit = format::percent(share), explore = format::percent(1.0 - share)),
            );
            let negative = band[0] < 0.0 && evaluation::objective(model).metric == Metric::Loss;
            let below = if negative { t!("why.below_zero") } else { String::new() };
            let risk =
                if *finite < 0.995 { t!("why.risk", chance = format::percent(1.0 - finite)) } else { String::new() };
            t!(
                "why.model",
                point = point,
                metric = evaluation::title(model),
                median = shown(*median),
                low = shown(band[0]),
                high = shown(band[1]),
                below = below,
                best = best,
                gain = gain,
                lead = lead,
                nearest = nearest + 1,
                risk = risk
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
        </section>
    }
}
