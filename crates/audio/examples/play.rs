//! Plays a WAV through the mouth on a sound device, or says why it cannot and renders it at the same pace without
//! one; then tells what happened. Lists the devices first.
//!
//! `cargo run --release -p segue-audio --features device --example play -- FILE.wav [DEVICE]`

use std::error::Error;
use std::time::{Duration, Instant};

use segue_audio::mouth::{MouthReport, mouth};
use segue_audio::{device, paced, wav};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("a WAV file is needed")?;
    let name = arguments.next();
    println!("{:?}", device::list());
    let recording = wav::read(path.as_ref())?;
    let (mut feed, out) = mouth(recording.rate, 64);
    let asked = Instant::now();
    let (sink, substitute) = match device::open(name.as_deref(), out) {
        Ok(sink) => (Some(sink), None),
        Err(refused) => {
            println!("{refused}");
            (None, Some(paced::start(*refused.out, |_| {})?))
        }
    };
    println!("open after {:?}", asked.elapsed());
    if let Some(sink) = &sink {
        println!("on {} at {} Hz", sink.name(), sink.device_rate());
    }
    // A second of warm stream first, as a talk would have.
    std::thread::sleep(Duration::from_secs(1));
    let asked = Instant::now();
    feed.push(1, 1, recording.samples).map_err(|_| "the queue is full")?;
    feed.end(1, 1).map_err(|_| "the queue is full")?;
    let clock = sink.as_ref().map(|sink| sink.clock()).or_else(|| substitute.as_ref().map(|paced| paced.clock()));
    'talk: loop {
        std::thread::sleep(Duration::from_millis(10));
        for report in feed.reports() {
            let (MouthReport::ClipBegan { position, .. }
            | MouthReport::ClipEnded { position, .. }
            | MouthReport::ClipCut { position, .. }) = report;
            let heard = clock.as_ref().and_then(|clock| clock.heard_at(position));
            println!(
                "{report:?}, heard {:?} after it was asked for",
                heard.map(|heard| heard.saturating_duration_since(asked))
            );
            if matches!(report, MouthReport::ClipEnded { .. }) {
                break 'talk;
            }
        }
        if let Some(failure) = sink.as_ref().and_then(|sink| sink.failure()) {
            println!("the stream ended: {failure}");
            break;
        }
    }
    std::thread::sleep(Duration::from_millis(500));
    if let Some(sink) = sink {
        println!("{} xruns", sink.xruns());
        println!("out end back: {}", sink.finish().is_some());
    }
    println!("{} underruns", feed.underruns());
    Ok(())
}
