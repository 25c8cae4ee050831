//! Requests as people say them and transcribers write them.

use super::ControlWord::{Louder, NeverMind, Quieter, Repeat, Stop};
use super::*;
use proptest::prelude::*;

#[test]
fn usual_phrasings_are_understood() {
    for (word, requests) in [
        (
            Stop,
            &[
                "stop",
                "Stop.",
                "Okay, stop.",
                "Stop it, please!",
                "Be quiet.",
                "Shut up!",
                "Hey Segue, stop.",
                "Stop, stop, stop!",
                "ok segway stop",
                "Please stop talking.",
                "Would you please be quiet?",
                "Can you stop?",
                "That's enough, thanks.",
                "Enough!",
                "Hush.",
                "Stop right there.",
                "Okay, that is enough.",
                "Quiet, please.",
                "Stop now.",
                "Alexa, stop.",
                "I said stop!",
                "Just stop.",
                "You can stop now, thank you.",
                "Stop that.",
                "Hey Jarvis, shut up.",
                "No, stop!",
                "Silence, please.",
                "Oh, shut up.",
                "Okay, you can stop talking now.",
            ][..],
        ),
        (
            NeverMind,
            &[
                "Never mind.",
                "nevermind",
                "Forget it.",
                "Oh, never mind.",
                "Okay, forget it, thanks.",
                "Never mind that.",
                "Forget about it.",
                "Forget I asked.",
                "Sorry, never mind.",
                "It doesn't matter.",
                "Scratch that.",
                "Ignore that, please.",
                "Don't worry about it.",
                "Actually, never mind.",
                "No, forget about that.",
                "Drop it.",
                "Hey Segue, never mind.",
                "Never mind, thank you.",
            ],
        ),
        (
            Repeat,
            &[
                "Repeat that.",
                "Say that again.",
                "What did you say?",
                "Come again?",
                "Can you repeat that, please?",
                "Repeat.",
                "Could you please say that again?",
                "Sorry, what was that?",
                "Pardon?",
                "I beg your pardon?",
                "Excuse me, what?",
                "One more time, please.",
                "Say it again.",
                "I didn't catch that.",
                "Hey Segue, repeat that.",
                "What?",
                "Sorry, I didn't hear you.",
                "Tell me again.",
                "What did you just say?",
                "Pardon me?",
                "Once more.",
                "Would you repeat what you just said?",
                "Repeat your last answer.",
                "Okay, now say that one more time.",
                "Repeat it for me, please.",
            ],
        ),
        (
            Louder,
            &[
                "Louder.",
                "Turn it up.",
                "Speak up!",
                "Volume up.",
                "A bit louder, please.",
                "Turn the volume up a little.",
                "Can you speak up a bit?",
                "Speak a little louder.",
                "Turn it up a notch.",
                "I can't hear you.",
                "Too quiet.",
                "Increase the volume, please.",
                "Could you turn up the volume a little bit?",
                "You're too quiet.",
                "Much louder!",
                "Make it a bit louder.",
                "Hey Segue, louder.",
                "Please raise the volume.",
                "Louder, louder!",
                "Speak up, please.",
            ],
        ),
        (
            Quieter,
            &[
                "Quieter.",
                "A bit quieter.",
                "Turn the volume down.",
                "Turn it down, please.",
                "Volume down.",
                "Not so loud!",
                "Lower your voice.",
                "Could you speak more quietly?",
                "You're too loud.",
                "Keep it down.",
                "Softer, please.",
                "Lower the volume a bit.",
                "Okay, a little quieter now.",
                "Turn yourself down.",
                "Be a bit quieter.",
                "Way too loud.",
                "Hey Segue, turn the volume down a little, thanks.",
                "Okay, hey Segue, could you please turn the volume down a little bit for me now, thank you.",
                "Reduce the volume.",
                "Speak a bit softer.",
                "Slightly quieter.",
            ],
        ),
    ] {
        for request in requests {
            assert_eq!(control_word(request), Some(word), "{request:?}");
        }
    }
}

#[test]
fn everything_else_goes_on_to_the_cloud() {
    for request in [
        "",
        " ",
        "?!",
        "okay",
        "thanks",
        "Thank you.",
        "Hey Segue.",
        "please",
        "no",
        "yes",
        "excuse me",
        "Stop the music.",
        "Stop the vacuum.",
        "Turn up the heating.",
        "Set volume to five.",
        "Repeat after me: hello.",
        "Cancel the timer.",
        "Never mind the Bollocks album",
        "Stop the timer.",
        "Stop the car",
        "When does it stop?",
        "Don't stop.",
        "Never stop.",
        "Stop playing.",
        "Turn it off.",
        "Turn it on.",
        "Turn up the radio.",
        "Turn down the lights.",
        "Turn up the thermostat a bit.",
        "Volume.",
        "What is the volume of a sphere?",
        "Set the volume to 30 percent.",
        "Turn the volume up to eleven.",
        "Turn it up to five.",
        "Turn the TV down.",
        "Make the kitchen louder",
        "Louder than a bomb",
        "What's louder, a jet or a rocket?",
        "Quieter than a mouse",
        "Be quiet is a song by whom?",
        "Who sang Shut Up?",
        "Play Shut Up and Dance.",
        "What did you say about Paris?",
        "What did she say?",
        "What was that song?",
        "What was that noise?",
        "Say that again in French.",
        "Say hello again.",
        "Repeat the song.",
        "Repeat the alarm every day.",
        "Repeat that in Spanish.",
        "Repeat every Monday",
        "Come again tomorrow?",
        "Forget it happened, what is the time?",
        "Forget my name.",
        "Forget the milk",
        "Never mind the weather, what time is it?",
        "Stop. What time is it?",
        "Stop and start the timer.",
        "Cancel that.",
        "Cancel my alarm.",
        "Cancel.",
        "Pause.",
        "Pause the music.",
        "Hold on.",
        "Wait.",
        "Enough sugar for two cakes?",
        "How much is enough?",
        "Is that enough?",
        "Stop reminding me.",
        "Speak up for yourself, how do I do that?",
        "Keep the door shut",
        "Shut the door.",
        "Shut down the computer.",
        "Computer.",
        "Turn the heating down a bit.",
        "Lower the blinds.",
        "Raise the blinds a bit.",
        "Raise the temperature.",
        "Increase the brightness.",
        "Reduce the heating.",
        "A bit.",
        "What time is it?",
        "One more time zone",
        "One more.",
        "Again.",
        "Pardon the president?",
        "Drop it in the shopping list",
        "Ignore that last alarm and set a new one",
        "Add quieter fan to my list",
        "Silence the phone.",
        "Don't worry, be happy",
        "Turn the music up.",
        "So what?",
        "Now what?",
        "Then what?",
        "What now?",
        "What, no milk?",
    ] {
        assert_eq!(control_word(request), None, "{request:?}");
    }
}

#[test]
fn tables_are_in_normal_form() {
    for (phrase, _) in PHRASES.iter().chain(VOLUME).chain(ALONE) {
        assert_eq!(normal_words(phrase).join(" "), *phrase);
    }
    for (phrase, _) in VOLUME {
        assert_eq!(without_degree(&phrase.split(' ').collect::<Vec<_>>()), *phrase);
    }
    let mut seen: Vec<&str> = PHRASES.iter().chain(VOLUME).chain(ALONE).map(|(phrase, _)| *phrase).collect();
    seen.sort_unstable();
    let rows = seen.len();
    seen.dedup();
    assert_eq!(rows, seen.len(), "a phrase stands twice");
}

proptest! {
    #[test]
    fn politeness_changes_nothing(before in 0..AROUND.len(), after in 0..AROUND.len(), row in 0..PHRASES.len()) {
        let (phrase, word) = PHRASES[row];
        prop_assert_eq!(control_word(&format!("{}, {phrase}, {}!", AROUND[before], AROUND[after])), Some(word));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let _ = control_word(&text);
    }
}
