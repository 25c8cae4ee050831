//! What a turn was like: its words, and its marks on one clock. The JSON that `turn` and `ask` print.

use serde::Serialize;

use crate::moment::Moment;
use crate::talk::{ClipKind, OpenerSource, Opening, Verdict};

/// Moments of one turn, as they happened. `None` where it did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The user's last voiced sample (for typed requests, the moment of the request): zero of all others.
    pub voice_ended: Moment,
    /// The pause was noticed on which the turn was begun on trial.
    pub candidate: Option<Moment>,
    /// The end of the utterance was decided.
    pub endpoint: Option<Moment>,
    /// The transcript was there.
    pub transcribed: Option<Moment>,
    /// The opener was complete.
    pub opener_ready: Option<Moment>,
    /// The first audible sample of the turn: first 20 ms above -40 dBFS.
    pub first_sound: Option<Moment>,
    /// The cloud's first text arrived.
    pub cloud_first_token: Option<Moment>,
    /// The continuation's first samples lay in the mouth's queue.
    pub continuation_ready: Option<Moment>,
    /// The opener's last audible sample.
    pub opener_end: Option<Moment>,
    /// The continuation's first audible sample.
    pub continuation_sound: Option<Moment>,
    /// The turn was over.
    pub done: Option<Moment>,
}

/// The marks in milliseconds from the user's last voiced sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct MarksMs {
    /// See [`Marks::candidate`].
    pub candidate: Option<f64>,
    /// See [`Marks::endpoint`].
    pub endpoint: Option<f64>,
    /// See [`Marks::transcribed`].
    pub transcribed: Option<f64>,
    /// See [`Marks::opener_ready`].
    pub opener_ready: Option<f64>,
    /// See [`Marks::first_sound`].
    pub first_sound: Option<f64>,
    /// See [`Marks::cloud_first_token`].
    pub cloud_first_token: Option<f64>,
    /// See [`Marks::continuation_ready`].
    pub continuation_ready: Option<f64>,
    /// See [`Marks::opener_end`].
    pub opener_end: Option<f64>,
    /// See [`Marks::continuation_sound`].
    pub continuation_sound: Option<f64>,
    /// See [`Marks::done`].
    pub done: Option<f64>,
}

impl Marks {
    /// Milliseconds from the last voiced sample, rounded to a tenth.
    #[must_use]
    pub fn ms(&self) -> MarksMs {
        let ms = |mark: Option<Moment>| mark.map(|m| tenth(m.ms_since(self.voice_ended)));
        MarksMs {
            candidate: ms(self.candidate),
            endpoint: ms(self.endpoint),
            transcribed: ms(self.transcribed),
            opener_ready: ms(self.opener_ready),
            first_sound: ms(self.first_sound),
            cloud_first_token: ms(self.cloud_first_token),
            continuation_ready: ms(self.continuation_ready),
            opener_end: ms(self.opener_end),
            continuation_sound: ms(self.continuation_sound),
            done: ms(self.done),
        }
    }
}

/// The opener in a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OpenerReport {
    /// The words, empty when there were none.
    pub text: String,
    /// How many.
    pub words: usize,
    /// 0 to 1.
    pub confidence: f32,
    /// Who wrote them.
    pub source: OpenerSource,
}

impl From<&Opening> for OpenerReport {
    fn from(opening: &Opening) -> Self {
        let confidence = (opening.confidence * 1000.0).round() / 1000.0;
        Self { text: opening.text.clone(), words: opening.words(), confidence, source: opening.source }
    }
}

/// A word that was heard, and when: milliseconds from the user's last voiced sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeardWord {
    /// The word as written, punctuation included.
    pub word: String,
    /// Its first sample left the loudspeaker.
    pub from_ms: f64,
    /// Its last sample did.
    pub to_ms: f64,
    /// What it is a word of.
    pub part: ClipKind,
}

impl HeardWord {
    /// Rounds the moments to a tenth of a millisecond.
    #[must_use]
    pub fn new(word: String, from_ms: f64, to_ms: f64, part: ClipKind) -> Self {
        Self { word, from_ms: tenth(from_ms), to_ms: tenth(to_ms), part }
    }
}

/// One turn, told to machines. Field names are a contract with those who read the JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// What the user said.
    pub transcript: String,
    /// The opener.
    pub opener: OpenerReport,
    /// How the continuation treated it.
    pub verdict: Verdict,
    /// The continuation as it was spoken.
    pub continuation: String,
    /// Exactly what was audible, in order, without what was withdrawn.
    pub spoken: String,
    /// The opener's words that were taken back before anybody heard them.
    pub withdrawn: String,
    /// The words of `spoken` with their moments, in order.
    pub heard: Vec<HeardWord>,
    /// The user's last voiced sample, from which all marks count: in ms from the beginning of the session, or of the
    /// recording that is answered.
    pub voice_ended_ms: f64,
    /// Moments, see [`Marks`].
    pub marks_ms: MarksMs,
    /// First sound minus last voiced sample, in ms.
    pub response_gap_ms: Option<f64>,
    /// Silence between opener and continuation, in ms; 0 when they touch.
    pub seam_gap_ms: Option<f64>,
    /// How often the loudspeaker had nothing to play inside a clip.
    pub underruns: u64,
}

impl Report {
    /// Fills in the marks and the two gaps that follow from them.
    #[must_use]
    pub fn with_marks(mut self, marks: &Marks) -> Self {
        self.marks_ms = marks.ms();
        self.voice_ended_ms = tenth(marks.voice_ended.ms_since(Moment::default()));
        self.response_gap_ms = self.marks_ms.first_sound;
        self.seam_gap_ms = match (self.marks_ms.opener_end, self.marks_ms.continuation_sound) {
            (Some(end), Some(sound)) => Some(tenth((sound - end).max(0.0))),
            _ => None,
        };
        self
    }
}

fn tenth(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn gaps_follow_from_the_marks() {
        let at = |ms| Some(Moment::from(Duration::from_millis(ms)));
        let marks = Marks {
            voice_ended: Moment::from(Duration::from_secs(1)),
            first_sound: at(1240),
            opener_end: at(3000),
            continuation_sound: at(3150),
            ..Marks::default()
        };
        let report = Report::default().with_marks(&marks);
        assert_eq!(report.response_gap_ms, Some(240.0));
        assert_eq!(report.seam_gap_ms, Some(150.0));
        assert_eq!(report.marks_ms.done, None);
    }
}
