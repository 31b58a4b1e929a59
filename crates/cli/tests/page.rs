//! The command and the page come to the same numbers, bit for bit: on every kind of set-up the
//! command is held against the page's own state with its real workers.

#[path = "../../../tests/flows/driver.rs"]
#[allow(dead_code)]
mod driver;
#[path = "../../../tests/common/engine.rs"]
mod engine;

use driver::Page;
use serde_json::Value;
use std::process::Command;
use std::sync::Once;
use tunescape_core::export::page;
use tunescape_core::state::Event;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::study::landscape::{Landscape, Value as Shown};

/// A page in the folder where it finds its data.
fn page(link: &str) -> Page {
    static MOVED: Once = Once::new();
    MOVED.call_once(|| std::env::set_current_dir("../..").expect("the root of the repository"));
    Page::open(link)
}

fn command(words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tunescape"));
    let done = command.args(words).args(["--quiet", "--threads", "2"]).output().expect("it runs");
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// All lines but the first.
fn lines(text: &str) -> Vec<Value> {
    text.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn single(value: &Value) -> u32 {
    let x: f32 = match value {
        Value::String(text) => text.parse().expect("a number"),
        value => value.as_f64().expect("a number") as f32,
    };
    x.to_bits()
}

/// Networks that train in no time.
const SMALL: &str = "v=2&training.epochs=7&net.hidden=[4]&data.rows=80&map.side=8";

const DRAWN: &str = "&data.name=drawn&data.drawn=";

/// Data of every kind, and every way to evaluate a point.
const KINDS: [&str; 14] = [
    "",
    "&data.name=moons&training.patience=2",
    "&data.name=hills",
    "&data.name=iris",
    "&data.name=diabetes",
    "&data.name=breast-cancer",
    "&data.name=moons&evaluation.method=k-fold&evaluation.folds=3",
    "&data.name=iris&evaluation.method=stratified-k-fold&evaluation.folds=3&evaluation.repeats=2",
    "&evaluation.repeats=3&space.learning_rate=[1.0,1000.0]",
    "&data.name=moons&evaluation.also=xor,spiral",
    "&data.name=iris&evaluation.also=wine",
    "&space.layers=[1,3]&space.units_1=[2,9]&map.across=layers&map.up=units_1",
    "&training.rule=adam&training.batch=8&space.batch=[2,64]&map.up=batch",
    "&map.zoom=[[0.01,0.1,0.2,0.5]]&map.axis=complement",
];

#[test]
fn landscapes_are_the_pages() {
    let drawn = drawn();
    let kinds = KINDS.iter().map(|kind| kind.to_string()).chain([drawn]);
    for link in kinds.map(|kind| SMALL.to_owned() + &kind) {
        let page = page(&link);
        let (land, target) = (&page.state.map.land, page.setup().map.target);
        let mut told = 0;
        let text = command(&["landscape", &link]);
        opens_as(&link, &text, land);
        for block in lines(&text) {
            let at = |key: &str| block[key].as_u64().expect("a number") as usize;
            for i in 0..block["epoch"].as_array().expect("a list").len() {
                // Where an axis has fewer values than cells, the first of a value is trained.
                let [x, y] = cell(&page, at("from") + i, at("row"));
                let (cell, whole) = (y * land.side + x, &land.cells[y * land.side + x]);
                assert!(whole.done, "{link}: cell {cell}");
                let last = whole.reports.last().expect("it has begun");
                let of = |key: &str| &block[key][i];
                assert_eq!(of("epoch").as_u64(), Some(whole.reports.len() as u64 - 1), "{link}");
                assert_eq!(single(of("loss")), last.valid_loss.to_bits(), "{link}: {cell}");
                assert_eq!(single(of("train_loss")), last.train_loss.to_bits(), "{link}: {cell}");
                assert_eq!(single(of("score")), last.valid_score.to_bits(), "{link}: {cell}");
                assert_eq!(of("diverged").as_u64(), whole.diverged.map(|d| d as u64), "{link}");
                let spread = block.get("spread").map(|spread| single(&spread[i]));
                assert_eq!(spread, land.spread(cell, land.epochs).map(f32::to_bits), "{link}");
                let reached = match land.speed(cell, land.epochs, target) {
                    Shown::Epochs(epoch) => Some(epoch as u64),
                    _ => None,
                };
                assert_eq!(of("reached").as_u64(), reached, "{link}: {cell}");
                told += 1;
            }
        }
        assert_eq!(told, land.networks(), "{link}");
    }
}

/// The file, opened on another page, shows the same map to the last bit.
fn opens_as(link: &str, text: &str, land: &Landscape) {
    let mut other = Page::open("v=2&map.side=8&training.epochs=1");
    other.drop_file("map.jsonl", text.as_bytes());
    let opened = &other.state.map.land;
    assert!(opened.of_file.is_some(), "{link}: {:?}", other.notices());
    assert_eq!((opened.side, opened.networks()), (land.side, land.networks()), "{link}");
    for cell in 0..land.cells.len() {
        let trained = land.shown(cell);
        assert_eq!(opened.point(cell), land.point(trained), "{link}: {cell}");
        let value = |land: &Landscape, cell| match land.loss(cell, land.epochs) {
            Shown::Loss(loss) => Some(loss.to_bits()),
            _ => None,
        };
        assert_eq!(value(opened, cell), value(land, trained), "{link}: {cell}");
    }
    assert_eq!(opened.range(land.epochs), land.range(land.epochs), "{link}");
}

/// The cell of the page's map that has these values, by their places among those of the axes.
fn cell(page: &Page, x: usize, y: usize) -> [usize; 2] {
    let land = &page.state.map.land;
    let distinct = |along: &dyn Fn(usize) -> f64, place: usize| {
        let new = |i: &usize| *i == 0 || along(*i) != along(*i - 1);
        (0..land.side).filter(new).nth(place).expect("so many values")
    };
    let across = |i: usize| land.point(i)[0];
    let up = |i: usize| land.point(i * land.side)[1];
    [distinct(&across, x), distinct(&up, y)]
}

/// Points drawn by hand.
fn drawn() -> String {
    let point = |i: u8| {
        let (x, y) = (f32::from(i % 8) / 4.0 - 1.0, f32::from(i / 8) / 3.0 - 1.0);
        tunescape_core::data::drawn::write(([x, y], usize::from(x > y)))
    };
    DRAWN.to_owned() + &(0..40).map(point).collect::<String>()
}

/// Every kind of strategy, pruner and budget.
const STUDIES: [&str; 17] = [
    "&search.strategy=grid&search.pruner.name=median&search.pruner.startup=2",
    "&search.strategy=random&search.pruner.name=percentile&search.pruner.startup=2",
    "&search.strategy=sobol&search.pruner.name=threshold&search.pruner.upper=0.8",
    "&search.strategy=halton&search.pruner.name=patience&search.pruner.patience=1",
    "&search.strategy=latin-hypercube&search.pruner.name=asha&search.metric=accuracy",
    "&search.strategy=bayesian&search.at_once=3&search.lie=fantasy",
    "&search.strategy=bayesian&search.pareto=true&search.when=best",
    "&search.strategy=tpe&search.pruner.name=hyperband&search.metric=roc-auc&data.name=moons",
    "&search.strategy=tpe-univariate&search.at_once=4&search.lie=worst",
    "&search.strategy=tpe-hyperopt&search.most_epochs=40",
    "&search.strategy=cmaes&evaluation.method=k-fold&evaluation.folds=5&search.pruner.name=wilcoxon\
     &search.pruner.threshold=0.4",
    "&search.strategy=genetic&data.name=moons&evaluation.also=xor,spiral&search.ranked=true",
    "&search.strategy=anneal&space.layers=[1,3]&space.units_1=[2,9]&search.most_parameters=30",
    "&search.strategy=nelder-mead&evaluation.repeats=2",
    "&search.strategy=hypergradient&data.name=hills&training.batch=80",
    "&search.strategy=bohb&search.pruner.name=halving",
    "&search.strategy=random&search.distinct=true&space.units_1=[2,5]&search.hand=[[1,0.1,0.5,3]]",
];

#[test]
fn studies_are_the_pages() {
    for kind in STUDIES {
        let link = format!("{SMALL}&search.budget=10{kind}");
        let mut opened = page(&link);
        opened.play();
        let (state, trials) = (&opened.state, |text: &str| {
            let (_, trials) = text.trim().split_once("\"trials\":").expect("trials");
            trials.to_owned()
        });
        assert!(state.study.study.trials().len() > 3, "{link}: {:?}", opened.notices());
        let wanted = page::study(&state.setup, &state.study.study, state.task());
        let found = command(&["study", &link, "--format", "page"]);
        assert_eq!(trials(&found), trials(&wanted), "{link}");
    }
}

#[test]
fn races_are_the_pages() {
    for kind in [
        "",
        "&race.strategies=sobol,tpe,cmaes,genetic,anneal,nelder-mead&race.effort=epochs",
        "&data.name=iris&evaluation.method=k-fold&evaluation.folds=2",
        "&space.learning_rate=[1.0,1000.0]&search.when=best",
    ] {
        let link = format!("{SMALL}&screen=race&search.budget=5&race.repeats=3{kind}");
        let mut page = page(&link);
        page.happen(Event::Race(RaceEvent::Start));
        page.settle();
        let repeats = lines(&command(&["race", &link]));
        let strategies = &page.setup().race.strategies;
        assert_eq!(repeats.len(), strategies.len() * 3, "{link}");
        for line in repeats {
            let strategy = strategies.iter().position(|name| line["strategy"] == name.key());
            let repeat = line["repeat"].as_u64().expect("a number") as usize;
            let run = page.state.race.board.run(strategy.expect("it races"), repeat);
            let trials = line["trials"].as_array().expect("a list");
            assert_eq!(trials.len(), run.len(), "{link}");
            for (trial, spent) in trials.iter().zip(run) {
                assert_eq!(trial["point"], Value::from(spent.point.clone()), "{link}");
                assert_eq!(trial["loss"].as_f64(), spent.outcome.loss(), "{link}");
                assert_eq!(trial["epochs"], spent.epochs, "{link}");
            }
        }
    }
}

#[test]
fn the_explore_run_is_the_pages() {
    use tunescape_core::state::run::RunEvent;
    for kind in
        ["", "&data.name=iris&training.patience=2", "&run.learning_rate=900.0&data.name=hills"]
    {
        let link = format!("{SMALL}&screen=explore{kind}");
        let mut page = page(&link);
        page.happen(Event::Run(RunEvent::Play));
        // The page's run goes on until somebody stops it.
        page.until("its epochs are over", |page| page.state.run.history().len() > 7);
        let run = &lines(&command(&["train", &link]))[0];
        let history = page.state.run.history();
        let wanted = &history[..history.len().min(8)];
        assert!(!wanted.is_empty(), "{link}: {:?}", page.notices());
        let reports = run["reports"].as_array().expect("a list");
        assert_eq!(reports.len(), wanted.len(), "{link}");
        for (found, wanted) in reports.iter().zip(wanted) {
            let wanted =
                [wanted.train_loss, wanted.valid_loss, wanted.train_score, wanted.valid_score];
            for (found, wanted) in found.as_array().expect("four").iter().zip(wanted) {
                assert_eq!(single(found), wanted.to_bits(), "{link}");
            }
        }
        assert_eq!(run["diverged"], reports.len() < 8, "{link}");
    }
}
