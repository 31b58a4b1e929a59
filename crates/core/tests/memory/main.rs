//! What set-ups are said to take in memory, against an allocator that counts and against the buffers
//! that are made on a device: any set-up within the ranges, extremes among them, on four lanes as a
//! browser has them.
//!
//! `MEMORY_SET_UPS` says how many set-ups are drawn; a campaign has thousands.

mod desk;
mod device;
mod drawn;

use drawn::{dataset, drawn};
use pollster::block_on;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tunescape_core::data::Kind;
use tunescape_core::data::choices::ReadChoices;
use tunescape_core::data::encoding::decode_latin1;
use tunescape_core::link;
use tunescape_core::setup::Setup;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::setup::needs::{CPU_BYTES, KEPT_BYTES, On, WORKER_BYTES};
use tunescape_core::worker::{
    Attempt, DataError, Prepared, Run, Source, Sources, Steering, prepare,
};
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
    assert!(needs.within_bounds().is_ok(), "{needs:?}");
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
    // Small lists are not counted: kilobytes, beside which the smallest networks are small as well.
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

/// The widest network there is on five sets at once, in ten folds, sixteen times each.
fn several_sets_at_once() {
    let widest = ["128"; 9].join(",");
    let link = format!(
        "v=1&net.hidden=[{widest}]&training.rule=adam&training.epochs=1&evaluation.method=k-fold\
         &evaluation.folds=10&evaluation.repeats=16&evaluation.also=xor,gauss,circle,moons"
    );
    let setup = link::read(&link).unwrap();
    let data = Sources::default().get(&setup).unwrap();
    a_slice_takes_what_is_said(&setup, &data, 64);
    a_trial_keeps_within_its_bound(&setup, &data);
}

/// As many examples as MNIST has here, of as many inputs: every network in ten folds, several times.
fn images_in_ten_folds() {
    for (hidden, repeats) in [(vec![128; 2], 5), (vec![128; 9], 16)] {
        let mut setup = Setup::default();
        (setup.net.hidden, setup.evaluation.repeats) = (hidden, repeats);
        setup.training.choose(Rule::Adam);
        setup.training.epochs = 2;
        (setup.evaluation.method, setup.evaluation.folds) = (Method::KFold, 10);
        let data = prepare(&dataset(2_000, 784, 10), Vec::new(), &setup).unwrap();
        a_slice_takes_what_is_said(&setup, &data, 64);
        a_trial_keeps_within_its_bound(&setup, &data);
    }
}

/// The run of the Explore screen keeps what it takes to go back to any epoch of any branch: no more
/// than its bound for all branches together, though its point is one of 800 streams.
fn a_run_of_many_branches() {
    let link = "v=1&net.hidden=[128,128,128]&training.epochs=200&evaluation.method=k-fold\
        &evaluation.folds=10&evaluation.repeats=16&evaluation.also=xor,gauss,circle,moons";
    let setup = link::read(link).unwrap();
    let data = Sources::default().get(&setup).unwrap();
    let (run, alone) = counted(|| Run::new(&setup, data.clone()).unwrap());
    let (branches, most) = (6, 2 * KEPT_BYTES);
    let (_, took) = counted(|| {
        let mut run = run;
        block_on(run.advance(200, &mut || false)).unwrap();
        for branch in 0..branches {
            block_on(run.rewind(branch, 150 - branch, &mut async || {})).unwrap();
            let mut steering = Steering::of(&setup);
            steering.batch = 8 + branch;
            run.steer(steering);
            block_on(run.advance(40, &mut || false)).unwrap();
        }
    });
    assert!(took <= most + most / 10 + 2 * alone, "{took}, not {most} beside {alone}");
    assert!(took >= KEPT_BYTES / 2, "{took}: too little to see a bound");
}

/// The allocator counts for all threads, so one test runs at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Set-ups that are drawn where nothing else is asked for.
const SET_UPS: usize = 150;

fn set_ups() -> usize {
    let asked = std::env::var("MEMORY_SET_UPS").ok().and_then(|number| number.parse().ok());
    asked.unwrap_or(SET_UPS)
}

#[test]
fn nothing_takes_more_memory_than_is_said() {
    let _turn = TURN.lock();
    let mut rng = ChaCha8Rng::seed_from_u64(19);
    for number in 0..set_ups() {
        let (setup, data) = drawn(&mut rng, number);
        a_slice_takes_what_is_said(&setup, &data, [1, 3, 4, 64, 3072][number % 5]);
        if number.is_multiple_of(3) {
            a_trial_keeps_within_its_bound(&setup, &data);
        }
    }
    a_small_file_of_many_inputs(&mut rng);
    several_sets_at_once();
    images_in_ten_folds();
    a_run_of_many_branches();
}
