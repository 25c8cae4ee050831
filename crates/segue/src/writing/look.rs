//! How a turn looks: colours where somebody sees them, and how wide a line is.

use std::io::IsTerminal;

use console::{Style, Term};
use segue_core::talk::ClipKind;

/// Narrower than this is no line to write on; such a terminal breaks lines by itself.
const NARROWEST: usize = 30;

/// What the writing may use.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// Colours and a moving cursor.
    pub(crate) colour: bool,
    /// Columns of a line; `None`: lines are never broken.
    pub(crate) width: Option<usize>,
    /// Columns that a further line of the same turn leaves free.
    pub(crate) indent: usize,
    /// Whether plain text shows the seam, too.
    pub(crate) seam: bool,
}

/// What a word is painted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Opener,
    Hold,
    Reply,
    Close,
    /// A word of the opener that is certain and not heard yet.
    Coming,
    TakenBack,
    Mark,
}

impl Paint {
    pub(super) fn of(part: ClipKind) -> Self {
        match part {
            ClipKind::Opener => Self::Opener,
            ClipKind::Hold => Self::Hold,
            ClipKind::Reply => Self::Reply,
            ClipKind::Close => Self::Close,
        }
    }
}

impl Look {
    /// For stdout as it is: colours only on a terminal that has them, and not when the user wants none.
    pub(crate) fn of_stdout(indent: usize, seam: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let seen = std::io::stdout().is_terminal();
        let colour = seen && set("NO_COLOR").is_none() && set("TERM").is_some_and(|term| term != "dumb");
        let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        Self { colour, width: columns.filter(|columns| seen && *columns >= NARROWEST), indent, seam }
    }

    pub(super) fn paint(&self, text: &str, paint: Paint) -> String {
        if !self.colour {
            return text.to_string();
        }
        let style = Style::new().force_styling(true);
        let style = match paint {
            Paint::Opener => style.cyan().bold(),
            Paint::Hold => style.dim(),
            Paint::Reply => style.green(),
            Paint::Close => style.yellow(),
            Paint::Coming => style.cyan().dim(),
            Paint::TakenBack => style.dim().strikethrough(),
            Paint::Mark => style.magenta().dim(),
        };
        style.apply_to(text).to_string()
    }
}
