//! Where speech begins and ends: a state machine over the probabilities of voice activity. It counts samples, reads
//! no clock and keeps no sound.
//!
//! A pause is told after a short silence, so that work can begin, and taken back when the voice goes on; the end is
//! told when the silence has lasted so long that nobody would go on.
//!
//! Two ends must not be confused. The *decision* comes some silence after the voice has stopped. The *voice end* is
//! where it stopped: the detector's probability lingers for some 100 ms after the last sound, so the end is taken
//! from the energy inside the last voiced frames.

mod loudness;

use crate::EAR_RATE;
use loudness::Loudness;

/// Samples in a millisecond at [`EAR_RATE`]: the grain of a voice end.
const MS: usize = EAR_RATE.get() as usize / 1000;

/// Longest time that a start may lie before the frames that proved it, in samples: what a buffer must keep while
/// nobody speaks yet.
const LONGEST_DOUBT: u64 = 500 * MS as u64;

/// In a pause longer than this, in samples, a voice must prove itself again: a clatter of dishes is voiced for a frame
/// or two. Within it the closure of a consonant is left, whatever follows.
const SHORT_PAUSE: u64 = 160 * MS as u64;

/// When a voice counts as begun and as ended. Durations in ms.
///
/// The defaults are chosen by `examples/ear_report.rs` on 60 recorded requests, clean and in kitchen noise, behind
/// [`crate::vad::Levelled`] and [`crate::vad::Earshot`]; the truth is the part above -40 dBFS of the clean recording.
///
/// | | found | cut in two | false alarms | voice end: 5%, median, 95% | begin, worst |
/// | --- | --- | --- | --- | --- | --- |
/// | clean | 60 | 0 | 0 | 0, 0, 6 ms | 176 ms late |
/// | clean, 30 dB quieter | 60 | 0 | 0 | -87, -1, 3 ms | 306 ms late |
/// | noise 20 dB below | 60 | 0 | 0 | -4, 3, 172 ms | 176 ms late |
/// | noise 10 dB below | 60 | 0 | 0 | -138, -5, 241 ms | 208 ms late |
/// | noise 5 dB below | 60 | 0 | 0 | -263, 7, 332 ms | 537 ms late |
///
/// Without `resume_frames` the noise behind a voice is taken for it again and again: at 10 dB the end is then found
/// 1550 ms late in one recording of 20.
///
/// The worst clean end, 248 ms early, is right: what follows is a click of the mouse. The noise alone is never
/// speech, from 20 dB below to 18 dB above the level at which it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointerConfig {
    /// Probability that frames must reach for speech to begin. Kitchen noise 10 dB below speech reaches 0.7 in one
    /// frame of 270, 0.8 in one of 1900, and nine in ten frames of speech reach 0.7.
    pub onset_probability: f32,
    /// How many frames in a row must reach it.
    pub onset_frames: u32,
    /// How many frames in a row must reach it for a voice to go on after a pause of more than 160 ms, where there is
    /// noise.
    pub resume_frames: u32,
    /// Below this a frame is not voiced any more. Also the begin of speech is the first frame that reaches it,
    /// provided that the onset follows.
    pub offset_probability: f32,
    /// Voiced time before speech counts as begun; less is a click or a cough.
    pub min_speech_ms: u32,
    /// Silence after the voice end that is told as a pause: a candidate for the end. 48 ms are three frames; the
    /// closure of a "t" can be longer, so most pauses are taken back.
    pub pause_ms: u32,
    /// Silence after the voice end at which speech counts as ended, whatever was said.
    pub hangover_ms: u32,
    /// Speech that lasts longer is ended by force.
    pub max_speech_ms: u32,
}

impl Default for EndpointerConfig {
    fn default() -> Self {
        Self {
            onset_probability: 0.8,
            onset_frames: 5,
            resume_frames: 3,
            offset_probability: 0.5,
            min_speech_ms: 96,
            pause_ms: 48,
            hangover_ms: 1200,
            // With pre-roll and tail this makes 30 s, which is all that whisper hears.
            max_speech_ms: 29_500,
        }
    }
}

/// A border between silence and speech. Positions in samples at [`EAR_RATE`] since the first frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// A voice began.
    Started {
        /// First sample of the first voiced frame.
        sample: u64,
    },
    /// The voice has stopped, perhaps only for a moment: `Resumed` or `Ended` follows.
    Paused {
        /// One past the last voiced sample, exact to 1 ms.
        voice_end: u64,
        /// One past the last sample that was looked at to decide it.
        decided_at: u64,
    },
    /// The voice that had paused goes on.
    Resumed {
        /// One past the last sample that was looked at.
        sample: u64,
    },
    /// The voice that began has stopped. Follows each `Started` exactly once, unless the sound ends before.
    Ended {
        /// One past the last voiced sample, exact to 1 ms.
        voice_end: u64,
        /// One past the last sample that was looked at to decide it.
        decided_at: u64,
    },
}

/// Finds [`Boundary`]s in frames that come in order and without holes.
#[derive(Debug)]
pub struct Endpointer {
    config: EndpointerConfig,
    phase: Phase,
    /// Samples seen so far.
    position: u64,
    /// Begin of the first frame of the speech that is doubtful, rising or spoken.
    start: u64,
    /// One past the last sample that was voiced and loud enough.
    voice_end: u64,
    /// The voice end of the pause that was told and not taken back.
    paused_at: Option<u64>,
    /// Frames in a row at or above the onset probability.
    onset_run: u32,
    /// Voiced samples since `start`.
    voiced: u64,
    loudness: Loudness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody speaks.
    Quiet,
    /// A run of voiced frames, none of them certain enough yet.
    Doubtful,
    /// Surely a voice, but for too short a time.
    Rising,
    /// Somebody speaks.
    Speaking,
}

impl Endpointer {
    /// At position 0, in silence.
    #[must_use]
    pub fn new(config: EndpointerConfig) -> Self {
        Self {
            config,
            phase: Phase::Quiet,
            position: 0,
            start: 0,
            voice_end: 0,
            paused_at: None,
            onset_run: 0,
            voiced: 0,
            loudness: Loudness::default(),
        }
    }

    /// Samples seen so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// While somebody speaks: samples since the voice was last heard. For those who act on shorter pauses than the
    /// hangover.
    #[must_use]
    pub fn pause(&self) -> Option<u64> {
        (self.phase == Phase::Speaking).then(|| self.position - self.voice_end)
    }

    /// Begin of the speech that is going on, or may be: what a buffer must keep.
    #[must_use]
    pub fn speech_start(&self) -> Option<u64> {
        (self.phase != Phase::Quiet).then_some(self.start)
    }

    /// Ends the speech that is going on, by force; nothing when nobody surely speaks.
    pub fn end(&mut self) -> Option<Boundary> {
        if self.phase != Phase::Speaking {
            return self.rest();
        }
        self.rest();
        Some(Boundary::Ended { voice_end: self.voice_end, decided_at: self.position })
    }

    /// Takes the next frame and the probability that it is voiced.
    pub fn push(&mut self, probability: f32, frame: &[f32]) -> Option<Boundary> {
        let is_voiced = probability >= self.config.offset_probability;
        let frame_start = self.position;
        self.position += frame.len() as u64;
        if self.phase == Phase::Quiet {
            if !is_voiced {
                self.loudness.learn_background(probability, frame);
                self.loudness.push(frame);
                return None;
            }
            self.phase = Phase::Doubtful;
            self.start = frame_start;
            self.voice_end = self.position;
            (self.onset_run, self.voiced) = (0, 0);
            self.loudness.forget_peak();
        }
        self.note(probability, is_voiced, frame_start, frame);
        match self.phase {
            Phase::Quiet => None,
            Phase::Doubtful if !is_voiced => self.rest(),
            Phase::Doubtful => {
                self.start = self.start.max(self.position.saturating_sub(LONGEST_DOUBT));
                if self.onset_run >= self.config.onset_frames {
                    self.phase = Phase::Rising;
                }
                None
            }
            Phase::Rising if self.voiced >= samples(self.config.min_speech_ms) => {
                self.phase = Phase::Speaking;
                Some(Boundary::Started { sample: self.start })
            }
            // A gap as long as all that counts as speech: it was a click or a cough.
            Phase::Rising if self.position - self.voice_end > samples(self.config.min_speech_ms) => self.rest(),
            Phase::Rising => None,
            Phase::Speaking => {
                let is_over = !is_voiced && self.position - self.voice_end >= samples(self.config.hangover_ms);
                let is_too_long = self.position - self.start >= samples(self.config.max_speech_ms);
                if !is_over && !is_too_long {
                    return self.pause_or_resume();
                }
                self.rest();
                Some(Boundary::Ended { voice_end: self.voice_end, decided_at: self.position })
            }
        }
    }

    fn pause_or_resume(&mut self) -> Option<Boundary> {
        match self.paused_at {
            Some(voice_end) if self.voice_end > voice_end => {
                self.paused_at = None;
                Some(Boundary::Resumed { sample: self.position })
            }
            None if self.position - self.voice_end >= samples(self.config.pause_ms) => {
                self.paused_at = Some(self.voice_end);
                Some(Boundary::Paused { voice_end: self.voice_end, decided_at: self.position })
            }
            _ => None,
        }
    }

    /// Takes a frame of possible speech into account.
    fn note(&mut self, probability: f32, is_voiced: bool, frame_start: u64, frame: &[f32]) {
        let loud_until = self.loudness.push(frame);
        self.onset_run = if probability >= self.config.onset_probability { self.onset_run + 1 } else { 0 };
        let goes_on = self.phase != Phase::Speaking
            || self.position - self.voice_end < SHORT_PAUSE
            || self.loudness.is_quiet()
            || self.onset_run >= self.config.resume_frames;
        if is_voiced && goes_on {
            self.voiced += frame.len() as u64;
            self.voice_end = loud_until.map_or(self.voice_end, |n_samples| frame_start + n_samples as u64);
        }
    }

    fn rest(&mut self) -> Option<Boundary> {
        self.phase = Phase::Quiet;
        self.paused_at = None;
        None
    }
}

/// Milliseconds to samples at [`EAR_RATE`].
pub(crate) fn samples(ms: u32) -> u64 {
    u64::from(ms) * MS as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: usize = 256;

    /// Begins and ends of speech, without the pauses.
    fn run(config: EndpointerConfig, frames: &[(f32, f32)]) -> Vec<Boundary> {
        let mut boundaries = all(config, frames);
        boundaries.retain(|boundary| !matches!(boundary, Boundary::Paused { .. } | Boundary::Resumed { .. }));
        boundaries
    }

    /// Runs frames of (probability, amplitude); the sound is a square wave.
    fn all(config: EndpointerConfig, frames: &[(f32, f32)]) -> Vec<Boundary> {
        let mut endpointer = Endpointer::new(config);
        let frames = frames.iter().map(|&(probability, amplitude)| (probability, square(amplitude)));
        frames.filter_map(|(probability, frame)| endpointer.push(probability, &frame)).collect()
    }

    fn square(amplitude: f32) -> Vec<f32> {
        (0..FRAME).map(|i| if i % 8 < 4 { amplitude } else { -amplitude }).collect()
    }

    /// `n_frames` times the same.
    fn times(n_frames: usize, frame: (f32, f32)) -> Vec<(f32, f32)> {
        vec![frame; n_frames]
    }

    const SILENCE: (f32, f32) = (0.1, 0.0);
    const VOICE: (f32, f32) = (0.95, 0.2);
    /// The detector has not noticed yet that the voice has stopped.
    const LINGER: (f32, f32) = (0.7, 0.0);

    #[test]
    fn the_voice_end_is_where_the_sound_stops_and_not_where_the_detector_notices() {
        let sound = [times(10, SILENCE), times(40, VOICE), times(6, LINGER), times(80, SILENCE)].concat();
        let voice_end = 50 * FRAME as u64;
        // 1200 ms are 75 frames.
        let decided_at = (50 + 75) * FRAME as u64;
        assert_eq!(
            run(EndpointerConfig::default(), &sound),
            [Boundary::Started { sample: 10 * FRAME as u64 }, Boundary::Ended { voice_end, decided_at }]
        );
    }

    #[test]
    fn the_begin_is_the_first_voiced_frame_before_the_onset() {
        let weak = (0.6, 0.05);
        let sound = [times(10, SILENCE), times(4, weak), times(20, VOICE), times(40, SILENCE)].concat();
        assert_eq!(run(EndpointerConfig::default(), &sound)[0], Boundary::Started { sample: 10 * FRAME as u64 });
    }

    #[test]
    fn doubt_does_not_reach_back_for_ever() {
        let sound = [times(200, (0.6, 0.05)), times(20, VOICE), times(40, SILENCE)].concat();
        let Boundary::Started { sample } = run(EndpointerConfig::default(), &sound)[0] else { panic!("no begin") };
        assert!(sample >= (200 * FRAME) as u64 - LONGEST_DOUBT && sample <= (200 * FRAME) as u64);
    }

    #[test]
    fn clicks_coughs_and_murmurs_are_no_speech() {
        let click = [times(20, SILENCE), times(4, VOICE), times(20, SILENCE)].concat();
        assert_eq!(run(EndpointerConfig::default(), &click), []);
        assert_eq!(run(EndpointerConfig::default(), &times(200, (0.7, 0.1))), []);
        let config = EndpointerConfig { min_speech_ms: 200, ..EndpointerConfig::default() };
        let coughs = [times(9, VOICE), times(30, SILENCE)].concat().repeat(3);
        assert_eq!(run(config, &coughs), []);
    }

    #[test]
    fn a_pause_shorter_than_the_hangover_does_not_end_speech() {
        let sound = [times(20, VOICE), times(60, SILENCE), times(20, VOICE), times(80, SILENCE)].concat();
        let boundaries = run(EndpointerConfig::default(), &sound);
        assert_eq!(boundaries.len(), 2);
        assert!(matches!(boundaries[1], Boundary::Ended { voice_end, .. } if voice_end == 100 * FRAME as u64));
    }

    #[test]
    fn endless_speech_is_ended_by_force_and_begins_again() {
        let config = EndpointerConfig { max_speech_ms: 1000, ..EndpointerConfig::default() };
        let boundaries = run(config, &times(130, VOICE));
        assert_eq!(boundaries.len(), 4, "{boundaries:?}");
        let Boundary::Ended { voice_end, decided_at } = boundaries[1] else { panic!("no end") };
        assert_eq!((voice_end, decided_at), (63 * FRAME as u64, 63 * FRAME as u64));
        assert_eq!(boundaries[2], Boundary::Started { sample: decided_at });
    }

    #[test]
    fn the_end_is_found_in_steady_noise() {
        let noise = (0.2, 0.03);
        let sound = [times(60, noise), times(40, VOICE), times(6, (0.7, 0.03)), times(80, noise)].concat();
        let Boundary::Ended { voice_end, .. } = run(EndpointerConfig::default(), &sound)[1] else { panic!("no end") };
        assert_eq!(voice_end, 100 * FRAME as u64);
    }

    #[test]
    fn a_pause_is_told_at_once_and_taken_back_when_the_voice_goes_on() {
        let frame = FRAME as u64;
        let sound = [times(20, VOICE), times(5, LINGER), times(20, VOICE), times(80, SILENCE)].concat();
        let boundaries = all(EndpointerConfig::default(), &sound);
        let [_, Boundary::Paused { voice_end, decided_at }, Boundary::Resumed { sample }, last, Boundary::Ended { .. }] =
            boundaries[..]
        else {
            panic!("{boundaries:?}");
        };
        // The detector still lingers: the energy tells.
        assert_eq!((voice_end, decided_at, sample), (20 * frame, 23 * frame, 26 * frame));
        assert_eq!(last, Boundary::Paused { voice_end: 45 * frame, decided_at: 48 * frame });
    }

    #[test]
    fn a_clatter_in_a_pause_does_not_go_on_with_the_speech() {
        let noise = (0.2, 0.03);
        let clatter = [times(15, noise), times(2, VOICE)].concat();
        let before = times(60, noise);
        let sound =
            [before.clone(), times(20, VOICE), clatter.clone(), clatter.clone(), clatter, times(80, noise)].concat();
        let boundaries = all(EndpointerConfig::default(), &sound);
        let end = 80 * FRAME as u64;
        assert!(matches!(boundaries[1], Boundary::Paused { voice_end, .. } if voice_end == end), "{boundaries:?}");
        assert!(matches!(boundaries[2], Boundary::Ended { voice_end, .. } if voice_end == end), "{boundaries:?}");
        let goes_on = [before, times(20, VOICE), times(15, noise), times(10, VOICE), times(80, noise)].concat();
        let boundaries = all(EndpointerConfig::default(), &goes_on);
        assert!(matches!(boundaries[2], Boundary::Resumed { sample } if sample == 98 * FRAME as u64), "{boundaries:?}");
    }

    #[test]
    fn in_a_quiet_room_a_voice_goes_on_at_its_first_frame() {
        let hesitant = (0.6, 0.1);
        let sound = [times(20, VOICE), times(15, SILENCE), times(1, hesitant), times(80, SILENCE)].concat();
        let boundaries = all(EndpointerConfig::default(), &sound);
        assert!(matches!(boundaries[2], Boundary::Resumed { sample } if sample == 36 * FRAME as u64), "{boundaries:?}");
    }

    #[test]
    fn the_pause_can_be_watched() {
        let mut endpointer = Endpointer::new(EndpointerConfig::default());
        assert_eq!(endpointer.pause(), None);
        for (probability, amplitude) in [times(20, VOICE), times(5, SILENCE)].concat() {
            endpointer.push(probability, &square(amplitude));
        }
        assert_eq!(endpointer.pause(), Some(5 * FRAME as u64));
        assert_eq!(endpointer.speech_start(), Some(0));
    }

    proptest::proptest! {
        /// A pause is told inside speech only, and taken back before the next one.
        #[test]
        fn pauses_are_orderly(frames in proptest::collection::vec((0.0_f32..1.0, 0.0_f32..1.0), 0..600)) {
            let config = EndpointerConfig { onset_frames: 2, onset_probability: 0.6, ..EndpointerConfig::default() };
            let (mut open, mut paused) = (false, false);
            for boundary in all(config, &frames) {
                match boundary {
                    Boundary::Started { .. } => open = true,
                    Boundary::Paused { .. } => {
                        proptest::prop_assert!(open && !paused);
                        paused = true;
                    }
                    Boundary::Resumed { .. } => {
                        proptest::prop_assert!(open && paused);
                        paused = false;
                    }
                    Boundary::Ended { .. } => (open, paused) = (false, false),
                }
            }
        }

        /// Begins and ends alternate, in order, inside what was heard, and not longer than allowed.
        #[test]
        fn any_sound_gives_orderly_boundaries(frames in proptest::collection::vec((0.0_f32..1.0, 0.0_f32..1.0), 0..600)) {
            let config = EndpointerConfig { max_speech_ms: 2000, onset_frames: 2, onset_probability: 0.6, ..EndpointerConfig::default() };
            let (mut last, mut open) = (0, false);
            for boundary in run(config, &frames) {
                match boundary {
                    Boundary::Started { sample } => {
                        proptest::prop_assert!(!open && sample >= last);
                        (last, open) = (sample, true);
                    }
                    Boundary::Paused { .. } | Boundary::Resumed { .. } => proptest::prop_assert!(false),
                    Boundary::Ended { voice_end, decided_at } => {
                        proptest::prop_assert!(open && voice_end >= last && decided_at >= voice_end);
                        proptest::prop_assert!(decided_at - last <= samples(2000) + 2 * FRAME as u64);
                        (last, open) = (voice_end, false);
                    }
                }
            }
        }
    }
}
