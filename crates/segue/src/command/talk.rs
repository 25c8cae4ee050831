//! `segue talk`: microphone to loudspeaker, hands-free or while a key says so.

mod keys;
mod screen;

use std::time::Duration;

use segue_core::dialogue::BargeIn;
use segue_runtime::listen::{Heed, Microphone, listen};
use tokio::sync::mpsc;

use crate::args::TalkLiveArgs;
use crate::crew::{self, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::microphone::Steady;
use crate::{speaker, terminal};
use keys::Key;
use screen::Screen;

pub(crate) fn run(args: &TalkLiveArgs) -> Result<(), Failure> {
    let microphone =
        Steady::open(args.microphone.as_deref()).map_err(|e| Failure::input(format!("no microphone: {e}")))?;
    let runtime = crew::runtime()?;
    let done = runtime.block_on(hold(args, microphone));
    // The thread that reads keys cannot be woken; nothing waits for it.
    runtime.shutdown_background();
    done
}

async fn hold(args: &TalkLiveArgs, microphone: Steady) -> Result<(), Failure> {
    let barge_in = if args.headset { BargeIn::AtOnce } else { BargeIn::ByWords };
    let mut assistant = crew::assemble(&args.talk, Needs { ear: Ear::Warm, mouth: Mouth::Tape }, false).await?;
    assistant.session.dialogue_mut().set_barge_in(barge_in);
    let (mut player, loudspeaker) = speaker::open(args.loudspeaker.as_deref(), assistant.rate)
        .map_err(|why| Failure::input(format!("no loudspeaker: {why}")))?;
    player.set_lead_in(Duration::from_millis(args.lead_in));
    assistant.session.play_on(player);
    let heed = Heed::default();
    heed.listen(!args.push_to_talk);
    let mut screen = Screen::new(args.talk.json);
    screen.tell(&format!("microphone {}, loudspeaker {loudspeaker}\n", microphone.name()));
    let help = if args.push_to_talk { "space: speak, space again: done" } else { "m: mute" };
    screen.tell(&format!("{help}; q: quit\n"));
    let (inputs, queue) = mpsc::channel(8);
    let start = assistant.session.clock_mut().now();
    // The ear's thread holds the only sender that lasts: when it goes, the conversation is over.
    let microphone: Box<dyn Microphone> = Box::new(microphone);
    listen(microphone, heed.clone(), start, inputs).map_err(Failure::other)?;
    let mut keys = keys::of_stdin();
    let mut watch = |notice| screen.note(&notice);
    let talk = assistant.session.run(queue, &mut watch);
    let hands = async {
        let mut muted = false;
        while let Some(key) = keys.recv().await {
            match key {
                Key::Quit => return,
                Key::Talk if args.push_to_talk && heed.is_listening() => heed.end(),
                Key::Talk if args.push_to_talk => heed.listen(true),
                Key::Mute if !args.push_to_talk => {
                    muted = !muted;
                    heed.listen(!muted);
                    terminal::note(if muted { "muted\n" } else { "listening\n" });
                }
                Key::Talk | Key::Mute => {}
            }
        }
        // Nobody at the keys: the microphone alone decides.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = talk => {}
        () = hands => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    assistant.remember();
    Ok(())
}
