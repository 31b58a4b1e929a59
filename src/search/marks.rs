//! What is marked on the map: the trials, their slopes, and where the best place was before a
//! change of the set-up.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::{colour, map};
use crate::search::trial;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::metrics::Metric;
use tunescape_core::search::Outcome;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Shown;
use tunescape_core::space::Param;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::landscape::domain;
use tunescape_core::state::landscape::trail::Was;
use tunescape_core::state::{Event, State};
use tunescape_core::study::Trial;
use yew::prelude::*;

/// Places along the axes as they are on the picture.
type Along<'a> = &'a dyn Fn(f64) -> f64;

/// The numbered trials up to the one on show, each filled with what the map shows, of its own.
pub fn trials(state: &State, px: Along, py: Along) -> Html {
    let s = &state.setup;
    let axes = &state.map.land.axes;
    let by_loss = fill(state);
    let speeds = domain::Domain::of(&state.map.land, Shown::Speed, state.map.shown_epoch());
    let fill = |trial: &Trial| match state.map_shown() {
        Shown::Loss => by_loss(trial),
        // The epoch at which its own curve came so far.
        Shown::Speed => {
            let seen =
                trial.curve.iter().take_while(|(epoch, _)| *epoch <= state.map.shown_epoch());
            let came =
                seen.clone().find(|(_, report)| f64::from(report.valid_loss) <= s.map.target);
            match came {
                Some((epoch, _)) => Some(colour::loss(speeds.goodness(*epoch as f64))),
                None => by_loss(trial).map(|_| map::NEVER),
            }
        }
    };
    let kept = state.study.kept(s);
    let shown = s.search.shown;
    let best = state.study.best(shown).map(|b| b.0);
    let marker = |n: usize| {
        let trial = &state.study.study.trials()[n];
        let dragged = state.map.grabbed.filter(|_| n + 1 == shown);
        let unit = dragged.map_or_else(
            || s.place_on(axes, &trial.point),
            |(x, y)| [x, y].map(|u| u.clamp(0.0, 1.0)),
        );
        if !unit.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)) {
            return Html::default();
        }
        let fill = fill(trial);
        let ink = fill.map_or("#ffffff", colour::ink);
        let (x, y) = (px(unit[0]), py(unit[1]));
        let class = classes!(
            "trial",
            (best == Some(n)).then_some("best"),
            (n + 1 == shown).then_some("latest"),
            (!s.is_on_cut(&trial.point)).then_some("off"),
            trial::look(state, &kept, n)
        );
        html! {
            <g {class} data-trial={(n + 1).to_string()}>
                if n + 1 == shown {
                    <circle class="halo" cx={x.to_string()} cy={y.to_string()} r="18" />
                }
                <circle class="disc" cx={x.to_string()} cy={y.to_string()} r="11"
                    fill={fill.map_or_else(|| "#3a3d42".to_string(), colour::hex)} />
                <text x={x.to_string()} y={(y + 4.0).to_string()} text-anchor="middle" fill={ink}>
                    { n + 1 }
                </text>
                if let Some(note) = s.search.note(n) { <title>{ note }</title> }
            </g>
        }
    };
    html! { <g aria-hidden="true">{ for (0..shown.min(state.study.study.trials().len())).map(marker) }</g> }
}

/// The colour of a trial's loss on the map's scale; none where it has none.
pub fn fill(state: &State) -> impl Fn(&Trial) -> Option<[u8; 3]> {
    let domain = domain::Domain::of(&state.map.land, Shown::Loss, state.map.land.epochs);
    let judged_by = evaluation::objective(state).metric;
    move |trial| {
        let loss = match trial.outcome? {
            // The map is of the loss, whatever else the trials are judged by.
            Outcome::Value(_) | Outcome::Pruned { .. } if judged_by != Metric::Loss => {
                let (_, report) =
                    trial.curve.iter().rfind(|(epoch, _)| *epoch <= trial.epochs())?;
                f64::from(report.valid_loss)
            }
            Outcome::Value(loss) | Outcome::Pruned { loss, .. } => loss,
            _ => return None,
        };
        Some(colour::loss(domain.goodness(loss)))
    }
}

/// Pixels of the longest arrow.
const ARROW: f64 = 56.0;

/// Against the slope of the loss at each trial that has one, over the axes as they are drawn: the
/// longer, the steeper.
pub fn slopes(state: &State, px: Along, py: Along) -> Html {
    let (setup, axes) = (&state.setup, &state.map.land.axes);
    let (across, up) = setup.pair();
    let trials = state.study.study.trials().iter().take(setup.search.shown).enumerate();
    let arrow = |(n, trial): (usize, &Trial)| {
        let slope = trial.slope.as_ref()?;
        let unit = setup.place_on(axes, &trial.point);
        let along = |axis: usize, place: Option<usize>| {
            let (param, at) = (&axes.params[axis], unit[axis].clamp(0.0, 0.999));
            let by_unit = (param.from_unit(at + 0.001) - param.from_unit(at)) / 0.001;
            place.and_then(|i| slope.get(i)).map_or(0.0, |s| -s * by_unit)
        };
        let inside = unit.iter().all(|u| (0.0..=1.0).contains(u));
        Some((n, unit, [along(0, Some(across)), along(1, up)])).filter(|_| inside)
    };
    let arrows: Vec<_> = trials.filter_map(arrow).collect();
    let size = |by: &[f64; 2]| libm::hypot(by[0], by[1]);
    let most = arrows.iter().map(|(.., by)| size(by)).fold(1e-300, f64::max);
    let one = |(n, unit, by): &(usize, [f64; 2], [f64; 2])| {
        // Slopes differ by orders of magnitude.
        let length = ARROW * (size(by) / most).powf(0.25) / size(by).max(1e-300);
        let (x, y, dx, dy) = (px(unit[0]), py(unit[1]), by[0] * length, -by[1] * length);
        let (a, b) = (x + dx, y + dy);
        let d = format!(
            "M{x:.1} {y:.1}L{a:.1} {b:.1}M{:.1} {:.1}L{a:.1} {b:.1}L{:.1} {:.1}",
            a - 0.3 * dx + 0.18 * dy,
            b - 0.3 * dy - 0.18 * dx,
            a - 0.3 * dx - 0.18 * dy,
            b - 0.3 * dy + 0.18 * dx,
        );
        html! { <g data-slope={(n + 1).to_string()}><path class="slope under" d={d.clone()} /><path class="slope" {d} /></g> }
    };
    html! { <g aria-hidden="true">{ for arrows.iter().map(one) }</g> }
}

/// Where the run of Explore is, inside the map or beyond its edge.
fn of_run(state: &State) -> Option<[f64; 2]> {
    state.map.found.then(|| state.setup.place_on(&state.map.land.axes, &state.setup.own_point()))
}

/// A ring there, or at the edge.
pub fn found(state: &State, px: Along, py: Along) -> Html {
    let Some([x, y]) = of_run(state).map(|at| at.map(|u| u.clamp(0.0, 1.0))) else {
        return Html::default();
    };
    html! { <circle class="found" aria-hidden="true" cx={px(x).to_string()} cy={py(y).to_string()} r="12" /> }
}

/// The same in words, and the button that takes it away.
pub fn found_says(state: &State, link: &Link) -> Html {
    if !state.map.found {
        return Html::default();
    }
    let run = &state.setup.run;
    let beyond = |axis: &Param| {
        let own = Parameter::by_name(&axis.name)
            .filter(|_| !axis.is_choice())
            .map(|p| (p.get)(&state.setup));
        own.is_some_and(|own| !(axis.low..=axis.high).contains(&own))
    };
    html! {
        <p class="about" id="found" role="status">
            { explained(t!("map.found", lr = format::number(run.learning_rate), momentum = format::number(run.momentum))) }
            if state.map.land.axes.params.iter().any(beyond) { { t!("map.found_beyond") } }
            { " " }<button type="button" id="lose" hidden={link.hides("lose")} onclick={link.callback(|_| Event::Map(MapEvent::Lose))}>{ t!("map.found_forget") }</button>
        </p>
    }
}

/// Where the best cell was before the last changes of the set-up, and the way from there to where
/// it is now.
pub fn trail(state: &State, px: Along, py: Along) -> Html {
    let map = &state.map;
    if map.trail.is_empty() || state.setup.map.hidden {
        return Html::default();
    }
    let places = map.trail.iter().map(|was| was.at).chain(map.optimum().map(|(at, _)| at));
    let points: Vec<String> = places.map(|[x, y]| format!("{:.1},{:.1}", px(x), py(y))).collect();
    let points = points.join(" ");
    html! {
        <g class="trail" aria-hidden="true">
            <polyline class="under" points={points.clone()} /><polyline {points} />
            { for map.trail.iter().map(|was| html! {
                <circle cx={px(was.at[0]).to_string()} cy={py(was.at[1]).to_string()}
                    r={if map.replayed.and_then(|i| map.trail.get(i)).is_some_and(|on| std::ptr::eq(on, was)) { "9" } else { "5" }}><title>{ format!("{}: {}", words::differences(&was.of, &was.then), format::loss(was.loss)) }</title></circle>
            }) }
            if let Some(([x, y], _)) = map.optimum() {
                <circle class="now" cx={px(x).to_string()} cy={py(y).to_string()} r="7" />
            }
        </g>
    }
}

/// The landscapes of the trail, one fading in over the one before; the last fades out over the one
/// that is.
pub fn stages(state: &State) -> Html {
    let map = &state.map;
    let Some(at) = map.replayed.filter(|_| !state.setup.map.hidden) else { return Html::default() };
    let stage = |i: usize| {
        let class = if i == at {
            "appears"
        } else if at == map.trail.len() {
            "goes"
        } else {
            ""
        };
        html! { <map::Stage key={i} values={map.trail[i].values.clone()} domain={map.trail[i].domain} class={classes!("pixelated", "stage", class)} /> }
    };
    (at.saturating_sub(1)..=at).filter(|i| *i < map.trail.len()).map(stage).collect()
}

/// The same in words, and the button that forgets it.
pub fn moved(state: &State, link: &Link) -> Html {
    let map = &state.map;
    if map.trail.is_empty() || state.setup.map.hidden {
        return Html::default();
    }
    let (axes, names) = (&map.land.axes, crate::search::map::axis_names(state));
    let place = |at: [f64; 2]| {
        let value = |i: usize| {
            crate::words::parameters::value_of(
                &state.setup,
                &axes.params[i].name,
                axes.params[i].from_unit(at[i]),
            )
        };
        let named = |i: usize| [&format::within(&names[i]), " ", &value(i)].concat();
        let axes = (0..2).filter(|&i| axes.params[i].moves()).map(named);
        format::list(&axes.collect::<Vec<_>>())
    };
    let before = |was: &Was| {
        t!(
            "map.was_at",
            says = words::differences(&was.of, &was.then),
            place = place(was.at),
            loss = format::loss(was.loss)
        )
    };
    // Which landscape is on show, and the one that comes next.
    let (next, name, stage) = match map.replayed {
        None => (0, t!("map.replay"), None),
        Some(i) => (
            i + 1,
            t!("map.replay_next"),
            Some(map.trail.get(i).map_or_else(
                || t!("map.replay_end"),
                |was| words::differences(&was.of, &was.then),
            )),
        ),
    };
    let now = map
        .optimum()
        .filter(|_| map.finished())
        .map(|(at, loss)| t!("map.best_now", place = place(at), loss = format::loss(loss)));
    let was: Vec<String> = map.trail.iter().map(before).collect();
    let was = was.join(&t!("list.clauses"));
    html! {
        <p class="about" id="trail">
            { explained(t!("map.best_was", was = was)) }{ format::gap() }{ now.unwrap_or_default() }
            { " " }<button type="button" id="replay-trail" hidden={link.hides("replay-trail")} onclick={link.callback(move |_| Event::Map(MapEvent::Replay(next)))}>{ name }</button>
            { " " }<span role="status">{ stage.unwrap_or_default() }</span>
            { " " }<button type="button" id="forget-trail" hidden={link.hides("forget-trail")} onclick={link.callback(|_| Event::Map(MapEvent::Forget))}>{ t!("map.forget") }</button>
        </p>
    }
}
