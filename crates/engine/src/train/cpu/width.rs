//! How many trials train side by side: what the machine has, and what suits a population.

/// How many trials train side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// One, the units of its layers side by side: AVX2, or AVX-512 where there is that.
    One,
    /// 128 bits: wasm SIMD, SSE2; plain Rust elsewhere.
    Four,
    /// 256 bits: AVX2.
    Eight,
    /// 512 bits: AVX-512.
    Sixteen,
}

impl Width {
    /// The widths that this machine has, narrowest first.
    pub fn available() -> Vec<Width> {
        #[allow(unused_mut)]
        let mut widths = vec![Width::Four];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                widths.insert(0, Width::One);
                widths.push(Width::Eight);
            }
            if is_x86_feature_detected!("avx512f") {
                widths.push(Width::Sixteen);
            }
        }
        widths
    }

    /// The width on which so many trials of each stream train soonest: the narrowest that holds
    /// them, else the widest. One at a time, where the machine has that, if wider lanes would stand
    /// empty, or if what they hold of a large network would leave the near caches.
    pub fn suiting(parameters: usize, trials: usize) -> Width {
        let widths = Self::available();
        if widths.contains(&Width::One) && (trials <= 2 || parameters > NEAR_PARAMETERS) {
            return Width::One;
        }
        let holds = |width: &Width| *width != Width::One && width.lanes() >= trials;
        widths.iter().copied().find(holds).or(widths.last().copied()).unwrap_or(Width::Four)
    }

    pub fn lanes(self) -> usize {
        match self {
            Width::One => 1,
            Width::Four => 4,
            Width::Eight => 8,
            Width::Sixteen => 16,
        }
    }
}

/// Parameters of the largest network that wide lanes suit: in sixteen lanes its weights are 1 MiB.
/// Measured: with as many they are as quick as one trial at a time, with four times as many not half.
const NEAR_PARAMETERS: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_trials_and_large_networks_train_one_at_a_time_where_the_machine_has_that() {
        let widths = Width::available();
        let (first, widest) = (widths[0], widths[widths.len() - 1]);
        assert_eq!(Width::suiting(161, 1), first);
        assert_eq!(Width::suiting(50_890, 64), first);
        assert_eq!(Width::suiting(161, 4), Width::Four);
        assert_eq!(Width::suiting(161, 1000), widest);
    }
}
