//! The same on a device that has buffers and computes nothing, made by wgpu's `noop`.

use crate::drawn::{drawn, one};
use crate::{TURN, set_ups};
use pollster::block_on;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tunescape_core::gpu::form::Form;
use tunescape_core::gpu::{Estimate, GpuContext, GpuTrainer};
use tunescape_engine::train::{Population, Trainer};

/// Bytes of the largest population here: what this device has lies in the machine's memory.
const MOST: u64 = 48 << 20;

const FORMS: [Form; 3] = [
    Form { lanes: 4, share: 4, short: true },
    Form { lanes: 8, share: 4, short: true },
    Form { lanes: 32, share: 2, short: false },
];

fn device() -> GpuContext {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::NOOP;
    descriptor.backend_options.noop.enable = true;
    let instance = wgpu::Instance::new(descriptor);
    let adapter = block_on(instance.request_adapter(&Default::default())).expect("an adapter");
    block_on(GpuContext::on(adapter)).expect("a device")
}

#[test]
fn what_any_set_up_makes_on_a_device_is_what_is_said() {
    let _turn = TURN.lock();
    let device = device();
    let mut rng = ChaCha8Rng::seed_from_u64(61);
    let mut most: u64 = 0;
    for number in 0..2 * set_ups() {
        let context = device.clone().shaped(one(&mut rng, &FORMS));
        let (setup, data) = drawn(&mut rng, number);
        let points = vec![setup.own_point(); rng.random_range(1..130)];
        let mut population = setup.population(&data.folds, data.task, &points);
        let said = |population: &Population| Estimate::new(&context, population).expect("room");
        // As many trials as there is room for, or else one.
        while population.trials.len() > 1 && said(&population).bytes > MOST {
            population.trials.truncate(population.trials.len() / 2);
        }
        let (net, rule, said) = (population.net.clone(), population.rule, said(&population).bytes);
        let made = GpuTrainer::new(&context, population, || 0.0);
        let mut trainer = block_on(made).expect("a trainer");
        block_on(trainer.advance(1, &mut || false)).expect("it trains");
        let [alive, _] = context.made_bytes();
        assert!(alive <= said + said / 10, "{alive}, not {said}: {net:?} {rule:?}");
        // Nor is far too much said. Lists of several epochs may take up to 4 MB, twice, and some
        // groups have fewer trials than there is room for.
        assert!(alive + (9 << 20) >= said / 2, "{alive}, not {said}: {net:?} {rule:?}");
        drop(trainer);
        assert_eq!(context.made_bytes()[0], 0, "all is given back");
        most = most.max(alive);
    }
    assert!(most > MOST / 2, "{most}");
}
