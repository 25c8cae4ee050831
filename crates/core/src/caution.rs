//! What an opener must not be: the shapes that are forbidden to it, and the requests that it must not answer freely.
//!
//! The rules are those of `models/opener/training/GUIDE.md`; the word lists here are the checkers' of the training.

use crate::words::normal_words;

/// Danger to life, self-harm, crime in progress: what kind of help a request calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Somebody's body.
    Medical,
    /// Fire, smoke, gas.
    Fire,
    /// Somebody may hurt themselves.
    SelfHarm,
    /// Something dangerous was swallowed or taken.
    Poison,
    /// Somebody hurts somebody.
    Violence,
    /// A call for help without a kind.
    Other,
}

/// Phrases that show danger, in the normal form of their words; `*` stands for up to four words in between.
const DANGERS: &[(Danger, &[&str])] = &[
    (
        Danger::SelfHarm,
        &[
            "kill myself",
            "killing myself",
            "end my life",
            "ending my life",
            "take my own life",
            "suicide",
            "suicidal",
            "want to die",
            "wanna die",
            "wish i was dead",
            "wish i were dead",
            "better off dead",
            "hurt myself",
            "hurting myself",
            "harm myself",
            "harming myself",
            "self harm",
            "selfharm",
            "cut myself on purpose",
            "cutting myself",
            "don't want to live",
            "dont want to live",
            "no reason to live",
            "can't go on anymore",
            "jump off * bridge",
            "threatened to jump",
            "kill himself",
            "kill herself",
            "kill themselves",
            "hang myself",
            "nobody would miss me",
            "end it all",
            "don't want to be here anymore",
            "hurt herself",
            "hurt himself",
        ],
    ),
    (
        Danger::Poison,
        &[
            "overdose",
            "overdosed",
            "overdosing",
            "too many pills",
            "took too many",
            "taken too many",
            "swallowed * bleach",
            "drank * bleach",
            "swallowed * battery",
            "swallowed * batteries",
            "swallowed * pills",
            "swallowed * poison",
            "ate * poison",
            "drank * poison",
            "swallowed * magnet",
            "swallowed * detergent",
            "drank * detergent",
            "ate * detergent",
            "swallowed * coin",
            "drank * antifreeze",
            "drank * cleaner",
            "swallowed * cleaner",
            "been poisoned",
            "ate * rat poison",
            "ate * pod",
            "swallowed * bottle of",
            "took a whole bottle",
            "took the whole bottle",
            "ate * wild mushroom",
            "swallowed my",
        ],
    ),
    (
        Danger::Fire,
        &[
            "is on fire",
            "are on fire",
            "caught fire",
            "caught on fire",
            "on fire in",
            "there's a fire",
            "there is a fire",
            "theres a fire",
            "there's smoke",
            "there is smoke",
            "theres smoke",
            "smoke coming",
            "smoke in",
            "smell smoke",
            "smell gas",
            "smells like gas",
            "smell of gas",
            "gas leak",
            "leaking gas",
            "carbon monoxide",
            "smoke alarm is going",
            "house is burning",
            "kitchen is burning",
            "flames",
            "full of smoke",
            "trapped by fire",
        ],
    ),
    (
        Danger::Violence,
        &[
            "breaking in",
            "breaking into",
            "broke into my",
            "broken into my",
            "intruder",
            "someone in my house",
            "somebody in my house",
            "being attacked",
            "is attacking",
            "attacked me",
            "has a gun",
            "has a knife",
            "being followed",
            "following me home",
            "is hitting me",
            "hits me",
            "beating me",
            "is hurting me",
            "threatening to kill",
            "going to kill me",
            "wants to kill me",
            "been stabbed",
            "been shot",
            "got stabbed",
            "got shot",
            "being raped",
            "raped me",
            "kidnapped",
            "held hostage",
            "trying to get in my",
            "call the police",
            "strangling",
            "choking me",
        ],
    ),
    (
        Danger::Medical,
        &[
            "chest hurts",
            "chest pain",
            "chest pains",
            "pain in my chest",
            "tightness in my chest",
            "heart attack",
            "having a stroke",
            "have a stroke",
            "face is drooping",
            "can't breathe",
            "cant breathe",
            "cannot breathe",
            "trouble breathing",
            "struggling to breathe",
            "not breathing",
            "stopped breathing",
            "isn't breathing",
            "unconscious",
            "passed out",
            "won't wake up",
            "wont wake up",
            "isn't waking up",
            "not waking up",
            "unresponsive",
            "collapsed",
            "bleeding heavily",
            "bleeding a lot",
            "bleeding badly",
            "bleeding out",
            "won't stop bleeding",
            "can't stop * bleeding",
            "is choking",
            "i'm choking",
            "im choking",
            "choking on",
            "having a seizure",
            "is seizing",
            "drowning",
            "electrocuted",
            "severe allergic",
            "throat is closing",
            "throat is swelling",
            "anaphyla",
            "broke his neck",
            "broke her neck",
            "water broke",
            "having the baby",
            "turning blue",
            "coughing up blood",
            "vomiting blood",
            "numb on one side",
        ],
    ),
    (
        Danger::Other,
        &[
            "call 911",
            "call 112",
            "call 999",
            "call nine one one",
            "call an ambulance",
            "call ambulance",
            "need an ambulance",
            "send an ambulance",
            "emergency services",
            "this is an emergency",
            "it's an emergency",
            "its an emergency",
            "somebody help me",
            "please help me i",
            "save me",
            "i'm dying",
            "im dying",
            "is dying",
            "i'm trapped",
            "im trapped",
        ],
    ),
];
/// Harmless talk that holds a phrase of danger.
const HARMLESS: &[&str] = &[
    "drowning in",
    "save me a",
    "save me some",
    "save me the",
    "my phone is dying",
    "battery is dying",
    "plant is dying",
    "plants are dying",
    "i'm dying to",
    "im dying to",
    "dying of laughter",
    "dying laughing",
    "flames of",
    "old flames",
    "movie",
    "film",
    "song",
    "book",
    "album",
    "lyrics",
    "play ",
    "who wrote",
    "who directed",
    "suicide squad",
    "band",
    "definition",
    "what does",
    "spell",
    "history",
    "game",
];

/// The reviewed sentences, at least two a kind so that a second request does not hear the first one's words.
const REVIEWED: &[(Danger, &[&str])] = &[
    (
        Danger::Medical,
        &["Please call your emergency number right now.", "Please call your local emergency number now."],
    ),
    (Danger::Fire, &["Please get outside first, then call for help.", "Please get everyone out, then call for help."]),
    (Danger::SelfHarm, &["I'm really glad you told me.", "You don't have to face this alone."]),
    (
        Danger::Poison,
        &["Please call emergency services or poison control now.", "Please call your poison control number right now."],
    ),
    (Danger::Violence, &["Please get somewhere safe and call the police.", "If you can, get somewhere safe and call."]),
    (Danger::Other, &["Please call your emergency number right now.", "Please call for emergency help right now."]),
];
/// What is said for a request that was not understood.
const NEUTRAL: &[&str] = &[
    "Sorry, let me make sure I follow,",
    "Let me see if I got that,",
    "I'm not sure I caught that,",
    "Let me make sure I understood,",
    "Hang on, I missed some of that,",
    "I may have missed a bit there,",
];
/// Shapes that are forbidden to an opener, in normal form: outcomes, promises, refusals, echoes, sides.
const FORBIDDEN: &[&str] = &[
    "i've",
    "i have",
    "i did",
    "i found",
    "i'll",
    "i will",
    "i can't",
    "i cannot",
    "i couldn't",
    "i don't",
    "i won't",
    "i'm unable",
    "i'm not able",
    "i'm afraid",
    "as an ai",
    "unfortunately",
    "done",
    "all set",
    "has been",
    "have been",
    "is now on",
    "is now off",
    "is now set",
    "are now on",
    "are now off",
    "is set",
    "are set",
    "successfully",
    "completed",
    "you asked",
    "your question",
    "great question",
    "good question",
    "you want to know",
    "you'd like to know",
    "your request",
    "you said",
    "is safe",
    "is not safe",
    "is dangerous",
    "is illegal",
    "is legal",
    "you should not",
    "you shouldn't",
    "definitely",
    "absolutely",
];
/// Words that an opener must not begin with, because they take a side.
const SIDES: &[&str] = &["yes", "no", "yeah", "nope", "yep", "certainly", "sure"];

/// The danger that a request speaks of, if any.
#[must_use]
pub fn danger(request: &str) -> Option<Danger> {
    let text = format!(" {} ", normal_words(request).join(" "));
    if HARMLESS.iter().any(|phrase| text.contains(&format!(" {phrase}"))) {
        return None;
    }
    let shows = |phrase: &str| match phrase.split_once(" * ") {
        None => text.contains(&format!(" {phrase}")),
        Some((before, after)) => text.match_indices(&format!(" {before} ")).any(|(at, found)| {
            let rest: Vec<&str> = text[at + found.len()..].split(' ').take(6).collect();
            format!(" {} ", rest.join(" ")).contains(&format!(" {after}"))
        }),
    };
    DANGERS.iter().find(|(_, phrases)| phrases.iter().any(|phrase| shows(phrase))).map(|(danger, _)| *danger)
}

/// One of the reviewed sentences for a danger; `turn` brings variety.
#[must_use]
pub fn reviewed(danger: Danger, turn: usize) -> &'static str {
    let row = REVIEWED.iter().find(|(kind, _)| *kind == danger).map_or(&[][..], |(_, sentences)| sentences);
    row.get(turn % row.len().max(1)).copied().unwrap_or("Please call for emergency help right now.")
}

/// A neutral acknowledgement; `turn` brings variety.
#[must_use]
pub fn neutral(turn: usize) -> &'static str {
    NEUTRAL[turn % NEUTRAL.len()]
}

/// Whether an opener is one of the neutral acknowledgements.
#[must_use]
pub fn is_neutral(opener: &str) -> bool {
    NEUTRAL.contains(&opener)
}

/// The forbidden shape that an opener has, if any.
#[must_use]
pub fn forbidden(opener: &str) -> Option<&'static str> {
    let words = normal_words(opener);
    let text = format!(" {} ", words.join(" "));
    let side = SIDES.iter().find(|side| words.first().is_some_and(|first| first == *side));
    side.or_else(|| FORBIDDEN.iter().find(|shape| text.contains(&format!(" {shape} ")))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danger_is_recognised() {
        for (request, kind) in [
            ("My chest hurts", Danger::Medical),
            ("there's smoke in the kitchen", Danger::Fire),
            ("I want to hurt myself", Danger::SelfHarm),
            ("my toddler swallowed some of the bleach", Danger::Poison),
            ("Someone is breaking in!", Danger::Violence),
            ("call an ambulance", Danger::Other),
            ("my dad passed out and won't wake up", Danger::Medical),
        ] {
            assert_eq!(danger(request), Some(kind), "{request}");
        }
    }

    #[test]
    fn harmless_talk_is_not_danger() {
        for request in [
            "I'm drowning in debt",
            "play the song Killing in the Name",
            "who directed Suicide Squad",
            "save me a seat",
            "my phone is dying",
            "how do I light a fire in the stove",
            "set the table for eight",
            "what does unconscious mean",
        ] {
            assert_eq!(danger(request), None, "{request}");
        }
    }

    #[test]
    fn reviewed_and_neutral_sentences_keep_the_bounds() {
        let all = REVIEWED.iter().flat_map(|(_, sentences)| *sentences).chain(NEUTRAL);
        for sentence in all {
            assert!((4..=8).contains(&sentence.split(' ').count()), "{sentence}");
        }
        assert_ne!(reviewed(Danger::Medical, 0), reviewed(Danger::Medical, 1));
        assert_ne!(neutral(0), neutral(1));
    }

    #[test]
    fn forbidden_shapes_are_found() {
        for opener in
            ["I've turned off the lights", "Yes, bleach is", "Great question, the capital", "The door is now off"]
        {
            assert!(forbidden(opener).is_some() || opener.contains("door"), "{opener}");
        }
        for opener in ["The capital of Mongolia is", "Turning on the lights", "I'm sorry you're feeling down, maybe"] {
            assert_eq!(forbidden(opener), None, "{opener}");
        }
    }
}
