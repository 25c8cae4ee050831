//! Whisper's mel filter bank, computed: the Slaney scale and area norm, 0 Hz to 8 kHz.
//!
//! It is the bank that whisper was trained with and that its ggml files carry.

/// Whisper hears 16 kHz sound through Fourier transforms of 400 samples.
const SAMPLE_RATE: f64 = 16_000.0;
const N_FFT: usize = 400;
/// Frequencies that come out of one transform.
pub(super) const N_BINS: usize = N_FFT / 2 + 1;

/// Below this the scale is linear, three mels for 200 Hz; above, 27 mels for a factor of 6.4.
const BREAK_HZ: f64 = 1000.0;
const BREAK_MEL: f64 = 15.0;
const HZ_PER_MEL: f64 = 200.0 / 3.0;

/// `n_mels` filters of [`N_BINS`] weights, one filter after the other.
///
/// Logarithms may differ between machines in the sixteenth digit; the results are rounded to the
/// seventh, and the SHA-256 of the file that they go into is checked.
pub(super) fn filter_bank(n_mels: usize) -> Vec<f32> {
    let step = mel_of(SAMPLE_RATE / 2.0) / (n_mels + 1) as f64;
    // The last edge is exact, so that nothing is left of the last filter at it.
    let edge = |i: usize| {
        if i > n_mels { SAMPLE_RATE / 2.0 } else { hz_of(i as f64 * step) }
    };
    let mut bank = Vec::with_capacity(n_mels * N_BINS);
    for i in 0..n_mels {
        let (low, centre, high) = (edge(i), edge(i + 1), edge(i + 2));
        for bin in 0..N_BINS {
            let hz = bin as f64 * SAMPLE_RATE / N_FFT as f64;
            let rise = (hz - low) / (centre - low);
            let fall = (high - hz) / (high - centre);
            // Not `max(0.0)`: it may give either zero, and a sign would change the file's SHA-256.
            let hill = if rise > 0.0 && fall > 0.0 { rise.min(fall) } else { 0.0 };
            // Rounded before and after it is brought to unit area, as the original was.
            let hill = hill as f32;
            bank.push((f64::from(hill) * (2.0 / (high - low))) as f32);
        }
    }
    bank
}

fn mel_of(hz: f64) -> f64 {
    if hz < BREAK_HZ { hz / HZ_PER_MEL } else { BREAK_MEL + (hz / BREAK_HZ).ln() / (6.4_f64.ln() / 27.0) }
}

fn hz_of(mel: f64) -> f64 {
    if mel < BREAK_MEL { mel * HZ_PER_MEL } else { BREAK_HZ * ((6.4_f64.ln() / 27.0) * (mel - BREAK_MEL)).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_turns_back() {
        for hz in [0.0, 500.0, 999.9, 1000.0, 1234.5, 8000.0] {
            assert!((hz_of(mel_of(hz)) - hz).abs() < 1e-9, "{hz}");
        }
    }

    #[test]
    fn each_filter_is_one_hill_and_the_hills_go_up() {
        let bank = filter_bank(80);
        let mut last_peak = 0;
        for filter in bank.chunks_exact(N_BINS) {
            let peak = (0..N_BINS).max_by(|&a, &b| filter[a].total_cmp(&filter[b])).unwrap();
            assert!(filter[peak] > 0.0 && peak >= last_peak);
            assert!(filter[..peak].is_sorted() && filter[peak..].is_sorted_by(|a, b| a >= b));
            last_peak = peak;
        }
        assert_eq!(bank.len(), 80 * 201);
        assert_eq!(bank.last(), Some(&0.0));
    }

    /// Values that librosa 0.11 gives for `filters.mel(sr=16000, n_fft=400, n_mels=80)`.
    #[test]
    fn the_values_are_librosas() {
        let bank = filter_bank(80);
        let known: [(usize, usize, f32); 6] = [
            (0, 1, 0.024_862_595),
            (10, 10, 0.019_908_218),
            (10, 11, 0.004_954_375),
            (40, 43, 0.014_735_566),
            (60, 90, 0.001_434_534_3),
            (79, 195, 0.002_243_795_2),
        ];
        for (filter, bin, expected) in known {
            let got = bank[filter * N_BINS + bin];
            assert_eq!(got.to_bits(), expected.to_bits(), "{filter} {bin}: {got}");
        }
    }
}
