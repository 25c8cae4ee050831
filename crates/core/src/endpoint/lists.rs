//! The words that show whether a request goes on. All in the normal form, sorted where they are searched.

mod requests;
mod verbs;

pub(super) use requests::{FRAMES, SHORT};
pub(super) use verbs::{GIVING, PHRASAL, STRANDING, TRANSITIVE};

/// Sounds of someone who thinks. Whisper writes them in many ways.
pub(super) const FILLERS: &[&str] =
    &["ah", "ahm", "eh", "ehm", "er", "erm", "hm", "hmm", "mm", "mmm", "uh", "uhh", "uhm", "um", "umm"];

/// Nothing ends with these: what they announce is still to come.
pub(super) const OPEN_ENDS: &[&str] = &[
    "a",
    "although",
    "an",
    "and",
    "because",
    "between",
    "called",
    "can",
    "could",
    "couldn't",
    "doctor",
    "dr",
    "during",
    "every",
    "he's",
    "how's",
    "i'd",
    "i'll",
    "i'm",
    "i've",
    "if",
    "into",
    "it'll",
    "its",
    "let's",
    "may",
    "might",
    "mr",
    "mrs",
    "ms",
    "my",
    "named",
    "nor",
    "onto",
    "or",
    "our",
    "per",
    "regarding",
    "shall",
    "she's",
    "should",
    "since",
    "st",
    "than",
    "that's",
    "the",
    "their",
    "there's",
    "they're",
    "titled",
    "toward",
    "towards",
    "unless",
    "until",
    "upon",
    "very",
    "via",
    "we'll",
    "we're",
    "what'll",
    "what're",
    "what's",
    "whats",
    "when's",
    "where's",
    "wheres",
    "whether",
    "which",
    "while",
    "who's",
    "whose",
    "why's",
    "with",
    "without",
    "would",
    "you're",
    "your",
];

/// Prepositions that may stand last in a question about what they govern ("what is it made of"), and nowhere else.
pub(super) const PREPOSITIONS: &[&str] = &["about", "at", "by", "for", "from", "like", "of", "to", "with"];

/// Verbs that stand in front of their subject or object and end a request only behind a pronoun ("what time it is").
pub(super) const AUXILIARIES: &[&str] = &[
    "am", "are", "be", "been", "did", "didn't", "do", "does", "doesn't", "don't", "had", "has", "have", "is", "isn't",
    "was", "were", "will", "won't",
];

/// Pronouns behind which an auxiliary may stand last.
pub(super) const PRONOUNS: &[&str] =
    &["he", "here", "i", "it", "one", "she", "that", "there", "they", "this", "those", "to", "we", "who", "you"];

/// What a relation is of: behind "the", these ask for a second half ("the capital", "the square root").
pub(super) const RELATIONS: &[&str] = &[
    "area",
    "author",
    "capital",
    "cause",
    "color",
    "cost",
    "definition",
    "difference",
    "distance",
    "elevation",
    "height",
    "length",
    "meaning",
    "number",
    "opposite",
    "plural",
    "population",
    "price",
    "rest",
    "result",
    "root",
    "size",
    "speed",
    "status",
    "sum",
    "symptoms",
    "top",
    "value",
    "volume",
    "width",
];

/// Words that number something: what is numbered is still to come when it must be ("for ten", but "at seven").
pub(super) const NUMBERS: &[&str] = &[
    "eight",
    "eighteen",
    "eighty",
    "eleven",
    "fifteen",
    "fifty",
    "five",
    "forty",
    "four",
    "fourteen",
    "hundred",
    "nine",
    "nineteen",
    "ninety",
    "one",
    "seven",
    "seventeen",
    "seventy",
    "six",
    "sixteen",
    "sixty",
    "ten",
    "thirteen",
    "thirty",
    "thousand",
    "three",
    "twelve",
    "twenty",
    "two",
];

/// Beginnings of a question about a thing.
pub(super) const WH: &[&str] = &[
    "what", "what'll", "what's", "whats", "where", "where's", "wheres", "which", "who", "who'd", "who's", "whom",
    "whose",
];

/// Courtesy and calls around a request; what is left decides.
pub(super) const AROUND: &[&str] = &["alexa", "google", "hey", "ok", "okay", "please", "segue", "thanks", "well"];

/// Verbs that help another one.
pub(super) const HELPERS: &[&str] = &[
    "can", "can't", "could", "did", "didn't", "do", "does", "doesn't", "don't", "must", "should", "will", "won't",
    "would",
];

/// Adjectives that point on to a noun.
pub(super) const ADJECTIVES: &[&str] = &[
    "best", "biggest", "cheapest", "closest", "current", "first", "good", "highest", "largest", "last", "latest",
    "local", "longest", "main", "most", "nearest", "new", "next", "old", "oldest", "other", "parent", "recent", "same",
    "second", "smallest", "tallest", "third", "top", "worst",
];
