//! Addresses of pages and of people: where they lead is spoken, the rest is not.

/// Endings of names that are addresses even without "http".
const ENDINGS: &[&str] = &["com", "org", "net", "edu", "gov", "io", "dev", "info", "uk", "eu"];
/// Longest name that is spoken, in bytes; longer ones are "a link".
const LONGEST: usize = 40;

/// Whether a word begins as an address of a page.
pub(super) fn begins(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let starts = |start: &str| word.get(..start.len()).is_some_and(|w| w.eq_ignore_ascii_case(start));
    starts("www.") || word.split_once("://").is_some_and(|(scheme, _)| is_name(scheme))
}

/// Speaks `core` if it is an address.
pub(super) fn say(core: &str, out: &mut String) -> bool {
    if begins(core) {
        let rest = core.split_once("://").map_or(core, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
        let host = host.rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("");
        let host = host.get(..4).filter(|www| www.eq_ignore_ascii_case("www.")).map_or(host, |_| &host[4..]);
        if !say_host(host, out) {
            out.push_str("a link");
        }
        return true;
    }
    if let Some((who, host)) = core.trim_start_matches("mailto:").split_once('@') {
        let is_person = !who.is_empty() && who.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+".contains(c));
        if !is_person || !is_host(host) {
            return false;
        }
        for c in who.chars() {
            match c {
                '.' => out.push_str(" dot "),
                '_' => out.push_str(" underscore "),
                '+' => out.push_str(" plus "),
                c => out.push(c),
            }
        }
        out.push_str(" at ");
        return say_host(host, out);
    }
    let host = core.split('/').next().unwrap_or("");
    let has_ending = host.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end));
    has_ending && say_host(host, out)
}

fn say_host(host: &str, out: &mut String) -> bool {
    if !is_host(host) {
        return false;
    }
    for (place, label) in host.split('.').enumerate() {
        if place > 0 {
            out.push_str(" dot ");
        }
        out.push_str(label);
    }
    true
}

/// Whether a name is short enough to be spoken and ends with letters, as the names of hosts do.
fn is_host(host: &str) -> bool {
    let labels = host.split('.').count();
    let last = host.rsplit('.').next().unwrap_or("");
    (2..=4).contains(&labels)
        && host.len() <= LONGEST
        && host.split('.').all(is_name)
        && last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_name(label: &str) -> bool {
    let inner = label.trim_matches('-');
    inner.len() == label.len() && !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
