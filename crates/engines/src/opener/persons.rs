//! Whose things are meant: what the user calls "my card" is "your card" in the answer. The model learned it and forgets
//! it now and then; where the request shows it, a pair of words that was copied as it stands is turned round.

use super::allowed::words_of;

/// Verbs and nouns behind which words are quoted: "play your song" and "say my name" stay as they are.
const QUOTES: &[&str] = &[
    "add",
    "album",
    "announce",
    "ask",
    "book",
    "broadcast",
    "called",
    "episode",
    "film",
    "list",
    "lyrics",
    "message",
    "movie",
    "named",
    "note",
    "play",
    "played",
    "playing",
    "playlist",
    "plays",
    "post",
    "put",
    "read",
    "remind",
    "sang",
    "say",
    "send",
    "show",
    "sing",
    "sings",
    "song",
    "songs",
    "spell",
    "tell",
    "text",
    "translate",
    "tweet",
    "watch",
    "write",
    "wrote",
];

/// The opener with its persons turned round where the request shows that they must be.
pub(super) fn turn(opener: &str, request: &str) -> String {
    let said = words_of(request);
    // "How do you clean your kettle" is about nobody's kettle.
    let generic = said.iter().any(|word| word == "you" || word.starts_with("you'"));
    if said.iter().any(|word| QUOTES.binary_search(&word.as_str()).is_ok()) {
        return opener.to_string();
    }
    let stands = |first: &str, second: &str| said.windows(2).any(|pair| pair[0] == first && pair[1] == second);
    let mut tokens: Vec<String> = opener.split(' ').map(str::to_string).collect();
    for at in 0..tokens.len().saturating_sub(1) {
        let Some(next) = words_of(&tokens[at + 1]).into_iter().next() else { continue };
        let (from, to) = match tokens[at].to_lowercase().as_str() {
            "my" => ("my", "your"),
            "your" if !generic => ("your", "my"),
            _ => continue,
        };
        if stands(from, &next) && !stands(to, &next) {
            let large = tokens[at].starts_with(char::is_uppercase);
            tokens[at] = if large { segue_core::words::capital(to) } else { to.to_string() };
        }
    }
    tokens.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_is_turned_round() {
        assert_eq!(turn("If my app keeps crashing,", "why is my app crashing"), "If your app keeps crashing,");
        assert_eq!(
            turn("Your exchange rates are based on", "where do your exchange rates come from"),
            "My exchange rates are based on"
        );
    }

    #[test]
    fn what_is_right_or_does_not_show_stays() {
        for (opener, request) in [
            ("If your app keeps crashing,", "why is my app crashing"),
            ("To clean your kettle, start by", "how do you clean your kettle"),
            ("Playing my favourite things", "play my favourite things"),
            ("To move my file to your file,", "is my file your file"),
            ("My", "my"),
            ("", "my app"),
        ] {
            assert_eq!(turn(opener, request), opener, "{request}");
        }
        assert!(QUOTES.is_sorted());
    }
}
