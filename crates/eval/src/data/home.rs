//! Requests of the smart home: lists of actions and questions with device names put in, and what people said to Home
//! Assistant. Half of those with a device have the home's names beside them, as the product gives them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use csv_core::ReadFieldResult;
use serde::Deserialize;

use super::Request;
use crate::split::{place, share};

/// Requests that are made from one template.
const FILLED: usize = 12;
/// Names of the home beside the one that is spoken of.
const OTHERS: usize = 4;

#[derive(Deserialize)]
struct Reply {
    text: String,
}

pub(super) fn read(data: &Path, out: &mut Vec<Request>) -> anyhow::Result<()> {
    let folder = data.join("home_actions");
    let mut by_kind: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut every = Vec::new();
    for row in rows(&folder.join("pile_of_device_names.csv"), ["device_name", "description"])? {
        let kind = row[0].split('.').next().unwrap_or_default().to_string();
        by_kind.entry(kind).or_default().push(row[1].trim().to_string());
        every.push(row[1].trim().to_string());
    }
    for row in rows(&folder.join("pile_of_specific_actions.csv"), ["service_name", "phrase"])? {
        out.push(Request::of(row[1].clone(), "home_actions"));
    }
    for name in ["pile_of_templated_actions", "pile_of_status_requests"] {
        for row in rows(&folder.join(format!("{name}.csv")), ["device_type", "phrase"])? {
            let Some(devices) = by_kind.get(&row[0]) else { continue };
            for n in 0..FILLED {
                let device = &devices[place(&format!("{} {n}", row[1]), name, devices.len())];
                if let Some(text) = fill(&row[1], device) {
                    out.push(Request { home: around(device, &text, &every), ..Request::of(text, "home_devices") });
                }
            }
        }
    }
    for reply in super::lines::<Reply>(&data.join("home_assistant_replies.jsonl.gz"))? {
        out.push(Request::of(reply.text, "home_assistant"));
    }
    Ok(())
}

/// The template with a device and values in it; `None` when something stays open.
fn fill(template: &str, device: &str) -> Option<String> {
    let colours = ["red", "blue", "green", "purple", "orange", "pink"];
    let number = |low: usize, step: usize, count: usize| (low + step * place(device, template, count)).to_string();
    let text = template
        .replace("<device_name>", device)
        .replace("<brightness>", &number(5, 5, 20))
        .replace("<color>", colours[place(device, template, colours.len())])
        .replace("<temp_f>", &number(60, 1, 21))
        .replace("<temperature>", &number(16, 1, 10));
    (!text.contains('<')).then_some(text)
}

/// The home's names: that of the device among others, or, for half of the requests, none.
fn around(device: &str, text: &str, every: &[String]) -> Vec<String> {
    if share(text, "home") < 0.5 {
        return Vec::new();
    }
    let mut names: Vec<String> =
        (0..OTHERS).map(|n| every[place(&format!("{text} {n}"), "other", every.len())].clone()).collect();
    names.insert(place(text, "among", OTHERS + 1), device.to_string());
    names
}

/// Some columns of a file of comma-separated values with a heading.
fn rows<const N: usize>(path: &Path, columns: [&str; N]) -> anyhow::Result<Vec<[String; N]>> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut records = records(&text).into_iter();
    let heading = records.next().unwrap_or_default();
    let at = |name: &str| {
        heading.iter().position(|column| column == name).with_context(|| format!("{} lacks {name}", path.display()))
    };
    let places = columns.iter().map(|name| at(name)).collect::<anyhow::Result<Vec<usize>>>()?;
    let field = |record: &[String], n: usize| record.get(places[n]).cloned().unwrap_or_default();
    Ok(records.map(|record| std::array::from_fn(|n| field(&record, n))).collect())
}

/// All records of a text, fields unquoted.
fn records(text: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv_core::Reader::new();
    let (mut out, mut record) = (Vec::new(), Vec::new());
    // No field is longer than the text.
    let (mut rest, mut field) = (text, vec![0; text.len() + 1]);
    loop {
        let (result, read, written) = reader.read_field(rest, &mut field);
        rest = &rest[read..];
        match result {
            ReadFieldResult::Field { record_end } => {
                record.push(String::from_utf8_lossy(&field[..written]).into_owned());
                if record_end {
                    out.push(std::mem::take(&mut record));
                }
            }
            // The text is over: the reader is told so by an empty one, and gives what it holds.
            ReadFieldResult::InputEmpty => {
                let (result, _, more) = reader.read_field(&[], &mut field[written..]);
                if matches!(result, ReadFieldResult::Field { .. }) {
                    record.push(String::from_utf8_lossy(&field[..written + more]).into_owned());
                    out.push(std::mem::take(&mut record));
                }
                return out;
            }
            ReadFieldResult::OutputFull | ReadFieldResult::End => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_and_a_last_line_without_an_end_are_read() {
        let text = b"a,b\n1,\"Open it, please\"\n\n2,say \"\"\n3,last";
        let found = records(text);
        assert_eq!(found.len(), 4);
        assert_eq!(found[1], ["1", "Open it, please"]);
        assert_eq!(found[3], ["3", "last"]);
    }

    #[test]
    fn templates_are_filled_or_left_out() {
        assert_eq!(fill("Close the <device_name>", "Den Blinds").as_deref(), Some("Close the Den Blinds"));
        assert_eq!(fill("Set <device_name> to <duration>", "Den Lamp"), None);
    }
}
