//! The Gaussian process: what of it the learner may take over, and how well it predicts each trial
//! from the others.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::listed::Drawing;
use crate::plot::twin;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::search::gp::Kernel;
use tunescape_core::search::{Acquisition, Figure};
use tunescape_core::setup::Edit;
use tunescape_core::setup::Setup;
use tunescape_core::setup::settings;
use tunescape_core::space::in_digits;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::batch::Lie;
use yew::prelude::*;

pub fn acquisition(acquisition: Acquisition) -> String {
    t!(format!("acquisition.{}", acquisition.key()))
}

/// The model of an earlier study: taken as prior, and given up again.
fn prior(state: &State, link: &Link) -> Html {
    let search = &state.setup.search;
    if search.pareto {
        let says = || html! { <p class="about">{ explained(t!("search.inherit_one")) }</p> };
        return if state.offered.is_empty() { Html::default() } else { says() };
    }
    let taken = search.earlier.len();
    let offered = if taken > 0 { Vec::new() } else { state.modelled() };
    let (n, of) = (offered.len(), state.offered.len());
    let take = if n < of {
        t!("search.inherit_some", n = n, of = of)
    } else {
        t!("search.inherit", n = n)
    };
    // One value alone has no model.
    let models = offered.iter().filter(|trial| trial.0.is_some()).count() > 1;
    html! {
        <>
            if taken > 0 {
                <p class="about" id="inherits">{ explained(t!("search.inherits", n = taken)) }</p>
                { fields::button(link, "disinherit", t!("search.disinherit"), t!("search.disinherit_why"), true, || Event::Study(StudyEvent::Disinherit)) }
            } else if models {
                { fields::button(link, "inherit", take, t!("search.inherit_why"), true, || Event::Study(StudyEvent::Inherit)) }
            }
        </>
    }
}

/// A number of the process, typed or slid over the range of its key in the set-up; nothing leaves
/// it to the program.
fn taken(link: &Link, id: &'static str, key: &'static str, current: Option<f64>) -> Html {
    let (low, high) = settings::range(key).unwrap_or((0.0, 1.0));
    // Those that begin above 0 are felt by their ratios.
    let ratio = if low > 0.0 { libm::log(high / low) } else { 0.0 };
    let along =
        |x: f64| if low > 0.0 { libm::log(x / low) / ratio } else { (x - low) / (high - low) };
    // Were it taken at the end only, the page would draw the old value under the hand.
    let oninput = link.callback(move |e: InputEvent| {
        let at = fields::input_text(&e).parse::<f64>().unwrap_or(0.0) / 100.0;
        let x = if low > 0.0 { low * libm::exp(at * ratio) } else { low + at * (high - low) };
        Event::Edit(Edit::set(key, in_digits(x, 2).clamp(low, high)))
    });
    let (name, slid) = (words::name(key), format!("{id}-slider"));
    let ruled = link.ruled(&slid);
    html! {
        <>
            { fields::number_or_auto(link, id, name.clone(), current, key) }
            <input type="range" id={slid} class={classes!("under", current.is_none().then_some("auto"))} title={ruled.says()} disabled={ruled.locked} data-locked={ruled.mark()} hidden={ruled.hidden} min="0" max="100" aria-label={name}
                aria-valuetext={current.map_or_else(|| t!("search.auto"), format::number)}
                value={current.map_or(50.0, |x| 100.0 * along(x)).round().to_string()} {oninput} />
        </>
    }
}

pub fn controls(state: &State, link: &Link) -> Html {
    let search = &state.setup.search;
    html! {
        <>
            { fields::choice(link, "acquisition", t!("search.acquisition"), Acquisition::ALL.map(|a| (a, acquisition(a))).to_vec(), search.acquisition,
                |a| Edit::choose("search.acquisition", a)) }
            <details class="more" id="process">
                <summary>{ t!("search.process") }</summary>
                { fields::choice(link, "kernel", t!("search.kernel"), Kernel::ALL.map(|k| (k, t!(format!("kernel.{}", k.key())))).to_vec(), search.kernel,
                    |v| Edit::choose("search.kernel", v)) }
                <p class="about">{ explained(t!(format!("kernel.{}_says", search.kernel.key()))) }</p>
                { taken(link, "length-scale", "search.length_scale", search.length_scale) }
                { taken(link, "gp-noise", "search.noise", search.noise) }
            </details>
            { prior(state, link) }
        </>
    }
}

/// What the acquisition means, and its own number.
pub fn details(setup: &Setup, link: &Link) -> Html {
    let search = &setup.search;
    html! {
        <>
            <p class="about">{ explained(t!(format!("acquisition.{}_says", search.acquisition.key()))) }</p>
            if search.acquisition == Acquisition::ConfidenceBound {
                { taken(link, "kappa", "search.kappa", search.kappa) }
            } else if search.acquisition != Acquisition::Thompson {
                { taken(link, "xi", "search.xi", Some(search.xi)) }
            }
        </>
    }
}

/// Trials that run at the same time.
pub fn at_once(setup: &Setup, link: &Link) -> Html {
    let search = &setup.search;
    html! {
        <>
            { fields::number(link, "at-once", t!("search.at_once"), search.at_once as f64, |v| Edit::set("search.at_once", v)) }
            if search.at_once > 1 {
                { fields::choice(link, "lie", t!("search.lie"), Lie::ALL.map(|l| (l, t!(format!("lie.{}", l.key())))).to_vec(), search.lie, |v| Edit::choose("search.lie", v)) }
            }
        </>
    }
}

/// Each trial's loss against what the others predict for it, the better losses drawn wider apart.
pub fn fit(state: &State, figure: &Figure) -> Html {
    let Figure::Fit { length_scales, noise, detail, share, left_out, .. } = figure else {
        return Html::default();
    };
    let seen = || left_out.iter().map(|(_, loss, _)| *loss);
    let (best, worst) = (seen().fold(f64::MAX, f64::min), seen().fold(f64::MIN, f64::max));
    let least = 0.02 * (worst - best).max(1e-12);
    let height = |loss: f64| (loss - best).max(0.0) + least;
    // Trials that are all alike stand at one place.
    let span = (height(worst) / least).ln().max(1e-9);
    let place = |loss: f64| 8.0 + 84.0 * (height(loss) / least).ln() / span;
    let place = |loss: f64| place(loss).clamp(2.0, 98.0);
    let inside =
        left_out.iter().filter(|(_, loss, [low, _, high])| low <= loss && loss <= high).count();
    let scales = length_scales.iter().map(|l| format::number(*l)).collect::<Vec<_>>().join(" · ");
    let says = t!(
        "mind.fit",
        inside = inside,
        n = left_out.len(),
        scales = scales,
        noise = format::number(*noise)
    );
    let detail = detail.map(|[share, reach]| {
        t!("mind.detail", share = format::percent(share), reach = format::percent(reach))
    });
    let prior = share.map(|share| t!("mind.prior", share = format::percent(share)));
    let says = says + &detail.unwrap_or_default() + &prior.unwrap_or_default();
    let head = vec![
        t!("table.trial"),
        evaluation::title(state),
        t!("table.low"),
        t!("table.median"),
        t!("table.high"),
    ];
    let row = |(trial, loss, predicted): &(usize, f64, [f64; 3])| {
        let values =
            std::iter::once(loss).chain(predicted).map(|v| evaluation::modelled(state, *v));
        std::iter::once((trial + 1).to_string()).chain(values).collect()
    };
    html! {
        <figure class="belief" data-quantity="fit" id="fit">
            <figcaption>{ t!("mind.left_out") }<small>{ says.clone() }</small></figcaption>
            { twin::table(&t!("mind.left_out"), head, left_out.iter().map(row).collect()) }
            <div class="small-plot figure">
                <Drawing view_box="0 0 100 100" name={says}>
                    <path class="outline" d="M2 98L98 2" />
                    { for left_out.iter().map(|(trial, loss, [low, middle, high])| {
                        let x = place(*loss).to_string();
                        html! {
                            <g>
                                <title>{ t!("mind.left_out_trial", n = trial + 1, loss = evaluation::modelled(state, *loss), middle = evaluation::expected(state, *middle)) }</title>
                                <line class="whisker" x1={x.clone()} x2={x.clone()}
                                    y1={(100.0 - place(*low)).to_string()}
                                    y2={(100.0 - place(*high)).to_string()} />
                                <circle class="seen" cx={x}
                                    cy={(100.0 - place(*middle)).to_string()} r="2" />
                            </g>
                        }
                    }) }
                </Drawing>
            </div>
        </figure>
    }
}
