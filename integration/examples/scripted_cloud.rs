//! Plays a scenario on loopback until it is stopped, for trying a client by hand or from any language:
//! `cargo run -p segue-integration --example scripted_cloud -- FILE.toml [PORT]`.

use std::path::Path;
use std::process::ExitCode;

use segue_integration::cloud::{Script, ScriptedCloud};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), port) = (arguments.next(), arguments.next().map_or(Ok(0), |port| port.parse())) else {
        eprintln!("usage: scripted_cloud FILE.toml [PORT]");
        return ExitCode::from(2);
    };
    let Ok(port) = port else {
        eprintln!("a port is a number from 0 to 65535");
        return ExitCode::from(2);
    };
    let cloud = Script::from_file(Path::new(&file))
        .map_err(|error| error.to_string())
        .and_then(|script| ScriptedCloud::start_on(port, script).map_err(|error| error.to_string()));
    match cloud {
        Ok(cloud) => {
            // In one piece: whoever has read the first line may listen no more.
            let places =
                format!("OpenAI's dialect     {}\nAnthropic's dialect  {}\n", cloud.base(), cloud.anthropic_base());
            print!("{places}");
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
