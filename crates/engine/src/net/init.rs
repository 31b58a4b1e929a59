//! Start weights: how they are spread, layer by layer. Biases start at 0.

use super::{Layer, unit};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// How the start weights of a layer are drawn; `in` and `out` are its inputs and outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Init {
    /// What suits the layer's activation ([`super::activation::Unit::INIT`]).
    #[default]
    Auto,
    /// Uniform within ±√(6/(in + out)) (Glorot and Bengio 2010).
    XavierUniform,
    /// Normal with variance 2/(in + out).
    XavierNormal,
    /// Uniform within ±√(6/in) (He et al. 2015).
    HeUniform,
    /// Normal with variance 2/in.
    HeNormal,
    /// Uniform within ±√(3/in) (LeCun et al. 1998).
    LecunUniform,
    /// Normal with variance 1/in.
    LecunNormal,
    /// Uniform within ±0.05, whatever the layer; Keras's `RandomUniform`.
    Uniform,
    /// Normal with standard deviation 0.05, whatever the layer.
    Normal,
    /// All 0: units of a layer then stay equal to each other, and a network with hidden layers
    /// learns next to nothing.
    Zeros,
}

impl Init {
    pub const ALL: [Init; 10] = [
        Init::Auto,
        Init::XavierUniform,
        Init::XavierNormal,
        Init::HeUniform,
        Init::HeNormal,
        Init::LecunUniform,
        Init::LecunNormal,
        Init::Uniform,
        Init::Normal,
        Init::Zeros,
    ];

    /// How the weights are drawn, as a formula; i and o are the layer's inputs and outputs. `None`
    /// where the activation decides.
    pub fn formula(self) -> Option<&'static str> {
        Some(match self {
            Init::Auto => return None,
            Init::XavierUniform => "w ~ U(−a, a),  a = √(6/(i + o))",
            Init::XavierNormal => "w ~ N(0, 2/(i + o))",
            Init::HeUniform => "w ~ U(−a, a),  a = √(6/i)",
            Init::HeNormal => "w ~ N(0, 2/i)",
            Init::LecunUniform => "w ~ U(−a, a),  a = √(3/i)",
            Init::LecunNormal => "w ~ N(0, 1/i)",
            Init::Uniform => "w ~ U(−0.05, 0.05)",
            Init::Normal => "w ~ N(0, 0.05²)",
            Init::Zeros => "w = 0",
        })
    }

    /// Whether the draws are normal, and their standard deviation or half their range.
    fn spread(self, layer: Layer) -> (bool, f32) {
        let (inputs, both) = (layer.inputs as f32, (layer.inputs + layer.outputs) as f32);
        match self {
            Init::Auto | Init::XavierUniform => (false, libm::sqrtf(6.0 / both)),
            Init::XavierNormal => (true, libm::sqrtf(2.0 / both)),
            Init::HeUniform => (false, libm::sqrtf(6.0 / inputs)),
            Init::HeNormal => (true, libm::sqrtf(2.0 / inputs)),
            Init::LecunUniform => (false, libm::sqrtf(3.0 / inputs)),
            Init::LecunNormal => (true, libm::sqrtf(1.0 / inputs)),
            Init::Uniform => (false, 0.05),
            Init::Normal => (true, 0.05),
            Init::Zeros => (false, 0.0),
        }
    }

    /// The weights of a layer, in × out. Every uniform number is one `u32` of the generator, every
    /// normal one two, so that the weights are the same on every machine.
    pub fn draw(self, layer: Layer, rng: &mut impl Rng) -> impl Iterator<Item = f32> {
        let (bell, size) = self.spread(layer);
        let draw = move || size * if bell { normal(rng) } else { 2.0 * unit(rng) - 1.0 };
        std::iter::repeat_with(draw).take(layer.inputs * layer.outputs)
    }
}

/// A standard normal number (Box and Muller 1958).
pub fn normal(rng: &mut impl Rng) -> f32 {
    // 1 − u lies in (0, 1].
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - f64::from(unit(rng))));
    (radius * libm::cos(std::f64::consts::TAU * f64::from(unit(rng)))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn weights_are_spread_as_documented() {
        let layer = Layer { inputs: 300, outputs: 200, weights: 0, biases: 60_000 };
        let variance = |init: Init| match init {
            Init::Auto | Init::XavierUniform | Init::XavierNormal => 2.0 / 500.0,
            Init::HeUniform | Init::HeNormal => 2.0 / 300.0,
            Init::LecunUniform | Init::LecunNormal => 1.0 / 300.0,
            Init::Uniform => 0.05 * 0.05 / 3.0,
            Init::Normal => 0.05 * 0.05,
            Init::Zeros => 0.0,
        };
        for init in Init::ALL {
            let weights: Vec<f64> =
                init.draw(layer, &mut ChaCha8Rng::seed_from_u64(5)).map(f64::from).collect();
            assert_eq!(weights.len(), 60_000);
            let mean =
                |f: &dyn Fn(f64) -> f64| weights.iter().map(|&w| f(w)).sum::<f64>() / 60_000.0;
            let wanted: f64 = variance(init);
            assert!(mean(&|w| w).abs() <= 0.02 * wanted.sqrt(), "{init:?}");
            let found = mean(&|w| w * w);
            assert!(
                (found - wanted).abs() <= 0.03 * wanted,
                "{init:?}: variance {found}, not {wanted}"
            );
            // The fourth moment tells the uniform from the normal.
            let (bell, _) = init.spread(layer);
            let kurtosis = if bell { 3.0 } else { 1.8 };
            let fourth = mean(&|w| w.powi(4));
            assert!(
                (fourth - kurtosis * wanted * wanted).abs() <= 0.1 * kurtosis * wanted * wanted,
                "{init:?}"
            );
        }
    }
}
