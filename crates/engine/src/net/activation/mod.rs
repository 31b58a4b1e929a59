//! Activations of the hidden layers. A new one is a block in `rows.rs` and its name in the table
//! below.

mod rows;

use super::{Init, Lanes, Real};
use serde::{Deserialize, Serialize};

/// What an activation is: the function, its slope, and the start weights that suit it.
pub trait Unit {
    /// The name in the field.
    const NAME: &'static str;
    /// The function as a formula, the same in every language.
    const FORMULA: &'static str;
    /// The start weights of layers that end in it, unless told otherwise.
    const INIT: Init;
    /// Whether [`Unit::slope`] uses the sum z; else the output a is enough, and z need not be kept.
    const BY_SUM: bool = false;
    /// Bodies of the WGSL twins of `value(z)` and `slope(z, a)`, with the functions of
    /// `gpu/common.wgsl`.
    const WGSL: [&'static str; 2];
    /// f(z) in single precision, as it is trained with.
    fn value<V: Lanes>(z: V) -> V;
    /// f′(z), given z and a = f(z).
    fn slope<V: Lanes>(z: V, a: V) -> V;
    /// f(z) in double precision, for reference; slopes follow by [`super::Dual`].
    fn exact<R: Real>(z: R) -> R;
}

/// What is done with an activation once it is known which it is: compiled for each on its own.
pub trait Visit {
    type Answer;
    fn visit<U: Unit>(self) -> Self::Answer;
}

macro_rules! table {
    ($($name:ident)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Activation {
            $($name),*
        }

        impl Activation {
            pub const ALL: [Activation; [$(stringify!($name)),*].len()] = [$(Activation::$name),*];

            #[inline(always)]
            pub fn with<T: Visit>(self, visit: T) -> T::Answer {
                match self {
                    $(Activation::$name => visit.visit::<rows::$name>()),*
                }
            }
        }
    };
}

table! { Tanh Relu Sigmoid Linear LeakyRelu Elu Selu Gelu GeluTanh Silu Mish Softplus Sine }

/// What is the same for every number of an activation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    pub name: &'static str,
    pub formula: &'static str,
    pub init: Init,
    pub by_sum: bool,
    pub wgsl: [&'static str; 2],
}

impl Activation {
    pub fn facts(self) -> Facts {
        struct Ask;
        impl Visit for Ask {
            type Answer = Facts;
            fn visit<U: Unit>(self) -> Facts {
                Facts {
                    name: U::NAME,
                    formula: U::FORMULA,
                    init: U::INIT,
                    by_sum: U::BY_SUM,
                    wgsl: U::WGSL,
                }
            }
        }
        self.with(Ask)
    }

    /// f(z) in double precision.
    pub fn exact<R: Real>(self, z: R) -> R {
        struct At<R>(R);
        impl<R: Real> Visit for At<R> {
            type Answer = R;
            fn visit<U: Unit>(self) -> R {
                U::exact(self.0)
            }
        }
        self.with(At(z))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Dual;

    struct At(f32);
    impl Visit for At {
        type Answer = (f32, f32);
        fn visit<U: Unit>(self) -> (f32, f32) {
            let a = U::value(self.0);
            (a, U::slope(if U::BY_SUM { self.0 } else { f32::NAN }, a))
        }
    }

    #[test]
    fn single_precision_follows_the_exact_function_and_its_slope() {
        for activation in Activation::ALL {
            for i in -60_000..=60_000 {
                let z = i as f32 / 1000.0 + 1e-4;
                let (value, slope) = activation.with(At(z));
                let exact = activation.exact(Dual { value: f64::from(z), tangent: 1.0 });
                for (found, wanted) in [(value, exact.value), (slope, exact.tangent)] {
                    let wrong = (f64::from(found) - wanted).abs();
                    assert!(
                        wrong < 1.5e-6 * wanted.abs().max(1.0),
                        "{activation:?} at {z}: {found}, not {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn any_sum_gives_a_tame_slope_and_a_nan_stays_a_nan() {
        for activation in Activation::ALL {
            for z in [-3e38, -1e20, -1e6, -300.0, 300.0, 1e6, 1e20, 3e38] {
                let (value, slope) = activation.with(At(z));
                assert!(value.is_finite(), "{activation:?} at {z}: {value}");
                assert!(slope.abs() < 1.8, "{activation:?} at {z}: slope {slope}");
            }
            assert!(activation.with(At(f32::NAN)).0.is_nan(), "{activation:?}");
        }
    }

    /// PyTorch's slopes where an activation has a kink.
    #[test]
    fn slopes_at_zero() {
        let slope = |activation: Activation| activation.with(At(0.0)).1;
        assert_eq!(
            (slope(Activation::Relu), slope(Activation::LeakyRelu), slope(Activation::Elu)),
            (0.0, 0.01, 1.0)
        );
    }
}
