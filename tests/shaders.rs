//! Every shader that the GPU trainer can write is valid, and its structs lie as the host writes
//! them; told without a GPU.

use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{ScalarKind, TypeInner};
use std::sync::Arc;
use tunescape_core::gpu::form::Form;
use tunescape_core::gpu::map::Map;
use tunescape_core::gpu::shader;
use tunescape_core::gpu::update::Options;
use tunescape_core::gpu::{layout, network};
use tunescape_engine::net::{Activation, Loss, Net};
use tunescape_engine::optim::{Rule, Schedule};
use tunescape_engine::part::Part;
use tunescape_engine::train::{Order, Population, Stream, Trial};

fn population(net: Net, rule: Rule) -> Population {
    let part = Arc::new(Part {
        x: vec![0.0; 40 * net.inputs()].into(),
        y: vec![0.0; 40],
        columns: net.inputs(),
    });
    let order = Order::Fixed { batch: 8 };
    let stream =
        Stream { start: net.start(1).into(), order, seed: 1, train: part.clone(), valid: part };
    let trials = vec![Trial { hyper: rule.defaults(), stream: 0 }];
    Population::new(net, rule, vec![stream], trials, 1.0)
}

#[test]
fn shaders_that_remember_the_best_epoch_are_valid() {
    for hidden in [&[8][..], &[128, 17]] {
        let plain = population(net(hidden, Activation::Tanh, Loss::SquaredError), Rule::Adam);
        valid(&Population { remembers: true, ..plain });
    }
}

/// The shaders of both layouts, without options and with all of them; the batched ones as software
/// and as hardware have them.
fn sources(population: &Population) -> Vec<String> {
    let all =
        Options { l1: true, clip_value: true, clip_norm: true, smoothing: true, dropout: true };
    let forms =
        [Form { lanes: 4, share: 4, short: true }, Form { lanes: 32, share: 2, short: false }];
    let batched = |options| {
        forms.map(|form| shader::batched(population, options, &Map::new(population, form)))
    };
    let both = |options| {
        let fused = network::fits(&population.net, population.rule)
            .then(|| shader::fused(population, options, 64));
        fused.into_iter().chain(batched(options))
    };
    [Options::default(), all].into_iter().flat_map(both).collect()
}

fn parsed(source: &str) -> (naga::Module, ModuleInfo) {
    assert!(!source.contains('$'), "a name was left in the template: {source}");
    let module = naga::front::wgsl::parse_str(source)
        .unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)));
    // No capability beyond the core.
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    let info = info.unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)));
    (module, info)
}

/// Every shader is valid.
fn valid(population: &Population) {
    sources(population).iter().for_each(|source| drop(parsed(source)));
}

fn net(hidden: &[usize], activation: Activation, loss: Loss) -> Net {
    let outputs = if loss.classes(3) == Some(2) { 1 } else { 3 };
    Net::new([&[2], hidden, &[outputs]].concat(), activation, loss)
}

#[test]
fn every_shader_is_valid() {
    for hidden in [&[][..], &[1], &[3, 1, 4, 1, 5, 9], &[12, 12], &[128, 17]] {
        valid(&population(net(hidden, Activation::Relu, Loss::SoftmaxCrossEntropy), Rule::Adam));
    }
    for hidden in [&[4][..], &[3, 2]] {
        for activation in Activation::ALL {
            valid(&population(net(hidden, activation, Loss::BinaryCrossEntropy), Rule::Momentum));
        }
        for loss in Loss::ALL {
            valid(&population(net(hidden, Activation::Tanh, loss), Rule::Momentum));
        }
        for rule in Rule::ALL {
            valid(&population(net(hidden, Activation::Gelu, Loss::SoftmaxCrossEntropy), rule));
        }
    }
}

#[test]
fn every_schedule_is_valid_and_biases_may_be_spared() {
    let plain = population(net(&[8], Activation::Tanh, Loss::SquaredError), Rule::Adam);
    let plateau = Schedule::Plateau { factor: 0.5, patience: 3, threshold: 0.1, lowest: 1e-5 };
    for schedule in
        [Schedule::Constant, Schedule::InverseTime, Schedule::Exponential { gamma: 0.9 }, plateau]
    {
        valid(&Population { schedule, penalise_biases: false, ..plain.clone() });
    }
}

#[test]
fn what_an_invocation_can_hold_is_fused() {
    let with = |inputs| Net::new(vec![inputs, 1], Activation::Tanh, Loss::BinaryCrossEntropy);
    valid(&population(with(681), Rule::Momentum));
    assert!(
        network::fits(&with(681), Rule::Momentum) && !network::fits(&with(682), Rule::Momentum)
    );
    assert!(network::fits(&with(1023), Rule::Sgd) && !network::fits(&with(681), Rule::Adam));
}

#[test]
fn structs_lie_as_the_host_writes_them() {
    let sources =
        sources(&population(net(&[8], Activation::Tanh, Loss::BinaryCrossEntropy), Rule::Momentum));
    let (fused, batched) = (parsed(&sources[0]).0, parsed(&sources[1]).0);
    let hosts = [
        (&fused, "Params", layout::Params::FIELDS, size_of::<layout::Params>()),
        (&fused, "Trial", layout::Trial::FIELDS, size_of::<layout::Trial>()),
        (&fused, "Stream", layout::Stream::FIELDS, size_of::<layout::Stream>()),
        (&batched, "Step", layout::Step::FIELDS, size_of::<layout::Step>()),
        (&batched, "Layer", layout::Layer::FIELDS, size_of::<layout::Layer>()),
    ];
    for (module, name, fields, size) in hosts {
        let found =
            module.types.iter().find(|(_, t)| t.name.as_deref() == Some(name)).expect(name).1;
        let TypeInner::Struct { members, span } = &found.inner else {
            panic!("{name} is no struct")
        };
        assert_eq!((members.len(), *span as usize), (fields.len(), size), "{name}");
        for (i, (member, (field, kind))) in members.iter().zip(fields).enumerate() {
            assert_eq!(
                (member.name.as_deref(), member.offset),
                (Some(*field), 4 * i as u32),
                "{name}"
            );
            let TypeInner::Scalar(scalar) = module.types[member.ty].inner else {
                panic!("{name}.{field}")
            };
            let wanted = if *kind == "f32" { ScalarKind::Float } else { ScalarKind::Uint };
            assert_eq!((scalar.kind, scalar.width), (wanted, 4), "{name}.{field}");
        }
    }
}

#[test]
fn core_limits_suffice() {
    let storage = |space: &naga::AddressSpace| matches!(space, naga::AddressSpace::Storage { .. });
    for source in sources(&population(
        net(&[8, 8], Activation::Tanh, Loss::SoftmaxCrossEntropy),
        Rule::CentredRmsProp,
    )) {
        let (module, _) = parsed(&source);
        assert!(module.global_variables.iter().filter(|(_, v)| storage(&v.space)).count() <= 8);
        assert!(
            module
                .entry_points
                .iter()
                .all(|entry| entry.workgroup_size.iter().product::<u32>() <= 256)
        );
        // Some shader compilers skip the zero that the language promises.
        let own = |v: &naga::GlobalVariable| v.space == naga::AddressSpace::Private;
        assert!(module.global_variables.iter().all(|(_, v)| !own(v) || v.init.is_some()));
        assert!(!source.lines().any(|l| l.trim_start().starts_with("var ") && !l.contains('=')));
    }
}
