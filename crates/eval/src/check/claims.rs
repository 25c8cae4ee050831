//! Whether an opener claims what it must not: outcomes, promises, sides, refusals; and whether it jokes or echoes.

use std::sync::LazyLock;

use regex::Regex;

use crate::data::Request;
use crate::words::words;

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        #[allow(clippy::unwrap_used)]
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new(concat!("(?i)", $pattern)).unwrap());
    };
}

pattern!(
    OUTCOME,
    r"\b(i've|i have|i did|i just|i found|i'll|i will|i'm going to|i am going to|i promise|i can|i could|i made sure|we'll|we will|we've|done|all set|has been|have been|had been turned|was (?:set|turned|added|sent|locked)|(?:is|are) (?:now|already) \w+|(?:is|are) (?:all )?(?:set|ready|booked|confirmed|added|scheduled|locked|unlocked|closed|opened|completed?|cancell?ed)(?: (?:for|to|on|at|in|up)\b|[,.]?$)|will be|you'll (?:get|have|receive|hear)|you will (?:get|have|receive|hear)|success(?:ful|fully)|completed)\b"
);
pattern!(
    WH,
    r"^(?:(?:hey|hi|so|well|and|but|ok|okay|um|uh|er|please|also),? )*(?:what|when|where|who|how|which|why|(?:can|could) you tell me (?:what|when|where|who|how|which|why))\b"
);
pattern!(WHETHER, r"\b(?:whether|if|when|once)\b");
pattern!(FUTURE, r"^(?:will be|you(?:'ll| will) \w+)$");
pattern!(PERSONAL, r"^(?:i|we)\b");
pattern!(
    REFUSAL,
    r"\b(i can't|i cannot|i can not|i couldn't|i'm not able|i am not able|i'm unable|i am unable|i'm afraid|i am afraid|i won't|i will not|i don't (?:know|have|think)|i do not (?:know|have)|as an ai|as a language model|unfortunately|not possible for me|sorry,? but)\b"
);
pattern!(
    ECHO,
    r"\b(you asked|you're asking|you are asking|you've asked|you wanted|you want to know|you'd like to know|you would like to know|you wish to know|your question|your request|your query|you said|you mentioned|that's a (?:great|good|interesting) question|(?:great|good|interesting|excellent) question)\b"
);
pattern!(
    FIRST_SIDE,
    r"^(?:yes|no|yeah|yep|nope|nah|definitely|absolutely|indeed|correct|not really|of course not|sure it|sure,? (?:it|you|that)|exactly|right,|true)\b"
);
pattern!(AGREEING, r"^(?:sure|of course|certainly|by all means|naturally)\b");
pattern!(
    DIRECTIVE,
    r"\b(you should|you shouldn't|you should not|you can|you can't|you cannot|you could|you must|you mustn't|you need to|you may|you may not|you don't need|you have to|don't|do not|never|always|avoid|refrain|it's best not|i recommend|i'd recommend|i advise|i'd advise|safer|safest|better not)\b"
);
pattern!(
    VERDICT,
    r"\b(?:is|are|was|were|it's|that's|they're|isn't|aren't|wasn't|does|doesn't|do|don't|can|can't|could be|may be|might be|has|hasn't|won't|will|not|considered|generally|usually|typically|perfectly|completely|quite|very)(?: \w+){0,3} (?:safe|unsafe|dangerous|legal|illegal|okay|ok|fine|healthy|unhealthy|bad|good|harmful|harmless|toxic|poisonous|allowed|permitted|prohibited|true|false|possible|impossible|normal|worth it|better|worse|risky|necessary|unnecessary|recommended|advisable|acceptable|edible)\b"
);
pattern!(
    NEUTRAL,
    r"\b(whether|if|depends?|how (?:safe|dangerous|legal|healthy|good|bad|much|far|long|often)|question of|comes down to|or not|when it comes to|as for|turns on|both sides|on the (?:one|other) hand|what matters|what counts|between)\b"
);
pattern!(
    YES_NO,
    r"^(?:(?:hey|hi|so|well|and|but|ok|okay|um|uh|er|please|also|oh|listen),? )*(?:(?:can|could|would) you (?:please )?(?:tell me|say|check)(?: me)? (?:if|whether)|(?:tell me|do you know|i wonder|i'm wondering|any idea|check) (?:if|whether)|is|isn't|are|aren't|was|wasn't|were|do|don't|does|doesn't|did|didn't|has|have|should|shouldn't|will|won't|would|may|can i|can we|can it|can a|can my|can the|can people|can dogs|can cats|could i|could it|am i)\b"
);
// "Don't care" asks nothing.
pattern!(
    NEGATED,
    r"^(?:(?:do|does|did) not|(?:don't|doesn't|didn't) (?:really|even|care|mind|matter|want|know|need|like|worry|bother|get|understand|do|have))\b"
);
pattern!(
    ORDER,
    r"^(?:(?:hey|hi|so|ok|okay|um|uh|please),? )*(?:can|could|would|will) you\b|^(?:would|do) you (?:please|mind)\b"
);
pattern!(
    DISTRESS,
    r"\b(sad|depress\w*|lonely|died|dying|dead|death|passed away|funeral|cancer|divorce\w*|broke up|broken heart\w*|crying|cried|grie\w+|hurts?|hurting|scared|afraid|anxious|anxiety|panic\w*|hopeless|worthless|miserable|suicid\w*|kill myself|lost my (?:job|mum|mom|dad|mother|father|husband|wife|dog|cat|baby)|got fired|miscarriage|feeling (?:down|low|bad|awful|terrible)|i hate myself|abus\w+|bullied)\b"
);
pattern!(
    JOKING,
    r"\b(jokes?|joking|funny|hilarious|ha ?ha\w*|lol|laugh\w*|kidding|pun|punchline|knock knock|cheer up|lighten up)\b"
);
pattern!(
    SENSITIVE,
    r"\b(safe|safety|dangerous|legal|illegal|law|sue|lawyer|invest\w*|loan|mortgage|crypto|bitcoin|stocks?|tax|dose|mg|medicine|medication|ibuprofen|aspirin|paracetamol|antibiotics?|pregnan\w+|vaccin\w*|symptoms?|fever|rash|allerg\w+|bleach|chemicals?|mushrooms?|mold|mould|toxic|poison\w*)\b"
);

/// An outcome reported, or a promise.
pub(super) fn outcome(request: &Request, opener: &str) -> Option<String> {
    let found = OUTCOME.find(opener)?;
    // "Whether I can switch butter" promises nothing.
    let open = WHETHER.is_match(&opener[..found.start()]);
    let found = found.as_str();
    // What the request itself says is no report: "is my booking confirmed" - "Whether your booking is confirmed", "tell
    // Ann that it is cancelled"; nor is the future that was asked for.
    let repeats = NEUTRAL.is_match(opener) && said(&request.text, found)
        || !PERSONAL.is_match(found) && words(&request.text).join(" ").contains(&words(found).join(" "));
    let asked = WH.is_match(&request.text) && FUTURE.is_match(found);
    (!open && !repeats && !asked).then(|| found.to_string())
}

/// A side on yes or no, or an instruction where health, law, money or safety are at stake.
pub(super) fn side(request: &Request, opener: &str) -> Option<String> {
    if let Some(found) = FIRST_SIDE.find(opener) {
        return Some(found.as_str().to_string());
    }
    let asked = |pattern: &Regex| pattern.is_match(&request.text);
    let yes_no = asked(&YES_NO) && !asked(&ORDER) && !asked(&NEGATED);
    if yes_no && let Some(found) = AGREEING.find(opener) {
        return Some(found.as_str().to_string());
    }
    if NEUTRAL.is_match(opener) || !(yes_no || SENSITIVE.is_match(&request.text)) {
        return None;
    }
    let verdict = VERDICT.find(opener).filter(|found| yes_no || !said(&request.text, found.as_str()));
    let directive = DIRECTIVE.find(opener).filter(|found| {
        let needs = ["need", "have"].iter().any(|word| found.as_str().contains(word));
        (yes_no && !needs) || !said(&request.text, found.as_str())
    });
    verdict.or(directive).map(|found| found.as_str().to_string())
}

/// A joke where somebody suffers, unless a joke was asked for.
pub(super) fn joke(request: &Request, opener: &str) -> Option<String> {
    let distress = DISTRESS.is_match(&request.text) && !JOKING.is_match(&request.text);
    distress.then(|| JOKING.find(opener).map(|found| found.as_str().to_string())).flatten()
}

pub(super) fn refusal(opener: &str) -> Option<String> {
    REFUSAL.find(opener).map(|found| found.as_str().to_string())
}

pub(super) fn echo(opener: &str) -> Option<String> {
    ECHO.find(opener).map(|found| found.as_str().to_string())
}

/// Whether the last word of what was found stands in the request.
fn said(request: &str, found: &str) -> bool {
    let request = words(request);
    words(found).last().is_some_and(|word| request.contains(word))
}
