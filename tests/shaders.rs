//! Every shader that the GPU trainer can write is valid, and its structs lie as the host writes them; told without a GPU.

use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{ScalarKind, TypeInner};
use tunescape::gpu::{layout, network, options, shader};
use tunescape::net::{Activation, Loss, Net};
use tunescape::optim::Rule;
use tunescape::train::TrainError;

fn parsed(net: &Net, rule: Rule) -> (naga::Module, ModuleInfo) {
    let source = shader::source(net, rule);
    assert!(!source.contains('$'), "a name was left in the template");
    let module = naga::front::wgsl::parse_str(&source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
    // No capability beyond the core.
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    let info = info.unwrap_or_else(|e| panic!("{net:?}, {rule:?}: {}", e.emit_to_string(&source)));
    (module, info)
}

fn net(hidden: &[usize], activation: Activation, loss: Loss) -> Net {
    let outputs = if loss.classes(3) == Some(2) { 1 } else { 3 };
    Net::new([&[2], hidden, &[outputs]].concat(), activation, loss)
}

#[test]
fn every_shader_is_valid() {
    for hidden in [&[][..], &[1], &[8, 8], &[3, 1, 4, 1, 5, 9], &[12, 12]] {
        for activation in Activation::ALL {
            for loss in Loss::ALL {
                for rule in options::RULES {
                    parsed(&net(hidden, activation, loss), rule);
                }
            }
        }
    }
}

#[test]
fn a_network_with_many_inputs_is_valid_and_a_larger_one_refused() {
    let with = |inputs| Net::new(vec![inputs, 1], Activation::Tanh, Loss::BinaryCrossEntropy);
    for inputs in [1, 681] {
        assert_eq!(network::check(&with(inputs)), Ok(()));
        parsed(&with(inputs), Rule::Momentum);
    }
    assert_eq!(network::check(&with(682)), Err(TrainError::TooLarge { bytes: 8196, limit: 8192 }));
}

#[test]
fn structs_lie_as_the_host_writes_them() {
    let (module, _) = parsed(&net(&[8], Activation::Tanh, Loss::BinaryCrossEntropy), Rule::Momentum);
    let hosts = [
        ("Params", layout::Params::FIELDS, size_of::<layout::Params>()),
        ("Trial", layout::Trial::FIELDS, size_of::<layout::Trial>()),
        ("Stream", layout::Stream::FIELDS, size_of::<layout::Stream>()),
    ];
    for (name, fields, size) in hosts {
        let found = module.types.iter().find(|(_, t)| t.name.as_deref() == Some(name)).expect(name).1;
        let TypeInner::Struct { members, span } = &found.inner else { panic!("{name} is no struct") };
        assert_eq!((members.len(), *span as usize), (fields.len(), size), "{name}");
        for (i, (member, (field, kind))) in members.iter().zip(fields).enumerate() {
            assert_eq!((member.name.as_deref(), member.offset), (Some(*field), 4 * i as u32), "{name}");
            let TypeInner::Scalar(scalar) = module.types[member.ty].inner else { panic!("{name}.{field}") };
            let wanted = if *kind == "f32" { ScalarKind::Float } else { ScalarKind::Uint };
            assert_eq!((scalar.kind, scalar.width), (wanted, 4), "{name}.{field}");
        }
    }
}

#[test]
fn core_limits_suffice() {
    let (module, _) = parsed(&net(&[8, 8], Activation::Tanh, Loss::BinaryCrossEntropy), Rule::Momentum);
    let storage = |space: &naga::AddressSpace| matches!(space, naga::AddressSpace::Storage { .. });
    assert!(module.global_variables.iter().filter(|(_, v)| storage(&v.space)).count() <= 8);
    assert!(module.entry_points[0].workgroup_size.iter().product::<u32>() <= 256);
    // Some shader compilers skip the zero that the language promises.
    assert!(module.global_variables.iter().all(|(_, v)| v.space != naga::AddressSpace::Private || v.init.is_some()));
    let bare = |text: &str| text.lines().filter(|l| l.trim_start().starts_with("var ")).any(|l| !l.contains('='));
    assert!(!bare(&shader::source(&net(&[4], Activation::Relu, Loss::SoftmaxCrossEntropy), Rule::Sgd)));
}
