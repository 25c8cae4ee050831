//! A logistic map fitted to what was seen, and how well a number tells two kinds apart.

/// Strength of the pull towards small weights, in observations.
const PULL: f64 = 1.0;
/// Steps of Newton's method; it is done after about ten.
const STEPS: usize = 40;

/// Bias and weights that make `P(good) = 1 / (1 + exp(-(bias + weights . x)))` most probable. `positive` names the
/// weights that must not fall below 0: they are held there.
pub(crate) fn logistic<const N: usize>(rows: &[([f64; N], bool)], positive: [bool; N]) -> (f64, [f64; N]) {
    let mut held = [false; N];
    loop {
        let (bias, weights) = newton(rows, &held);
        match (0..N).find(|&n| positive[n] && !held[n] && weights[n] < 0.0) {
            Some(n) => held[n] = true,
            None => return (bias, weights),
        }
    }
}

fn newton<const N: usize>(rows: &[([f64; N], bool)], held: &[bool; N]) -> (f64, [f64; N]) {
    let size = N + 1;
    let mut at = vec![0.0; size];
    let input = |x: &[f64; N], n: usize| {
        if n == 0 {
            1.0
        } else if held[n - 1] {
            0.0
        } else {
            x[n - 1]
        }
    };
    for _ in 0..STEPS {
        let mut slope = vec![0.0; size];
        let mut curve = vec![vec![0.0; size]; size];
        for (x, good) in rows {
            let odds: f64 = (0..size).map(|n| at[n] * input(x, n)).sum();
            let p = 1.0 / (1.0 + (-odds).exp());
            for n in 0..size {
                slope[n] += (f64::from(u8::from(*good)) - p) * input(x, n);
                for (m, value) in curve[n].iter_mut().enumerate() {
                    *value += p * (1.0 - p) * input(x, n) * input(x, m);
                }
            }
        }
        for n in 0..size {
            let pull = if n == 0 { 1e-9 } else { PULL };
            slope[n] -= pull * at[n];
            curve[n][n] += pull;
        }
        let step = solve(curve, slope);
        let most = step.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
        for (at, step) in at.iter_mut().zip(&step) {
            *at += step.clamp(-2.0, 2.0);
        }
        if most < 1e-9 {
            break;
        }
    }
    (at[0], std::array::from_fn(|n| if held[n] { 0.0 } else { at[n + 1] }))
}

/// Gauss with the largest pivot.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let size = b.len();
    for n in 0..size {
        let pivot = (n..size).max_by(|&i, &j| a[i][n].abs().total_cmp(&a[j][n].abs())).unwrap_or(n);
        a.swap(n, pivot);
        b.swap(n, pivot);
        if a[n][n].abs() < 1e-12 {
            continue;
        }
        for row in n + 1..size {
            let factor = a[row][n] / a[n][n];
            let (above, below) = a.split_at_mut(row);
            for (value, pivot) in below[0][n..].iter_mut().zip(&above[n][n..]) {
                *value -= factor * pivot;
            }
            b[row] -= factor * b[n];
        }
    }
    let mut x = vec![0.0; size];
    for n in (0..size).rev() {
        let rest: f64 = (n + 1..size).map(|col| a[n][col] * x[col]).sum();
        x[n] = if a[n][n].abs() < 1e-12 { 0.0 } else { (b[n] - rest) / a[n][n] };
    }
    x
}

/// The probability that a random good one has a greater value than a random bad one (area under the curve).
pub(crate) fn auc(values: &[(f64, bool)]) -> f64 {
    let mut sorted: Vec<&(f64, bool)> = values.iter().collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wins, mut bad_below) = (0.0, 0.0);
    let mut at = 0;
    while at < sorted.len() {
        let equal = sorted[at..].iter().take_while(|v| v.0 == sorted[at].0).count();
        let good = sorted[at..at + equal].iter().filter(|v| v.1).count() as f64;
        let bad = equal as f64 - good;
        wins += good * (bad_below + bad / 2.0);
        bad_below += bad;
        at += equal;
    }
    let good = values.iter().filter(|v| v.1).count() as f64;
    wins / (good * (values.len() as f64 - good)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_finds_the_probabilities_that_made_the_data() {
        // P(good) = 1 / (1 + exp(-(0.5 + 2 x))), the second input means nothing.
        let mut rows = Vec::new();
        for n in 0..4000_u32 {
            let x = f64::from(n % 200) / 50.0 - 2.0;
            let p = 1.0 / (1.0 + (-(0.5 + 2.0 * x)).exp());
            let draw = f64::from(n.wrapping_mul(2_654_435_761) % 10_007) / 10_007.0;
            rows.push(([x, f64::from(n.wrapping_mul(40_503) % 97) / 97.0], draw < p));
        }
        let (bias, weights) = logistic(&rows, [true, false]);
        assert!(
            (bias - 0.5).abs() < 0.3 && (weights[0] - 2.0).abs() < 0.3 && weights[1].abs() < 0.3,
            "{bias} {weights:?}"
        );
    }

    #[test]
    fn a_weight_that_must_be_positive_is_held_at_zero() {
        let rows: Vec<([f64; 1], bool)> = (0..100).map(|n| ([f64::from(n)], n < 50)).collect();
        assert_eq!(logistic(&rows, [true]).1, [0.0]);
    }

    #[test]
    fn the_area_is_one_when_all_good_ones_are_greater() {
        assert_eq!(auc(&[(0.1, false), (0.2, false), (0.3, true)]), 1.0);
        assert_eq!(auc(&[(0.3, false), (0.2, true)]), 0.0);
        assert_eq!(auc(&[(0.5, false), (0.5, true)]), 0.5);
    }
}
