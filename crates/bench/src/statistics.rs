//! Many numbers as a few: least, median, 95th percentile, most.

use serde::Serialize;

/// A distribution, by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// How many numbers there were.
    pub(crate) n: usize,
    pub(crate) least: f64,
    pub(crate) median: f64,
    /// 95th percentile.
    pub(crate) p95: f64,
    pub(crate) most: f64,
}

/// `None` for no numbers.
pub(crate) fn spread(numbers: impl IntoIterator<Item = f64>) -> Option<Spread> {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    let rank = |share: f64| numbers.get(((numbers.len() as f64 * share).ceil() as usize).max(1) - 1).copied();
    Some(Spread { n: numbers.len(), least: rank(0.0)?, median: rank(0.5)?, p95: rank(0.95)?, most: rank(1.0)? })
}

impl std::fmt::Display for Spread {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { n, least, median, p95, most } = self;
        // Whole numbers unless more is asked for: `{spread:.1}`.
        let digits = out.precision().unwrap_or(0);
        write!(out, "median {median:.digits$}, 95% {p95:.digits$}, {least:.digits$} to {most:.digits$} (n {n})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_numbers_that_were_there() {
        let spread = spread((1..=60).rev().map(f64::from)).unwrap();
        assert_eq!((spread.least, spread.median, spread.p95, spread.most, spread.n), (1.0, 30.0, 57.0, 60.0, 60));
        assert_eq!(super::spread([7.0]).unwrap().p95, 7.0);
        assert_eq!(super::spread([]), None);
    }
}
