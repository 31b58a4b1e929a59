//! What is seen of the Explore run beyond its frames.

use super::{Link, fields};
use crate::app::format;
use crate::app::look::plane;
use crate::app::model::{Message, Model};
use crate::app::plot::inside::Inside;
use crate::app::plot::slice::{SlicePlot, magnified};
use crate::app::run::RunMessage;
use crate::app::texts::t;
use crate::inspect::Plane;
use crate::net::MAX_UNITS;
use yew::prelude::*;

/// The loss around the weights, and the step that comes next.
pub fn slice(model: &Model, link: &Link) -> Html {
    let planes = [Plane::Path, Plane::Step, Plane::Random { seed: 0 }];
    let chosen = |plane: Plane| match plane {
        Plane::Path => t!("slice.path"),
        Plane::Step => t!("slice.of_step"),
        Plane::Random { .. } => t!("slice.random"),
    };
    let options = planes.map(|plane| (plane, chosen(plane)));
    html! {
        <section class="card" id="slice">
            <div class="head">
                <h2>{ t!("slice.title") }</h2>
                { fields::segments(link, t!("slice.plane"), options.to_vec(), model.look.plane, plane) }
            </div>
            if let Some(slice) = &model.look.slice {
                <SlicePlot slice={slice.clone()} label={t!("slice.label", epoch = slice.epoch)} />
                <p class="about">
                    { match slice.plane {
                        Plane::Path => t!("slice.path_about", share = format::percent(f64::from(slice.share))),
                        Plane::Step => t!("slice.step_about"),
                        Plane::Random { .. } if model.look.plane == Plane::Path => t!("slice.no_path"),
                        Plane::Random { .. } => t!("slice.random_about"),
                    } }
                    { t!("slice.about", rows = slice.rows, share = format::percent(f64::from(slice.next_share)), by = magnified(slice)) }
                </p>
            } else {
                <p class="about">{ t!("slice.none") }</p>
            }
        </section>
    }
}

/// The network laid open.
pub fn inside(model: &Model, link: &Link) -> Html {
    let (Some(laid), Some(data)) = (&model.look.laid, &model.data) else { return Html::default() };
    let net = model.setup.network(data.columns.len(), data.task);
    let onweight = link.callback(|(index, value)| Message::Run(RunMessage::Weight(index, value)));
    let onunits = link.callback(|(layer, by): (usize, isize)| {
        Message::change(move |s| {
            if let Some(units) = s.net.hidden.get_mut(layer) {
                *units = units.saturating_add_signed(by).clamp(1, MAX_UNITS);
            }
        })
    });
    let onlayers = link.callback(|more: bool| {
        Message::change(move |s| {
            if more {
                s.net.hidden.push(8);
            } else {
                s.net.hidden.pop();
            }
        })
    });
    html! {
        <section class="card">
            <h2>{ t!("inside.title", epoch = laid.epoch) }</h2>
            <Inside {net} laid={laid.clone()} inputs={data.columns.clone()} onweight={(!model.run.playing).then_some(onweight)} {onunits} {onlayers} />
        </section>
    }
}

pub fn luck_button(model: &Model, link: &Link) -> Html {
    let there = model.look.luck.is_some() || model.look.luck_job.is_some();
    let name = match () {
        () if model.look.luck_job.is_some() => t!("luck.busy"),
        () if there => t!("luck.forget"),
        () => t!("luck.ask"),
    };
    let trained = model.run.history.len() > 1 && !model.run.playing;
    fields::button(link, "luck", name, t!("luck.why", seeds = crate::app::look::SEEDS), trained || there, || {
        Message::Run(RunMessage::Luck)
    })
}

/// What other seeds say of the run.
pub fn luck(model: &Model) -> Html {
    let Some(luck) = &model.look.luck else { return Html::default() };
    let finite: Vec<f64> = luck.last.iter().copied().filter(|l| l.is_finite()).collect();
    let diverged = luck.last.len() - finite.len();
    let (Some(best), Some(worst)) = (finite.first(), finite.last()) else {
        return html! { <p class="about" id="luck-says">{ t!("luck.all_diverged", seeds = luck.last.len()) }</p> };
    };
    let median = luck.median.last().copied().flatten().map_or_else(|| "–".into(), format::loss);
    let mut says = t!(
        "luck.says",
        seeds = luck.last.len(),
        epoch = luck.median.len() - 1,
        median = median,
        best = format::loss(*best),
        worst = format::loss(*worst),
        place = luck.place
    );
    if diverged > 0 {
        says += &t!("luck.diverged", n = diverged);
    }
    html! { <p class="about" id="luck-says">{ says }</p> }
}
