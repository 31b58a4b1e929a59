//! How a network judges the validation rows: confusion matrix, precision, recall and F1 with their
//! formulas, and for two classes the ROC curve with a threshold to move.

use super::twin;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::metrics;
use tunescape_core::worker::Answer;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct JudgedProps {
    pub answers: Vec<Answer>,
    pub classes: Vec<String>,
}

/// Side of the ROC curve's square, in units of its drawing, from (26, 6).
const SIDE: f64 = 160.0;

#[component]
pub fn Judged(props: &JudgedProps) -> Html {
    // In thousandths.
    let threshold = use_state(|| 500_u32);
    let classes = props.classes.len();
    let two = classes == 2;
    let at = f64::from(*threshold) / 1000.0;
    let truth: Vec<usize> = props.answers.iter().map(|a| usize::from(a.truth)).collect();
    let given =
        |a: &Answer| if two { usize::from(f64::from(a.chance) > at) } else { usize::from(a.given) };
    let given: Vec<usize> = props.answers.iter().map(given).collect();
    let confusion = metrics::confusion(&truth, &given, classes);
    let (precision, recall, f1) =
        (metrics::precision(&confusion), metrics::recall(&confusion), metrics::f1(&confusion));
    let row = |class: usize| {
        let all = confusion[class].iter().sum::<usize>().max(1);
        let cell = |(of, &n): (usize, &usize)| {
            let share = 4 * n / all;
            let class = classes!(
                (n > 0).then(|| format!("{}{share}", if of == class { "right" } else { "wrong" }))
            );
            html! { <td {class}>{ n }</td> }
        };
        html! { <tr><th>{ &props.classes[class] }</th>{ for confusion[class].iter().enumerate().map(cell) }</tr> }
    };
    let share = |v: f64| format::fixed(v, 3);
    let formulas = if two {
        let (right, missed, called) = (confusion[1][1], confusion[1][0], confusion[0][1]);
        [
            format!("TP / (TP + FP) = {right} / ({right} + {called}) = {}", share(precision[1])),
            format!("TP / (TP + FN) = {right} / ({right} + {missed}) = {}", share(recall[1])),
            format!("2PR / (P + R) = {}", share(f1[1])),
        ]
    } else {
        let met = metrics::met(&confusion);
        [&precision, &recall, &f1].map(|each| {
            let all: Vec<String> = met.iter().map(|&c| format::fixed(each[c], 2)).collect();
            format!(
                "({}) / {} = {}",
                all.join(" + "),
                met.len(),
                share(metrics::mean_over_met(each, &confusion))
            )
        })
    };
    let names = [t!("judged.precision"), t!("judged.recall"), "F1".into()];
    html! {
        <div class="judged">
            <div class="scroll">
            <table id="confusion">
                <thead><tr><th>{ t!("judged.axes") }</th>{ for props.classes.iter().map(|name| html! { <th>{ name }</th> }) }</tr></thead>
                <tbody>{ for (0..classes).map(row) }</tbody>
            </table>
            </div>
            <dl class="formulas">
                { for names.into_iter().zip(formulas).map(|(name, formula)| html! { <><dt>{ name }</dt><dd>{ formula }</dd></> }) }
            </dl>
            <p class="about">{ if two { t!("judged.positive", name = props.classes[1]) } else { t!("judged.macro") } }</p>
            if two { { roc(props, &truth, &confusion, threshold) } }
        </div>
    }
}

fn roc(
    props: &JudgedProps,
    truth: &[usize],
    confusion: &[Vec<usize>],
    threshold: UseStateHandle<u32>,
) -> Html {
    let truth: Vec<bool> = truth.iter().map(|&t| t == 1).collect();
    let score: Vec<f64> = props.answers.iter().map(|a| f64::from(a.chance)).collect();
    let (Some(curve), Some(area)) =
        (metrics::roc_curve(&truth, &score), metrics::roc_auc(&truth, &score))
    else {
        return Html::default();
    };
    let point = |x: f64, y: f64| format!("{:.1},{:.1}", 26.0 + SIDE * x, 6.0 + SIDE * (1.0 - y));
    let points: Vec<String> =
        curve.iter().map(|p| point(p.false_positives, p.true_positives)).collect();
    let share = |class: usize| {
        confusion[class][1] as f64 / confusion[class].iter().sum::<usize>().max(1) as f64
    };
    let (x, y) = (share(0), share(1));
    let step = (curve.len() / 10).max(1);
    let row = |p: &metrics::RocPoint| {
        vec![
            format::number(p.threshold),
            format::percent(p.false_positives),
            format::percent(p.true_positives),
        ]
    };
    let head =
        vec![t!("judged.threshold"), t!("judged.false_positives"), t!("judged.true_positives")];
    let grid = twin::table(
        &t!("judged.roc_label", area = format::fixed(area, 3)),
        head,
        curve.iter().step_by(step).map(row).collect(),
    );
    let (value, at) = (threshold.to_string(), format::fixed(f64::from(*threshold) / 1000.0, 3));
    let oninput = Callback::from(move |e: InputEvent| {
        threshold.set(crate::controls::fields::input_text(&e).parse().unwrap_or(500));
    });
    html! {
        <>
            <svg class="roc" viewBox="0 0 200 200" role="img"
                aria-label={t!("judged.roc_label", area = format::fixed(area, 3))}>
                <rect x="26" y="6" width="160" height="160" class="frame" />
                <path d="M26 166L186 6" class="cross" />
                <polyline points={points.join(" ")} class="line" />
                <circle cx={(26.0 + SIDE * x).to_string()}
                    cy={(6.0 + SIDE * (1.0 - y)).to_string()} r="4.5" class="pin" />
                <text x="26" y="179" text-anchor="middle">{ "0" }</text>
                <text x="186" y="179" text-anchor="middle">{ "1" }</text>
                <text x="21" y="11" text-anchor="end">{ "1" }</text>
                <text x="106" y="193" text-anchor="middle">{ t!("judged.false_positives") }</text>
                <text transform="translate(11 86) rotate(-90)" text-anchor="middle">
                    { t!("judged.true_positives") }
                </text>
            </svg>
            { grid }
            <label class="slider"><span>{ t!("judged.threshold") }</span><output>{ at }</output>
                <input type="range" id="threshold" min="0" max="1000" {value} {oninput} />
            </label>
            <p class="about" id="roc-says">
                { t!("judged.roc", area = format::fixed(area, 3), found = format::percent(y), called = format::percent(x)) }
            </p>
        </>
    }
}
