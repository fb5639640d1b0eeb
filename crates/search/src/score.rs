//! BM25 and the quantised impacts that the static index stores.

/// Saturation of term frequency. tantivy's constant, on the plateau of the
/// sweep in `docs/search.md`.
pub const K1: f32 = 1.2;
/// Normalisation by length. tantivy's constant.
pub const B: f32 = 0.75;

/// Inverse document frequency, `ln(1 + (n - df + 0.5) / (df + 0.5))`.
///
/// Through `libm`: the standard library's `ln` differs between native code and
/// WebAssembly in about one input of a hundred.
pub fn idf(documents: u32, document_frequency: u32) -> f32 {
    let (n, df) = (documents as f32, document_frequency as f32);
    libm::logf(1.0 + (n - df + 0.5) / (df + 0.5))
}

/// The part of BM25 that depends on the document, as a share of its maximum:
/// `tf / (tf + k1 (1 - b + b length / average))`, in 0..1.
pub fn impact(term_frequency: u32, length: u32, average_length: f32) -> f32 {
    let tf = term_frequency as f32;
    tf / (tf + K1 * (1.0 - B + B * length as f32 / average_length))
}

/// How many bits an impact is stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpactBits {
    /// Sixteen steps: loses nothing measurable in ranking, half the bytes.
    Four,
    /// 256 steps: for small sites, where bytes are no matter.
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

    /// The step of an impact.
    pub fn quantise(self, impact: f32) -> u8 {
        let steps = self.steps();
        ((impact * steps as f32) as u32).min(steps - 1) as u8
    }

    /// The middle of a step, as a factor of `idf × weight`: it includes
    /// `k1 + 1`.
    pub fn value(self, step: u8) -> f32 {
        (f32::from(step) + 0.5) / self.steps() as f32 * (K1 + 1.0)
    }

    /// The most by which one term's contribution may differ from the exact
    /// one, as a factor of `idf × weight`.
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
    fn rare_terms_weigh_more() {
        assert!(idf(1000, 1) > idf(1000, 10));
        assert!(idf(1000, 1000) > 0.0);
    }
}
