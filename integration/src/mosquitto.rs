//! A real Mosquitto on loopback that can be killed and started again.
//!
//! It must be installed: `cargo xtask test` does that. Where there is none, the variable `SEGUE_NO_BROKER` makes the
//! tests that need it say so and do nothing.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than it takes on a slow machine: a limit, not a measurement.
const LIMIT: Duration = Duration::from_secs(60);

/// A Mosquitto that can be killed and started again on its port.
pub struct Mosquitto {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    /// Its folder.
    pub folder: tempfile::TempDir,
    config: String,
    process: Option<Child>,
}

impl Mosquitto {
    /// Starts one that lets everybody in. `None`, and a sentence, where tests are told to do without.
    pub fn start() -> Option<Self> {
        Self::with("allow_anonymous true\n", |_| {})
    }

    /// Starts one with these lines of configuration; `prepare` puts files into its folder first. `FOLDER` stands for it.
    pub fn with(config: &str, prepare: impl FnOnce(&Path)) -> Option<Self> {
        if std::env::var_os("SEGUE_NO_BROKER").is_some() {
            eprintln!("not tested: SEGUE_NO_BROKER says that there is no Mosquitto here");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path());
        let port = free_port();
        let config = config.replace("FOLDER", &folder.path().to_string_lossy());
        // Started by root it would become another user, who may not read its folder; for others this says nothing.
        let config = format!("listener {port} 127.0.0.1\nuser root\npersistence false\n{config}");
        let mut broker = Self { port, folder, config, process: None };
        broker.up();
        Some(broker)
    }

    /// Starts it again, and waits until it listens.
    pub fn up(&mut self) {
        let file = self.folder.path().join("mosquitto.conf");
        std::fs::write(&file, &self.config).expect("a configuration");
        let program = program("mosquitto");
        let mut command = Command::new(&program);
        command.arg("-c").arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().unwrap_or_else(|error| {
            panic!(
                "{} cannot be run: {error}; `cargo xtask test` installs it, SEGUE_NO_BROKER=1 does without",
                program.display()
            )
        }));
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < LIMIT, "Mosquitto does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut: no goodbye.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("killed");
            process.wait().expect("ended");
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Daemons lie where an ordinary user's path does not lead.
pub fn program(name: &str) -> PathBuf {
    let places = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/opt/homebrew/sbin"];
    let found = places.iter().map(|place| Path::new(place).join(name)).find(|path| path.exists());
    found.unwrap_or_else(|| PathBuf::from(name))
}

/// A port of loopback that nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    listener.local_addr().expect("an address").port()
}
