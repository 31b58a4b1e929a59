//! The lessons on words, batch size, adaptive optimizers and what a network is made of, over seeds
//! chosen beforehand.

use crate::momentum::SEEDS;
use crate::shipped::{page, run, says, trained_at};
use tunescape_core::lesson::mistakes::MISTAKES;
use tunescape_core::link;
use tunescape_core::setup::Setup;
use tunescape_engine::optim::{Hyper, Rule};

/// The last validation loss of the Explore run by seed; infinite where it diverged.
fn ends(setup: &Setup) -> [f64; 8] {
    let at = [setup.run.learning_rate, setup.run.momentum];
    SEEDS.map(|seed| trained_at(setup, seed, &[at])[0])
}

fn range(losses: &[f64]) -> (f64, f64) {
    losses.iter().fold((f64::MAX, f64::MIN), |(low, high), loss| (low.min(*loss), high.max(*loss)))
}

fn mean(losses: &[f64]) -> f64 {
    losses.iter().sum::<f64>() / losses.len() as f64
}

/// A page says what the first seed, which is its own, has come to.
fn says_own(lesson: &str, number: usize, ends: &[f64; 8]) {
    assert_eq!(page(lesson, number, "").net.seed, SEEDS[0]);
    says(lesson, number, format!("{:.2}", ends[0]));
}

fn says_range(lesson: &str, number: usize, ends: &[f64; 8]) {
    let (low, high) = range(ends);
    [low, high].iter().for_each(|end| says(lesson, number, format!("{end:.2}")));
}

#[test]
fn a_network_of_17_numbers_begins_worse_than_guessing_and_learns() {
    let setup = page("words", 1, "");
    let sizes = [2, setup.net.hidden[0], 1];
    assert_eq!(sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum::<usize>(), 17);
    assert_eq!(page("learning-rate", 4, "").net.hidden, setup.net.hidden);
    let reports = run(&setup);
    says("words", 1, format!("{:.1}", reports[0].valid_loss));
    says("words", 1, format!("{:.2}", reports[60].valid_loss));
    says("words", 1, format!("{:.2}", 2.0_f64.ln()));
}

#[test]
fn an_epoch_of_256_examples_has_2_steps_of_128() {
    let setup = page("words", 2, "&training.batch=128");
    let rows = (setup.data.rows as f64 * setup.data.train).round() as usize;
    assert_eq!((rows, rows.div_ceil(setup.training.batch)), (256, 2));
    says("words", 2, 2);
}

#[test]
fn what_is_learnt_by_heart_is_no_measure() {
    let setup = page("words", 3, "");
    let lasts = SEEDS.map(|seed| {
        let mut setup = setup.clone();
        setup.net.seed = seed;
        *run(&setup).last().expect("it is finite")
    });
    assert!(lasts.iter().all(|l| l.train_loss < 0.1 && l.valid_loss > 0.9), "{lasts:?}");
    assert_eq!(setup.net.seed, SEEDS[0]);
    says("words", 3, format!("{:.2}", lasts[0].train_loss));
    says("words", 3, format!("{:.1}", lasts[0].valid_loss));
}

#[test]
fn it_is_the_number_of_steps_that_a_batch_size_changes() {
    let whole = ends(&page("batch-size", 1, ""));
    says_own("batch-size", 1, &whole);
    let small = ends(&page("batch-size", 2, "&training.batch=16"));
    says_own("batch-size", 2, &small);
    says_range("batch-size", 2, &small);
    says_range("batch-size", 2, &whole);
    assert!(small.iter().zip(whole).all(|(small, whole)| *small < whole), "{small:?} {whole:?}");
    let apart = |other: &[f64; 8]| {
        small.iter().zip(other).map(|(a, b)| (b / a - 1.0).abs()).fold(0.0, f64::max)
    };
    // As many steps, or steps sixteen times as long.
    let long = ends(&page("batch-size", 3, ""));
    says_own("batch-size", 3, &long);
    assert!(apart(&long) < 0.05, "{small:?} {long:?}");
    says("batch-size", 3, 5);
    let scaled = ends(&page("batch-size", 4, "&run.learning_rate=1.6"));
    says_own("batch-size", 4, &scaled);
    assert!(apart(&scaled) < 0.1, "{small:?} {scaled:?}");
    says("batch-size", 4, 10);
    // With three times the rates the two part.
    let small = ends(&page("batch-size", 2, "&training.batch=16&run.learning_rate=0.3"));
    let scaled = ends(&page("batch-size", 4, "&run.learning_rate=4.8"));
    let times = |(a, b): (&f64, &f64)| (a / b).max(b / a);
    let most = small.iter().zip(&scaled).map(times).fold(0.0, f64::max);
    assert!(most.is_finite() && most > 8.0, "{small:?} {scaled:?}");
}

#[test]
fn with_batches_of_one_and_a_rate_of_3_six_of_eight_diverge() {
    let ends = ends(&page("batch-size", 1, "&training.batch=1&run.learning_rate=3"));
    assert_eq!(ends.iter().filter(|loss| loss.is_infinite()).count(), 6, "{ends:?}");
}

/// A page of the lesson on optimizers where the learner has chosen another, which brings its usual
/// numbers.
fn chosen(number: usize, rule: Rule) -> Setup {
    let mut setup = page("optimizers", number, "");
    setup.training.choose(rule);
    setup
}

#[test]
fn the_pages_have_each_optimizer_with_its_usual_numbers() {
    for (number, rule) in
        [(1, Rule::Adagrad), (2, Rule::Adagrad), (3, Rule::Adagrad), (4, Rule::Adadelta)]
    {
        let own = page("optimizers", number, "");
        let usual = chosen(number, rule);
        assert_eq!(own.training.rule, rule);
        let hyper = |setup: &Setup| setup.hyper(&[0.5, 0.0]);
        // Adagrad has no β₂.
        let beta2 = hyper(&own).beta2;
        let of_use = |hyper: Hyper| match rule {
            Rule::Adagrad => Hyper { beta2, ..hyper },
            _ => hyper,
        };
        assert_eq!(of_use(hyper(&own)), of_use(hyper(&usual)), "{number}");
    }
}

#[test]
fn at_one_rate_adagrad_creeps_where_rmsprop_learns() {
    let adagrad = ends(&page("optimizers", 1, ""));
    says_own("optimizers", 1, &adagrad);
    says_range("optimizers", 1, &adagrad);
    assert_eq!(chosen(2, Rule::RmsProp).training.beta2, 0.99, "the share that the page names");
    let prop = ends(&chosen(2, Rule::RmsProp));
    says_own("optimizers", 2, &prop);
    says_range("optimizers", 2, &prop);
    assert!(prop.iter().zip(&adagrad).all(|(prop, sum)| prop < sum), "{prop:?} {adagrad:?}");
}

#[test]
fn at_a_rate_of_1_adagrad_learns_and_rmsprop_fails_here_and_there() {
    let adagrad = ends(&page("optimizers", 3, ""));
    assert!(adagrad.iter().all(|loss| *loss < 0.01), "{adagrad:?}");
    let prop = ends(&chosen(3, Rule::RmsProp));
    // Diverged, or no better than it began.
    let failed = prop.iter().filter(|loss| **loss > 0.4).count();
    says("optimizers", 3, failed);
}

#[test]
fn adadelta_wants_a_rate_of_1() {
    let (own, small) = (page("optimizers", 4, "&run.learning_rate=1"), page("optimizers", 4, ""));
    let (own, small) = (ends(&own), ends(&small));
    says_own("optimizers", 4, &own);
    says_range("optimizers", 4, &own);
    let (low, _) = range(&small);
    says("optimizers", 4, format!("{low:.2}"));
}

#[test]
fn without_an_activation_two_layers_do_no_more_than_a_line() {
    let linear = ends(&page("architecture", 1, ""));
    says_own("architecture", 1, &linear);
    let (low, high) = range(&linear);
    assert!(low > 0.65 && high < 0.67, "{linear:?}");
    let bent = ends(&page("architecture", 2, "&net.activation=tanh"));
    says_own("architecture", 2, &bent);
    says_range("architecture", 2, &bent);
    // Too few units underfit.
    let few = page("architecture", 3, "");
    let widths = [2, 4, 8].map(|units| {
        let mut setup = few.clone();
        setup.net.hidden = vec![units];
        ends(&setup)
    });
    says_own("architecture", 3, &widths[0]);
    widths.iter().chain([&bent]).for_each(|ends| {
        says("architecture", 3, format!("{:.2}", mean(ends)));
    });
    // Six layers are worse from every start.
    let deep = ends(&page("architecture", 4, ""));
    says_own("architecture", 4, &deep);
    assert!(deep.iter().zip(bent).all(|(deep, two)| *deep > two), "{deep:?} {bent:?}");
    assert!(range(&deep).0 > 0.5 && range(&bent).1 < 0.35, "{deep:?} {bent:?}");
}

#[test]
fn from_zeros_nothing_is_learnt() {
    let zeros = ends(&page("architecture", 5, ""));
    says_own("architecture", 5, &zeros);
    assert!(zeros.iter().all(|loss| (loss - 2.0_f64.ln()).abs() < 0.005), "{zeros:?}");
}

#[test]
fn what_common_mistakes_show_is_what_lessons_assert() {
    let shown = |name: &str| {
        let (_, text) = MISTAKES.iter().find(|mistake| mistake.0 == name).expect("a mistake");
        link::read(text).expect("a set-up")
    };
    for (name, lesson, number, more) in [
        ("on_training_set", "overfitting", 1, ""),
        ("less_data", "overfitting", 1, "&data.used=1"),
        ("test_set_chooses", "luck", 1, ""),
        ("folds_prevent", "luck", 1, "&evaluation.method=stratified-k-fold"),
        ("rate_overfits", "learning-rate", 3, "&run.learning_rate=30"),
        ("momentum_is_rate", "momentum", 3, "&run.learning_rate=3"),
        ("large_batches", "batch-size", 4, "&run.learning_rate=1.6"),
        ("adam_if_not_convex", "adam", 3, ""),
        ("optimizer_tunes", "adam", 4, "&training.rule=adam"),
        ("more_layers", "architecture", 4, ""),
        ("zeros", "architecture", 5, ""),
        ("limit_diverges", "edge-of-stability", 3, ""),
    ] {
        let (shown, own) = (shown(name), page(lesson, number, more));
        let trained = |setup: &Setup| {
            (setup.data.clone(), setup.net.clone(), setup.training.clone(), setup.run.clone())
        };
        assert_eq!(trained(&shown), trained(&own), "{name}");
    }
    // An optimizer does not find its own learning rate.
    let adam = shown("optimizer_tunes");
    for seed in SEEDS {
        let [slow, fits, fast] =
            trained_at(&adam, seed, &[[0.003, 0.9], [0.05, 0.9], [10.0, 0.9]])[..]
        else {
            panic!("three losses");
        };
        assert!(slow > 0.5 && fast > 0.6 && fits < slow.min(fast), "{slow} {fits} {fast}");
    }
}
