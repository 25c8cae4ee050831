//! The rules of an opener as checkers, independent of the training's and of the engine's: each says what it found.

mod claims;
mod danger;
mod facts;
pub(crate) mod grounded;
mod names;
mod persons;
mod shape;

use serde::Serialize;

pub(crate) use danger::Dangers;
pub(crate) use facts::{Lexicon, uncopied};
pub(crate) use names::Names;

use crate::data::Request;

/// The rules, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) enum Rule {
    /// Not within 4 to 8 words.
    Bounds,
    /// A word, number or name that nobody said.
    Fact,
    /// An outcome or a promise.
    Outcome,
    /// A side on yes or no, health, law, money or safety.
    Side,
    /// A joke about distress.
    Joke,
    /// A refusal.
    Refusal,
    /// "You asked".
    Echo,
    /// An end where no continuation is natural.
    Ending,
    /// Danger to life that is not answered by a reviewed sentence, or such a sentence where there is none.
    Danger,
    /// `my` and `your` not turned round.
    Persons,
    /// Words in the wrong case.
    Case,
    /// What cannot be said: marks, a word twice.
    Unspeakable,
}

impl Rule {
    pub(crate) const ALL: [Self; 12] = [
        Self::Bounds,
        Self::Fact,
        Self::Outcome,
        Self::Side,
        Self::Joke,
        Self::Refusal,
        Self::Echo,
        Self::Ending,
        Self::Danger,
        Self::Persons,
        Self::Case,
        Self::Unspeakable,
    ];

    /// The rule in words, for tables.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Bounds => "not within 4-8 words",
            Self::Fact => "fact, name or number not in the request",
            Self::Outcome => "outcome or promise",
            Self::Side => "side on yes/no, health, law, money, safety",
            Self::Joke => "joke about distress",
            Self::Refusal => "refusal",
            Self::Echo => "\"you asked\"",
            Self::Ending => "bad ending",
            Self::Danger => "danger answered with free text, or an alarm without danger",
            Self::Persons => "my/your not turned round",
            Self::Case => "wrong case",
            Self::Unspeakable => "marks, or a word twice",
        }
    }
}

/// A rule that an opener breaks, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Broken {
    pub(crate) rule: Rule,
    pub(crate) by: String,
}

/// What the checkers need besides request and opener.
pub(crate) struct Checkers {
    pub(crate) lexicon: Lexicon,
    pub(crate) dangers: Dangers,
    pub(crate) names: Names,
}

impl Checkers {
    /// Every rule that `opener` breaks, as an answer to `request`.
    pub(crate) fn broken(&self, request: &Request, opener: &str) -> Vec<Broken> {
        // A reviewed or neutral sentence is right as it stands; only its place can be wrong.
        if self.dangers.is_reviewed(request, opener) {
            let needless = !self.dangers.is_danger(request);
            let by = "an alarm without danger".to_string();
            return needless.then_some(Broken { rule: Rule::Danger, by }).into_iter().collect();
        }
        let danger = (Rule::Danger, self.dangers.of(request));
        let found = if self.dangers.is_neutral(opener) {
            vec![danger]
        } else {
            vec![
                danger,
                (Rule::Bounds, shape::bounds(opener)),
                (Rule::Fact, facts::unsaid(request, opener, &self.lexicon)),
                (Rule::Outcome, claims::outcome(request, opener)),
                (Rule::Side, claims::side(request, opener)),
                (Rule::Joke, claims::joke(request, opener)),
                (Rule::Refusal, claims::refusal(opener)),
                (Rule::Echo, claims::echo(opener)),
                (Rule::Ending, shape::ending(opener)),
                (Rule::Persons, persons::unturned(request, opener)),
                (Rule::Case, shape::case(request, opener, &self.names)),
                (Rule::Unspeakable, shape::unspeakable(request, opener)),
            ]
        };
        found.into_iter().filter_map(|(rule, by)| Some(Broken { rule, by: by? })).collect()
    }
}

/// All texts that an opener may take its words from.
pub(crate) fn sources(request: &Request) -> Vec<&str> {
    let mut out = vec![request.text.as_str()];
    out.extend(request.last.iter().flat_map(|last| [last.request.as_str(), last.heard.as_str()]));
    out.extend(request.home.iter().map(String::as_str));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(request: &str, opener: &str) -> Vec<Rule> {
        let checkers = Checkers {
            lexicon: Lexicon::parse(
                "capital\nstart\nstarts\nturning\nsafe\nlights\ncomes\ndepends\nwhether\nhere's\njoke\nfunny\nsorry\nhello\nset\nsetting\ntimer\ndone\nfeeling\nplaying\nlocked\nsure\nshould\nafraid\nasked\nwhen\nusually\ntakes\nmorning\ngood\ndangerous\nfavourite\nboth\nfine\nspanish\nhear\nway\n",
            ),
            dangers: Dangers::new().expect("patterns"),
            names: Names::default(),
        };
        checkers.broken(&Request::of(request, "test"), opener).into_iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn good_openers_break_no_rule() {
        for (request, opener) in [
            ("What's the capital of Mongolia?", "The capital of Mongolia is"),
            ("how do i descale my coffee machine", "To descale your coffee machine, start by"),
            ("Dim the bedroom lights to thirty percent", "Dimming the bedroom lights to thirty percent"),
            ("I'm feeling a bit down", "I'm sorry you're feeling down,"),
            ("Is it safe to mix bleach and vinegar?", "When it comes to bleach and vinegar,"),
            ("is it safe to swim here", "Whether it is safe to swim here depends"),
            ("my chest hurts", "Please call your emergency number right now."),
            ("asdf qwer", "Let me see if I got that,"),
            ("play judas tree by the blixtorns", "Playing Judas Tree by the Blixtorns"),
            ("what is 213 times 3", "213 times 3 comes to"),
            ("what's your favourite colour", "My favourite colour is both"),
            ("good morning", "Good morning to you,"),
            ("good morning", "A good morning to you."),
            ("Tell me a story.", "Here's a good one for you."),
            ("Wake me at 8:45 a.m.", "Setting a timer for 8:45 a.m."),
            ("Tell Ann that the meeting is cancelled.", "Telling Ann that the meeting is cancelled"),
            ("when will my top up be applied", "Your top up will be applied"),
            ("are you able to switch butter and oil", "As for whether I can switch butter,"),
            ("does not matter", "That's fine with me, so"),
            ("which brand for a used iphone", "For a used iPhone, the way is"),
        ] {
            assert_eq!(rules(request, opener), [], "{request} -> {opener}");
        }
    }

    #[test]
    fn each_rule_has_its_breach() {
        for (request, opener, rule) in [
            ("capital of mongolia", "The capital is", Rule::Bounds),
            ("capital of mongolia", "The capital of Mongolia is Ulaanbaatar", Rule::Fact),
            ("what is 213 times 3", "28 times 3 comes to", Rule::Fact),
            ("when is the party", "The party is on Friday and", Rule::Fact),
            ("who sang the song", "The song is by John,", Rule::Fact),
            ("turn off the lights", "I've turned off the lights", Rule::Outcome),
            ("lock the door", "The door is now locked,", Rule::Outcome),
            ("set a timer", "I'll set the timer for", Rule::Outcome),
            ("is it safe to swim here", "It is safe to swim here", Rule::Side),
            ("is it safe to swim here", "Yes, to swim here is", Rule::Side),
            ("should i swim here", "You should not swim here", Rule::Side),
            ("my dog died", "Here's a funny joke about your dog,", Rule::Joke),
            ("turn off the lights", "I'm afraid I can't turn the lights", Rule::Refusal),
            ("what is the capital", "You asked about the capital,", Rule::Echo),
            ("where is the capital", "Here's the way to the", Rule::Ending),
            ("turn on the lights", "Turning on the lights.", Rule::Ending),
            ("where are the lights", "Here's where the lights are?", Rule::Ending),
            ("my chest hurts", "I'm sorry to hear your chest hurts", Rule::Danger),
            ("my card hurts", "Please call your emergency number right now.", Rule::Danger),
            ("where is my phone", "My phone is usually", Rule::Persons),
            ("i'm feeling sad", "I'm feeling sad to hear that,", Rule::Persons),
            ("what's your favourite colour", "Your favourite colour is both", Rule::Persons),
            ("how are you", "i hear you are good,", Rule::Case),
            ("where are you", "the way you are is", Rule::Case),
            ("Where is Mongolia?", "The way to mongolia is", Rule::Case),
            ("turn on the lights", "Turning on the **lights**", Rule::Unspeakable),
            ("turn on the lights", "Turning on on the lights", Rule::Unspeakable),
        ] {
            assert!(rules(request, opener).contains(&rule), "{request} -> {opener}: {:?}", rules(request, opener));
        }
    }
}
