//! Which elements each stage must make so that the next piece of sound is whole.
//!
//! Stages stand one behind the other, each with a [reach](super::reach) of its own. What a stage has made is kept as
//! long as the next one needs it, so nothing but its context is computed twice, and nothing before it is asked for.
//! Any pieces give the sound of one run over everything.

use std::ops::Range;

use super::reach::Reach;

/// Sound that is being made of frames, from one of them on.
#[derive(Debug)]
pub struct Chain {
    links: Vec<Link>,
    /// Samples that a frame becomes.
    hop: usize,
}

/// One stage.
#[derive(Debug)]
struct Link {
    reach: Reach,
    /// Elements along time of all its input.
    length: usize,
    made: Made,
}

/// Runs a stage: its place, which elements of its input it gets, and these, channel by channel (the first stage gets
/// none: its input is the frames). Gives what it makes of them, channel by channel.
pub type Run<'a> = dyn FnMut(usize, Range<usize>, Vec<f32>) -> Result<Vec<f32>, String> + 'a;

impl Chain {
    /// Stages of these reaches over `frames` frames; the first sample will be that of the frame `first`.
    #[must_use]
    pub fn new(reaches: &[Reach], frames: usize, first: usize) -> Self {
        let mut length = frames;
        let mut links: Vec<_> = reaches
            .iter()
            .map(|&reach| {
                let link = Link { reach, length, made: Made::default() };
                length *= reach.hop;
                link
            })
            .collect();
        let hop: usize = reaches.iter().map(|reach| reach.hop).product();
        let mut from: usize = first.min(frames) * hop;
        for link in links.iter_mut().rev() {
            let start = from / link.reach.hop;
            link.made.from = start * link.reach.hop;
            from = start.saturating_sub(link.reach.context);
        }
        Self { links, hop }
    }

    /// The samples up to the frame `end`, from where the last call ended.
    pub fn sound(&mut self, end: usize, run: &mut Run<'_>) -> Result<Vec<f32>, String> {
        let Some(last) = self.links.len().checked_sub(1) else { return Ok(Vec::new()) };
        self.make(last, end * self.hop, run)?;
        let made = &mut self.links[last].made;
        made.from = made.end();
        made.channels = 0;
        Ok(std::mem::take(&mut made.data))
    }

    /// Lets a stage make what is missing up to its element `end`.
    fn make(&mut self, place: usize, end: usize, run: &mut Run<'_>) -> Result<(), String> {
        let Link { reach: Reach { hop, context }, length, ref made } = self.links[place];
        let (start, end) = (made.end() / hop, end.div_ceil(hop).min(length));
        if end <= start {
            return Ok(());
        }
        let need = start.saturating_sub(context)..(end + context).min(length);
        let input = match place.checked_sub(1) {
            None => Vec::new(),
            Some(before) => {
                self.make(before, need.end, run)?;
                let made = &mut self.links[before].made;
                let input = made.part(need.clone());
                made.forget(end.saturating_sub(context));
                input
            }
        };
        let output = run(place, need.clone(), input)?;
        let elements = need.len() * hop;
        if output.is_empty() || !output.len().is_multiple_of(elements) {
            return Err("a stage of the voice makes another length than its graph says".to_owned());
        }
        self.links[place].made.push(&output, elements, (start - need.start) * hop..(end - need.start) * hop)
    }
}

/// What a stage has made and somebody still needs: `from` and the elements behind it, channel by channel.
#[derive(Debug, Default)]
struct Made {
    from: usize,
    channels: usize,
    data: Vec<f32>,
}

impl Made {
    fn elements(&self) -> usize {
        self.data.len().checked_div(self.channels).unwrap_or(0)
    }

    fn end(&self) -> usize {
        self.from + self.elements()
    }

    fn part(&self, range: Range<usize>) -> Vec<f32> {
        let range = range.start - self.from..range.end - self.from;
        self.data.chunks_exact(self.elements().max(1)).flat_map(|channel| &channel[range.clone()]).copied().collect()
    }

    /// Drops what lies before the element `to`.
    fn forget(&mut self, to: usize) {
        if to > self.from {
            self.data = self.part(to..self.end());
            self.from = to;
        }
    }

    /// Appends the elements `range` of `output`, whose channels have `elements` each.
    fn push(&mut self, output: &[f32], elements: usize, range: Range<usize>) -> Result<(), String> {
        let channels = output.len() / elements;
        if self.channels != 0 && self.channels != channels {
            return Err("a stage of the voice makes another number of channels each time".to_owned());
        }
        let old = self.elements();
        let mut data = Vec::with_capacity(channels * (old + range.len()));
        for (channel, new) in output.chunks_exact(elements).enumerate() {
            data.extend_from_slice(&self.data[channel * old..(channel + 1) * old]);
            data.extend_from_slice(&new[range.clone()]);
        }
        (self.channels, self.data) = (channels, data);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two channels of frames; no two numbers are alike.
    fn frames(count: usize) -> Vec<f32> {
        (0..2 * count).map(|place| (place as f32 * 0.37).sin()).collect()
    }

    /// A stage: each element is made of its neighbours and becomes `hop`; beyond the ends of what it is given, it sees
    /// zeros, as a convolution does.
    fn stage(reach: Reach, input: &[f32]) -> Vec<f32> {
        let length = input.len() / 2;
        let made = input.chunks_exact(length).flat_map(|channel| {
            (0..length * reach.hop).map(move |at| {
                let (element, step) = (at / reach.hop, at % reach.hop);
                let near = element.saturating_sub(reach.context)..(element + reach.context + 1).min(length);
                let weighed = near.map(|near| channel[near] * (1.0 + (near + step) as f32 - element as f32).cos());
                weighed.sum::<f32>()
            })
        });
        made.collect()
    }

    fn whole(reaches: &[Reach], count: usize) -> Vec<f32> {
        reaches.iter().fold(frames(count), |input, &reach| stage(reach, &input))
    }

    /// The two channels of the sound from the frame `first` on, made in pieces that end at these frames, and how many
    /// elements each stage computed.
    fn in_pieces(reaches: &[Reach], count: usize, first: usize, ends: &[usize]) -> ([Vec<f32>; 2], Vec<usize>) {
        let all = frames(count);
        let mut computed = vec![0; reaches.len()];
        let mut chain = Chain::new(reaches, count, first);
        let mut made = [Vec::new(), Vec::new()];
        for &end in ends {
            let sound = chain.sound(end, &mut |place, range, input| {
                computed[place] += range.len();
                if place > 0 {
                    return Ok(stage(reaches[place], &input));
                }
                let given: Vec<f32> =
                    all.chunks_exact(count).flat_map(|channel| &channel[range.clone()]).copied().collect();
                Ok(stage(reaches[place], &given))
            });
            let sound = sound.unwrap();
            let (left, right) = sound.split_at(sound.len() / 2);
            made[0].extend_from_slice(left);
            made[1].extend_from_slice(right);
        }
        (made, computed)
    }

    #[test]
    fn the_first_piece_asks_each_stage_for_no_more_than_it_needs() {
        // Four layers of a flow, a decoder cut in two.
        let layer = Reach { hop: 1, context: 8 };
        let reaches = [layer, layer, layer, layer, Reach { hop: 8, context: 10 }, Reach { hop: 32, context: 9 }];
        let (_, computed) = in_pieces(&reaches, 200, 0, &[16]);
        assert_eq!(computed, [60, 52, 44, 36, 28, 16 * 8 + 9]);
        let (_, computed) = in_pieces(&reaches, 200, 100, &[116, 132]);
        let once = [16 + 2 + 10 + 32, 16 + 2 + 10 + 24, 16 + 2 + 10 + 16, 16 + 2 + 10 + 8, 16 + 2 + 10, 16 * 8 + 9];
        assert!(computed.iter().zip(once).all(|(twice, once)| *twice < 3 * once), "{computed:?}");
    }

    #[test]
    fn a_stage_that_makes_something_else_is_an_error() {
        let reaches = [Reach { hop: 2, context: 1 }];
        for wrong in [vec![], vec![0.0; 7], vec![0.0; 15]] {
            assert!(Chain::new(&reaches, 9, 0).sound(4, &mut |_, _, _| Ok(wrong.clone())).is_err());
        }
        let mut chain = Chain::new(&reaches, 9, 0);
        let mut channels = 1;
        let mut more = |_: usize, range: Range<usize>, _: Vec<f32>| {
            channels += 1;
            Ok(vec![0.0; range.len() * 2 * channels])
        };
        assert!(chain.sound(4, &mut more).is_ok());
        // What was given away is not compared with; what is kept for the next stage is.
        let reaches = [Reach { hop: 1, context: 1 }, Reach { hop: 1, context: 1 }];
        let mut chain = Chain::new(&reaches, 9, 0);
        let mut grow = |place: usize, range: Range<usize>, _: Vec<f32>| {
            channels += 1;
            Ok(vec![0.0; range.len() * if place == 0 { channels } else { 1 }])
        };
        assert!(chain.sound(4, &mut grow).is_ok());
        assert!(chain.sound(8, &mut grow).is_err());
    }

    #[test]
    fn without_frames_there_is_no_sound() {
        let (made, computed) = in_pieces(&[Reach { hop: 4, context: 3 }], 1, 1, &[0, 1, 5]);
        assert_eq!((made[0].len(), computed), (0, vec![0]));
    }

    proptest! {
        #[test]
        fn any_pieces_give_the_sound_of_one_run(
            reaches in proptest::collection::vec((1_usize..5, 0_usize..6), 1..5),
            count in 1_usize..40, first in 0_usize..40, mut ends in proptest::collection::vec(0_usize..50, 0..6),
        ) {
            let reaches: Vec<_> = reaches.into_iter().map(|(hop, context)| Reach { hop, context }).collect();
            let hop: usize = reaches.iter().map(|reach| reach.hop).product();
            let first = first.min(count);
            ends.sort_unstable();
            ends.push(count);
            let (made, _) = in_pieces(&reaches, count, first, &ends);
            for (made, whole) in made.iter().zip(whole(&reaches, count).chunks_exact(count * hop)) {
                prop_assert_eq!(made.len(), (count - first) * hop);
                let differ = made.iter().zip(&whole[first * hop..]).any(|(made, whole)| (made - whole).abs() > 1e-3);
                prop_assert!(!differ);
            }
        }
    }
}
