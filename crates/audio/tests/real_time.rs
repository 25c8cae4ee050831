//! The law of the real-time thread, checked by an allocator that counts: rendering and pulling neither allocate nor
//! free, whatever is queued, stopped or cut.
#![allow(unsafe_code)] // An allocator cannot be written without; this one only counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::num::NonZeroU32;

use segue_audio::mouth::mouth;
use segue_audio::resample::Puller;

thread_local! {
    /// Allocations and releases of this thread.
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocated or freed.
fn calls(work: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(calls(|| drop(std::hint::black_box(vec![1_u8; 100]))), 2);
}

#[test]
fn rendering_never_touches_the_allocator() {
    let rate = NonZeroU32::new(22_050).unwrap();
    let (mut feed, mut out) = mouth(rate, 8);
    let mut tap = out.tap(50_000);
    let mut puller = Puller::new(rate, NonZeroU32::new(48_000).unwrap()).unwrap();
    let (mut block, mut heard) = (vec![0.0; 480], Vec::new());
    let mut n_refused = 0;
    for round in 0..2_000_u64 {
        let turn = round / 50;
        // Far more than the queue takes, in pieces of many sizes, with everything that can happen in between.
        for clip in 0..3 {
            n_refused += u64::from(feed.push(turn, 3 * round + clip, vec![0.1; (round as usize * 37) % 900]).is_err());
        }
        if round % 7 == 0 {
            let _ = feed.cut_at(turn, 3 * round, 100);
        }
        if round % 11 == 0 {
            let _ = feed.pause(turn, 50);
        }
        if round % 50 == 49 {
            feed.stop_before(turn + 1);
        }
        if round % 3 == 0 {
            let _ = feed.end(turn, 3 * round + 2);
        }
        assert_eq!(calls(|| puller.fill(&mut block, |block| out.render(block))), 0, "in round {round}");
        heard.clear();
        tap.read(&mut heard);
        feed.reports();
    }
    assert!(n_refused > 0, "the queue was full at times");
    assert!(feed.position() > 400_000);
}
