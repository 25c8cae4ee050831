//! When the microphone of a home is listened to. Shut until a wake word, a command or a key opens it; shut again when
//! the request is said, when Segue speaks, or when nobody says anything. Pure.

use std::time::Duration;

use crate::plugin::MicrophoneStatus;

/// How long an open microphone waits for somebody to begin.
pub const NOBODY_SPEAKS: Duration = Duration::from_secs(8);

/// What shall be done with the microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// Hear nothing, not even the wake word.
    Mute,
    /// Hear only the wake word.
    Shut,
    /// Listen; with `lead` also to the moment before.
    Open {
        /// A wake word opened it.
        lead: bool,
    },
    /// What was being said is the request, and the door shuts.
    End,
    /// Tell so much later that the time is over; in place of what was said before. `None`: no more.
    Wait(Option<Duration>),
    /// Remember for the next start whether the microphone is off.
    Keep(bool),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Doorkeeper {
    status: MicrophoneStatus,
    /// Somebody speaks.
    listening: bool,
    /// A key is held: no time runs out.
    held: bool,
}

impl Doorkeeper {
    pub(super) fn new(muted: bool) -> Self {
        let status = MicrophoneStatus { muted, ..MicrophoneStatus::default() };
        Self { status, listening: false, held: false }
    }

    pub(super) fn status(&self) -> MicrophoneStatus {
        self.status
    }

    /// What holds at the start.
    pub(super) fn start(&self) -> Vec<Ear> {
        vec![if self.status.muted { Ear::Mute } else { Ear::Shut }]
    }

    pub(super) fn open(&mut self, lead: bool) -> Vec<Ear> {
        if self.status.muted || self.status.open {
            return Vec::new();
        }
        self.status.open = true;
        self.status.opened += 1;
        (self.listening, self.held) = (false, false);
        vec![Ear::Open { lead }, Ear::Wait(Some(NOBODY_SPEAKS))]
    }

    pub(super) fn key(&mut self, held: bool) -> Vec<Ear> {
        if held {
            let mut ears = self.open(false);
            self.held = self.status.open;
            if self.held {
                ears.push(Ear::Wait(None));
            }
            return ears;
        }
        if !std::mem::take(&mut self.held) || !self.status.open {
            return Vec::new();
        }
        self.status.open = false;
        vec![Ear::End, Ear::Wait(None)]
    }

    pub(super) fn mute(&mut self, muted: bool) -> Vec<Ear> {
        if self.status.muted == muted {
            return Vec::new();
        }
        self.status.muted = muted;
        self.status.open = false;
        self.held = false;
        vec![if muted { Ear::Mute } else { Ear::Shut }, Ear::Wait(None), Ear::Keep(muted)]
    }

    /// Somebody began to speak, or has ended; `taken` when what was said became a turn.
    pub(super) fn listening(&mut self, on: bool, taken: bool) -> Vec<Ear> {
        self.listening = on;
        if !self.status.open || self.held {
            return Vec::new();
        }
        match (on, taken) {
            (true, _) => vec![Ear::Wait(None)],
            (false, true) => self.shut(),
            // A cough: whoever opened the door has not spoken yet.
            (false, false) => vec![Ear::Wait(Some(NOBODY_SPEAKS))],
        }
    }

    pub(super) fn transcribed(&mut self) {
        self.status.transcribed += 1;
    }

    /// The microphone would hear Segue itself, or the request is answered.
    pub(super) fn shut(&mut self) -> Vec<Ear> {
        if !self.status.open || self.held {
            return Vec::new();
        }
        self.status.open = false;
        vec![Ear::Shut, Ear::Wait(None)]
    }

    /// The time is over.
    pub(super) fn waited(&mut self) -> Vec<Ear> {
        if self.listening { Vec::new() } else { self.shut() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: [Ear; 2] = [Ear::Open { lead: true }, Ear::Wait(Some(NOBODY_SPEAKS))];
    const SHUT: [Ear; 2] = [Ear::Shut, Ear::Wait(None)];

    #[test]
    fn a_door_opens_for_one_request() {
        let mut door = Doorkeeper::new(false);
        assert_eq!(door.start(), [Ear::Shut]);
        assert_eq!(door.open(true), OPENED);
        assert!(door.open(true).is_empty(), "it is open");
        assert_eq!(door.listening(true, false), [Ear::Wait(None)]);
        assert!(door.waited().is_empty(), "somebody speaks");
        assert_eq!(door.listening(false, true), SHUT);
        assert_eq!((door.status().open, door.status().opened), (false, 1));
    }

    #[test]
    fn nobody_speaks_and_it_shuts_and_a_cough_is_not_a_request() {
        let mut door = Doorkeeper::new(false);
        door.open(true);
        door.listening(true, false);
        assert_eq!(door.listening(false, false), [Ear::Wait(Some(NOBODY_SPEAKS))]);
        assert_eq!(door.waited(), SHUT);
        assert!(door.waited().is_empty());
    }

    #[test]
    fn who_is_muted_cannot_be_opened_and_muting_shuts() {
        let mut door = Doorkeeper::new(true);
        assert_eq!(door.start(), [Ear::Mute]);
        assert!(door.open(true).is_empty() && door.key(true).is_empty());
        assert_eq!(door.mute(false), [Ear::Shut, Ear::Wait(None), Ear::Keep(false)]);
        door.open(false);
        assert_eq!(door.mute(true), [Ear::Mute, Ear::Wait(None), Ear::Keep(true)]);
        assert!(!door.status().open && door.mute(true).is_empty());
    }

    #[test]
    fn a_key_holds_the_door_until_it_is_let_go() {
        let mut door = Doorkeeper::new(false);
        assert!(door.key(false).is_empty());
        assert!(door.key(true).contains(&Ear::Open { lead: false }));
        door.listening(true, false);
        assert!(door.listening(false, true).is_empty() && door.shut().is_empty() && door.waited().is_empty());
        assert_eq!(door.key(false), [Ear::End, Ear::Wait(None)]);
        assert!(!door.status().open);
    }
}
