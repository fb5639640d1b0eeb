//! How often pages are cited, as a measure of their importance within the
//! corpus.

use crate::score;

/// Number of steps above zero: three bits per page.
const STEPS: f32 = 7.0;

/// For each page, how many others cite it, in equal steps of `ln(1 + n)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cited {
    /// Size of a step, in units of ln(1 + n).
    pub step: f32,
    /// Number of steps of each page, at most seven. Pages missing at the end
    /// are not cited.
    pub steps: Vec<u8>,
}

impl Cited {
    /// Creates the steps from the number of citing pages per page.
    pub fn new(counts: &[u32]) -> Self {
        let logarithm = score::logarithm;
        let step = logarithm(counts.iter().copied().max().unwrap_or(0)) / STEPS;
        let mut steps: Vec<u8> = Vec::new();
        if step > 0.0 {
            let of = |count: &u32| (logarithm(*count) / step + 0.5) as u8;
            steps.extend(counts.iter().map(of));
        }
        while steps.last() == Some(&0) {
            steps.pop();
        }
        Self { step, steps }
    }

    /// Approximately ln(1 + n) for a page that n others cite.
    pub fn of(&self, page: u32) -> f32 {
        let steps = self.steps.get(page as usize);
        f32::from(*steps.unwrap_or(&0)) * self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_near_the_logarithm() {
        let counts = [0, 1, 5, 40, 300, 1000, 0];
        let cited = Cited::new(&counts);
        assert_eq!(cited.steps.len(), 6);
        for (page, count) in (0..).zip(counts) {
            let exact = score::logarithm(count);
            assert!((cited.of(page) - exact).abs() <= cited.step / 2.0 + 1e-4);
        }
        assert_eq!(cited.of(99), 0.0);
        assert_eq!(Cited::new(&[0, 0]), Cited::default());
    }
}
