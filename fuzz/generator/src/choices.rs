//! Where decisions come from: bytes, or a seed.

use tierproof_base::Random;

/// A stream of decisions. Bytes that run out give zeros, which every rule reads as "the simplest".
#[derive(Clone, Debug)]
pub struct Choices {
    bytes: Vec<u8>,
    at: usize,
    random: Option<Random>,
}

impl Choices {
    pub fn from_bytes(bytes: &[u8]) -> Choices {
        Choices { bytes: bytes.to_vec(), at: 0, random: None }
    }
    pub fn from_seed(seed: u64) -> Choices {
        Choices { bytes: Vec::new(), at: 0, random: Some(Random::new(seed)) }
    }
    /// Nothing more to decide: finish quickly.
    pub fn exhausted(&self) -> bool {
        self.random.is_none() && self.at >= self.bytes.len()
    }
    fn byte(&mut self) -> u32 {
        let b = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        b as u32
    }
    /// In `0..bound` (`bound` > 0).
    pub fn below(&mut self, bound: u32) -> u32 {
        match &mut self.random {
            Some(r) => r.below(bound),
            None if bound <= 256 => self.byte() % bound,
            None => (self.byte() << 8 | self.byte()) % bound,
        }
    }
    /// In `low..=high`.
    pub fn range(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as u32) as i32
    }
    /// True with this probability; false once the bytes ran out.
    pub fn chance(&mut self, percent: u32) -> bool {
        99 - self.below(100) < percent
    }
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_run_out_into_zeros() {
        let mut c = Choices::from_bytes(&[5, 255]);
        assert_eq!(c.below(10), 5);
        assert!(!c.exhausted());
        c.below(10);
        assert!(c.exhausted() && c.below(7) == 0 && !c.chance(50));
    }
}
