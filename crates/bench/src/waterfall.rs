//! All turns of a run as one picture: a row a turn, from the user's last voiced sample on; what was worked on and when
//! it sounded. SVG, because a browser shows it and a diff can read it.

use std::fmt::Write;

use serde_json::Value;

use crate::turns::Turn;

/// Picture units a second, and those of a row.
const WIDTH_PER_S: f64 = 260.0;
const ROW: f64 = 14.0;
/// Room for the names.
const LABEL: f64 = 190.0;
/// What is shown, in seconds, from before the last voiced sample to behind it.
const SHOWN_S: (f64, f64) = (0.5, 3.5);

/// Kinds of work: between which marks, and the colour.
const WORK: [(&str, &str, &str, &str); 4] = [
    ("transcriber", "candidate", "transcribed", "#7aa6d8"),
    ("opener", "transcribed", "opener_ready", "#e0a458"),
    ("kept for the commit", "opener_ready", "endpoint", "#c9c9c9"),
    ("cloud", "endpoint", "cloud_first_token", "#b39ddb"),
];

/// Draws the turns of several runs in their order, each run under its name.
pub(crate) fn draw(runs: &[(&str, &[Turn])]) -> String {
    let x = |ms: f64| LABEL + (ms / 1000.0 + SHOWN_S.0).clamp(0.0, SHOWN_S.0 + SHOWN_S.1) * WIDTH_PER_S;
    let (width, height) =
        (x(f64::MAX / 1e6) + 10.0, (runs.iter().map(|(_, turns)| turns.len() + 1).sum::<usize>() as f64 + 4.0) * ROW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         font-family=\"sans-serif\" font-size=\"9\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for step in 0..=((SHOWN_S.0 + SHOWN_S.1) * 2.0) as i32 {
        let ms = f64::from(step) * 500.0 - SHOWN_S.0 * 1000.0;
        let at = x(ms);
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {ROW} V{height:.0}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"10\">{ms:.0} ms</text>"
        );
    }
    // A run's name stands in a row of its own.
    let rows = runs.iter().flat_map(|(name, turns)| {
        let named = turns.iter().map(|turn| (None, Some(turn)));
        std::iter::once((Some(*name), None)).chain(named)
    });
    for (row, (run, turn)) in rows.enumerate() {
        let y = (row as f64 + 1.5) * ROW;
        if let Some(run) = run {
            let _ = writeln!(svg, "<text x=\"4\" y=\"{:.1}\" font-weight=\"bold\">{run}</text>", y + 9.0);
        }
        let Some(turn) = turn else { continue };
        let name = turn.clip.file_stem().map(|stem| stem.to_string_lossy().chars().take(28).collect::<String>());
        let name = name.unwrap_or_default().replace(['<', '>', '&'], "");
        let _ = writeln!(svg, "<text x=\"4\" y=\"{:.1}\">{name}</text>", y + 9.0);
        let mut bar = |from: f64, to: f64, colour: &str, what: &str, thin: bool| {
            let (left, right) = (x(from), x(to).max(x(from) + 0.5));
            let (top, tall) = if thin { (y + 4.0, 4.0) } else { (y + 1.0, ROW - 3.0) };
            let _ = writeln!(
                svg,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"{colour}\">\
                 <title>{what} {from:.0}-{to:.0} ms</title></rect>",
                right - left
            );
        };
        let mark = |name: &str| turn.marks_ms.get(name).and_then(Value::as_f64);
        for (what, from, to, colour) in WORK {
            if let (Some(from), Some(to)) = (mark(from), mark(to)) {
                bar(from, to.max(from), colour, what, true);
            }
        }
        let colour = if turn.measured.cut_off { "#c62828" } else { "#2e7d32" };
        if let (Some(from), Some(to)) = (turn.measured.response_gap_ms, turn.measured.end_ms) {
            match &turn.measured.seam {
                Some(seam) => {
                    bar(from, seam.at_ms, colour, "opener heard", false);
                    bar(seam.at_ms + seam.gap_ms, to, "#66bb6a", "continuation heard", false);
                }
                None => bar(from, to, colour, "heard", false),
            }
        } else if let Some(from) = turn.measured.response_gap_ms {
            // Of a sound of which only the beginning is known.
            bar(from, from + 100.0, colour, "begins to be heard", false);
        }
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Measured;

    #[test]
    fn every_turn_has_a_row_and_a_cut_off_is_red() {
        let turn = |gap: f64| Turn {
            clip: "a<b.wav".into(),
            turns: 1,
            transcripts: Vec::new(),
            measured: Measured { response_gap_ms: Some(gap), cut_off: gap < 0.0, end_ms: Some(2000.0), seam: None },
            after_commit_ms: None,
            marks_ms: serde_json::json!({ "candidate": 50.0, "transcribed": 150.0, "opener_ready": 180.0 }),
            hesitation: None,
        };
        let svg = draw(&[("clean", &[turn(230.0)]), ("noise", &[turn(-200.0)])]);
        assert!(svg.contains(">clean<") && svg.contains(">noise<"));
        assert_eq!(svg.matches(">ab<").count(), 2, "{svg}");
        assert_eq!(svg.matches("#c62828").count(), 1);
        assert_eq!(svg.matches("<title>transcriber 50-150 ms</title>").count(), 2);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }
}
