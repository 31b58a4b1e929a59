//! Links: they bring every set-up, they are short, and none does harm.

use proptest::prelude::*;
use std::io::Write;
use tunescape_core::link;
use tunescape_core::metrics::{Metric, When};
use tunescape_core::search::{Earlier, StrategyName};
use tunescape_core::setup::Axis;
use tunescape_core::setup::PARAMETERS;
use tunescape_core::setup::SETTINGS;
use tunescape_core::setup::Screen;
use tunescape_core::setup::Setup;
use tunescape_core::setup::VERSION;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::setup::search::{MAX_BESIDE, Placed, Together, max_kept, max_modelled};
use tunescape_core::setup::space::Range;
use tunescape_core::space::{Point, Scale, Space, in_digits};
use tunescape_engine::net::Activation;
use tunescape_engine::optim::{NUMBERS, Rule};

/// Two different numbers of a range, the smaller first.
fn ends(range: std::ops::RangeInclusive<f64>) -> impl Strategy<Value = [f64; 2]> {
    (range.clone(), range)
        .prop_filter("an empty range", |(a, b)| a != b)
        .prop_map(|(a, b)| [a.min(b), a.max(b)])
}

/// Powers of ten in the range of a learning rate, so that all magnitudes come up.
fn rates() -> impl Strategy<Value = [f64; 2]> {
    ends(-6.9..=5.9)
        .prop_map(|ends| ends.map(|e| 10f64.powf(e)))
        .prop_filter("an empty range", |[a, b]| a < b)
}

/// A set-up within all ranges, with any numbers that a control, the map or an import could give it.
fn setup() -> impl Strategy<Value = Setup> {
    let names = prop::sample::select(vec!["circle", "hills", "breast-cancer", "mnist", "csv"])
        .prop_map(String::from);
    let data = (names, 20usize..=5000, 0.0..=1.0, 0.05f64..=0.5, 0.05f64..=0.4, 0u64..=999_999);
    let evaluation = (prop::sample::select(Method::ALL.to_vec()), 2usize..=10, 1usize..=16);
    let judged = (
        prop::sample::select(Metric::ALL.to_vec()),
        prop::sample::select(vec![When::Last, When::Best]),
    );
    let training =
        (1usize..=2000, 1usize..=1000, 0.0..=1.0, proptest::collection::vec(1usize..=16, 0..4));
    let run = (prop_oneof![0.0..=1e6, 0.0..=1e-3], 0.0..=0.999);
    let more = proptest::sample::subsequence((2..PARAMETERS.len()).collect::<Vec<_>>(), 0..=4);
    let space = (rates(), ends(0.0..=0.999), more);
    let map = (1e-6..=100.0, proptest::collection::vec((rates(), ends(0.0..=0.999)), 0..4));
    let hand = proptest::collection::vec((0.0..=1.0, 0.0..=1.0, any::<bool>()), 0..8);
    let automatic = |low: f64, high: f64| prop::option::of(low..=high);
    let held = (automatic(0.01, 10.0), automatic(0.001, 1.0));
    let search = ((automatic(0.0, 10.0), held), 0.0..=1.0, 8usize..=100, hand);
    let judging = (evaluation, judged, any::<[bool; 6]>());
    (data, training, judging, run, space, map, search).prop_map(
        |(data, training, judging, run, space, map, search)| {
            let mut setup = Setup::default();
            let e = &mut setup.evaluation;
            let flags;
            ((e.method, e.folds, e.repeats), (setup.search.metric, setup.search.when), flags) =
                judging;
            let own = &mut setup.search;
            let halved;
            [own.pareto, own.ranked, setup.map.averaged, own.distinct, own.grid_ends, halved] =
                flags;
            own.together = Together::ALL[usize::from(halved)];
            let d = &mut setup.data;
            (d.name, d.rows, d.noise, d.train, d.valid, d.seed) = data;
            if setup.takes_also("moons") {
                setup.evaluation.also = vec!["moons".into()];
            }
            let t = &mut setup.training;
            (t.batch, t.epochs, t.l2, setup.net.hidden) = training;
            (setup.run.learning_rate, setup.run.momentum) = run;
            for (name, scale, [low, high]) in
                [("learning_rate", Scale::Log, space.0), ("momentum", Scale::Linear, space.1)]
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
            setup.search.hand = hand
                .into_iter()
                .enumerate()
                .filter(|(_, (_, _, there))| *there)
                .map(placed)
                .collect();
            setup
        },
    )
}

/// Numbers from 0 to 1, by SplitMix64.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[(self.unit() * all.len() as f64) as usize]
    }

    /// A point with new values of some parameters, and the others as they are held.
    fn point(&mut self, space: &Space, of: &[usize], held: &[f64]) -> Point {
        let mut point = held.to_vec();
        of.iter().for_each(|&i| point[i] = space.params[i].from_unit(self.unit()));
        point
    }
}

/// Every parameter of those that are searched.
const SIX: [usize; 6] = [0, 1, 2, 3, 4, 5];

/// The default set-up, with every number of it typed.
fn typed(random: &mut Random) -> Setup {
    let mut tree = serde_json::to_value(Setup::default()).expect("a tree");
    for setting in SETTINGS.iter() {
        let (key, Some((low, high))) = (setting.path.as_str(), setting.range()) else { continue };
        let place = tree.pointer_mut(&format!("/{}", key.replace('.', "/"))).expect("it is there");
        let x = low + random.unit() * (high - low);
        *place = if place.is_u64() {
            (x as u64).into()
        } else {
            in_digits(x, 6).clamp(low, high).into()
        };
    }
    serde_json::from_value(tree).expect("a set-up")
}

/// Other choices than the default ones.
fn choose(setup: &mut Setup, random: &mut Random) {
    (setup.data.train, setup.data.valid, setup.map.side, setup.search.budget) =
        (0.41, 0.37, 32, 100);
    (setup.search.run, setup.search.shown) = (100, 57);
    for number in &NUMBERS {
        if let Some(value) = setup.training.number(number.name) {
            let span = f64::from(number.high - number.low);
            let x = f64::from(number.low) + random.unit() * span;
            *value = in_digits(x, 6).min(f64::from(number.high));
        }
    }
    setup.training.rule = random.one_of(&Rule::ALL);
    setup.net.hidden = (0..9).map(|_| 1 + (random.unit() * 15.0) as usize).collect();
    setup.net.activations = (0..9).map(|_| random.one_of(&Activation::ALL)).collect();
    setup.data.name = "circle".into();
    setup.evaluation.also = ["xor", "gauss", "spiral", "moons"].map(String::from).to_vec();
    setup.race.strategies =
        StrategyName::ALL.into_iter().filter(|name| name.races()).take(6).collect();
    (setup.map.axis, setup.screen, setup.search.strategy) =
        (Axis::Complement, Screen::Race, StrategyName::Anneal);
}

/// Six parameters searched over typed ranges.
fn search_six(setup: &mut Setup, random: &mut Random) {
    for name in ["learning_rate", "momentum"] {
        setup.space.set(name, None);
    }
    let numbers =
        PARAMETERS.iter().filter(|p| matches!(Range::usual(p), Range::Numbers { step: 0.0, .. }));
    let mut numbers: Vec<_> = numbers.collect();
    for _ in SIX {
        let parameter = numbers.swap_remove((random.unit() * numbers.len() as f64) as usize);
        let Range::Numbers { low, high, scale, step } = Range::usual(parameter) else { continue };
        let (a, b) = (0.3 * random.unit(), 0.7 + 0.3 * random.unit());
        let at = |u: f64| in_digits(low + u * (high - low), 6).clamp(low, high);
        setup
            .space
            .set(parameter.name, Some(Range::Numbers { low: at(a), high: at(b), scale, step }));
    }
}

/// The model of an earlier study, as large as it may be.
fn remember(setup: &mut Setup, random: &mut Random) {
    let space = setup.searched();
    let mut ended = || {
        let score = random.unit();
        let point = SIX.map(|i| space.params[i].from_unit(random.unit())).to_vec();
        Earlier(Some(score), point).brief(&space)
    };
    setup.search.earlier = (0..max_modelled(6)).map(|_| ended()).collect();
}

/// Places `all` trials by hand, the first of them kept from before, and those of a race. Returns
/// the last point.
fn place_by_hand(setup: &mut Setup, random: &mut Random, kept: usize, all: usize) -> Point {
    let space = setup.searched();
    let mut held = setup.placed(&random.point(&space, &SIX, &[0.0; 6]));
    let mut hand = Vec::new();
    // Those that are kept are the strategy's, and share no value.
    for trial in 0..kept {
        hand.push(Placed(trial, setup.trained_alike(random.point(&space, &SIX, &held))));
    }
    for trial in kept..all {
        // What the map holds fixed is chosen anew now and then.
        if trial % 10 == 0 {
            held = setup.placed(&random.point(&space, &SIX, &held));
        }
        hand.push(Placed(trial, setup.placed(&random.point(&space, &[0, 1], &held))));
    }
    let mut raced = || setup.placed(&random.point(&space, &[0, 1], &held));
    setup.race.hand = (0..100).map(|_| raced()).collect();
    setup.search.hand = hand;
    held
}

/// As much as the screens can set up without data of one's own: every number typed, six parameters
/// searched over typed ranges, the map zoomed in as far as it goes, every trial of the largest
/// budget placed by hand, in a search and in a race; of the search eighty where the first are kept
/// from before. Or else with the model of an earlier study.
fn everything(seed: u64, kept: bool, prior: bool) -> Setup {
    let random = &mut Random(seed);
    let mut setup = typed(random);
    choose(&mut setup, random);
    search_six(&mut setup, random);
    if prior {
        remember(&mut setup, random);
    }
    let kept = if kept { max_kept(6, &setup.search.earlier) } else { 0 };
    let all = if prior {
        MAX_BESIDE
    } else if kept > 0 {
        20
    } else {
        100
    };
    let held = place_by_hand(&mut setup, random, kept, all);
    let mut more = setup.clone();
    more.search.hand.push(Placed(all, held));
    assert!(setup.has_room() && more.has_room() != prior);
    setup
}

proptest! {
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
    fn whatever_the_screens_set_up_fits_into_a_link(seed: u64, kept: bool, prior: bool) {
        let setup = everything(seed, kept, prior);
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
        for version in 1..=VERSION {
            let _ = link::read(&format!("v={version}&{text}"));
        }
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
        for version in 1..=VERSION {
            if let Ok(setup) = link::read(&format!("v={version}&{}", parts.join("&"))) {
                prop_assert_eq!(link::read(&link::write(&setup)), Ok(setup));
            }
        }
    }
}
