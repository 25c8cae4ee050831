//! Openers and what continues them, spoken in three ways into a folder: `alone` (each clip by itself), `context` (as the
//! product does: the middle of a sentence, carried on) and `one pass` (the whole sentence as one clip). Beside the
//! two-channel recordings lies `seams.json`, for `segue-bench seams`.
//!
//! `one_voice FOLDER`

#[path = "common/piper.rs"]
mod piper;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use segue_audio::{level, wav};
use segue_engines::split_voice::SplitVoice;
use segue_models::Locations;
use segue_runtime::port::{Stop, Voice, WordTime};

/// Openers as the micro language model writes them, and continuations.
const SENTENCES: [(&str, &str); 12] = [
    ("The capital of Mongolia is", "Ulaanbaatar, a city of more than a million."),
    ("Setting a timer for", "ten minutes, starting now."),
    ("To descale your coffee machine,", "fill the tank with water and vinegar."),
    ("The one who wrote that book was", "a doctor from a small town in Norway."),
    ("One thing about John Smith is", "that nobody knows when he was born."),
    ("Your next alarm at the moment is", "at seven in the morning."),
    ("The fastest way to the airport is", "the train from the central station."),
    ("Adding eggs and butter to", "your shopping list."),
    ("When it comes to sleeping better,", "it helps to get up at the same time."),
    ("A good wine with salmon would be", "something light and dry."),
    ("The difference between the two is", "mostly a question of how they are baked."),
    ("Looking at your calendar, you have", "lunch with Maria on Friday at one."),
];
/// A tone for the user, and silence until the answer begins, in seconds.
const USER_S: f32 = 0.3;
const GAP_S: f32 = 0.25;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: one_voice FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let mut voice = voice()?;
    let rate = voice.sample_rate();
    let mut seams = Vec::new();
    let mut first = Vec::new();
    for (index, (opener, rest)) in SENTENCES.into_iter().enumerate() {
        for way in ["alone", "context", "one pass"] {
            voice.set_alone(way == "alone");
            let clips = match way {
                "one pass" => vec![spoken(&mut voice, "", &format!("{opener} {rest}"))?],
                _ => {
                    let began = Instant::now();
                    let opened = spoken(&mut voice, "", opener)?;
                    first.push(serde_json::json!({ "way": way, "ms": began.elapsed().as_secs_f64() * 1000.0 }));
                    vec![opened, spoken(&mut voice, opener, rest)?]
                }
            };
            let samples = |seconds: f32| (seconds * rate.get() as f32) as usize;
            let silence = samples(USER_S) + samples(GAP_S);
            let seam = match clips.as_slice() {
                [(_, times)] => times.get(opener.split_whitespace().count() - 1).map_or(0, |time| time.end),
                [(clip, _), ..] => level::last_voiced(clip, rate).unwrap_or(clip.len()),
                [] => 0,
            };
            let played: Vec<f32> =
                [vec![0.0; silence], clips.into_iter().flat_map(|(clip, _)| clip).collect(), vec![0.0; samples(0.3)]]
                    .concat();
            let tone = (0..samples(USER_S)).map(|at| 0.3 * (at as f32 * 0.05).sin());
            let said: Vec<f32> = tone.chain(std::iter::repeat(0.0)).take(played.len()).collect();
            let name = format!("{index:02}-{}.wav", way.replace(' ', "-"));
            let of = |samples: Vec<f32>| samples.into_iter().map(wav::to_16_bits).collect::<Vec<i16>>();
            wav::write_stereo(&folder.join(&name), &of(said), &of(played), rate)?;
            let seam_ms = (samples(GAP_S) + seam) as f64 * 1000.0 / f64::from(rate.get());
            seams.push(serde_json::json!({ "way": way, "recording": name, "seam_ms": seam_ms }));
        }
    }
    std::fs::write(folder.join("seams.json"), serde_json::to_string_pretty(&seams)?)?;
    std::fs::write(folder.join("made.json"), serde_json::to_string_pretty(&first)?)?;
    Ok(())
}

fn spoken(voice: &mut SplitVoice, before: &str, text: &str) -> Result<(Vec<f32>, Vec<WordTime>), Box<dyn Error>> {
    let mut clip = Vec::new();
    let times = voice.carry_on(before, text, &Stop::default(), &mut |piece| clip.extend_from_slice(piece))?;
    Ok((clip, times))
}

fn voice() -> Result<SplitVoice, Box<dyn Error>> {
    let locations = Locations::from_env()?;
    let config = piper::piper(&locations)?;
    let mut voice = SplitVoice::new(&config, &locations.cache().folder().join("split-voices"))?;
    voice.warm_up()?;
    Ok(voice)
}
