//! What a reader sees: plain text as it stands, a terminal through a small one of our own.

use super::*;

fn word(text: &str, part: ClipKind) -> HeardWord {
    HeardWord::new(text.into(), 0.0, 0.0, part)
}

fn words(text: &str, part: ClipKind) -> Vec<HeardWord> {
    text.split_whitespace().map(|text| word(text, part)).collect()
}

fn report(opener: &str, heard: Vec<HeardWord>, verdict: Verdict, withdrawn: &str) -> Report {
    let mut report = Report { heard, verdict, withdrawn: withdrawn.into(), ..Report::default() };
    report.opener.text = opener.into();
    report
}

fn plain(report: &Report) -> String {
    let mut out = Vec::new();
    Writing::whole(&mut out, Look { seam: true, ..Look::default() }, 0, report);
    String::from_utf8(out).expect("text")
}

#[test]
fn a_sentence_is_one_sentence_with_a_bar_at_the_seam() {
    let heard = [words("Sea water is", ClipKind::Opener), words(", in short, salty.", ClipKind::Reply)].concat();
    assert_eq!(plain(&report("Sea water is", heard, Verdict::Agree, "")), "Sea water is \u{2502}, in short, salty.");
}

#[test]
fn repairs_are_marked() {
    let opener = words("The capital of", ClipKind::Opener);
    let repair = words("\u{2014} well, it is Canberra.", ClipKind::Reply);
    let taken = report("The capital of Sydney is", [opener, repair].concat(), Verdict::Withdraw, "Sydney is");
    assert_eq!(plain(&taken), "The capital of [taken back: Sydney is] \u{2014} well, it is Canberra.");
    for (verdict, mark) in [(Verdict::Steer, "[steer]"), (Verdict::Bridge, "[bridge]"), (Verdict::Restart, "[restart]")]
    {
        let heard = [words("It is", ClipKind::Opener), words("so.", ClipKind::Reply)].concat();
        assert_eq!(plain(&report("It is", heard, verdict, "")), format!("It is \u{2502} {mark} so."));
    }
}

#[test]
fn holds_stand_in_parentheses_and_end_before_the_answer() {
    let heard = [
        words("It is", ClipKind::Opener),
        words("one moment,", ClipKind::Hold),
        words("blue.", ClipKind::Reply),
        words("hang on,", ClipKind::Hold),
    ]
    .concat();
    let shown = plain(&report("It is", heard, Verdict::Agree, ""));
    assert_eq!(shown, "It is (one moment,) \u{2502} blue. (hang on,)");
}

#[test]
fn an_interrupted_opener_is_not_taken_back() {
    let shown = plain(&report("It is far too late", words("It is", ClipKind::Opener), Verdict::None, ""));
    assert_eq!(shown, "It is");
}

/// What a terminal shows in the end: lines of characters, struck ones in braces; and what was ever seen.
#[derive(Default)]
struct Screen {
    lines: Vec<Vec<(char, bool)>>,
    row: usize,
    column: usize,
}

impl Screen {
    fn show(&mut self, text: &str) -> String {
        let (mut chars, mut struck) = (text.chars(), false);
        while let Some(c) = chars.next() {
            self.lines.resize(self.lines.len().max(self.row + 1), Vec::new());
            match c {
                '\n' => (self.row, self.column) = (self.row + 1, 0),
                '\x1b' => {
                    let mut code = String::new();
                    for c in chars.by_ref().skip(1) {
                        code.push(c);
                        if c.is_ascii_alphabetic() {
                            break;
                        }
                    }
                    match code.chars().last() {
                        Some('K') => self.lines[self.row].truncate(self.column),
                        Some('D') => self.column -= code[..code.len() - 1].parse::<usize>().expect("a number"),
                        Some('m') if code == "0m" => struck = false,
                        Some('m') => struck |= code.split([';', 'm']).any(|number| number == "9"),
                        other => panic!("the screen does not know {other:?}"),
                    }
                }
                c => {
                    let line = &mut self.lines[self.row];
                    line.resize(line.len().max(self.column + 1), (' ', false));
                    line[self.column] = (c, struck);
                    self.column += 1;
                }
            }
        }
        let text = |line: &Vec<(char, bool)>| {
            let mut out = String::new();
            for (index, (c, struck)) in line.iter().enumerate() {
                let before = index > 0 && line[index - 1].1;
                if *struck != before {
                    out.push(if *struck { '{' } else { '}' });
                }
                out.push(*c);
            }
            out + if line.last().is_some_and(|(_, struck)| *struck) { "}" } else { "" }
        };
        self.lines.iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn on_a_terminal_the_opener_stands_there_at_once_and_what_is_taken_back_is_struck_through() {
    use segue_core::moment::TurnId;
    let (turn, mut screen) = (TurnId(1), Screen::default());
    let mut writing = Writing::new(Vec::new(), Look { colour: true, width: Some(40), ..Look::default() }, 0);
    let mut shown = |writing: &mut Writing<Vec<u8>>, notice: Notice| {
        writing.note(&notice);
        let text = String::from_utf8(std::mem::take(&mut writing.out)).expect("text");
        screen.show(&text)
    };
    for text in "The capital of Australia is".split(' ') {
        shown(&mut writing, Notice::OpenerWord(turn, text.into()));
    }
    let at_once = shown(&mut writing, Notice::Heard(turn, word("The", ClipKind::Opener)));
    assert_eq!(at_once, "The capital of Australia is");
    shown(&mut writing, Notice::Heard(turn, word("capital", ClipKind::Opener)));
    shown(&mut writing, Notice::Verdict(turn, Verdict::Withdraw));
    let mut last = String::new();
    for text in "\u{2014} hm, there are two answers to that one.".split(' ') {
        last = shown(&mut writing, Notice::Heard(turn, word(text, ClipKind::Reply)));
    }
    assert_eq!(last, "The capital {of} {Australia} {is} \u{2014} hm, there\nare two answers to that one.");
}
