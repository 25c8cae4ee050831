//! The mouth by its samples: positions, silence, fades, stops, cuts, pieces, lateness.
#![allow(clippy::unwrap_used)] // The helpers of a test are tests too.

use std::num::NonZeroU32;

use proptest::prelude::*;
use segue_audio::mouth::MouthReport::{ClipBegan, ClipCut, ClipEnded};
use segue_audio::mouth::{Full, MouthFeed, MouthOut, MouthReport, mouth};

/// At 1000 Hz a fade of 8 ms is 8 samples, so that expectations fit on a line.
fn small_mouth() -> (MouthFeed, MouthOut) {
    mouth(NonZeroU32::new(1000).unwrap(), 64)
}

const FADE: usize = 8;

/// Renders `n_samples` in blocks of 3, which divides nothing here.
fn render(out: &mut MouthOut, n_samples: usize) -> Vec<f32> {
    let mut samples = vec![f32::NAN; n_samples];
    samples.chunks_mut(3).for_each(|block| out.render(block));
    samples
}

fn say(feed: &mut MouthFeed, turn: u64, clip: u64, samples: &[f32]) {
    feed.begin(turn, clip).unwrap();
    feed.push(turn, clip, samples.to_vec()).unwrap();
    feed.end(turn, clip).unwrap();
}

/// Values that tell which sample they are.
fn ramp(n_samples: usize) -> Vec<f32> {
    (1..=n_samples).map(|i| i as f32 / 1000.0).collect()
}

#[test]
fn silence_is_exact_and_moves_the_clock() {
    let (feed, mut out) = small_mouth();
    assert_eq!(render(&mut out, 100), vec![0.0; 100]);
    assert_eq!(feed.position(), 100);
    assert_eq!(feed.underruns(), 0);
}

#[test]
fn a_device_is_kept_awake_by_what_nobody_hears() {
    let (mut feed, mut out) = small_mouth();
    feed.remote().keep_awake_until(60);
    let waking = render(&mut out, 60);
    assert!(waking.iter().all(|sample| sample.abs() <= 1.0 / 32_768.0), "softer than anything that is heard");
    assert!(waking.iter().filter(|sample| **sample != 0.0).count() > 20, "and no digital silence");
    assert_eq!(render(&mut out, 40), vec![0.0; 40], "then it may sleep");
    feed.remote().keep_awake_until(200);
    say(&mut feed, 1, 0, &ramp(10));
    assert_eq!(render(&mut out, 10), ramp(10), "a clip is played as it is");
}

#[test]
fn clips_play_back_to_back_at_exact_positions() {
    let (mut feed, mut out) = small_mouth();
    render(&mut out, 10);
    say(&mut feed, 1, 1, &ramp(20));
    say(&mut feed, 1, 2, &ramp(5));
    let heard = render(&mut out, 30);
    assert_eq!(heard[..20], ramp(20));
    assert_eq!(heard[20..25], ramp(5));
    assert_eq!(heard[25..], [0.0; 5]);
    assert_eq!(
        feed.reports(),
        [
            ClipBegan { turn: 1, clip: 1, position: 10 },
            ClipEnded { turn: 1, clip: 1, position: 30 },
            ClipBegan { turn: 1, clip: 2, position: 30 },
            ClipEnded { turn: 1, clip: 2, position: 35 },
        ]
    );
}

#[test]
fn a_pause_is_exact_silence() {
    let (mut feed, mut out) = small_mouth();
    say(&mut feed, 1, 1, &ramp(4));
    feed.pause(1, 7).unwrap();
    say(&mut feed, 1, 2, &ramp(4));
    let heard = render(&mut out, 20);
    assert_eq!(heard, [ramp(4), vec![0.0; 7], ramp(4), vec![0.0; 5]].concat());
    assert_eq!(feed.reports()[2], ClipBegan { turn: 1, clip: 2, position: 11 });
}

#[test]
fn the_first_piece_sounds_while_later_ones_are_computed() {
    let (mut feed, mut out) = small_mouth();
    feed.begin(1, 1).unwrap();
    feed.push(1, 1, ramp(9)[..5].to_vec()).unwrap();
    let first = render(&mut out, 3);
    feed.push(1, 1, Vec::new()).unwrap();
    feed.push(1, 1, ramp(9)[5..].to_vec()).unwrap();
    feed.end(1, 1).unwrap();
    let second = render(&mut out, 9);
    assert_eq!([first, second].concat(), [ramp(9), vec![0.0; 3]].concat());
    assert_eq!(feed.underruns(), 0);
}

#[test]
fn a_late_piece_is_one_underrun_and_loses_nothing() {
    let (mut feed, mut out) = small_mouth();
    feed.push(1, 1, ramp(6)[..4].to_vec()).unwrap();
    let first = render(&mut out, 9);
    feed.push(1, 1, ramp(6)[4..].to_vec()).unwrap();
    feed.end(1, 1).unwrap();
    let second = render(&mut out, 3);
    assert_eq!(first, [&ramp(4)[..], &[0.0; 5]].concat());
    assert_eq!(second, [&ramp(6)[4..], &[0.0]].concat());
    assert_eq!(feed.underruns(), 1);
    assert_eq!(feed.reports().last(), Some(&ClipEnded { turn: 1, clip: 1, position: 11 }));
}

#[test]
fn a_late_end_is_no_underrun_and_ends_where_the_sound_did() {
    let (mut feed, mut out) = small_mouth();
    feed.push(1, 1, ramp(4)).unwrap();
    render(&mut out, 9);
    feed.end(1, 1).unwrap();
    render(&mut out, 3);
    assert_eq!(feed.underruns(), 0);
    assert_eq!(feed.reports().last(), Some(&ClipEnded { turn: 1, clip: 1, position: 4 }));
}

#[test]
fn waiting_for_the_first_piece_is_no_underrun() {
    let (mut feed, mut out) = small_mouth();
    feed.begin(1, 1).unwrap();
    assert_eq!(render(&mut out, 9), [0.0; 9]);
    feed.push(1, 1, ramp(3)).unwrap();
    feed.end(1, 1).unwrap();
    assert_eq!(render(&mut out, 3), ramp(3));
    assert_eq!(feed.underruns(), 0);
    assert_eq!(feed.reports()[0], ClipBegan { turn: 1, clip: 1, position: 9 });
}

#[test]
fn a_clip_without_samples_begins_and_ends_in_one_place() {
    let (mut feed, mut out) = small_mouth();
    render(&mut out, 2);
    say(&mut feed, 1, 1, &[]);
    render(&mut out, 2);
    let (began, ended) = (ClipBegan { turn: 1, clip: 1, position: 2 }, ClipEnded { turn: 1, clip: 1, position: 2 });
    assert_eq!(feed.reports(), [began, ended]);
}

#[test]
fn stopping_fades_what_sounds_and_drops_what_waits() {
    let (mut feed, mut out) = small_mouth();
    say(&mut feed, 1, 1, &[1.0; 50]);
    say(&mut feed, 1, 2, &[1.0; 50]);
    feed.pause(1, 50).unwrap();
    render(&mut out, 20);
    feed.stop_before(2);
    say(&mut feed, 1, 3, &[1.0; 50]);
    say(&mut feed, 2, 4, &ramp(5));
    let heard = render(&mut out, 20);
    assert!(heard[..FADE].windows(2).all(|pair| pair[0] > pair[1]), "falls: {:?}", &heard[..FADE]);
    assert!(heard[0] < 1.0 && heard[0] > 0.9 && heard[FADE - 1] > 0.0 && heard[FADE - 1] < 0.1);
    assert_eq!(heard[FADE..FADE + 5], ramp(5), "the next turn follows the fade at once");
    assert_eq!(heard[FADE + 5..], [0.0; 7]);
    assert_eq!(
        feed.reports(),
        [
            ClipBegan { turn: 1, clip: 1, position: 0 },
            ClipCut { turn: 1, clip: 1, position: 28, played: 28 },
            ClipBegan { turn: 2, clip: 4, position: 28 },
            ClipEnded { turn: 2, clip: 4, position: 33 },
        ]
    );
    assert_eq!(feed.underruns(), 0);
}

#[test]
fn stopping_in_a_pause_or_while_waiting_is_silent() {
    let (mut feed, mut out) = small_mouth();
    say(&mut feed, 1, 1, &ramp(3));
    feed.pause(1, 1000).unwrap();
    render(&mut out, 9);
    feed.stop_before(2);
    feed.push(2, 2, ramp(3)).unwrap();
    assert_eq!(render(&mut out, 6), [ramp(3), vec![0.0; 3]].concat());
    feed.stop_before(3);
    assert_eq!(render(&mut out, 3), [0.0; 3], "starved: nothing to fade");
    assert_eq!(feed.reports().last(), Some(&ClipCut { turn: 2, clip: 2, position: 12, played: 3 }));
}

#[test]
fn the_floor_only_rises_and_anybody_may_raise_it() {
    let (mut feed, mut out) = small_mouth();
    let remote = feed.remote();
    std::thread::spawn(move || {
        remote.stop_before(5);
        remote.stop_before(3);
    })
    .join()
    .unwrap();
    say(&mut feed, 4, 1, &ramp(3));
    say(&mut feed, 5, 2, &ramp(3));
    assert_eq!(render(&mut out, 6), [ramp(3), vec![0.0; 3]].concat());
    assert_eq!(feed.reports().len(), 2);
}

#[test]
fn a_cut_stops_a_sounding_clip_at_its_sample() {
    let (mut feed, mut out) = small_mouth();
    feed.push(1, 1, vec![1.0; 40]).unwrap();
    render(&mut out, 9);
    feed.cut_at(1, 1, 30).unwrap();
    feed.push(1, 1, vec![1.0; 40]).unwrap();
    feed.end(1, 1).unwrap();
    say(&mut feed, 1, 2, &ramp(2));
    let heard = render(&mut out, 30);
    assert_eq!(heard[..13], [1.0; 13], "untouched up to a fade before sample 30");
    assert!(heard[12..21].windows(2).all(|pair| pair[0] > pair[1]));
    assert_eq!(heard[21..23], ramp(2));
    assert_eq!(feed.reports()[1], ClipCut { turn: 1, clip: 1, position: 30, played: 30 });
}

#[test]
fn a_cut_in_the_past_fades_now() {
    let (mut feed, mut out) = small_mouth();
    say(&mut feed, 1, 1, &[1.0; 100]);
    render(&mut out, 30);
    feed.cut_at(1, 1, 5).unwrap();
    let heard = render(&mut out, 12);
    assert!(heard[..FADE].windows(2).all(|pair| pair[0] > pair[1]));
    assert_eq!(heard[FADE..], [0.0; 4]);
    assert_eq!(feed.reports()[1], ClipCut { turn: 1, clip: 1, position: 38, played: 38 });
}

#[test]
fn a_cut_waits_for_its_clip_and_may_drop_it_whole() {
    let (mut feed, mut out) = small_mouth();
    feed.cut_at(1, 2, 10).unwrap();
    feed.cut_at(1, 3, 0).unwrap();
    feed.cut_at(1, 4, 3).unwrap();
    feed.cut_at(1, 5, 500).unwrap();
    for clip in 1..=5 {
        say(&mut feed, 1, clip, &[1.0; 20]);
    }
    let heard = render(&mut out, 60);
    assert_eq!(heard[..22], [1.0; 22], "clip 1 whole, clip 2 up to its fade");
    assert!(heard[22..30].iter().all(|&sample| sample < 1.0 && sample > 0.0));
    assert!(heard[30..33].windows(2).all(|pair| pair[0] > pair[1]), "clip 4 has room for a fade of 3");
    assert_eq!(heard[33..53], [1.0; 20], "clip 5 ends before its cut");
    let cuts: Vec<MouthReport> = feed.reports().into_iter().filter(|r| matches!(r, ClipCut { .. })).collect();
    assert_eq!(
        cuts,
        [
            ClipCut { turn: 1, clip: 2, position: 30, played: 10 },
            ClipCut { turn: 1, clip: 3, position: 30, played: 0 },
            ClipCut { turn: 1, clip: 4, position: 33, played: 3 },
        ]
    );
}

#[test]
fn a_full_queue_gives_the_samples_back() {
    let (mut feed, mut out) = mouth(NonZeroU32::new(1000).unwrap(), 2);
    feed.push(1, 1, ramp(3)).unwrap();
    assert_eq!(feed.push(1, 1, ramp(4)), Err(Full(ramp(4))));
    assert_eq!(feed.end(1, 1), Err(Full(())));
    render(&mut out, 1);
    feed.push(1, 1, ramp(4)).unwrap();
    feed.end(1, 1).unwrap();
    assert_eq!(render(&mut out, 6), [&ramp(3)[1..], &ramp(4)[..]].concat());
}

#[test]
fn an_unended_clip_is_ended_by_the_next() {
    let (mut feed, mut out) = small_mouth();
    feed.push(1, 1, ramp(3)).unwrap();
    feed.push(1, 2, ramp(2)).unwrap();
    assert_eq!(render(&mut out, 5), [ramp(3), ramp(2)].concat());
    assert_eq!(feed.reports()[1], ClipEnded { turn: 1, clip: 1, position: 3 });
}

#[test]
fn a_tap_hears_everything_in_place() {
    let (mut feed, mut out) = small_mouth();
    render(&mut out, 5);
    let mut tap = out.tap(10);
    assert_eq!(tap.position(), 5);
    say(&mut feed, 1, 1, &ramp(30));
    render(&mut out, 9);
    let mut heard = Vec::new();
    tap.read(&mut heard);
    assert_eq!(heard, ramp(9));
    render(&mut out, 12);
    tap.read(&mut heard);
    render(&mut out, 9);
    tap.read(&mut heard);
    // Of the second twelve samples ten found room; the place of the other two is kept.
    assert_eq!(heard[..19], ramp(19));
    assert_eq!(heard[19..21], [0.0; 2]);
    assert_eq!(heard[21..29], ramp(29)[21..]);
    assert_eq!(tap.position(), 5 + heard.len() as u64);
}

#[test]
fn two_threads_lose_and_reorder_nothing() {
    let (mut feed, mut out) = mouth(NonZeroU32::new(16_000).unwrap(), 8);
    let speaker = std::thread::spawn(move || {
        let mut heard = Vec::new();
        let mut block = [0.0; 160];
        while !out.is_abandoned() {
            out.render(&mut block);
            heard.extend(block.iter().copied().filter(|&sample| sample != 0.0));
        }
        heard
    });
    let mut expected = Vec::new();
    for clip in 0..300_u64 {
        let mut samples: Vec<f32> = (1..100).map(|i| (clip * 100 + i) as f32).collect();
        expected.extend_from_slice(&samples);
        while let Err(Full(back)) = feed.push(1, clip, samples) {
            samples = back;
            std::thread::yield_now();
        }
        while feed.end(1, clip).is_err() {
            std::thread::yield_now();
        }
    }
    let mut reports = Vec::new();
    while reports.len() < 600 {
        reports.extend(feed.reports());
        std::thread::yield_now();
    }
    drop(feed);
    assert_eq!(speaker.join().unwrap(), expected);
    for (clip, pair) in reports.chunks(2).enumerate() {
        let (ClipBegan { position: began, .. }, ClipEnded { position: ended, clip: ended_clip, .. }) =
            (pair[0], pair[1])
        else {
            panic!("{pair:?}");
        };
        assert_eq!(ended_clip, clip as u64);
        assert!(ended - began >= 99);
    }
}

/// One call of the feed in the property below.
#[derive(Clone, Debug)]
enum Call {
    Say { n_pieces: usize, n_samples: usize },
    Pause(u64),
    Stop,
    Cut { back: u64, sample: u64 },
    Render(usize),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let call = prop_oneof![
        3 => (0_usize..4, 0_usize..40).prop_map(|(n_pieces, n_samples)| Call::Say { n_pieces, n_samples }),
        1 => (0_u64..30).prop_map(Call::Pause),
        1 => Just(Call::Stop),
        1 => (0_u64..3, 0_u64..60).prop_map(|(back, sample)| Call::Cut { back, sample }),
        4 => (1_usize..60).prop_map(Call::Render),
    ];
    proptest::collection::vec(call, 1..60)
}

proptest! {
    /// Whatever is asked for: each clip that sounds begins once and ends or is cut once, in order, at positions that
    /// agree with the samples; and where no clip is, there is silence.
    #[test]
    fn reports_and_samples_tell_the_same_story(calls in calls()) {
        let (mut feed, mut out) = mouth(NonZeroU32::new(1000).unwrap(), 1000);
        let (mut turn, mut clip, mut heard, mut reports) = (1, 0, Vec::new(), Vec::new());
        for call in calls.into_iter().chain([Call::Render(5000)]) {
            match call {
                Call::Say { n_pieces, n_samples } => {
                    clip += 1;
                    feed.begin(turn, clip).unwrap();
                    for _ in 0..n_pieces {
                        feed.push(turn, clip, vec![0.5; n_samples]).unwrap();
                    }
                    feed.end(turn, clip).unwrap();
                }
                Call::Pause(samples) => feed.pause(turn, samples).unwrap(),
                Call::Stop => {
                    turn += 1;
                    feed.stop_before(turn);
                }
                Call::Cut { back, sample } => {
                    // A full ring of cuts is an answer too.
                    let _ = feed.cut_at(turn, clip.saturating_sub(back), sample);
                }
                Call::Render(n_samples) => heard.extend(render(&mut out, n_samples)),
            }
            reports.extend(feed.reports());
        }
        prop_assert_eq!(feed.position(), heard.len() as u64);
        let (mut open, mut sounding, mut last) = (None, vec![false; heard.len()], 0);
        for report in reports {
            match report {
                ClipBegan { turn, clip, position } => {
                    prop_assert!(open.is_none() && position >= last);
                    open = Some((turn, clip, position));
                }
                ClipEnded { turn, clip, position } | ClipCut { turn, clip, position, played: 1.. } => {
                    let (open_turn, open_clip, began) = open.take().unwrap();
                    prop_assert_eq!((turn, clip), (open_turn, open_clip));
                    prop_assert!(position >= began);
                    sounding[began as usize..position as usize].fill(true);
                    last = position;
                }
                ClipCut { played: 0, .. } => prop_assert!(open.is_none()),
            }
        }
        prop_assert!(open.is_none());
        for (position, (&sample, &is_sounding)) in heard.iter().zip(&sounding).enumerate() {
            prop_assert_eq!(sample != 0.0, is_sounding, "at {}: {}", position, sample);
        }
        prop_assert_eq!(feed.underruns(), 0);
    }
}
