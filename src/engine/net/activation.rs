//! Activations of the hidden layers: value, and derivative written by the value.

use super::{Lanes, math};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    Tanh,
    Relu,
    Sigmoid,
    Linear,
}

impl Activation {
    pub const ALL: [Activation; 4] = [Activation::Tanh, Activation::Relu, Activation::Sigmoid, Activation::Linear];

    /// f(z).
    #[inline(always)]
    pub fn value<V: Lanes>(self, z: V) -> V {
        match self {
            Activation::Tanh => math::tanh(z),
            Activation::Relu => z.at_least(V::splat(0.0)),
            Activation::Sigmoid => math::sigmoid(z),
            Activation::Linear => z,
        }
    }

    /// f′(z), given a = f(z). Relu's derivative at 0 is 0.
    #[inline(always)]
    pub fn slope<V: Lanes>(self, a: V) -> V {
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        match self {
            Activation::Tanh => one.sub(a.mul(a)),
            Activation::Relu => a.if_greater(zero, one, zero),
            Activation::Sigmoid => a.mul(one.sub(a)),
            Activation::Linear => one,
        }
    }

    /// Half the width of the uniform start weights: Xavier √(6/(in+out)), for relu He √(6/in).
    pub fn start_limit(self, inputs: usize, outputs: usize) -> f32 {
        match self {
            Activation::Relu => libm::sqrtf(6.0 / inputs as f32),
            _ => libm::sqrtf(6.0 / (inputs + outputs) as f32),
        }
    }
}
