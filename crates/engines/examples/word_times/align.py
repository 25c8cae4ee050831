#!/usr/bin/env python3
"""Compares the voice's word times with a forced alignment by PocketSphinx, which knows nothing of Segue.

    pip install pocketsphinx==5.1.1
    cargo xtask bench words FOLDER
    python3 crates/engines/examples/word_times/align.py FOLDER

An edge is a word's first or last moment; where two words touch, the end of one and the start of the next are one
edge for the aligner, and count once for each word. PocketSphinx works in frames of 10 ms whose window is 25.6 ms
long: it places an edge at the window's begin, so half of (25.6 - 10) ms is added to each of its edges.

Each recording is aligned with 0.3 s of silence around it, since an aligner that is given none takes the little that
the clip has for speech, and eight times, up to 8.75 ms later within a frame and with other noise (6 of 32,768);
the middle of what was found is the aligner's edge, and how far the eight lie apart is told beside it.
"""

import array
import json
import random
import re
import statistics
import sys
import wave
from pathlib import Path

from pocketsphinx import Decoder

WINDOW_MS = (25.6 - 10) / 2
LIMIT_MS = 40
SHIFTS = 8
NOISE = 6
SILENCE = 16_000 * 3 // 10


def aligned_once(decoder, sound, text):
    """[(word, start ms, end ms)] without silences."""
    try:
        decoder.set_align_text(text)
    except RuntimeError:  # a word that its dictionary does not have
        return []
    decoder.start_utt()
    decoder.process_raw(sound.tobytes(), no_search=False, full_utt=True)
    decoder.end_utt()
    words = []
    for part in decoder.seg():
        if not part.word.startswith(("<", "[")):
            word = re.sub(r"\(\d+\)$", "", part.word)
            words.append((word, part.start_frame * 10 + WINDOW_MS, (part.end_frame + 1) * 10 + WINDOW_MS))
    return words


def aligned(decoder, path, said, rng):
    """[(start ms, end ms)] of the words, and how far each edge moves; nothing when they are not found."""
    with wave.open(str(path)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (16000, 1, 2)
        sound = array.array("h", wav.readframes(wav.getnframes()))
    found = []
    for shift in range(0, 160, 160 // SHIFTS):
        before, after = SILENCE + shift, SILENCE
        around = [0] * before + list(sound) + [0] * after
        noisy = array.array("h", [max(-32768, min(32767, x + rng.randint(-NOISE, NOISE))) for x in around])
        words = aligned_once(decoder, noisy, " ".join(said))
        if [word for word, _, _ in words] == said:
            found.append([(start - before / 16, end - before / 16) for _, start, end in words])
    if len(found) < SHIFTS / 2:
        return [], []
    edges = list(zip(*found))
    middle = [tuple(statistics.median(each[which] for each in word) for which in (0, 1)) for word in edges]
    spread = [max(each[which] for each in word) - min(each[which] for each in word) for word in edges for which in (0, 1)]
    return middle, spread


def share(errors, limit):
    return sum(abs(error) <= limit for error in errors) / len(errors)


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))]


def main():
    folder = Path(sys.argv[1])
    decoder = Decoder(lm=None, loglevel="FATAL")
    edges = []  # (error, which, word, sentence)
    inner = []  # the same without the first and the last edge of each sentence
    lost = 0
    spreads = []
    rng = random.Random(1)
    for clip in json.loads((folder / "times.json").read_text()):
        said = [re.sub(r"[^a-z']", "", word.lower()) for word, _, _ in clip["words"]]
        found, spread = aligned(decoder, folder / clip["file"], said, rng)
        spreads.extend(spread)
        if not found:
            print(f"not aligned: {clip['text']}", file=sys.stderr)
            lost += 1
            continue
        of_clip = []
        for (word, start, end), (its_start, its_end) in zip(clip["words"], found):
            of_clip.append((start * 1000 - its_start, "start", word, clip["file"]))
            of_clip.append((end * 1000 - its_end, "end", word, clip["file"]))
        edges.extend(of_clip)
        inner.extend(of_clip[1:-1])
    for which in ("start", "end"):
        report(which, [edge for edge in edges if edge[1] == which])
    report("all", edges)
    report("inner", inner)
    print(f"sentences not aligned: {lost}")
    off = [quantile(spreads, q) for q in (0.5, 0.95, 1)]
    print(f"the aligner's own eight answers lie apart: median {off[0]:.1f} ms, 95% {off[1]:.1f} ms, most {off[2]:.1f} ms")
    print(f"\nedges off by more than {LIMIT_MS} ms (ours minus the aligner's):")
    for error, which, word, file in sorted(edges, key=lambda edge: -abs(edge[0])):
        if abs(error) > LIMIT_MS:
            print(f"  {error:+7.1f} ms  {which:5} of {word:14} in {file}")


def report(name, edges):
    errors = [edge[0] for edge in edges]
    off = [abs(error) for error in errors]
    print(
        f"{name:5}  {len(errors)} edges: median {statistics.median(off):.1f} ms, 95% {quantile(off, 0.95):.1f} ms, "
        f"within {LIMIT_MS} ms {share(errors, LIMIT_MS):.1%}; bias {statistics.median(errors):+.1f} ms"
    )


if __name__ == "__main__":
    main()
