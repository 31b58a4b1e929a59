//! One contract suite over every trainer: the CPU at each width of this machine, and the GPU on any
//! adapter that is found, shown as ignored where there is none.

mod checks;
mod fixtures;
mod options;
mod parity;

use fixtures::{fixed, gpu};
use libtest_mimic::{Arguments, Trial};
use tunescape_core::gpu::form::Form;
use tunescape_core::gpu::{GpuContext, GpuTrainer};
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Population, TrainError};

fn main() {
    let arguments = Arguments::from_args();
    let mut tests = Vec::new();
    for width in Width::available() {
        let make = move |population: Population| CpuTrainer::with_width(population, width);
        tests.extend(checks::suite(&format!("cpu {}", width.lanes()), make));
    }
    let mut on_gpu = checks::suite("gpu", |population: Population| on(gpu()?, population));
    on_gpu
        .extend(checks::suite("gpu batched", |population: Population| batched(gpu()?, population)));
    on_gpu.extend(parity::tests());
    on_gpu.extend(options::tests());
    let missing = gpu().is_err();
    tests.extend(on_gpu.into_iter().map(|test| test.with_ignored_flag(missing)));
    tests.push(Trial::test("every width gives the same numbers", || {
        parity::widths_agree();
        Ok(())
    }));
    libtest_mimic::run(&arguments, tests).exit();
}

fn on(context: &GpuContext, population: Population) -> Result<GpuTrainer, TrainError> {
    pollster::block_on(GpuTrainer::new(context, population, fixed))
}

/// The batched layout as hardware has it.
fn hardware(context: &GpuContext, population: Population) -> Result<GpuTrainer, TrainError> {
    batched(&context.clone().shaped(Form { lanes: 32, share: 2, short: false }), population)
}

fn batched(context: &GpuContext, population: Population) -> Result<GpuTrainer, TrainError> {
    pollster::block_on(GpuTrainer::batched(context, population, fixed))
}
