//! The out end of the mouth: renders the queue. Everything here runs on the thread that must never be late.

use std::num::NonZeroU32;
use std::sync::atomic::Ordering;

use rtrb::{Consumer, Producer, PushError};

use super::tap::{self, MouthTap, TapIn};
use super::{CUTS, Cut, FADE_MS, Item, MouthRemote, MouthReport};

/// Renders what was fed. Owned by one sink; whoever calls [`MouthOut::render`] moves the mouth's clock.
#[derive(Debug)]
pub struct MouthOut {
    remote: MouthRemote,
    items: Consumer<Item>,
    cuts: Consumer<Cut>,
    used: Producer<Vec<f32>>,
    reports: Producer<MouthReport>,
    /// Samples rendered.
    position: u64,
    /// The clip that sounds or waits for its first or next piece.
    current: Option<Clip>,
    /// The pause that goes on: whose, and how much is left.
    pause: (u64, u64),
    /// Cuts for the clip that sounds and for clips to come.
    waiting_cuts: [Option<Cut>; CUTS],
    /// Where the next cut goes; the oldest is forgotten when all places are taken.
    next_cut: usize,
    /// Length of a fade in samples.
    fade: u64,
    tap: Option<TapIn>,
    hiss: Hiss,
}

/// Noise that nobody hears, and a device does.
#[derive(Debug)]
struct Hiss(u32);

impl Hiss {
    /// One step of 16 bits, -90 dB: the least that is not digital silence on every device.
    const LOUD: f32 = 1.0 / 32_768.0;

    fn fill(&mut self, out: &mut [f32]) {
        for sample in out {
            // xorshift; a row of ones, minus ones and zeros is as good as any noise.
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            *sample = Self::LOUD * ((self.0 % 3) as f32 - 1.0);
        }
    }
}

#[derive(Debug)]
struct Clip {
    turn: u64,
    clip: u64,
    /// The piece that sounds, and how much of it did.
    piece: Vec<f32>,
    at: usize,
    /// Samples rendered of the whole clip.
    played: u64,
    /// One past the last sample rendered of it.
    heard_until: u64,
    /// It had begun and waited for a piece. Told apart from the end only by what comes next.
    starved: bool,
    /// The sample it is cut at, and the length of the fade before it.
    cut: Option<(u64, u64)>,
    /// What is left of the fade of a stopped turn.
    stop: Option<u64>,
}

impl MouthOut {
    pub(super) fn new(
        remote: MouthRemote,
        items: Consumer<Item>,
        cuts: Consumer<Cut>,
        used: Producer<Vec<f32>>,
        reports: Producer<MouthReport>,
    ) -> Self {
        let fade = u64::from(remote.rate().get()) * u64::from(FADE_MS) / 1000;
        Self {
            remote,
            items,
            cuts,
            used,
            reports,
            position: 0,
            current: None,
            pause: (0, 0),
            waiting_cuts: [None; CUTS],
            next_cut: 0,
            fade: fade.max(1),
            tap: None,
            hiss: Hiss(0x9E37_79B9),
        }
    }

    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> NonZeroU32 {
        self.remote.rate()
    }

    /// A handle for those who only stop the mouth or read its clock.
    #[must_use]
    pub fn remote(&self) -> MouthRemote {
        self.remote.clone()
    }

    /// Whether the feed is gone, so that after what is queued only silence can come.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.items.is_abandoned()
    }

    /// From now on everything rendered can be read at the tap that this gives, which holds `capacity` samples. A tap
    /// made before falls silent. Not for the real-time thread.
    #[must_use]
    pub fn tap(&mut self, capacity: usize) -> MouthTap {
        let (tap_in, tap) = tap::tap(self.position, capacity);
        self.tap = Some(tap_in);
        tap
    }

    /// Fills `out` with the next samples, mono; silence where there is nothing to say.
    pub fn render(&mut self, out: &mut [f32]) {
        let floor = self.remote.floor();
        self.take_cuts();
        let mut rest = &mut *out;
        while !rest.is_empty() {
            let n_now = self.step(rest, floor);
            self.position += n_now as u64;
            rest = &mut rest[n_now..];
        }
        if let Some(tap) = &mut self.tap {
            tap.write(out);
        }
        self.remote.0.position.store(self.position, Ordering::Release);
    }

    /// Renders a part of `out`, or takes one item from the queue and renders nothing. Returns the part's length.
    fn step(&mut self, out: &mut [f32], floor: u64) -> usize {
        if self.pause.1 > 0 && self.pause.0 >= floor {
            let n_now = out.len().min(usize::try_from(self.pause.1).unwrap_or(usize::MAX));
            self.silence(&mut out[..n_now]);
            self.pause.1 -= n_now as u64;
            return n_now;
        }
        if let Some(clip) = &mut self.current {
            if clip.turn < floor && clip.stop.is_none() {
                clip.stop = Some(if clip.is_silent() { 0 } else { self.fade });
            }
            let n_now = clip.n_ready().min(out.len());
            if n_now > 0 {
                if clip.played == 0 {
                    let report = MouthReport::ClipBegan { turn: clip.turn, clip: clip.clip, position: self.position };
                    tell(&mut self.reports, report);
                }
                clip.render(&mut out[..n_now], self.fade);
                clip.heard_until = self.position + n_now as u64;
                return n_now;
            }
            if clip.is_cut() {
                self.drop_current();
                return 0;
            }
        }
        match self.items.pop() {
            Ok(item) => {
                self.take(item, floor);
                0
            }
            Err(_) => {
                if let Some(clip) = &mut self.current {
                    clip.starved = clip.played > 0;
                }
                self.silence(out);
                out.len()
            }
        }
    }

    fn silence(&mut self, out: &mut [f32]) {
        if self.position < self.remote.0.awake_until.load(Ordering::Acquire) {
            self.hiss.fill(out);
        } else {
            out.fill(0.0);
        }
    }

    fn take(&mut self, item: Item, floor: u64) {
        let current = self.current.as_ref().map(|clip| (clip.turn, clip.clip));
        match item {
            Item::Begin { turn, clip } => {
                self.end_current();
                if turn >= floor {
                    let cut = self.waiting_cuts.iter().flatten().rfind(|cut| (cut.turn, cut.clip) == (turn, clip));
                    self.current = Some(Clip::new(turn, clip, cut.map(|cut| (cut.sample, self.fade.min(cut.sample)))));
                }
            }
            Item::Piece { turn, clip, samples } if current == Some((turn, clip)) => {
                if let Some(clip) = &mut self.current {
                    if clip.starved && !samples.is_empty() {
                        clip.starved = false;
                        self.remote.0.underruns.fetch_add(1, Ordering::AcqRel);
                    }
                    clip.at = 0;
                    let used = std::mem::replace(&mut clip.piece, samples);
                    discard(&mut self.used, used);
                }
            }
            // Of a clip that was stopped or cut: lateness ends here.
            Item::Piece { samples, .. } => discard(&mut self.used, samples),
            Item::End { turn, clip } if current == Some((turn, clip)) => self.end_current(),
            Item::End { .. } => {}
            Item::Pause { turn, samples } => self.pause = (turn, samples),
        }
    }

    /// The current clip has no more pieces. One without a sample began and ended in the same place.
    fn end_current(&mut self) {
        let Some(clip) = self.current.take() else { return };
        let (turn, position) = (clip.turn, if clip.played > 0 { clip.heard_until } else { self.position });
        if clip.played == 0 {
            tell(&mut self.reports, MouthReport::ClipBegan { turn, clip: clip.clip, position });
        }
        tell(&mut self.reports, MouthReport::ClipEnded { turn, clip: clip.clip, position });
        discard(&mut self.used, clip.piece);
    }

    /// The current clip was stopped or cut.
    fn drop_current(&mut self) {
        let Some(clip) = self.current.take() else { return };
        let position = if clip.played > 0 { clip.heard_until } else { self.position };
        tell(
            &mut self.reports,
            MouthReport::ClipCut { turn: clip.turn, clip: clip.clip, position, played: clip.played },
        );
        discard(&mut self.used, clip.piece);
    }

    /// Takes over new cuts: at once for the clip that sounds, for later otherwise.
    fn take_cuts(&mut self) {
        while let Ok(cut) = self.cuts.pop() {
            match &mut self.current {
                Some(clip) if (clip.turn, clip.clip) == (cut.turn, cut.clip) => clip.cut(cut.sample, self.fade),
                _ => {
                    self.waiting_cuts[self.next_cut] = Some(cut);
                    self.next_cut = (self.next_cut + 1) % CUTS;
                }
            }
        }
    }
}

impl Clip {
    fn new(turn: u64, clip: u64, cut: Option<(u64, u64)>) -> Self {
        // An empty Vec has no memory to allocate.
        Self { turn, clip, piece: Vec::new(), at: 0, played: 0, heard_until: 0, starved: false, cut, stop: None }
    }

    fn cut(&mut self, sample: u64, fade: u64) {
        let earliest = if self.played == 0 { sample } else { self.played + fade };
        let sample = sample.max(earliest);
        self.cut = Some((sample, fade.min(sample)));
    }

    /// Nothing of it is in the air at this moment, so that no fade is needed.
    fn is_silent(&self) -> bool {
        self.played == 0 || self.at >= self.piece.len()
    }

    /// Whether its last sample was reached by force.
    fn is_cut(&self) -> bool {
        self.cut.is_some_and(|(sample, _)| self.played >= sample)
            || self.stop.is_some_and(|left| left == 0 || self.is_silent())
    }

    /// Samples that can be rendered now.
    fn n_ready(&self) -> usize {
        let limit = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let until_cut = self.cut.map_or(usize::MAX, |(sample, _)| limit(sample.saturating_sub(self.played)));
        let until_stop = self.stop.map_or(usize::MAX, limit);
        (self.piece.len() - self.at).min(until_cut).min(until_stop)
    }

    fn render(&mut self, out: &mut [f32], fade: u64) {
        out.copy_from_slice(&self.piece[self.at..][..out.len()]);
        if let Some((sample, fade)) = self.cut {
            for (played, out) in (self.played..).zip(out.iter_mut()) {
                *out *= gain(sample - played, fade);
            }
        }
        if let Some(left) = &mut self.stop {
            for out in out.iter_mut() {
                *out *= gain(*left, fade);
                *left -= 1;
            }
        }
        self.at += out.len();
        self.played += out.len() as u64;
    }
}

/// Gain of a sample with `left` samples to the end of a fade, its own included: half a cosine, so that neither end
/// has a corner.
fn gain(left: u64, fade: u64) -> f32 {
    if left > fade {
        return 1.0;
    }
    let progress = left as f32 / (fade + 1) as f32;
    0.5 - 0.5 * (std::f32::consts::PI * progress).cos()
}

/// Hands a buffer back to be freed elsewhere.
fn discard(used: &mut Producer<Vec<f32>>, buffer: Vec<f32>) {
    if buffer.capacity() == 0 {
        return;
    }
    if let Err(PushError::Full(buffer)) = used.push(buffer) {
        // Cannot happen (see `mouth`), and if it did, a leak does less harm than freeing here.
        std::mem::forget(buffer);
    }
}

/// The ring has room for all that is in flight (see `mouth`).
fn tell(reports: &mut Producer<MouthReport>, report: MouthReport) {
    let _ = reports.push(report);
}
