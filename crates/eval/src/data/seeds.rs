//! Our own seeds as requests: a few fillings of each question of `models/opener/training/seeds`, with its context and
//! the home's names. Which requests are unclear or dangerous is known here by the file that they stand in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Context;
use regex::{Captures, Regex};
use segue_core::talk::Exchange;

use super::{Kind, Request};
use crate::rare::invented;
use crate::split::place;

/// Fillings of one question that are looked at; a tenth of them is held back.
const FILLED: usize = 24;

#[allow(clippy::unwrap_used)]
static SLOT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{(\w+)(?::\w+)?\}").unwrap());

type Slots = BTreeMap<String, Vec<String>>;

#[derive(Default)]
struct Block {
    questions: Vec<String>,
    contexts: Vec<String>,
    homes: Vec<String>,
}

pub(super) fn read(folder: &Path, out: &mut Vec<Request>) -> anyhow::Result<()> {
    let text = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let (shared, _) = parse(&text(&folder.with_file_name("slots.txt"))?);
    let listing = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<_> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "seed")) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().to_string();
        let kind = match name.as_str() {
            "unclear" => Kind::Unclear,
            "emergency" => Kind::Danger,
            _ => Kind::Plain,
        };
        let (own, blocks) = parse(&text(file)?);
        let slots: Slots = shared.clone().into_iter().chain(own).collect();
        let source = match kind {
            Kind::Plain => "seeds".to_string(),
            Kind::Unclear | Kind::Danger => format!("seeds {name}"),
        };
        for block in &blocks {
            fill(block, &slots, kind, &source, out);
        }
    }
    Ok(())
}

fn fill(block: &Block, slots: &Slots, kind: Kind, source: &str, out: &mut Vec<Request>) {
    for question in &block.questions {
        let fillings = if SLOT.is_match(question) { FILLED } else { 1 };
        for n in 0..fillings {
            let mut values = BTreeMap::new();
            let salt = format!("{question} {n}");
            let mut put = |text: &str| -> Option<String> {
                let mut open = false;
                let filled = SLOT.replace_all(text, |found: &Captures<'_>| {
                    let value = values.entry(found[1].to_string()).or_insert_with(|| value(&found[1], slots, &salt));
                    open |= value.is_none();
                    value.clone().unwrap_or_default()
                });
                (!open).then(|| filled.into_owned())
            };
            let one = |texts: &[String]| (!texts.is_empty()).then(|| texts[place(&salt, "one", texts.len())].clone());
            let Some(text) = put(question) else { continue };
            let last = one(&block.contexts).and_then(|context| {
                let (request, heard) = context.split_once("=>")?;
                Some(Exchange { request: put(request.trim())?, heard: put(heard.trim())? })
            });
            if !block.contexts.is_empty() && last.is_none() {
                continue;
            }
            let home = one(&block.homes).and_then(|home| put(&home)).unwrap_or_default();
            let home = home.split('|').map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect();
            out.push(Request { last, home, kind, ..Request::of(text, source) });
        }
    }
}

/// A value of a slot: the form for a request, where it has two.
fn value(name: &str, slots: &Slots, salt: &str) -> Option<String> {
    if let Some(invented) = invented(name, salt) {
        return Some(invented);
    }
    let values = slots.get(name)?;
    let value = &values[place(salt, name, values.len())];
    let value = value.split(" ~ ").next().unwrap_or_default().trim();
    Some(SLOT.replace_all(value, |inner: &Captures<'_>| invented(&inner[1], salt).unwrap_or_default()).into_owned())
}

fn parse(text: &str) -> (Slots, Vec<Block>) {
    let (mut slots, mut blocks) = (Slots::new(), Vec::<Block>::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((name, values)) = line.strip_prefix('@').and_then(|rest| rest.split_once(':')) {
            let values = values.split(" | ").map(|v| v.trim().to_string()).filter(|v| !v.is_empty()).collect();
            slots.insert(name.trim().to_string(), values);
        } else if line.starts_with('=') {
            blocks.push(Block::default());
        } else if let (Some(block), Some((key, rest))) = (blocks.last_mut(), line.split_once(':')) {
            let rest = rest.trim().to_string();
            match key {
                "Q" => block.questions.push(rest.split(" >> ").next().unwrap_or_default().to_string()),
                "C" => block.contexts.push(rest),
                "H" => block.homes.push(rest),
                _ => {}
            }
        }
    }
    (slots, blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_one_value_in_request_and_context() {
        let (slots, blocks) = parse(
            "@ city: Rome | Oslo\n= x\nQ: and in {city} in winter? >> In {city},\nC: weather in {city} => Mild.\nH: Hall Lamp | Fan\n",
        );
        let mut out = Vec::new();
        fill(&blocks[0], &slots, Kind::Plain, "seeds", &mut out);
        assert_eq!(out.len(), FILLED);
        for request in out {
            let city = if request.text.contains("Rome") { "Rome" } else { "Oslo" };
            assert_eq!(request.text, format!("and in {city} in winter?"));
            assert_eq!(request.last.map(|last| last.request), Some(format!("weather in {city}")));
            assert_eq!(request.home, ["Hall Lamp", "Fan"]);
        }
    }

    #[test]
    fn a_question_with_an_unknown_slot_is_left_out() {
        let (slots, blocks) = parse("= x\nQ: where is {nothing}\nQ: hello\n");
        let mut out = Vec::new();
        fill(&blocks[0], &slots, Kind::Plain, "seeds", &mut out);
        assert_eq!(out.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["hello"]);
    }
}
