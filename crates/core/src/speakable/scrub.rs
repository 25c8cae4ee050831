//! What a single character is worth to a voice: most are themselves, some are another one, pictures and what has no
//! sound are nothing.

/// A character, seen as a voice sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A letter, digit, mark, symbol, `'\n'` or `' '`; no other white space.
    Char(char),
    /// A picture: left out, but it may have stood as a bullet or between two words.
    Picture,
    /// Left out without a trace.
    Nothing,
}

pub(super) fn see(c: char) -> Seen {
    match c {
        ' '..='~' | '\n' => Seen::Char(c),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Seen::Char('\n'),
        c if c.is_whitespace() => Seen::Char(' '),
        c if is_silent(c) => Seen::Nothing,
        c if is_picture(c) => Seen::Picture,
        c => Seen::Char(plain(c).unwrap_or(c)),
    }
}

/// Marks that stand on the letter before them.
pub(super) fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{e31}' | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Control, direction, zero width, variation, tag and private characters; quotation marks that only the eye needs.
fn is_silent(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{20e3}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{1fffe}' | '\u{1ffff}' | '\u{e0000}'..='\u{10ffff}')
        || matches!(c, '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' | '\u{2033}')
}

/// Typographic variants as the character that the other stages know.
fn plain(c: char) -> Option<char> {
    let offset = |from: char, first: u8, count: u32| {
        let place = (u32::from(c) - u32::from(from)) % count;
        char::from_u32(u32::from(first) + place)
    };
    match c {
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2bc}' => Some('\''),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\u{2012}' => Some('\u{2013}'),
        '\u{2015}' => Some('\u{2014}'),
        '\u{2025}' | '\u{22ef}' => Some('\u{2026}'),
        '\u{2044}' | '\u{2215}' => Some('/'),
        '\u{223c}' => Some('~'),
        '\u{27a1}' | '\u{2794}' | '\u{279c}' | '\u{279e}' | '\u{27f6}' | '\u{21d2}' | '\u{21a6}' => Some('\u{2192}'),
        '\u{2080}'..='\u{2089}' => offset('\u{2080}', b'0', 10),
        '\u{ff10}'..='\u{ff19}' => offset('\u{ff10}', b'0', 10),
        '\u{ff21}'..='\u{ff3a}' => offset('\u{ff21}', b'A', 26),
        '\u{ff41}'..='\u{ff5a}' => offset('\u{ff41}', b'a', 26),
        '\u{1d7ce}'..='\u{1d7ff}' => offset('\u{1d7ce}', b'0', 10),
        // Bold, italic, script and other mathematical alphabets, capital and small letters in turn.
        '\u{1d400}'..='\u{1d6a3}' => {
            let place = (u32::from(c) - 0x1d400) % 52;
            char::from_u32(if place < 26 { 0x41 + place } else { 0x61 + place - 26 })
        }
        _ => None,
    }
}

/// Emoji, dingbats, arrows, boxes and other drawings.
fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{b6}' | '\u{2020}' | '\u{2021}' | '\u{203b}' | '\u{2117}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}' | '\u{2191}' | '\u{2193}'..='\u{21a5}' | '\u{21a7}'..='\u{21d1}' | '\u{21d3}'..='\u{21ff}'
        | '\u{2300}'..='\u{2793}' | '\u{2795}'..='\u{279b}' | '\u{279d}' | '\u{279f}' | '\u{27a0}'
        | '\u{27a2}'..='\u{27f5}' | '\u{27f7}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1d000}'..='\u{1d1ff}' | '\u{1f000}'..='\u{1fbff}')
}
