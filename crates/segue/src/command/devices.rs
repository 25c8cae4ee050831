//! `segue devices`: the microphones and loudspeakers of this machine, by the names that `segue talk` takes.

use segue_audio::device;

use crate::failure::Failure;
use crate::terminal;

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let names = device::list();
    if json {
        let line = serde_json::json!({ "microphones": names.inputs, "loudspeakers": names.outputs });
        terminal::say(&format!("{line}\n"));
        return Ok(());
    }
    let list = |title: &str, names: &[String]| {
        let rows: String = names.iter().map(|name| format!("  {name}\n")).collect();
        format!("{title}\n{}", if rows.is_empty() { "  none\n".to_string() } else { rows })
    };
    terminal::say(
        &(list("Microphones (--microphone)", &names.inputs) + &list("Loudspeakers (--loudspeaker)", &names.outputs)),
    );
    Ok(())
}
