//! A turn drawn to scale: who worked when, and what was heard, counted from the user's last voiced sample.

use segue_core::report::{MarksMs, Report};

/// Columns of the drawing, labels not counted.
const WIDTH: usize = 66;
/// Columns of the labels.
const LABEL: usize = 14;

/// The drawing, one line a row, with a scale below.
#[must_use]
pub(crate) fn draw(report: &Report) -> String {
    let m = &report.marks_ms;
    let end = m.done.or(m.continuation_sound).or(m.first_sound).or(m.endpoint).unwrap_or(0.0).max(1.0);
    let column = |ms: f64| ((ms.clamp(0.0, end) / end) * WIDTH as f64).round() as usize;
    let mut out = String::new();
    for Row { label, from, to, fill } in rows(m) {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let (first, last) = (column(from), column(to).max(column(from) + 1).min(WIDTH));
        let first = first.min(last - 1);
        let bar: String = (0..WIDTH).map(|c| if (first..last).contains(&c) { fill } else { ' ' }).collect();
        out.push_str(&format!("{label:>LABEL$} \u{2502}{}  {from:.0}-{to:.0} ms\n", bar));
    }
    out.push_str(&format!("{:>LABEL$} \u{2514}{}\n", "", "\u{2500}".repeat(WIDTH)));
    let middle = format!("{:.1} s", end / 2000.0);
    let last = format!("{:.1} s", end / 1000.0);
    let gap = WIDTH / 2 - middle.len() / 2 - 1;
    out.push_str(&format!(
        "{:>LABEL$} 0{:gap$}{middle}{:>rest$}\n",
        "",
        "",
        last,
        rest = WIDTH - gap - 1 - middle.len()
    ));
    if let Some(response) = report.response_gap_ms {
        out.push_str(&format!("response gap {response:.0} ms"));
        if let Some(seam) = report.seam_gap_ms {
            out.push_str(&format!(", seam gap {seam:.0} ms"));
        }
        out.push_str(&format!(", underruns {}\n", report.underruns));
    }
    out
}

struct Row {
    label: &'static str,
    from: Option<f64>,
    to: Option<f64>,
    fill: char,
}

fn rows(m: &MarksMs) -> [Row; 8] {
    let (work, sound) = ('\u{2591}', '\u{2588}');
    let row = |label, from, to, fill| Row { label, from, to, fill };
    [
        row("silence", Some(0.0), m.endpoint, '\u{00b7}'),
        row("transcriber", m.endpoint, m.transcribed, work),
        row("opener", m.transcribed, m.opener_ready, work),
        row("voice", m.opener_ready, m.first_sound, work),
        row("OPENER", m.first_sound.filter(|_| m.opener_end.is_some()), m.opener_end, sound),
        row("cloud", m.opener_ready.or(m.transcribed), m.cloud_first_token, work),
        row("voice", m.cloud_first_token, m.continuation_ready, work),
        row("CONTINUATION", m.continuation_sound, m.done, sound),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_to_scale_and_missing_marks_are_left_out() {
        let report = Report {
            marks_ms: MarksMs {
                endpoint: Some(500.0),
                first_sound: Some(1000.0),
                opener_end: Some(1500.0),
                done: Some(2000.0),
                ..MarksMs::default()
            },
            response_gap_ms: Some(1000.0),
            ..Report::default()
        };
        let drawing = draw(&report);
        let opener = drawing.lines().find(|line| line.contains("OPENER")).expect("drawn");
        assert_eq!(opener.chars().filter(|c| *c == '\u{2588}').count(), 17, "{drawing}");
        assert!(!drawing.contains("CONTINUATION"), "{drawing}");
        assert!(drawing.contains("response gap 1000 ms"));
    }

    #[test]
    fn an_empty_turn_can_be_drawn() {
        assert!(!draw(&Report::default()).is_empty());
    }
}
