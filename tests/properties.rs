//! Properties that hold for any input.

use proptest::prelude::*;
use std::io::Write;
use tunescape::data::{Dataset, Fractions, Kind, Part, Split, Target, Task, csv, split};
use tunescape::exchange::evaluation::{EvaluationSetup, Method};
use tunescape::exchange::message::{self, Command};
use tunescape::exchange::{Axis, PARAMETERS, Panel, Screen, formula, lesson, link, space::Range};
use tunescape::exchange::{
    search::Placed,
    setup::{RANGES, Setup},
};
use tunescape::metrics::{Metric, When};
use tunescape::net::Activation;
use tunescape::optim::{NUMBERS, Rule};
use tunescape::search::StrategyName;
use tunescape::space::{Point, Scale, in_digits};
use tunescape::train::cpu::{CpuTrainer, Width};
use tunescape::train::{Progress, TrainError, Trainer};
use tunescape::worker::Curves;

/// A data set of `rows` rows, two inputs (some missing) and `classes` classes, or a number if there is one class.
fn dataset() -> impl Strategy<Value = Dataset> {
    (10usize..120, 1u32..6).prop_flat_map(|(rows, classes)| {
        let value = prop_oneof![9 => -1e3f32..1e3, 1 => Just(f32::NAN)];
        let x = proptest::collection::vec(value, 2 * rows);
        let labels = proptest::collection::vec(0..classes, rows);
        let values = proptest::collection::vec(-50f32..50.0, rows);
        (x, labels, values).prop_map(move |(x, labels, values)| Dataset {
            name: "any".into(),
            columns: vec!["a".into(), "b".into()],
            x,
            target: match classes {
                1 => Target::Number { values, name: "y".into() },
                n => Target::Class { labels, names: (0..n).map(|class| class.to_string()).collect() },
            },
            image: None,
        })
    })
}

/// Leave at least a tenth to the test part, so that ten rows are enough.
fn fractions() -> impl Strategy<Value = Fractions> {
    (0.2f64..0.6, 0.2f64..0.3).prop_map(|(train, valid)| Fractions { train, valid })
}

/// Two different numbers of a range, the smaller first.
fn ends(range: std::ops::RangeInclusive<f64>) -> impl Strategy<Value = [f64; 2]> {
    (range.clone(), range).prop_filter("an empty range", |(a, b)| a != b).prop_map(|(a, b)| [a.min(b), a.max(b)])
}

/// Powers of ten in the range of a learning rate, so that all magnitudes come up.
fn rates() -> impl Strategy<Value = [f64; 2]> {
    ends(-6.9..=5.9).prop_map(|ends| ends.map(|e| 10f64.powf(e))).prop_filter("an empty range", |[a, b]| a < b)
}

/// A set-up within all ranges, with any numbers that a control, the map or an import could give it.
fn setup() -> impl Strategy<Value = Setup> {
    let names = prop::sample::select(vec!["circle", "hills", "breast-cancer", "mnist", "csv"]).prop_map(String::from);
    let data = (names, 20usize..=5000, 0.0..=1.0, 0.05f64..=0.5, 0.05f64..=0.4, 0u64..=999_999);
    let evaluation = (prop::sample::select(Method::ALL.to_vec()), 2usize..=10, 1usize..=16);
    let judged = (prop::sample::select(Metric::ALL.to_vec()), prop::sample::select(vec![When::Last, When::Best]));
    let training = (1usize..=2000, 1usize..=1000, 0.0..=1.0, proptest::collection::vec(1usize..=16, 0..4));
    let run = (prop_oneof![0.0..=1e6, 0.0..=1e-3], 0.0..=0.999);
    let more = proptest::sample::subsequence((2..PARAMETERS.len()).collect::<Vec<_>>(), 0..=4);
    let space = (rates(), ends(0.0..=0.999), more);
    let map = (1e-6..=100.0, proptest::collection::vec((rates(), ends(0.0..=0.999)), 0..4));
    let hand = proptest::collection::vec((0.0..=1.0, 0.0..=1.0, any::<bool>()), 0..8);
    let automatic = |low: f64, high: f64| prop::option::of(low..=high);
    let held = (automatic(0.01, 10.0), automatic(0.001, 1.0));
    let search = ((automatic(0.0, 10.0), held), 0.0..=1.0, 8usize..=100, hand);
    let judging = (evaluation, judged, any::<[bool; 3]>());
    (data, training, judging, run, space, map, search).prop_map(|(data, training, judging, run, space, map, search)| {
        let mut setup = Setup::default();
        let e = &mut setup.evaluation;
        let flags;
        ((e.method, e.folds, e.repeats), (setup.search.metric, setup.search.when), flags) = judging;
        [setup.search.pareto, setup.search.ranked, setup.map.averaged] = flags;
        let d = &mut setup.data;
        (d.name, d.rows, d.noise, d.train, d.valid, d.seed) = data;
        if setup.takes_also("moons") {
            setup.evaluation.also = vec!["moons".into()];
        }
        let t = &mut setup.training;
        (t.batch, t.epochs, t.l2, setup.net.hidden) = training;
        (setup.run.learning_rate, setup.run.momentum) = run;
        for (name, scale, [low, high]) in [("learning_rate", Scale::Log, space.0), ("momentum", Scale::Linear, space.1)]
        {
            setup.space.set(name, Some(Range::Numbers { low, high, scale, step: 0.0 }));
        }
        for parameter in space.2.iter().map(|&row| &PARAMETERS[row]) {
            setup.space.set(parameter.name, Some(Range::usual(parameter)));
        }
        setup.map.target = map.0;
        setup.map.zoom = map.1.into_iter().map(|([a, b], [c, d])| [a, b, c, d]).collect();
        let (hand, held);
        ((setup.search.kappa, held), setup.search.xi, setup.search.budget, hand) = search;
        (setup.search.length_scale, setup.search.noise) = held;
        let between = |u: f64, [low, high]: [f64; 2]| (low + u * (high - low)).clamp(low, high);
        let placed = |(n, (u, v, _)): (usize, (f64, f64, bool))| {
            let mut point = setup.own_point();
            (point[0], point[1]) = (between(u, space.0), between(v, space.1));
            setup.searched().settle(&mut point);
            Placed(n, point)
        };
        setup.search.hand = hand.into_iter().enumerate().filter(|(_, (_, _, there))| *there).map(placed).collect();
        setup
    })
}

/// As much as the screens can set up without data of one's own: every number typed, six parameters searched over typed
/// ranges, the map zoomed in as far as it goes, every trial of the largest budget placed by hand, in a search and in a race.
fn everything(seed: u64) -> Setup {
    let mut state = seed;
    let mut random = move || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    };
    let mut tree = serde_json::to_value(Setup::default()).expect("a tree");
    for &(key, low, high) in RANGES {
        let place = tree.pointer_mut(&format!("/{}", key.replace('.', "/"))).expect("it is there");
        let x = low + random() * (high - low);
        *place = if place.is_u64() { (x as u64).into() } else { in_digits(x, 6).clamp(low, high).into() };
    }
    let mut setup: Setup = serde_json::from_value(tree).expect("a set-up");
    (setup.data.train, setup.data.valid, setup.map.side, setup.search.budget) = (0.41, 0.37, 32, 100);
    (setup.search.run, setup.search.shown) = (100, 57);
    for number in &NUMBERS {
        if let Some(value) = setup.training.number(number.name) {
            *value = in_digits(f64::from(number.low) + random() * f64::from(number.high - number.low), 6)
                .min(f64::from(number.high));
        }
    }
    setup.training.rule = Rule::ALL[(random() * Rule::ALL.len() as f64) as usize];
    setup.net.hidden = (0..9).map(|_| 1 + (random() * 15.0) as usize).collect();
    setup.net.activations =
        (0..9).map(|_| Activation::ALL[(random() * Activation::ALL.len() as f64) as usize]).collect();
    setup.data.name = "circle".into();
    setup.evaluation.also = ["xor", "gauss", "spiral", "moons"].map(String::from).to_vec();
    setup.race.strategies = StrategyName::ALL.into_iter().filter(|name| name.races()).take(6).collect();
    (setup.map.axis, setup.screen, setup.search.strategy) = (Axis::Complement, Screen::Race, StrategyName::Anneal);
    for name in ["learning_rate", "momentum"] {
        setup.space.set(name, None);
    }
    let numbers = PARAMETERS.iter().filter(|p| matches!(Range::usual(p), Range::Numbers { step: 0.0, .. }));
    let mut numbers: Vec<_> = numbers.collect();
    for _ in 0..6 {
        let parameter = numbers.swap_remove((random() * numbers.len() as f64) as usize);
        let Range::Numbers { low, high, scale, step } = Range::usual(parameter) else { continue };
        let (a, b) = (0.3 * random(), 0.7 + 0.3 * random());
        let at = |u: f64| in_digits(low + u * (high - low), 6).clamp(low, high);
        setup.space.set(parameter.name, Some(Range::Numbers { low: at(a), high: at(b), scale, step }));
    }
    let space = setup.searched();
    let mut point = |of: &[usize], held: &Point| -> Point {
        let mut point = held.clone();
        of.iter().for_each(|&i| point[i] = space.params[i].from_unit(random()));
        setup.placed(&point)
    };
    let mut held = point(&[0, 1, 2, 3, 4, 5], &vec![0.0; 6]);
    let mut hand = Vec::new();
    for trial in 0..100 {
        // What the map holds fixed is chosen anew now and then.
        if trial % 10 == 0 {
            held = point(&[0, 1, 2, 3, 4, 5], &held);
        }
        hand.push(Placed(trial, point(&[0, 1], &held)));
    }
    setup.race.hand = (0..100).map(|_| point(&[0, 1], &held)).collect();
    setup.search.hand = hand;
    setup
}

/// A part of so many rows and three columns, one of them constant and one of any size, with targets of a task; of the
/// classes some may have no rows.
fn part(task: Task, rows: std::ops::Range<usize>) -> impl Strategy<Value = Part> {
    let target = match task {
        Task::Binary => (0u8..2).prop_map(f32::from).boxed(),
        Task::Classes(classes) => (0..classes as u8).prop_map(f32::from).boxed(),
        Task::Regression => (-50f32..50.0).boxed(),
    };
    let row = (-3f32..3.0, -1e4f32..1e4, target).prop_map(|(a, b, y)| ([a, b, 0.5], y));
    proptest::collection::vec(row, rows).prop_map(|rows| {
        let (x, y): (Vec<[f32; 3]>, Vec<f32>) = rows.into_iter().unzip();
        Part { x: x.concat(), y, columns: 3 }
    })
}

/// Parts ready to train on, from one row on, and what they ask for.
fn parts() -> impl Strategy<Value = (Split, Task)> {
    proptest::sample::select(vec![Task::Binary, Task::Classes(4), Task::Regression]).prop_flat_map(|task| {
        (part(task, 1..40), part(task, 1..10), part(task, 1..4)).prop_map(move |(train, valid, test)| {
            let rows = [&train, &valid, &test].map(|part| (0..part.rows()).collect());
            (Split { train, valid, test, rows, inputs: vec![(0.0, 1.0); 3], target: (0.0, 1.0) }, task)
        })
    })
}

proptest! {
    /// One row, constant columns, classes without rows, batches larger than the data, any learning rate: every report is
    /// there until the trial diverges, and holds numbers; one value that is not finite is refused beforehand.
    #[test]
    fn training_gives_numbers_or_diverges_or_is_refused(
        (mut parts, task) in parts(),
        batch in 1usize..=2000,
        exponents in proptest::collection::vec(-7.0f64..=6.0, 1..4),
        momentum in 0.0f64..=0.999,
        (at, strange) in (0usize..1000, proptest::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY])),
    ) {
        let mut setup = Setup::default();
        setup.training.batch = batch;
        setup.net.hidden = vec![3];
        let mut points: Vec<Point> = exponents.iter().map(|e| vec![10f64.powf(*e), momentum]).collect();
        points.extend([vec![0.0, momentum], vec![1e6, 0.0]]);
        let still = points.len() - 2;
        let mut trainer = CpuTrainer::with_width(setup.population(std::slice::from_ref(&parts), task, &points), Width::Four).unwrap();
        prop_assert_eq!(pollster::block_on(trainer.advance(6, &mut || false)), Ok(Progress::Reached));
        for trial in 0..points.len() {
            let end = trainer.diverged(trial).unwrap_or(7);
            for epoch in 0..=6 {
                let report = trainer.report(trial, epoch);
                prop_assert_eq!(report.is_some(), epoch < end, "trial {}, epoch {}", trial, epoch);
                if let Some(r) = report {
                    let all = [r.train_loss, r.valid_loss, r.train_score, r.valid_score];
                    prop_assert!(all.iter().all(|number| number.is_finite()), "{:?}", r);
                }
            }
            let state = pollster::block_on(trainer.state(trial)).unwrap();
            prop_assert!(state.weights.iter().all(|w| w.is_finite()));
        }
        prop_assert_eq!(trainer.report(still, 6), trainer.report(still, 0));

        let part = if at % 2 == 0 { &mut parts.train } else { &mut parts.valid };
        let at = at % part.x.len();
        part.x[at] = strange;
        let refused = CpuTrainer::new(setup.population(std::slice::from_ref(&parts), task, &points)).err();
        prop_assert_eq!(refused, Some(TrainError::Input { row: at / 3, column: at % 3 }));
    }

    #[test]
    fn link_round_trip(setup in setup()) {
        prop_assert_eq!(setup.check(), Ok(()));
        // Compared bit by bit: as text, in which every double has one shortest form.
        let read = link::read(&link::write(&setup));
        prop_assert_eq!(format!("{:?}", &read), format!("{:?}", Ok::<_, link::LinkError>(&setup)));
        prop_assert_eq!(read, Ok(setup));
    }

    /// Packed as the page packs it.
    #[test]
    fn whatever_the_screens_set_up_fits_into_a_link(seed: u64) {
        let setup = everything(seed);
        prop_assert_eq!(setup.check(), Ok(()));
        let (text, beside) = link::brief(&setup);
        prop_assert_eq!(link::read(&format!("{text}{beside}")), Ok(setup));
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        let letters = 2 + packed.finish().unwrap().len().div_ceil(3) * 4 + beside.len();
        prop_assert!(letters <= 2000, "{} letters of {}: {}", letters, text.len(), text);
    }

    #[test]
    fn a_link_never_panics(text: String) {
        let _ = link::read(&text);
        let _ = link::read(&format!("v=1&{text}"));
    }

    /// The same with what links are made of, so that more of them get past the first check.
    #[test]
    fn a_link_never_panics_on_what_looks_like_one(
        parts in proptest::collection::vec(
            (
                proptest::sample::select(vec![
                    "v", "data.name", "data.rows", "net.hidden", "net", "run.learning_rate", "space.momentum",
                    "map.zoom", "map.side", "search.hand", "search.run", "backend", "training.rule", "",
                ]),
                "(-?[0-9]{1,3}(\\.[0-9]{1,3})?(e-?[0-9]{1,3})?|[\\[\\],0-9.e%&=-]{0,12}|[a-zé%\"{}]{0,6})",
            ),
            0..6,
        ),
    ) {
        let parts: Vec<String> = parts.iter().map(|(key, value)| format!("{key}={value}")).collect();
        if let Ok(setup) = link::read(&format!("v=1&{}", parts.join("&"))) {
            prop_assert_eq!(link::read(&link::write(&setup)), Ok(setup));
        }
    }

    /// A file or a link may bring anything as a lesson: it is read or refused, and what is read has pages that can be.
    #[test]
    fn a_lesson_never_panics(
        text in "\\PC{0,40}",
        state in "(v=1)?(&[a-z.]{1,12}=[\\[\\]0-9a-z,%{}\"-]{0,12}){0,3}",
        lock in "[a-z.0-9]{0,16}",
        fact in proptest::sample::select(vec!["run.epoch", "setup.net.hidden.0", "setup.", "setup.run", "race.leader", ""]),
        is in "(null|true|-?[0-9]{1,3}|\"[a-z<>]{0,8}\"|\\[\\]|[{]{1,9})",
    ) {
        let _ = lesson::read(&text);
        let condition = format!("{{\"fact\":\"{fact}\",\"is\":{is}}}");
        let words = serde_json::json!({ "en": text });
        let (state, lock) = (serde_json::json!(state), serde_json::json!([lock]));
        let page = format!("{{\"text\":{words},\"formula\":{},\"state\":{state},\"lock\":{lock},\"goal\":[{condition}]}}", words["en"]);
        if let Ok(lesson) = lesson::read(&format!("{{\"title\":{words},\"minutes\":1,\"pages\":[{page}]}}")) {
            let page = &lesson.pages[0];
            prop_assert!(page.state.as_deref().is_none_or(|state| link::read(state).is_ok()));
            let _ = (page.met(&|_| Some(serde_json::json!(text))), page.hint(&|_| None), formula::read(&page.formula));
            let locked = lesson::locked(&Setup::default(), Setup { screen: Screen::Race, ..Setup::default() }, &page.lock);
            prop_assert_eq!(locked.check(), Ok(()));
        }
    }

    /// Whatever the page around this one says is a command or nothing; what it sets is a set-up or nothing.
    #[test]
    fn a_message_never_panics(
        text in "\\PC{0,60}",
        kind in proptest::sample::select(vec!["set", "play", "unlock", "__proto__", "<script>"]),
        state in "v=1(&(net.hidden|run.learning_rate|data.name|lesson.lock|lesson.limit)=[\\[\\]0-9a-z,%.\"-]{0,12}){0,4}",
    ) {
        let _ = message::read(&text);
        let told = serde_json::json!({ "type": kind, "state": state }).to_string();
        if let Some(Command::Set { state }) = message::read(&told) && let Ok(setup) = link::read(&state) {
            let _ = lesson::locked(&Setup::default(), setup, &["net".into()]);
        }
    }

    /// What the page around this one sets leaves what is locked as it was, and what is limited in its range.
    #[test]
    fn what_is_set_leaves_what_is_locked_or_limited(
        hidden in proptest::collection::vec(1usize..=16, 0..4),
        exponent in -6.9f64..=5.9,
    ) {
        let rate = 10f64.powf(exponent);
        let state = format!("v=1&net.hidden={}&run.learning_rate={rate}", serde_json::json!(hidden));
        let told = serde_json::json!({ "type": "set", "state": state }).to_string();
        let Some(Command::Set { state }) = message::read(&told) else { panic!("{told} is no command") };
        let setup = link::read(&state).unwrap();
        prop_assert_eq!((&setup.net.hidden, setup.run.learning_rate), (&hidden, rate));
        let mut old = Setup::default();
        old.lesson.limit = vec![("run.learning_rate".into(), 0.01, 0.5)];
        let locked = lesson::locked(&old, setup, &["net".into()]);
        prop_assert_eq!(&locked.net, &old.net);
        prop_assert_eq!(locked.run.learning_rate, rate.clamp(0.01, 0.5));
    }

    /// With every range and number changed and twenty trials placed by hand in the study and in the race, a link fits
    /// wherever one can be pasted. Each trial more takes some fifteen characters; notes are the reader's own words.
    #[test]
    fn a_link_has_at_most_2000_characters(
        setup in setup(),
        numbers in proptest::collection::vec(0.0f64..1.0, 24),
        clicks in proptest::collection::vec((0.0f64..1.0, 0.0f64..1.0), 40),
    ) {
        let mut setup = setup;
        setup.search.budget = 100;
        let axes = setup.axes();
        let placed = |&(x, y): &(f64, f64)| {
            let at = axes.from_unit(&[x, y]);
            let space = setup.searched();
            let mut point = setup.on_map([[at[0], at[1]]]).swap_remove(0);
            point.iter_mut().zip(&space.params).for_each(|(x, p)| *x = x.clamp(p.low, p.high));
            setup.brief(&point)
        };
        let points: Vec<Point> = clicks.iter().map(placed).collect();
        setup.search.hand = points[..20].iter().cloned().enumerate().map(|(n, point)| Placed(n, point)).collect();
        setup.race.hand = points[20..].to_vec();
        let s = &mut setup.training.schedule;
        (s.gamma, s.rise, s.factor, s.threshold) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        (s.lowest, s.div, s.final_div, s.every, s.warmup) = (numbers[4], 2.0 + numbers[5], 3.0 + numbers[6], 17, 9);
        let t = &mut setup.training;
        (t.dropout, t.clip_norm, t.clip_value, t.l1, t.decay) = (0.9 * numbers[7], numbers[8], numbers[9], numbers[10], numbers[11]);
        (t.patience, t.penalise_biases) = (23, true);
        let p = &mut setup.search.pruner;
        (p.keep, p.upper, p.threshold, p.startup, p.warmup) = (numbers[12], numbers[13], numbers[14], 7, 3);
        setup.net.activations = vec![tunescape::net::Activation::Sine; setup.net.hidden.len()];
        (setup.search.run, setup.search.shown, setup.search.at_once, setup.race.you) = (100, 99, 3, true);
        prop_assert_eq!(setup.check(), Ok(()));
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, link::write(&setup).as_bytes()).unwrap();
        let length = 2 + packed.finish().unwrap().len().div_ceil(3) * 4;
        prop_assert!(length <= 2000, "{} of {}: {}", length, link::write(&setup).len(), link::write(&setup));
    }

    /// What a teacher hands out is a short link, whichever lesson, with the usual locks.
    #[test]
    fn a_hand_out_has_at_most_300_characters(page in 0usize..8, parts in proptest::sample::subsequence(vec!["data", "net", "training", "space", "search.strategy"], 0..=5)) {
        let mut setup = Setup::default();
        setup.lesson.page = page;
        setup.lesson.name = "edge-of-stability".into();
        setup.lesson.lock = parts.into_iter().map(String::from).collect();
        setup.lesson.hide = [Panel::Header, Panel::Footer, Panel::Data, Panel::Network, Panel::Training].map(|panel| panel.key().into()).to_vec();
        prop_assert!(link::write(&setup).len() <= 300, "{}", link::write(&setup));
    }

    #[test]
    fn split_parts_are_disjoint_complete_stratified_and_repeatable(data in dataset(), f in fractions(), seed: u64) {
        let parts = split(&data, f, seed).unwrap();
        let mut rows = parts.rows.concat();
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
        let shares = [f.train, f.valid, 1.0 - f.train - f.valid];
        if let Target::Class { labels, names } = &data.target {
            for class in 0..names.len() as u32 {
                let count = |rows: &[usize]| rows.iter().filter(|&&row| labels[row] == class).count();
                let all = labels.iter().filter(|&&label| label == class).count();
                for (rows, share) in parts.rows.iter().zip(shares) {
                    prop_assert!((count(rows) as f64 - share * all as f64).abs() <= 1.0 + 1e-6);
                }
                prop_assert!(all < 3 || count(&parts.rows[0]) > 0);
            }
        } else {
            for (rows, share) in parts.rows.iter().zip(shares) {
                prop_assert!((rows.len() as f64 - share * data.rows() as f64).abs() < 1.0);
            }
        }
        // Compared as text, in which a missing value equals itself.
        prop_assert_eq!(format!("{parts:?}"), format!("{:?}", split(&data, f, seed).unwrap()));
    }

    /// Whatever the data, also with classes that are missing from a fold: each row that is not for the test validates
    /// once, and every fold trains to numbers or diverges.
    #[test]
    fn folds_take_turns_and_train(
        data in dataset(),
        f in fractions(),
        seed in 0u64..1000,
        method in prop::sample::select(Method::ALL.to_vec()),
        (folds, repeats) in (2usize..=10, 1usize..=2),
    ) {
        let evaluation = EvaluationSetup { method, folds, repeats, ..EvaluationSetup::default() };
        let whole = split(&data, f, seed).unwrap();
        let free = whole.rows[0].len() + whole.rows[1].len();
        let dealt = evaluation.dealt(&data, whole.clone(), seed);
        if method != Method::HoldOut && folds > free {
            prop_assert!(dealt.is_err());
            return Ok(());
        }
        let dealt = dealt.unwrap();
        prop_assert_eq!(dealt.len(), evaluation.splits());
        for fold in &dealt {
            prop_assert_eq!(&fold.rows[2], &whole.rows[2]);
            let mut rows = fold.rows.concat();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
        }
        if method != Method::HoldOut {
            let mut rows: Vec<usize> = dealt.iter().flat_map(|fold| fold.rows[1].clone()).chain(whole.rows[2].clone()).collect();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
            let sizes: Vec<usize> = dealt.iter().map(|fold| fold.rows[1].len()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
        if let (Method::StratifiedKFold, Target::Class { labels, names }) = (method, &data.target) {
            for class in 0..names.len() as u32 {
                let count = |fold: &Split| fold.rows[1].iter().filter(|&&row| labels[row] == class).count();
                let counts: Vec<usize> = dealt.iter().map(count).collect();
                prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{:?}", counts);
            }
        }
        let mut setup = Setup { evaluation, ..Setup::default() };
        setup.net.hidden = vec![2];
        let population = setup.population(&dealt, data.task(), &[vec![0.1, 0.5], vec![1e6, 0.0]]);
        let mut trainer = CpuTrainer::with_width(population, Width::Four).unwrap();
        prop_assert_eq!(pollster::block_on(trainer.advance(3, &mut || false)), Ok(Progress::Reached));
        let curves = Curves::of(&trainer, &[0, 1], 0, 3);
        for (reports, diverged) in curves.reports.iter().zip(&curves.diverged) {
            prop_assert_eq!(reports.len(), diverged.unwrap_or(4));
            for r in reports {
                let all = [r.train_loss, r.valid_loss, r.train_score, r.valid_score];
                prop_assert!(all.iter().all(|number| number.is_finite()), "{:?}", r);
            }
        }
        prop_assert!(curves.spreads.iter().flatten().all(|spread| spread.is_finite() && *spread >= 0.0));
    }

    #[test]
    fn training_inputs_have_mean_0_and_deviation_1(data in dataset(), f in fractions(), seed: u64) {
        let train = split(&data, f, seed).unwrap().train;
        for column in 0..train.columns {
            let values: Vec<f64> = (0..train.rows()).map(|row| f64::from(train.row(row)[column])).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
            prop_assert!(mean.abs() < 1e-4, "mean {}", mean);
            prop_assert!(values.iter().all(|&v| v == 0.0) || (variance - 1.0).abs() < 1e-3, "variance {}", variance);
        }
    }

    #[test]
    fn csv_never_panics(bytes: Vec<u8>, target in 0usize..4) {
        if let Ok(table) = csv::read(&bytes) {
            table.suggest();
            for kind in [Kind::Class, Kind::Number] {
                let _ = table.dataset(target, kind);
            }
        }
    }

    /// The same with bytes that files are made of, so that more of them get past the first check.
    #[test]
    fn csv_never_panics_on_what_looks_like_one(text in "[ab1?,;|\t\"\r\n\u{feff}é .-]{0,80}", target in 0usize..4) {
        if let Ok(table) = csv::read(text.as_bytes()) {
            prop_assert!(table.columns.len() >= 2 && table.rows() >= 1);
            table.suggest();
            for kind in [Kind::Class, Kind::Number] {
                if let Ok((data, _)) = table.dataset(target, kind) {
                    prop_assert_eq!(data.x.len(), data.rows() * data.columns.len());
                }
            }
        }
    }

    #[test]
    fn csv_round_trip(
        separator in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
        rows in proptest::collection::vec((-1e6f32..1e6, "[a-zé]([a-z \"\n§é]{0,8}[a-zé])?", any::<bool>()), 1..30),
        crlf: bool,
    ) {
        let end = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new().delimiter(separator).terminator(end).from_writer(Vec::new());
        // § stands for the separator inside a field.
        let field = |text: &str| text.replace('§', &char::from(separator).to_string());
        writer.write_record(["number", "text", "missing"]).unwrap();
        for (number, text, missing) in &rows {
            let last = if *missing { "" } else { "here" };
            writer.write_record([number.to_string(), field(text), last.to_string()]).unwrap();
        }
        let table = csv::read(&writer.into_inner().unwrap()).unwrap();
        prop_assert!(table.header && table.separator == char::from(separator) && table.rows() == rows.len());
        for (row, (number, text, missing)) in rows.iter().enumerate() {
            prop_assert_eq!(table.columns[0].number(row), Some(*number));
            let text = field(text);
            let missing_word = ["na", "nan", "null"].contains(&text.as_str());
            prop_assert_eq!(table.columns[1].text(row), (!missing_word).then_some(text.as_str()));
            prop_assert_eq!(table.columns[2].text(row), (!missing).then_some("here"));
        }
    }
}
