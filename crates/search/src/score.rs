//! BM25, and the quantised impacts that the static index stores.

/// Saturation of term frequency: tantivy's constant, which is on the plateau of
/// the sweep in `docs/search.md`.
pub const K1: f32 = 1.2;
/// Normalisation by length: tantivy's constant.
pub const B: f32 = 0.75;

/// Inverse document frequency, `ln(1 + (n - df + 0.5) / (df + 0.5))`.
///
/// Uses `libm`: the standard library's `ln` differs between native code and
/// WebAssembly for about one input in a hundred.
pub fn idf(documents: u32, document_frequency: u32) -> f32 {
    let (n, df) = (documents as f32, document_frequency as f32);
    libm::logf(1.0 + (n - df + 0.5) / (df + 0.5))
}

/// ln(1 + n). Uses `libm` for the same reason as [`idf`].
pub fn logarithm(count: u32) -> f32 {
    libm::log1pf(count as f32)
}

/// The part of BM25 that depends on the unit, as a share of its maximum:
/// `tf / (tf + k1 (1 - b + b length / average))`, in 0..1.
pub fn impact(term_frequency: u32, length: u32, average_length: f32) -> f32 {
    let tf = term_frequency as f32;
    tf / (tf + K1 * (1.0 - B + B * length as f32 / average_length))
}

/// Quantises an impact of what others say about a unit. These impacts are
/// small: the length is compared with the mean over all units, and few units
/// have any such text. Steps of the square root are finer for small values.
pub fn quantise_small(impact: f32) -> u8 {
    ImpactBits::Eight.quantise(libm::sqrtf(impact))
}

/// The middle of a step from [`quantise_small`], as a factor of `idf × weight`;
/// it includes `k1 + 1`.
pub fn small_value(step: u8) -> f32 {
    let root = (f32::from(step) + 0.5) / 256.0;
    root * root * (K1 + 1.0)
}

/// Maximum difference between a term's quantised and exact contribution for
/// such impacts, as a factor of `idf × weight`.
pub fn small_tolerance() -> f32 {
    2.0 * ImpactBits::Eight.tolerance()
}

/// The number of bits in which an impact is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpactBits {
    /// 16 steps: half the bytes, without measurable loss in ranking.
    Four,
    /// 256 steps: for small sites, where size doesn't matter.
    Eight,
}

impl ImpactBits {
    /// Number of steps.
    pub fn steps(self) -> u32 {
        match self {
            Self::Four => 16,
            Self::Eight => 256,
        }
    }

    /// Quantises an impact.
    pub fn quantise(self, impact: f32) -> u8 {
        let steps = self.steps();
        ((impact * steps as f32) as u32).min(steps - 1) as u8
    }

    /// The middle of a step, as a factor of `idf × weight`; it includes
    /// `k1 + 1`.
    pub fn value(self, step: u8) -> f32 {
        (f32::from(step) + 0.5) / self.steps() as f32 * (K1 + 1.0)
    }

    /// Maximum difference between a term's quantised and exact contribution, as
    /// a factor of `idf × weight`.
    pub fn tolerance(self) -> f32 {
        0.5 / self.steps() as f32 * (K1 + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantisation_stays_within_its_tolerance() {
        for bits in [ImpactBits::Four, ImpactBits::Eight] {
            for tf in 1..40 {
                for length in [1, 7, 40, 98, 228, 441, 6652] {
                    let exact = impact(tf, length, 120.0);
                    let stored = bits.value(bits.quantise(exact));
                    let error = (stored - exact * (K1 + 1.0)).abs();
                    assert!(error <= bits.tolerance() * 1.0001, "{tf} {length} {error}");
                }
            }
        }
    }

    #[test]
    fn small_impacts_keep_their_differences() {
        for length in [1, 4, 30, 400, 6652] {
            let exact = impact(1, length, 0.3);
            let stored = small_value(quantise_small(exact));
            let error = (stored - exact * (K1 + 1.0)).abs();
            assert!(error <= small_tolerance(), "{length} {error}");
            assert!(
                length > 400 || error < exact * (K1 + 1.0) / 8.0,
                "{length} {error}"
            );
        }
    }

    #[test]
    fn rare_terms_weigh_more() {
        assert!(idf(1000, 1) > idf(1000, 10));
        assert!(idf(1000, 1000) > 0.0);
    }
}
