//! Many numbers as one, down to their last bit.

/// FNV-1a, so that one number stands for many.
pub struct Bits(pub u64);

impl Bits {
    pub fn new() -> Self {
        Bits(0xcbf2_9ce4_8422_2325)
    }

    pub fn take(&mut self, number: u32) {
        for byte in number.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub fn floats(&mut self, numbers: &[f32]) {
        numbers.iter().for_each(|number| self.take(number.to_bits()));
    }
}
