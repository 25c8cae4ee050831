//! Voices from Debian: espeak-ng, flite, festival. They are programs; each leaves a WAV.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::sound::{self, Sound};

/// One voice.
pub(crate) struct Voice {
    /// As in file names.
    pub(crate) name: &'static str,
    engine: Engine,
}

enum Engine {
    /// A voice of espeak-ng and its pace in words a minute.
    Espeak(&'static str, &'static str),
    /// A voice of flite.
    Flite(&'static str),
    /// A voice of festival, as its own language evaluates it.
    Festival(&'static str),
}

/// All of them; the Debian packages are espeak-ng, flite, festival, festvox-kallpc16k and festvox-us-slt-hts.
pub(crate) fn all() -> [Voice; 7] {
    [
        Voice { name: "espeak-us", engine: Engine::Espeak("en-us", "160") },
        Voice { name: "flite-rms", engine: Engine::Flite("rms") },
        Voice { name: "festival-slt", engine: Engine::Festival("(voice_cmu_us_slt_arctic_hts)") },
        Voice { name: "flite-slt", engine: Engine::Flite("slt") },
        Voice { name: "festival-kal", engine: Engine::Festival("(voice_kal_diphone)") },
        Voice { name: "espeak-gb", engine: Engine::Espeak("en-gb", "170") },
        Voice { name: "flite-awb", engine: Engine::Flite("awb") },
    ]
}

impl Voice {
    /// Says a text; `folder` is a place for the file that the program leaves.
    pub(crate) fn speak(&self, text: &str, folder: &Path) -> Result<Sound> {
        let path = folder.join(".part.wav");
        let (mut command, spoken_on_stdin) = match self.engine {
            Engine::Espeak(voice, pace) => {
                let mut command = Command::new("espeak-ng");
                command.args(["-v", voice, "-s", pace, "-w"]).arg(&path).arg("--").arg(text);
                (command, false)
            }
            Engine::Flite(voice) => {
                let mut command = Command::new("flite");
                command.args(["-voice", voice, "-t", text, "-o"]).arg(&path);
                (command, false)
            }
            Engine::Festival(voice) => {
                let mut command = Command::new("text2wave");
                command.args(["-eval", voice, "-o"]).arg(&path);
                (command, true)
            }
        };
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("{program} cannot be run; is its Debian package there?"))?;
        let mut stdin = child.stdin.take().context("no stdin")?;
        if spoken_on_stdin {
            stdin.write_all(text.as_bytes())?;
        }
        drop(stdin);
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        let channels = sound::read(&path)?;
        std::fs::remove_file(&path)?;
        match <[Sound; 1]>::try_from(channels) {
            Ok([sound]) => Ok(sound),
            Err(_) => bail!("{program} made no mono sound"),
        }
    }
}
