//! The pull towards copying: when the last tokens of the opener stand in the prompt, what follows them there becomes
//! more probable. A small model learns to copy late and holds on to a copy weakly; this holds on for it.
//!
//! The source of the idea is the pointer mixture of See et al. 2017 (arXiv 1704.04368) with a fixed share, and the
//! place found by matching instead of attention.

/// Share of the probability that goes to what the prompt says next. Chosen on held-back pairs: from 0.2 to 0.4 the loss
/// of a token that can be copied falls by a quarter, from 0.6 on it rises.
const SHARE: f32 = 0.3;
/// Tokens that must match before the place in the prompt counts.
const LEAST_MATCH: usize = 2;

/// The tokens that may be copied, each as it stands in the prompt and with the person turned round (`my` - `your`).
#[derive(Debug)]
pub(super) struct Copying {
    said: Vec<u32>,
    turned: Vec<u32>,
    is_word: Vec<bool>,
}

impl Copying {
    /// `turns` are pairs of tokens that change places when the speaker does; `is_word` tells letters and digits from
    /// marks, which an opener sets by itself.
    pub(super) fn of(prompt: &[u32], turns: &[(u32, u32)], is_word: impl Fn(u32) -> bool) -> Self {
        let turn = |token: &u32| turns.iter().find(|(from, _)| from == token).map_or(*token, |(_, to)| *to);
        Self {
            said: prompt.to_vec(),
            turned: prompt.iter().map(turn).collect(),
            is_word: prompt.iter().map(|token| is_word(*token)).collect(),
        }
    }

    /// Writes into `next` the tokens that follow the longest matches of the end of `written`; none when it is short.
    pub(super) fn follow(&self, written: &[u32], next: &mut Vec<u32>) {
        next.clear();
        let mut longest = LEAST_MATCH;
        for end in 1..self.said.len() {
            let matches = |back: &usize| {
                let (at, token) = (end - 1 - back, written[written.len() - 1 - back]);
                self.said[at] == token || self.turned[at] == token
            };
            let length = (0..end.min(written.len())).take_while(matches).count();
            if length > longest {
                next.clear();
                longest = length;
            }
            if length >= longest && self.is_word[end] {
                next.push(self.turned[end]);
            }
        }
    }

    /// Raises the logits of what may be copied next, so that a share of the probability goes there.
    pub(super) fn pull(&self, written: &[u32], next: &mut Vec<u32>, logits: &mut [f32]) {
        self.follow(written, next);
        if next.is_empty() {
            return;
        }
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
        let extra = total * SHARE / (1.0 - SHARE) / next.len() as f32;
        for token in next.iter() {
            let logit = &mut logits[*token as usize];
            *logit = ((*logit - most).exp() + extra).ln() + most;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(prompt: &[u32], written: &[u32]) -> Vec<u32> {
        let mut next = Vec::new();
        Copying::of(prompt, &[(10, 20)], |token| token != 99).follow(written, &mut next);
        next
    }

    #[test]
    fn what_stands_behind_the_same_words_is_next() {
        assert_eq!(follow(&[1, 2, 3, 4], &[9, 2, 3]), [4]);
        assert_eq!(follow(&[1, 2, 3, 4], &[9, 3]), Vec::<u32>::new(), "one word is no place");
        assert_eq!(follow(&[5, 3, 8, 2, 5, 3, 4], &[2, 5, 3]), [4], "the longest match");
        assert_eq!(follow(&[5, 3, 8, 5, 3, 4], &[5, 3]), [8, 4]);
        assert_eq!(follow(&[1, 2, 3], &[2, 3]), Vec::<u32>::new(), "the end of the prompt");
        assert_eq!(follow(&[1, 2, 99], &[1, 2]), Vec::<u32>::new(), "a mark is not copied");
        assert!(follow(&[], &[1, 2]).is_empty() && follow(&[1, 2], &[]).is_empty());
    }

    #[test]
    fn persons_are_turned_round() {
        assert_eq!(follow(&[7, 10, 5, 6], &[7, 20, 5]), [6]);
        assert_eq!(follow(&[7, 8, 10], &[7, 8]), [20]);
    }

    #[test]
    fn the_share_goes_to_the_copy() {
        let mut logits = vec![1.0f32, 1.0, 1.0, 1.0, 1.0];
        Copying::of(&[1, 2, 4], &[], |_| true).pull(&[1, 2], &mut Vec::new(), &mut logits);
        let total: f32 = logits.iter().map(|l| l.exp()).sum();
        let share = logits[4].exp() / total;
        assert!((share - (0.3 + 0.7 * 0.2)).abs() < 1e-5, "{share}");
    }
}
