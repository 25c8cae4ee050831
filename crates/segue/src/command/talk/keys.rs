//! Keys of a person at the terminal. Without a terminal there are none.

use std::io::IsTerminal;

use console::{Key as Pressed, Term};
use tokio::sync::mpsc;

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Space: begins and ends push-to-talk.
    Talk,
    /// `m`.
    Mute,
    /// `q`, Escape or Ctrl-C.
    Quit,
}

/// Keys as they are pressed, from a thread that waits for them.
pub(super) fn of_stdin() -> mpsc::Receiver<Key> {
    let (sender, keys) = mpsc::channel(8);
    if std::io::stdin().is_terminal() {
        std::thread::spawn(move || {
            let term = Term::stdout();
            loop {
                let key = match term.read_key() {
                    Ok(Pressed::Char(' ')) => Key::Talk,
                    Ok(Pressed::Char('m' | 'M')) => Key::Mute,
                    Ok(Pressed::Char('q' | 'Q') | Pressed::Escape | Pressed::CtrlC) | Err(_) => Key::Quit,
                    Ok(_) => continue,
                };
                if sender.blocking_send(key).is_err() || key == Key::Quit {
                    return;
                }
            }
        });
    }
    keys
}
