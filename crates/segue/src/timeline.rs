//! A turn drawn to scale: who worked when, and what was heard, counted from the user's last voiced sample.

use segue_core::report::{HeardWord, MarksMs, Report};
use segue_core::talk::ClipKind;

/// Columns of the drawing, labels not counted.
const WIDTH: usize = 66;
/// Columns of the labels.
const LABEL: usize = 14;
/// Silence between two words that is drawn, in ms: longer than what a voice leaves behind a comma.
const PAUSE: f64 = 250.0;

const WAIT: char = '\u{00b7}';
const WORK: char = '\u{2591}';
const SOUND: char = '\u{2588}';
/// Where the rest of an opener was taken back.
const TAKEN_BACK: char = '\u{2573}';

/// The drawing, one line a row, with a scale below.
#[must_use]
pub(crate) fn draw(report: &Report) -> String {
    let m = &report.marks_ms;
    let end = m.done.or(m.continuation_sound).or(m.first_sound).or(m.endpoint).unwrap_or(0.0).max(1.0);
    let mut out = String::new();
    for row in rows(report) {
        let (Some(first), Some(last)) = (row.spans.first(), row.spans.last()) else { continue };
        let bar = row.bar(end);
        out.push_str(&format!("{:>LABEL$} \u{2502}{bar}  {:.0}-{:.0} ms\n", row.label, first.0, last.1));
    }
    out.push_str(&scale(end));
    if let Some(response) = report.response_gap_ms {
        out.push_str(&format!("response gap {response:.0} ms"));
        if let Some(seam) = report.seam_gap_ms {
            out.push_str(&format!(", seam gap {seam:.0} ms"));
        }
        out.push_str(&format!(", underruns {}\n", report.underruns));
    }
    out
}

/// What was heard when: a line for each stretch of speech without a pause, and what was taken back.
#[must_use]
pub(crate) fn heard(report: &Report) -> String {
    let opener_words = report.heard.iter().rposition(|word| word.part == ClipKind::Opener).map_or(0, |last| last + 1);
    let taken_back = match report.withdrawn.as_str() {
        "" => String::new(),
        words => format!("{:>16}  {:<12}  {words}\n", "not heard", "taken back"),
    };
    let mut out = if opener_words == 0 { taken_back.clone() } else { String::new() };
    let mut so_far = 0;
    for stretch in stretches(&report.heard, true) {
        let words: Vec<&str> = stretch.iter().map(|word| word.word.as_str()).collect();
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
        let part = match first.part {
            ClipKind::Opener => "opener",
            ClipKind::Hold => "hold",
            ClipKind::Reply => "continuation",
            ClipKind::Close => "close",
        };
        let (from, to) = (first.from_ms / 1000.0, last.to_ms / 1000.0);
        out.push_str(&format!("{from:>7.2}-{to:<6.2} s  {part:<12}  {}\n", words.join(" ")));
        so_far += stretch.len();
        if so_far == opener_words {
            out.push_str(&taken_back);
        }
    }
    out
}

/// The words without a pause between them; with `parts` a stretch ends where another part of the turn begins, too.
fn stretches(words: &[HeardWord], parts: bool) -> impl Iterator<Item = &[HeardWord]> {
    words.chunk_by(move |a, b| b.from_ms - a.to_ms < PAUSE && (!parts || a.part == b.part))
}

struct Row {
    label: &'static str,
    /// From and to, in ms, in order.
    spans: Vec<(f64, f64)>,
    fill: char,
    /// What stands behind the last span.
    ends: Option<char>,
}

impl Row {
    fn bar(&self, end: f64) -> String {
        let column = |ms: f64| ((ms.clamp(0.0, end) / end) * WIDTH as f64).round() as usize;
        let mut bar = [' '; WIDTH];
        let mut last = 0;
        for (from, to) in &self.spans {
            let (first, to) = (column(*from).min(WIDTH - 1), column(*to));
            last = to.max(first + 1).min(WIDTH);
            bar[first..last].fill(self.fill);
        }
        if let (Some(mark), true) = (self.ends, last < WIDTH) {
            bar[last] = mark;
        }
        bar.iter().collect()
    }
}

fn rows(report: &Report) -> Vec<Row> {
    let m: &MarksMs = &report.marks_ms;
    let row = |label, from: Option<f64>, to: Option<f64>, fill| {
        // What took no time is not drawn: a typed request is heard at once.
        let spans = from.zip(to).filter(|(from, to)| to - from >= 0.1).into_iter().collect();
        Row { label, spans, fill, ends: None }
    };
    let sound = |label, parts: &[ClipKind]| {
        let words: Vec<HeardWord> = report.heard.iter().filter(|word| parts.contains(&word.part)).cloned().collect();
        let span = |words: &[HeardWord]| Some((words.first()?.from_ms, words.last()?.to_ms));
        Row { label, spans: stretches(&words, false).filter_map(span).collect(), fill: SOUND, ends: None }
    };
    // What was prepared on trial waited for the endpoint.
    let ready = m.opener_ready.or(m.transcribed);
    let asked = ready.map(|ready| m.endpoint.map_or(ready, |endpoint| endpoint.max(ready)));
    let mut opener = sound("OPENER", &[ClipKind::Opener]);
    opener.ends = (!report.withdrawn.is_empty()).then_some(TAKEN_BACK);
    vec![
        row("silence", Some(0.0), m.endpoint, WAIT),
        row("transcriber", m.candidate.or(m.endpoint), m.transcribed, WORK),
        row("opener", m.transcribed, m.opener_ready, WORK),
        row("voice", m.opener_ready, m.first_sound, WORK),
        opener,
        sound("HOLD", &[ClipKind::Hold]),
        row("cloud", asked, m.cloud_first_token, WORK),
        row("voice", m.cloud_first_token, m.continuation_ready, WORK),
        sound("CONTINUATION", &[ClipKind::Reply, ClipKind::Close]),
    ]
}

fn scale(end: f64) -> String {
    let middle = format!("{:.1} s", end / 2000.0);
    let last = format!("{:.1} s", end / 1000.0);
    let gap = WIDTH / 2 - middle.len() / 2 - 1;
    let rest = WIDTH - gap - 1 - middle.len();
    format!("{:>LABEL$} \u{2514}{}\n{:>LABEL$} 0{:gap$}{middle}{last:>rest$}\n", "", "\u{2500}".repeat(WIDTH), "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, from: f64, to: f64, part: ClipKind) -> HeardWord {
        HeardWord::new(text.into(), from, to, part)
    }

    fn report() -> Report {
        Report {
            marks_ms: MarksMs {
                endpoint: Some(500.0),
                first_sound: Some(1000.0),
                done: Some(2000.0),
                ..MarksMs::default()
            },
            response_gap_ms: Some(1000.0),
            heard: vec![
                word("It", 1000.0, 1200.0, ClipKind::Opener),
                word("is", 1200.0, 1500.0, ClipKind::Opener),
                word("hm,", 1600.0, 1700.0, ClipKind::Hold),
                word("well.", 1700.0, 2000.0, ClipKind::Reply),
            ],
            ..Report::default()
        }
    }

    fn line<'a>(drawing: &'a str, label: &str) -> &'a str {
        drawing.lines().find(|line| line.contains(label)).unwrap_or_else(|| panic!("no {label} in\n{drawing}"))
    }

    #[test]
    fn bars_are_to_scale_and_missing_marks_are_left_out() {
        let drawing = draw(&report());
        let bars = |label| line(&drawing, label).chars().filter(|c| *c == SOUND).count();
        assert_eq!((bars("OPENER"), bars("HOLD"), bars("CONTINUATION")), (17, 3, 10), "{drawing}");
        assert!(!drawing.contains("cloud") && drawing.contains("response gap 1000 ms"), "{drawing}");
        let widths: Vec<usize> = drawing.lines().take(4).map(|line| line.find(" ms").expect("a row")).collect();
        assert_eq!(widths.len(), 4, "{drawing}");
    }

    #[test]
    fn pauses_are_drawn_and_what_was_taken_back_is_marked() {
        let mut report = report();
        report.heard[1] = word("is", 1460.0, 1500.0, ClipKind::Opener);
        report.withdrawn = "far away".into();
        let drawing = draw(&report);
        let opener = line(&drawing, "OPENER");
        assert!(opener.contains("\u{2588} ") && opener.contains("\u{2588}\u{2573}"), "{drawing}");
        let told = heard(&report);
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 5, "{told}");
        assert!(lines[2].contains("taken back") && lines[2].ends_with("far away"), "{told}");
        assert!(lines[4].trim_start().starts_with("1.70-2.00") && lines[4].ends_with("well."), "{told}");
    }

    #[test]
    fn an_empty_turn_can_be_drawn() {
        assert!(!draw(&Report::default()).is_empty() && heard(&Report::default()).is_empty());
    }
}
