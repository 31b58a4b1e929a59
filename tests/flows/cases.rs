//! Situations from public reports by the numbers that they come to, with the files of
//! `crates/core/src/data/cases`. The values come from least squares and from `torch.optim.SGD`.

use crate::driver::{Options, Page};
use tunescape_core::data::choices::ColumnKind;
use tunescape_core::link::LinkError;
use tunescape_core::prune::pruner::Idle;
use tunescape_core::search::{Outcome, Reason};
use tunescape_core::setup::{Setup, SetupError};
use tunescape_core::state::file::{Choice, FileEvent};
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Event, Notice, Start};

/// Without hidden layers a network is a linear model: on data that are a line, R² tells whether the
/// numbers were read.
const LINE: &str = "v=1&screen=explore&net.hidden=[]&map.side=8&training.epochs=200\
    &run.learning_rate=0.05&run.momentum=0.9&backend=cpu";

/// A page with this link on which one of the files is in use.
fn with_file(link: &str, name: &str, choices: &[Choice]) -> Page {
    let mut page = Page::open(link);
    let bytes = std::fs::read(format!("crates/core/src/data/cases/{name}")).expect("a case");
    page.drop_file(name, &bytes);
    choices.iter().for_each(|choice| page.happen(Event::File(FileEvent::Choose(*choice))));
    page.settle();
    page.happen(Event::File(FileEvent::Use));
    page.settle();
    page
}

/// What the run shows of rows that it did not train on, after so many epochs.
fn valid_score(page: &mut Page, epochs: usize) -> f32 {
    page.step_to(epochs);
    page.reports()[epochs].valid_score
}

#[test]
fn numbers_with_marks_of_all_kinds_are_the_line_that_they_were_made_of() {
    for (name, inputs, least) in [
        ("a1_unicode_text.txt", 2, 0.999),
        ("a1_utf8_tab.txt", 2, 0.999),
        ("b1_percent_and_thousands.csv", 6, 0.99),
    ] {
        let mut page = with_file(LINE, name, &[]);
        assert_eq!(page.state.data.as_ref().map(|data| data.columns.len()), Some(inputs), "{name}");
        let score = valid_score(&mut page, 200);
        assert!(score >= least, "{name}: {score}");
    }
}

#[test]
fn a_running_number_left_out_leaves_chance() {
    let link = "v=1&screen=explore&map.side=8&backend=cpu";
    let guessed = valid_score(&mut with_file(link, "b3_numbered_rows.csv", &[]), 300);
    assert!(guessed < 0.5, "{guessed}");
    let kept = [Choice::Column(0, ColumnKind::Number)];
    let told = valid_score(&mut with_file(link, "b3_numbered_rows.csv", &kept), 300);
    assert!(told > 0.8, "{told}");
}

const THREE_PLACES: &str = "v=1&screen=explore&map.side=8&net.hidden=[]&net.init=zeros\
    &training.batch=2000&training.epochs=6&run.learning_rate=0.1&run.momentum=0.9&backend=cpu";

#[test]
fn momentum_is_that_of_torch_with_each_of_its_options() {
    for (options, loss) in [
        ("", 0.338702),
        ("&training.dampening=0.5", 0.523390),
        ("&training.l2=0.1", 0.354637),
        ("&training.rule=nesterov", 0.278357),
        // torch refuses the two together; here dampening is Momentum's alone.
        ("&training.rule=nesterov&training.dampening=0.5", 0.278357),
    ] {
        let link = format!("{THREE_PLACES}{options}");
        let mut page = with_file(&link, "c1_three_places.csv", &[]);
        page.step_to(6);
        let report = page.reports()[6];
        for own in [report.train_loss, report.valid_loss] {
            assert!((own - loss).abs() < 2e-6, "{options}: {own}");
        }
    }
}

#[test]
fn dampening_that_is_searched_counts_for_momentum_alone() {
    let link = THREE_PLACES.replace("screen=explore", "screen=search&search.strategy=random");
    let searched = "&search.budget=12&space.learning_rate=null&space.momentum=null\
        &space.rule=[%22momentum%22,%22nesterov%22]&space.dampening=[0,0.9]";
    let mut page = with_file(&format!("{link}{searched}"), "c1_three_places.csv", &[]);
    page.play();
    let losses = |rule: f64| -> Vec<f64> {
        let trials = page.rows().into_iter();
        trials.filter(|(point, _)| point[0] == rule).filter_map(|(_, loss)| loss).collect()
    };
    let (momentum, nesterov) = (losses(0.0), losses(1.0));
    assert!(nesterov.len() > 3 && momentum.len() > 3);
    assert!(nesterov.iter().all(|loss| (loss - 0.278357).abs() < 2e-6), "{nesterov:?}");
    // Less of each gradient, another share in each trial.
    assert!(momentum.iter().all(|loss| *loss > 0.338_703), "{momentum:?}");
    assert!(momentum.windows(2).all(|pair| pair[0] != pair[1]), "{momentum:?}");
}

#[test]
fn a_first_rung_after_the_last_epoch_is_told_and_judges_nobody() {
    let link = "v=1&screen=search&data.name=moons&map.side=8&training.epochs=20&backend=cpu\
        &search.strategy=random&search.budget=12&search.pruner.name=asha&search.pruner.least=25";
    let mut page = Page::open(link);
    let search = &page.setup().search;
    let idle = search.pruner.never_acts(page.setup().training.epochs, search.budget, 1);
    assert_eq!(idle, Some(Idle::FirstRung { rung: 25, epochs: 20 }));
    page.play();
    let outcomes = page.outcomes();
    assert_eq!(outcomes.len(), 12);
    let pruned = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Pruned { .. }));
    assert!(!outcomes.iter().any(pruned), "{outcomes:?}");
}

#[test]
fn trials_go_to_the_brackets_that_hyperband_has_for_five_epochs() {
    let link = "v=1&screen=search&data.name=moons&map.side=8&training.epochs=5&backend=cpu\
        &search.strategy=random&search.budget=12&search.pruner.name=hyperband\
        &search.pruner.least=1&search.pruner.factor=3";
    let mut page = Page::open(link);
    page.play();
    let pruner = page.setup().search.pruner.clone();
    let brackets: Vec<usize> = (0..12)
        .map(|number| {
            let (bracket, of) = pruner.bracket_of(number, 5).expect("one of Hyperband's");
            assert_eq!(of, 2);
            bracket
        })
        .collect();
    assert_eq!(brackets, [0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1]);
    for (bracket, outcome) in brackets.iter().zip(page.outcomes()) {
        if let Some(Outcome::Pruned { epoch, .. }) = outcome {
            assert!(if *bracket == 0 { [1, 3].contains(&epoch) } else { epoch == 3 });
        }
    }
}

/// Thousands of limits of numbers that there are none of, in 165 letters.
const LIMITS: &str = "z=7cQxDoIwAADA33QyBDZD0sfU0mgDFGLR9_sI17vhvnEKezqHXpcS7-F6p9pqew7lPPKrx2kMj5TX0paYz0_YSu9HG7a61yumeZynm23btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3__Q8";

/// A grid whose reason says that it has 2³² − 1 rows.
const FORGED: &str = "z=XctBDoIwEIXh23RlmhmKARY9iXExDFNLxNJ0qF7foIaF3-5P3nt6NJqJxS6Nv4AFADzh1ahQ4WhLTfvgGxrX154PylbnSXxvtkJzmtPNSl45qkcwI_Fd0uQ5V1NE67KphwZ2bqDhMA4u8MQHYRe6EVuSthPsqG9d-Lww_ECAM_wRcOEN";

#[test]
fn a_short_link_that_unpacks_to_thousands_of_limits_is_refused() {
    let mut page = Page::opened(LIMITS, Options::default());
    page.wait_for("why not", |page| !page.notices().is_empty());
    let [Notice::Link(LinkError::Setup(SetupError::Many { given, .. }))] = page.notices() else {
        panic!("{:?}", page.notices())
    };
    assert!(*given > 4_000, "{given}");
    assert_eq!(*page.setup(), Setup::default());
}

#[test]
fn a_forged_reason_is_not_believed() {
    let page = Page::open(FORGED);
    assert_eq!(page.losses().len(), 1);
    // The study is run again, and gives its own reasons.
    let reason = &page.state.study.study.trials()[0].reason;
    assert!(matches!(reason, Reason::Startup { .. }), "{reason:?}");
}

#[test]
fn a_link_that_was_kept_and_cannot_be_opened_leaves_the_page_as_it_is() {
    let steps = "v=1&space.momentum=[0,0.4999999998835847,%22linear%22,1.1641532182693481e-10]";
    let last = Some(steps.to_owned());
    let start = Start { last, ..Options::default().start };
    let mut page = Page::opened("v=1&map.side=8", Options { start, ..Options::default() });
    page.settle();
    let (setup, last) = (page.link(), page.state.studies.last.clone().expect("it is offered"));
    page.happen(Event::Studies(StudiesEvent::Open));
    page.happen(Event::Studies(StudiesEvent::Show(last, None)));
    page.settle();
    assert_eq!(page.link(), setup);
    let step = |notice: &Notice| {
        matches!(notice, Notice::StudyLink(LinkError::Setup(SetupError::Step { .. })))
    };
    assert!(page.notices().iter().any(step), "{:?}", page.notices());
}
