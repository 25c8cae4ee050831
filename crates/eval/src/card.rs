//! Tables in the model card: each stands between two marks and is replaced by the command that measured it.

use std::path::Path;

use anyhow::{Context, ensure};

/// Puts `table` between the marks of `name`; the marks are put at the end of the card when it has none yet.
pub(crate) fn write(card: &Path, name: &str, title: &str, table: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(card).with_context(|| format!("cannot read {}", card.display()))?;
    let text = put(&text, name, title, table)?;
    std::fs::write(card, text).with_context(|| format!("cannot write {}", card.display()))
}

fn put(text: &str, name: &str, title: &str, table: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("<!-- eval {name} -->"), format!("<!-- end {name} -->"));
    let block = format!("{begin}\n{}\n{end}", table.trim());
    let Some(from) = text.find(&begin) else {
        return Ok(format!("{}\n\n## {title}\n{block}\n", text.trim_end()));
    };
    let to = text[from..].find(&end).map(|at| from + at + end.len());
    ensure!(to.is_some(), "the card has \"{begin}\" without \"{end}\"");
    Ok(format!("{}{block}{}", &text[..from], &text[to.unwrap_or(from)..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_added_once_and_then_replaced() {
        let first = put("# Card\ntext\n", "gold", "Gold answers", "| 1 |").expect("marks");
        assert_eq!(first, "# Card\ntext\n\n## Gold answers\n<!-- eval gold -->\n| 1 |\n<!-- end gold -->\n");
        let second = put(&format!("{first}after\n"), "gold", "Gold answers", "| 2 |\n").expect("marks");
        assert!(second.contains("| 2 |") && !second.contains("| 1 |") && second.ends_with("-->\nafter\n"));
        assert!(put("<!-- eval gold -->", "gold", "", "").is_err());
    }
}
