//! Which requests speak of danger to life, and of which kind: `danger.txt` less what `harmless.txt` takes away.

use std::sync::LazyLock;

use super::pattern::TAKEN;
use super::plain::{Fillers, plain};
use super::rules::Rules;

/// Danger to life, self-harm, crime in progress: what kind of help a request calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// An animal's body: a vet helps.
    Animal,
    /// Something dangerous was swallowed, taken or breathed.
    Poison,
    /// Fire, smoke, gas.
    Fire,
    /// Somebody hurts somebody.
    Violence,
    /// Somebody's body.
    Medical,
    /// Somebody may hurt themselves, or others.
    SelfHarm,
    /// A call for help of no kind above: accidents, water, a missing child.
    Other,
}

impl Danger {
    /// All kinds, the ones first whose help comes first when a request speaks of several.
    pub const ALL: [Self; 7] =
        [Self::Animal, Self::Poison, Self::Fire, Self::Violence, Self::Medical, Self::SelfHarm, Self::Other];

    /// The word for it in the files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Animal => "animal",
            Self::Poison => "poison",
            Self::Fire => "fire",
            Self::Violence => "violence",
            Self::Medical => "medical",
            Self::SelfHarm => "selfharm",
            Self::Other => "other",
        }
    }
}

pub(super) static DANGERS: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("danger.txt")));
pub(super) static HARMLESS: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("harmless.txt")));

/// In a section's name in `harmless.txt`: harmless to every kind.
const ALL: &str = "all";
/// Before the kinds in a section's name: the whole request is taken away, not only the words of the phrase.
const WHOLE: &str = "whole";

/// The danger that a request speaks of, if any.
#[must_use]
pub fn danger(request: &str) -> Option<Danger> {
    let text = plain(request, Fillers::Drop);
    let said: Vec<&str> = text.split(' ').collect();
    let mut shown = Vec::new();
    DANGERS.scan(&said, |kind, _| shown.push(kind));
    if shown.is_empty() {
        return None;
    }
    // Something was found, which is rare: only now it is worth looking for what makes it harmless.
    let mut harmless = Vec::new();
    HARMLESS.scan(&said, |kinds, words| harmless.push((kinds, words)));
    Danger::ALL.into_iter().filter(|danger| shown.contains(&danger.name())).find(|danger| {
        let mut words = said.clone();
        for (kinds, range) in &harmless {
            let mut kinds = kinds.split(' ');
            let whole = kinds.clone().next() == Some(WHOLE);
            if kinds.any(|kind| kind == ALL || kind == danger.name()) {
                let taken = if whole { &mut words[..] } else { &mut words[range.clone()] };
                taken.fill(TAKEN);
            }
        }
        let mut left = false;
        DANGERS.scan(&words, |kind, _| left |= kind == danger.name());
        left
    })
}
