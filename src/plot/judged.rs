//! How a network judges the validation rows: confusion matrix, accuracy, precision, recall and F1
//! with their formulas, and for two classes the ROC curve with a threshold to move.

use super::twin;
use crate::controls::terms::explained;
use crate::plot::listed::Drawing;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::metrics;
use tunescape_core::worker::{self, Answer};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct JudgedProps {
    pub answers: Vec<Answer>,
    pub classes: Vec<String>,
    /// From which chance on a row is predicted to be of the second of two classes.
    pub threshold: f64,
    pub onthreshold: Callback<f64>,
}

/// Side of the ROC curve's square, in units of its drawing, from (26, 6).
const SIDE: f64 = 160.0;

#[component]
pub fn Judged(props: &JudgedProps) -> Html {
    let classes = props.classes.len();
    let two = classes == 2;
    let confusion = worker::confusion(&props.answers, classes, props.threshold);
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
    let scores = if two { of_two(&confusion) } else { of_several(&confusion) };
    html! {
        <div class="judged">
            <div class="scroll">
            <table id="confusion">
                <thead><tr><th>{ t!("judged.axes") }</th>{ for props.classes.iter().map(|name| html! { <th>{ name }</th> }) }</tr></thead>
                <tbody>{ for (0..classes).map(row) }</tbody>
            </table>
            </div>
            <dl class="formulas">
                { for scores.into_iter().map(|(name, formula)| html! { <><dt>{ name }</dt><dd>{ formula }</dd></> }) }
            </dl>
            <p class="about">{ if two { t!("judged.positive", name = props.classes[1]) } else { t!("judged.macro") } }</p>
            if two { { roc(props, &confusion) } }
        </div>
    }
}

fn share(v: f64) -> String {
    format::fixed(v, 3)
}

/// Scores of the second of two classes by their names, and how each comes out of the counts.
fn of_two(confusion: &[Vec<usize>]) -> Vec<(String, String)> {
    // A share of no rows.
    let none = |of: usize| if of == 0 { t!("judged.of_none") } else { String::new() };
    let ([tn, fp], [missed, found]) =
        ([confusion[0][0], confusion[0][1]], [confusion[1][0], confusion[1][1]]);
    let all = tn + fp + missed + found;
    let (precision, recall, f1) =
        (metrics::precision(confusion), metrics::recall(confusion), metrics::f1(confusion));
    let accuracy = share(metrics::accuracy(confusion));
    let balanced = share(metrics::balanced_accuracy(confusion));
    let [precision, recall, of_negatives, f1] =
        [precision[1], recall[1], recall[0], f1[1]].map(share);
    vec![
        (t!("run.accuracy"), format!("(TP + TN) / n = ({found} + {tn}) / {all} = {accuracy}")),
        (
            t!("judged.precision"),
            format!(
                "TP / (TP + FP) = {found} / ({found} + {fp}) = {precision}{}",
                none(found + fp)
            ),
        ),
        (
            t!("judged.recall"),
            format!(
                "R = TP / (TP + FN) = {found} / ({found} + {missed}) = {recall}{}",
                none(found + missed)
            ),
        ),
        ("F1".into(), format!("2PR / (P + R) = {f1}")),
        (
            t!("judged.balanced"),
            format!("(R + TN / (TN + FP)) / 2 = ({recall} + {of_negatives}) / 2 = {balanced}"),
        ),
    ]
}

/// The same of several classes: means over those that are met.
fn of_several(confusion: &[Vec<usize>]) -> Vec<(String, String)> {
    let met = metrics::met(confusion);
    let mean = |name: String, each: Vec<f64>| {
        let all: Vec<String> = met.iter().map(|&class| format::fixed(each[class], 2)).collect();
        let mean = share(metrics::mean_over_met(&each, confusion));
        (name, format!("({}) / {} = {mean}", all.join(" + "), met.len()))
    };
    let all: usize = confusion.iter().flatten().sum();
    let right: usize = (0..confusion.len()).map(|class| confusion[class][class]).sum();
    let accuracy = format!("{right} / {all} = {}", share(metrics::accuracy(confusion)));
    vec![
        (t!("run.accuracy"), accuracy),
        mean(t!("judged.precision"), metrics::precision(confusion)),
        mean(t!("judged.recall"), metrics::recall(confusion)),
        mean("F1".into(), metrics::f1(confusion)),
    ]
}

fn roc(props: &JudgedProps, confusion: &[Vec<usize>]) -> Html {
    let truth: Vec<bool> = props.answers.iter().map(|answer| answer.truth == 1).collect();
    let score: Vec<f64> = props.answers.iter().map(|a| f64::from(a.chance)).collect();
    let (Some(curve), Some(area)) =
        (metrics::roc_curve(&truth, &score), metrics::roc_auc(&truth, &score))
    else {
        return Html::default();
    };
    let point = |x: f64, y: f64| format!("{:.1},{:.1}", 26.0 + SIDE * x, 6.0 + SIDE * (1.0 - y));
    let points: Vec<String> =
        curve.iter().map(|p| point(p.false_positives, p.true_positives)).collect();
    let called = |class: usize| {
        confusion[class][1] as f64 / confusion[class].iter().sum::<usize>().max(1) as f64
    };
    let (x, y) = (called(0), called(1));
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
    // In thousandths.
    let (value, at) =
        ((1000.0 * props.threshold).round().to_string(), format::fixed(props.threshold, 3));
    let oninput = props.onthreshold.reform(|e: InputEvent| {
        crate::controls::fields::input_text(&e).parse().unwrap_or(500.0) / 1000.0
    });
    html! {
        <>
            <Drawing class="roc" view_box="0 0 200 200"
                name={t!("judged.roc_label", area = format::fixed(area, 3))}>
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
            </Drawing>
            { grid }
            <label class="slider"><span>{ t!("judged.threshold") }</span><output>{ at }</output>
                <input type="range" id="threshold" min="0" max="1000" {value} {oninput} />
            </label>
            <p class="about" id="roc-says">
                { explained(t!("judged.roc", area = format::fixed(area, 3), found = format::percent(y), called = format::percent(x))) }
            </p>
        </>
    }
}
