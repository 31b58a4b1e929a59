//! Which rows validate in which fold: a bar for each, drawn from the rows as they are dealt.

use crate::plot::{colour, twin};
use crate::search::trial;
use crate::setup::evaluation;
use crate::words::texts::t;
use tunescape_core::state::State;
use tunescape_core::worker::Overview;
use yew::prelude::*;

/// Width of all rows, the height of a bar, and from bar to bar, in units of the drawing.
const ROWS: f64 = 200.0;
const BAR: f64 = 11.0;
const STEP: f64 = 15.0;

/// The folds of the set itself, with what the trial that is looked at scores on each; nothing where
/// rows are held out.
pub fn picture(state: &State) -> Html {
    let Some(data) = state.data.as_ref().filter(|data| data.folds.len() > 1) else {
        return Html::default();
    };
    let scored = trial::looked_at(state).and_then(|n| Some((n, scores(state, n)?)));
    let says = t!("folds.says", test = data.rows[2])
        + &scored.as_ref().map_or(String::new(), |(n, _)| t!("folds.scored", n = n + 1));
    let score = |fold: usize| {
        let scores = scored.as_ref().map(|(_, scores)| scores);
        scores.and_then(|scores| scores.get(fold)?.clone()).unwrap_or_default()
    };
    let head = vec![t!("folds.fold"), t!("folds.trains"), t!("folds.validates")];
    let all: usize = data.folds.iter().flatten().sum();
    let row = |(fold, own): (usize, &Vec<usize>)| {
        let own: usize = own.iter().sum();
        vec![(fold + 1).to_string(), (all - own).to_string(), own.to_string()]
    };
    let table = twin::table(&says, head, data.folds.iter().enumerate().map(row).collect());
    let height = STEP * data.folds.len() as f64;
    html! {
        <figure class="folds" id="folds-picture">
            <svg viewBox={format!("0 0 250 {height}")} role="img" aria-label={says.clone()}>
                { for (0..data.folds.len()).map(|fold| bar(data, fold, score(fold))) }
            </svg>
            { table }
            <figcaption class="about">{ says }</figcaption>
        </figure>
    }
}

/// What a trial scores on each fold; none before it has ended.
fn scores(state: &State, n: usize) -> Option<Vec<Option<String>>> {
    let tried = state.study.tried.get(n)?.as_ref()?;
    let by_fold = state.setup.evaluation.by_fold(&tried.judged.as_ref()?.values);
    let texts = by_fold.into_iter().map(|score| Some(evaluation::size(state, score?)));
    Some(texts.collect())
}

/// A fold: all rows in one bar, those that validate in the colours of their classes, the test set at
/// its end.
fn bar(data: &Overview, fold: usize, score: String) -> Html {
    let all: usize = data.folds.iter().flatten().sum();
    let wide = |rows: usize| ROWS * rows as f64 / (all + data.rows[2]) as f64;
    let y = STEP * fold as f64;
    let rect = |x: f64, rows: usize, class: &'static str, fill: Option<String>| {
        html! { <rect x={format!("{x:.2}")} y={y.to_string()} width={format!("{:.2}", wide(rows))} height={BAR.to_string()} {class} {fill} /> }
    };
    let before: usize = data.folds[..fold].iter().flatten().sum();
    let classes = data.folds[fold].len();
    let mut at = wide(before);
    let own = data.folds[fold].iter().enumerate().map(|(class, &rows)| {
        let x = at;
        at += wide(rows);
        rect(x, rows, "validates", Some(colour::hex(colour::class(class, classes))))
    });
    let own: Vec<Html> = own.collect();
    html! {
        <g>
            { rect(0.0, all, "trains", None) }
            { for own }
            { rect(wide(all), data.rows[2], "tests", None) }
            <text x="248" y={(y + 0.8 * BAR).to_string()} text-anchor="end">{ score }</text>
        </g>
    }
}
