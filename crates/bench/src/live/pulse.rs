//! A PulseAudio server of its own: two null sinks, `spk` as the default loudspeaker, `mic` whose monitor is the default
//! microphone. ALSA's default device, which programs open, is led to it. Nothing of the user's own sound is touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The running server.
pub(super) struct Pulse {
    server: Child,
    folder: PathBuf,
}

impl Pulse {
    /// Starts a server; with `suspend` it puts devices to sleep as soon as nobody uses them.
    pub(super) fn start(suspend: bool) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("segue-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("native");
        let script = format!(
            "load-module module-native-protocol-unix auth-anonymous=1 socket={}\n\
             load-module module-null-sink sink_name=spk\nload-module module-null-sink sink_name=mic\n\
             set-default-sink spk\nset-default-source mic.monitor\n{}",
            socket.display(),
            if suspend { "load-module module-suspend-on-idle timeout=1\n" } else { "" }
        );
        std::fs::write(folder.join("script.pa"), script)?;
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        std::fs::write(folder.join("alsa.conf"), alsa)?;
        let server = Command::new("pulseaudio")
            .args(["-n", "--exit-idle-time=-1", "--daemonize=no", "-F"])
            .arg(folder.join("script.pa"))
            .env("XDG_RUNTIME_DIR", &folder)
            .env("HOME", &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("pulseaudio cannot be run: are pulseaudio and libasound2-plugins there?")?;
        let mut pulse = Self { server, folder };
        for _ in 0..100 {
            if socket.exists() {
                return Ok(pulse);
            }
            if let Some(status) = pulse.server.try_wait()? {
                bail!("pulseaudio ended with {status}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("pulseaudio does not get ready")
    }

    /// A program whose sound goes to this server.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("PULSE_SERVER", format!("unix:{}", self.folder.join("native").display()))
            .env("ALSA_CONFIG_PATH", self.folder.join("alsa.conf"));
        command
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
