//! The desk as scripts: happenings in, effects out.

use segue_core::moment::ClipId;
use segue_core::report::{MarksMs, OpenerReport};
use segue_core::talk::Verdict;

use crate::plugin::MicrophoneStatus;

use super::*;

struct Room {
    desk: Desk,
    effects: Vec<Effect>,
}

impl Room {
    fn new() -> Self {
        Self { desk: Desk::new(OpenerPolicy::Auto, 8), effects: Vec::new() }
    }

    fn request(&mut self, request: Wish) -> Vec<Effect> {
        self.on(Happening::Wish(request))
    }

    fn ask(&mut self, text: &str, tag: &str) -> Vec<Effect> {
        self.request(Wish::Ask { text: text.into(), tag: Some(tag.into()) })
    }

    fn notice(&mut self, notice: Notice) -> Vec<Effect> {
        self.on(Happening::Notice(notice))
    }

    fn on(&mut self, happening: Happening) -> Vec<Effect> {
        let effects = self.desk.on(happening);
        self.effects.extend(effects.clone());
        effects
    }

    fn news(&self) -> Vec<News> {
        let news = |effect: &Effect| if let Effect::News(news) = effect { Some(news.clone()) } else { None };
        self.effects.iter().filter_map(news).collect()
    }

    fn inputs(&self) -> Vec<Input> {
        let inputs = |effect: &Effect| if let Effect::Input(input) = effect { Some(input.clone()) } else { None };
        self.effects.iter().filter_map(inputs).collect()
    }

    fn state(&self) -> State {
        self.desk.status().state
    }
}

fn report(spoken: &str) -> Box<Report> {
    Box::new(Report { spoken: spoken.into(), ..Report::default() })
}

const ONE: TurnId = TurnId(1);
const TWO: TurnId = TurnId(2);

#[test]
fn a_request_becomes_a_turn_and_its_pieces_make_the_whole_text() {
    let mut room = Room::new();
    room.ask("What is the capital of Mongolia?", "a1");
    assert_eq!(room.inputs(), [Input::Typed("What is the capital of Mongolia?".into())]);
    room.notice(Notice::Began(ONE, false));
    assert_eq!(room.state(), State::Thinking);
    room.notice(Notice::Opened(ONE, "The capital of Mongolia is".into()));
    for (clip, text) in ["The capital of Mongolia is", "Ulaanbaatar,", "a large city", "."].iter().enumerate() {
        room.notice(Notice::Clause(ONE, ClipId(clip as u64), (*text).into()));
    }
    room.notice(Notice::Sounding(true));
    assert_eq!(room.state(), State::Speaking);
    room.notice(Notice::Sounding(false));
    assert_eq!(room.state(), State::Thinking);
    let done = report("The capital of Mongolia is Ulaanbaatar, a large city.");
    room.notice(Notice::Finished(ONE, done.clone()));
    let tag = Some("a1".to_string());
    let delta = |text: &str| News::Delta { turn: ONE, text: text.into() };
    assert_eq!(
        room.news(),
        [
            News::Began { turn: ONE, tag: tag.clone() },
            News::Heard { turn: ONE, text: "What is the capital of Mongolia?".into() },
            News::Opener { turn: ONE, text: "The capital of Mongolia is".into() },
            delta(" Ulaanbaatar,"),
            delta(" a large city"),
            delta("."),
            News::Done { turn: ONE, tag, report: done },
        ]
    );
    assert_eq!(room.state(), State::Idle);
}

#[test]
fn a_wrong_opener_is_followed_by_one_repair() {
    let mut room = Room::new();
    room.ask("Is it open?", "a");
    room.notice(Notice::Began(ONE, false));
    room.notice(Notice::Opened(ONE, "Yes, it is open".into()));
    room.notice(Notice::Clause(ONE, ClipId(0), "Yes, it is open".into()));
    room.notice(Notice::Verdict(ONE, Verdict::Restart));
    room.notice(Notice::Clause(ONE, ClipId(1), "\u{2014} sorry, it is closed".into()));
    room.notice(Notice::Clause(ONE, ClipId(2), "on Mondays.".into()));
    let kinds: Vec<_> = room.news().into_iter().skip(3).collect();
    assert_eq!(
        kinds,
        [
            News::Repair { turn: ONE, text: " \u{2014} sorry, it is closed".into() },
            News::Delta { turn: ONE, text: " on Mondays.".into() }
        ]
    );
    let wrong = Report { verdict: Verdict::Restart, spoken: "x".into(), ..Report::default() };
    room.on(Happening::Day(7));
    room.notice(Notice::Finished(ONE, Box::new(wrong)));
    assert_eq!(room.desk.status().repairs_today, 1);
    room.on(Happening::Day(7));
    assert_eq!(room.desk.status().repairs_today, 1);
    room.on(Happening::Day(8));
    assert_eq!(room.desk.status().repairs_today, 0);
}

#[test]
fn requests_are_answered_one_after_the_other() {
    let mut room = Room::new();
    room.ask("one", "1");
    room.ask("two", "2");
    room.request(Wish::Say("three".into()));
    assert_eq!(room.inputs(), [Input::Typed("one".into())]);
    room.notice(Notice::Began(ONE, false));
    room.notice(Notice::Finished(ONE, report("first")));
    assert_eq!(room.inputs().last(), Some(&Input::Typed("two".into())));
    room.notice(Notice::Began(TWO, false));
    room.notice(Notice::Finished(TWO, report("second")));
    assert_eq!(room.inputs().last(), Some(&Input::Say("three".into())));
    let tags: Vec<_> = room.news().into_iter().filter(|n| matches!(n, News::Done { .. })).collect();
    assert!(
        matches!(&tags[..], [News::Done { tag: Some(a), .. }, News::Done { tag: Some(b), .. }] if a == "1" && b == "2")
    );
}

#[test]
fn a_flood_is_refused_and_what_waits_is_kept() {
    let mut room = Room::new();
    for number in 0..1000 {
        room.ask("again", &number.to_string());
    }
    let refused = room.news().into_iter().filter(|n| matches!(n, News::Refused { why: Refusal::Busy, .. })).count();
    assert_eq!((room.inputs().len(), refused), (1, 1000 - 1 - WAITING));
}

#[test]
fn what_is_no_request_is_refused_with_a_reason() {
    let mut room = Room::new();
    let refused = |effects: Vec<Effect>| match &effects[..] {
        [Effect::News(News::Refused { why, .. })] => *why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(room.ask("  ", "1")), Refusal::Empty);
    assert_eq!(refused(room.ask(&"a".repeat(LONGEST_ASK + 1), "1")), Refusal::TooLong);
    assert_eq!(refused(room.ask("hello", &"a".repeat(LONGEST_TAG + 1))), Refusal::TooLong);
    assert_eq!(refused(room.request(Wish::Say("a".repeat(LONGEST_SAY + 1)))), Refusal::TooLong);
    assert!(room.inputs().is_empty());
}

#[test]
fn stop_ends_what_is_under_way_and_refuses_what_waits() {
    let mut room = Room::new();
    room.ask("one", "1");
    room.ask("two", "2");
    room.notice(Notice::Began(ONE, false));
    let effects = room.request(Wish::Stop);
    let stopped = News::Refused { tag: Some("2".into()), why: Refusal::Stopped };
    assert_eq!(effects, [Effect::News(stopped), Effect::Input(Input::Stop)]);
    room.notice(Notice::Finished(ONE, report("half")));
    assert_eq!(room.inputs().last(), Some(&Input::Stop));
}

#[test]
fn repeat_says_the_last_words_again() {
    let mut room = Room::new();
    room.request(Wish::Repeat);
    assert_eq!(room.inputs(), [Input::Say("I haven't said anything yet.".into())]);
    room.notice(Notice::Began(ONE, false));
    room.notice(Notice::Finished(ONE, report("I haven't said anything yet.")));
    room.ask("what?", "1");
    room.notice(Notice::Began(TWO, false));
    room.notice(Notice::Finished(TWO, report("Ulaanbaatar.")));
    room.request(Wish::Repeat);
    assert_eq!(room.inputs().last(), Some(&Input::Say("Ulaanbaatar.".into())));
}

#[test]
fn who_speaks_goes_before_who_waits_and_nobody_interrupts_them() {
    let mut room = Room::new();
    room.notice(Notice::Listening(true));
    assert_eq!(room.state(), State::Listening);
    room.ask("one", "1");
    assert!(room.inputs().is_empty(), "somebody is speaking");
    room.notice(Notice::Listening(false));
    // Handed over, and in the same moment a spoken turn begins: the tag stays with the request that was typed.
    room.notice(Notice::Began(ONE, true));
    room.notice(Notice::Transcribed(ONE, "Hello?".into()));
    room.notice(Notice::Finished(ONE, report("Hi.")));
    room.notice(Notice::Began(TWO, false));
    let news = room.news();
    assert_eq!(news[0], News::Began { turn: ONE, tag: None });
    assert_eq!(news[1], News::Heard { turn: ONE, text: "Hello?".into() });
    assert_eq!(news[3], News::Began { turn: TWO, tag: Some("1".into()) });
}

#[test]
fn switches_reach_the_session_and_the_status() {
    let mut room = Room::new();
    let configure = |opener, max_words| Effect::Input(Input::Configure { opener, max_words });
    assert_eq!(room.request(Wish::Openers(false)), [configure(OpenerPolicy::Never, 8)]);
    assert_eq!(room.request(Wish::MaxWords(99)), [configure(OpenerPolicy::Never, 8)]);
    assert_eq!(room.request(Wish::MaxWords(0)), [configure(OpenerPolicy::Never, 2)]);
    assert_eq!(room.request(Wish::Openers(true)), [configure(OpenerPolicy::Auto, 2)]);
    assert_eq!((room.desk.status().openers, room.desk.status().max_words), (true, 2));
    let always = Desk::new(OpenerPolicy::Always, 4);
    assert_eq!((always.configure(), always.status().openers), (vec![configure(OpenerPolicy::Always, 4)], true));
    let mut never = Desk::new(OpenerPolicy::Never, 4);
    assert_eq!((never.configure(), never.status().openers), (vec![configure(OpenerPolicy::Never, 4)], false));
    let on = never.on(Happening::Wish(Wish::Openers(true)));
    assert_eq!(on, [configure(OpenerPolicy::Auto, 4)], "the home can switch on what the file switched off");
}

#[test]
fn the_status_keeps_the_last_numbers_and_the_time_that_was_saved() {
    let mut room = Room::new();
    room.notice(Notice::Cloud(false));
    assert_eq!(room.desk.status().cloud, Some(false));
    let marks = MarksMs {
        first_sound: Some(700.0),
        opener_end: Some(2000.0),
        continuation_ready: Some(1850.4),
        continuation_sound: Some(2100.0),
        ..MarksMs::default()
    };
    let opener = OpenerReport { words: 5, ..OpenerReport::default() };
    let gaps = (Some(700.0), Some(100.0));
    let transcript = "Is it late?".to_string();
    let full = Report {
        transcript,
        marks_ms: marks,
        opener,
        response_gap_ms: gaps.0,
        seam_gap_ms: gaps.1,
        spoken: "x".into(),
        ..Report::default()
    };
    room.notice(Notice::Began(ONE, false));
    room.notice(Notice::Finished(ONE, Box::new(full.clone())));
    room.notice(Notice::Began(TWO, false));
    let announced = Report { response_gap_ms: Some(0.0), spoken: "Dinner!".into(), ..Report::default() };
    room.notice(Notice::Finished(TWO, Box::new(announced)));
    let status = room.desk.status();
    assert_eq!((status.response_gap_ms, status.seam_gap_ms, status.time_saved_ms), (gaps.0, gaps.1, Some(1150.0)));
    // Without an opener nothing is saved.
    assert_eq!(time_saved(&Report { opener: OpenerReport::default(), ..full }), None);
}

#[test]
fn late_notices_of_another_turn_are_not_told() {
    let mut room = Room::new();
    room.notice(Notice::Began(TWO, true));
    room.notice(Notice::Clause(ONE, ClipId(0), "late".into()));
    room.notice(Notice::Finished(ONE, report("late")));
    assert_eq!(room.news().len(), 1);
}

#[test]
fn what_is_told_of_a_turn_on_trial_becomes_news_when_it_is_taken() {
    let mut room = Room::new();
    room.notice(Notice::Listening(true));
    room.notice(Notice::SoFar(ONE, "What is the capital".into()));
    room.notice(Notice::Opened(ONE, "The capital is".into()));
    room.notice(Notice::Clause(ONE, ClipId(0), "The capital is".into()));
    // The user went on: another trial, and of the first one nothing is ever told.
    room.notice(Notice::SoFar(TWO, "What is the capital of Mongolia?".into()));
    room.notice(Notice::Opened(TWO, "The capital of Mongolia is".into()));
    room.notice(Notice::Clause(TWO, ClipId(0), "The capital of Mongolia is".into()));
    assert!(room.news().is_empty());
    room.notice(Notice::Began(TWO, true));
    room.notice(Notice::Transcribed(TWO, "What is the capital of Mongolia?".into()));
    room.notice(Notice::Clause(TWO, ClipId(1), "Ulaanbaatar.".into()));
    room.notice(Notice::Finished(TWO, report("The capital of Mongolia is Ulaanbaatar.")));
    let told = room.news();
    let pieces = [
        News::Began { turn: TWO, tag: None },
        News::Heard { turn: TWO, text: "What is the capital of Mongolia?".into() },
        News::Opener { turn: TWO, text: "The capital of Mongolia is".into() },
        News::Delta { turn: TWO, text: " Ulaanbaatar.".into() },
    ];
    assert_eq!(told[..4], pieces);
    assert!(matches!(told[4..], [News::Done { turn: TWO, .. }]));
}

#[test]
fn a_trial_that_says_too_much_is_kept_within_bounds() {
    let mut room = Room::new();
    for clip in 0..10_000 {
        room.notice(Notice::Clause(ONE, ClipId(clip), "more".into()));
    }
    room.notice(Notice::Began(ONE, true));
    room.notice(Notice::Finished(ONE, report("more")));
    assert_eq!(room.news().len(), EARLY + 2);
}

fn with_microphone() -> Room {
    let desk = Desk::new(OpenerPolicy::Auto, 8).with_microphone(false, Eagerness::Normal);
    Room { desk, effects: Vec::new() }
}

impl Room {
    fn ears(&mut self) -> Vec<Ear> {
        let ear = |effect: Effect| if let Effect::Ear(ear) = effect { Some(ear) } else { None };
        std::mem::take(&mut self.effects).into_iter().filter_map(ear).collect()
    }

    fn microphone(&self) -> MicrophoneStatus {
        self.desk.status().microphone.unwrap()
    }
}

#[test]
fn a_wake_word_opens_for_one_request_and_everything_is_counted() {
    let mut room = with_microphone();
    assert_eq!(room.microphone(), MicrophoneStatus::default());
    room.request(Wish::Woken);
    assert_eq!(room.ears(), [Ear::Open { lead: true }, Ear::Wait(Some(NOBODY_SPEAKS))]);
    room.notice(Notice::Listening(true));
    assert_eq!(room.state(), State::Listening);
    room.notice(Notice::SoFar(ONE, "Turn on the lights".into()));
    room.notice(Notice::Began(ONE, true));
    room.notice(Notice::Transcribed(ONE, "Turn on the lights".into()));
    assert_eq!(room.microphone(), MicrophoneStatus { open: true, opened: 1, transcribed: 1, muted: false });
    room.ears();
    room.notice(Notice::Sounding(true));
    assert_eq!(room.ears(), [Ear::Shut, Ear::Wait(None)], "Segue does not listen to itself");
    room.notice(Notice::Listening(false));
    assert_eq!(room.state(), State::Speaking);
    room.notice(Notice::Sounding(false));
    room.notice(Notice::Finished(ONE, report("Turning on the lights and that's done.")));
    assert_eq!((room.state(), room.microphone().open), (State::Idle, false));
}

#[test]
fn a_question_back_is_answered_without_a_wake_word() {
    let mut room = with_microphone();
    room.request(Wish::Listen);
    room.notice(Notice::Began(ONE, true));
    room.notice(Notice::Finished(ONE, report("Turning on the lights \u{2014} which lights?")));
    assert!(room.microphone().open);
    room.on(Happening::Waited);
    assert!(!room.microphone().open, "nobody answered");
    // A question that was typed is answered by typing.
    room.notice(Notice::Began(TWO, false));
    room.notice(Notice::Finished(TWO, report("Which lights?")));
    assert!(!room.microphone().open);
}

#[test]
fn a_wake_word_ends_what_sounds_and_nothing_begins_while_somebody_is_awaited() {
    let mut room = with_microphone();
    room.ask("one", "1");
    room.notice(Notice::Began(ONE, false));
    room.ask("two", "2");
    room.notice(Notice::Sounding(true));
    room.request(Wish::Woken);
    assert_eq!(room.inputs().last(), Some(&Input::Stop));
    room.notice(Notice::Sounding(false));
    room.notice(Notice::Finished(ONE, report("On")));
    assert_eq!(room.inputs().last(), Some(&Input::Stop), "the second one waits");
    room.on(Happening::Waited);
    assert_eq!(room.inputs().last(), Some(&Input::Typed("two".into())));
}

#[test]
fn a_wake_word_into_a_spoken_turn_keeps_the_microphone_open() {
    let mut room = with_microphone();
    room.request(Wish::Woken);
    room.notice(Notice::Began(ONE, true));
    room.notice(Notice::Sounding(true));
    assert!(!room.microphone().open);
    room.request(Wish::Woken);
    room.notice(Notice::Sounding(false));
    room.notice(Notice::Finished(ONE, report("The capital of")));
    assert!(room.microphone().open, "whoever interrupted is listened to");
}

#[test]
fn without_a_microphone_its_wishes_are_nothing() {
    let mut room = Room::new();
    for wish in [Wish::Woken, Wish::Listen, Wish::Key(true), Wish::Mute(true)] {
        assert!(room.request(wish).is_empty());
    }
    assert_eq!(room.desk.status().microphone, None);
}
