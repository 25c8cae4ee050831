//! `segue models`: what there is, fetched and checked.

use segue_models::{Bars, Finding, Locations, Outcome, Role};

use crate::args::ModelsCommand;
use crate::failure::Failure;
use crate::terminal;

pub(crate) fn run(what: &ModelsCommand) -> Result<(), Failure> {
    let locations = Locations::from_env().map_err(Failure::models)?;
    match what {
        ModelsCommand::List { json } => list(&locations, *json),
        ModelsCommand::Fetch => fetch(&locations),
        ModelsCommand::Verify => verify(&locations),
    }
}

fn list(locations: &Locations, json: bool) -> Result<(), Failure> {
    let entries = segue_models::list(locations);
    if json {
        let rows: Vec<_> = entries
            .iter()
            .map(|e| {
                let state = format!("{:?}", e.state).split(['(', ' ']).next().unwrap_or_default().to_lowercase();
                serde_json::json!({"name": e.name, "role": e.role.name(), "bytes": e.size, "licence": e.licence,
                    "source": e.source, "state": state})
            })
            .collect();
        let line = serde_json::to_string(&rows).map_err(Failure::other)?;
        terminal::say(&format!("{line}\n"));
        return Ok(());
    }
    terminal::say(&format!("models in {}\n", locations.cache().folder().display()));
    for e in entries {
        let megabytes = e.size as f64 / 1e6;
        terminal::say(&format!(
            "{:<13} {:<34} {megabytes:>7.1} MB  {:<16} {:<9} {}\n",
            e.role, e.name, e.licence, e.state, e.source
        ));
    }
    Ok(())
}

fn fetch(locations: &Locations) -> Result<(), Failure> {
    let fetched = segue_models::fetch(locations, Role::ALL, &Bars::new()).map_err(Failure::models)?;
    for file in fetched {
        let what = match file.outcome {
            Outcome::AlreadyThere => "is there".to_string(),
            Outcome::Fetched(time) => format!("fetched in {:.1} s", time.as_secs_f64()),
            Outcome::Own(path) => format!("is yours: {}", path.display()),
        };
        terminal::say(&format!("{:<13} {:<34} {what}\n", file.role, file.name));
    }
    Ok(())
}

fn verify(locations: &Locations) -> Result<(), Failure> {
    let mut bad = 0;
    for file in segue_models::verify(locations, &Bars::new()).map_err(Failure::models)? {
        let what = match file.finding {
            Finding::Good => "good".to_string(),
            Finding::Own(path) => format!("is yours, nothing to compare with: {}", path.display()),
            Finding::Missing => "MISSING".to_string(),
            Finding::Damaged(sum) => format!("DAMAGED: its SHA-256 is {sum}"),
        };
        bad += usize::from(what.starts_with(char::is_uppercase));
        terminal::say(&format!("{:<13} {:<34} {what}\n", file.role, file.name));
    }
    if bad > 0 {
        return Err(Failure::models(format!("{bad} of the files cannot be used: run `segue models fetch`")));
    }
    Ok(())
}
