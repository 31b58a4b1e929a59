//! What set-ups are said to take in memory, against an allocator that counts: any set-up within the
//! ranges, extremes among them, on four lanes as a browser has them.

use pollster::block_on;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};
use tunescape_core::data::choices::ReadChoices;
use tunescape_core::data::encoding::decode_latin1;
use tunescape_core::data::{Dataset, Kind, Target};
use tunescape_core::setup::Setup;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::setup::needs::{CPU_BYTES, On, WORKER_BYTES};
use tunescape_core::worker::{Attempt, DataError, Prepared, Source, Sources, prepare};
use tunescape_engine::net::Activation;
use tunescape_engine::optim::Rule;
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Progress, Trainer};

/// Counts what is alive, and the most that was since it was last asked to begin.
struct Counting;

static ALIVE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = layout.size() as u64;
        let alive = ALIVE.fetch_add(size, Ordering::Relaxed) + size;
        PEAK.fetch_max(alive, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        ALIVE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What comes of some work, and the most bytes that it had at a time.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = ALIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let done = work();
    (done, PEAK.load(Ordering::Relaxed).saturating_sub(before))
}

fn dataset(rows: usize, inputs: usize, classes: usize) -> Dataset {
    Dataset {
        name: "csv".into(),
        columns: (0..inputs).map(|i| i.to_string()).collect(),
        x: (0..rows * inputs).map(|i| ((i * 37) % 101) as f32).collect(),
        target: Target::Class {
            labels: (0..rows).map(|i| (i % classes) as u32).collect(),
            names: (0..classes).map(|i| i.to_string()).collect(),
        },
        image: None,
        exact: Vec::new(),
    }
}

/// A set-up, rows and inputs; every fifth goes to the ends of the ranges.
fn drawn(rng: &mut ChaCha8Rng, number: usize) -> (Setup, usize, usize) {
    fn one<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
        of[rng.random_range(0..of.len())]
    }
    let mut setup = Setup::default();
    let extreme = number.is_multiple_of(5);
    let layers = if extreme { 9 } else { rng.random_range(0..10) };
    let units =
        |rng: &mut ChaCha8Rng| if extreme { 128 } else { one(rng, &[1, 3, 8, 32, 100, 128]) };
    setup.net.hidden = (0..layers).map(|_| units(rng)).collect();
    setup.net.activation = one(rng, &[Activation::Tanh, Activation::Relu, Activation::Gelu]);
    setup.training.choose(one(rng, &Rule::ALL));
    setup.training.dropout = one(rng, &[0.0, 0.2]);
    setup.training.epochs = if extreme { 1000 } else { one(rng, &[1, 3, 60, 513, 1000]) };
    setup.training.batch = one(rng, &[1, 7, 32, 2000]);
    setup.evaluation.repeats = if extreme { 16 } else { rng.random_range(1..17) };
    setup.evaluation.folds = if extreme { 10 } else { rng.random_range(2..11) };
    setup.evaluation.method = one(rng, &[Method::HoldOut, Method::KFold]);
    (setup, rng.random_range(40..200), one(rng, &[2, 10, 64, 784, 1024]))
}

/// Trains a little: enough that everything is there that training needs.
fn begun(trainer: &mut CpuTrainer, to: usize) {
    let mut left = 3;
    let mut pause = || {
        left -= 1;
        left == 0
    };
    let _ = block_on(trainer.advance(to, &mut pause)).unwrap();
}

fn a_slice_takes_what_is_said(setup: &Setup, data: &Prepared, points: usize) {
    let point = setup.own_point();
    let (shared, made) =
        counted(|| setup.population(&data.folds, data.task, std::slice::from_ref(&point)));
    let needs = setup.needs(&shared, &data.size(0), points, On::Cpu(Width::Four), 1).unwrap();
    // Start weights once a seed, and no data.
    let streams = 512 * shared.streams.len() as u64;
    let block = 4 * 2 * 40 * 128 * 10;
    assert!(made <= 2 * needs.starts + streams + block, "{made}, not {}", needs.starts);

    let points = vec![point; needs.slices.points];
    let population = setup.with_streams(&shared, &points, 0..needs.slices.streams);
    let said = CpuTrainer::bytes(&population, Width::Four, setup.training.epochs);
    assert!(said <= needs.slice && needs.slice <= CPU_BYTES, "{said} {needs:?}");
    let (trainer, took) = counted(|| {
        let mut trainer = CpuTrainer::with_width(population, Width::Four).unwrap();
        begun(&mut trainer, setup.training.epochs.min(40));
        trainer
    });
    // The order of the rows and other small lists are not counted: kilobytes, beside which the
    // smallest networks are small as well.
    let lists = 64 << 10;
    let most = said + said / 10 + lists;
    assert!(took <= most, "{took}, not {said}: {:?} {:?}", setup.net, setup.training);
    // Nor is far too much said: reports come later.
    let reports =
        trainer.population().trials.len() as u64 * 32 * (setup.training.epochs as u64 + 1);
    assert!(took + reports + (12 << 20) >= said / 2, "{took}, not {said}");
}

fn a_trial_keeps_within_its_bound(setup: &Setup, data: &Prepared) {
    let point = setup.own_point();
    let (_, took) = counted(|| {
        let mut attempt = Attempt::new(setup, data, &point).unwrap();
        let mut left = 4;
        let mut pause = || {
            left -= 1;
            left == 0
        };
        let _: Progress = block_on(attempt.advance(&mut pause)).unwrap();
    });
    let net = setup.network(data.overview.inputs, data.task);
    let starts = 2 * 4 * (net.parameters() * setup.evaluation.repeats) as u64;
    let most = CPU_BYTES + CPU_BYTES / 10 + starts;
    assert!(took <= most, "{took}, not {most}: {:?}", setup.evaluation);
}

/// 0.6 MB of letters that become 9,000 rows with 1,024 inputs, nearly as many numbers as a table may
/// have: kept once and split once, and refused in ten folds.
fn a_small_file_of_many_inputs(rng: &mut ChaCha8Rng) {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEF";
    let mut text: String = (0..32).map(|i| format!("c{i},")).collect::<String>() + "y\n";
    for row in 0..9_000 {
        for _ in 0..32 {
            text.push(char::from(letters[(rng.next_u32() & 31) as usize]));
            text.push(',');
        }
        text += if row % 2 == 0 { "0\n" } else { "1\n" };
    }
    let mut sources = Sources::default();
    let choices = ReadChoices::predict(32, Kind::Class);
    let source = Source::Csv { bytes: text.into_bytes(), choices };
    let mut setup = Setup::default();
    (setup.data.name, setup.data.train, setup.data.valid) = ("csv".into(), 0.6, 0.2);
    let (prepared, took) = counted(|| {
        sources.keep(source, &decode_latin1);
        sources.get(&setup).unwrap()
    });
    assert_eq!((prepared.overview.inputs, prepared.overview.rows), (1024, [5400, 1800, 1800]));
    assert!(took <= WORKER_BYTES, "{took}");
    let point = setup.own_point();
    let (_, copied) = counted(|| setup.population(&prepared.folds, prepared.task, &[point]));
    assert!(copied < 1 << 20, "{copied}");
    drop(prepared);
    setup.evaluation.method = Method::KFold;
    setup.evaluation.folds = 10;
    let (refused, took) = counted(|| sources.get(&setup).err());
    let given = 9_000 * 1024 * 10;
    assert_eq!(refused, Some(DataError::Several { given, limit: 24_000_000 }));
    assert!(took < 1 << 20, "{took}");
}

/// One test: the allocator counts for all threads.
#[test]
fn nothing_takes_more_memory_than_is_said() {
    let mut rng = ChaCha8Rng::seed_from_u64(19);
    for number in 0..150 {
        let (setup, rows, inputs) = drawn(&mut rng, number);
        let data = prepare(&dataset(rows, inputs, 3), Vec::new(), &setup).unwrap();
        a_slice_takes_what_is_said(&setup, &data, [1, 3, 4, 64, 3072][number % 5]);
        if number.is_multiple_of(3) {
            a_trial_keeps_within_its_bound(&setup, &data);
        }
    }
    a_small_file_of_many_inputs(&mut rng);
}
