#!/usr/bin/env python3
"""Compares the voice's word times with a forced alignment by PocketSphinx, which knows nothing of Segue.

    pip install pocketsphinx==5.1.1
    cargo xtask bench words FOLDER
    python3 crates/engines/examples/word_times/align.py FOLDER

An edge is a word's first or last moment; where two words touch, the end of one and the start of the next are one
edge for the aligner, and count once for each word. PocketSphinx works in frames of 10 ms whose window is 25.6 ms
long: it places an edge at the window's begin, so half of (25.6 - 10) ms is added to each of its edges.

The first and the last edge of a sentence are told apart: beside silence PocketSphinx draws a word some 45 ms into it,
where the recording holds nothing (-60 to -90 dBFS), so those say more about the aligner than about the voice.
"""

import json
import re
import statistics
import sys
import wave
from pathlib import Path

from pocketsphinx import Decoder

WINDOW_MS = (25.6 - 10) / 2
LIMIT_MS = 40


def aligned(decoder, path, text):
    """[(word, start ms, end ms)] without silences."""
    with wave.open(str(path)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (16000, 1, 2)
        sound = wav.readframes(wav.getnframes())
    decoder.set_align_text(text)
    decoder.start_utt()
    decoder.process_raw(sound, no_search=False, full_utt=True)
    decoder.end_utt()
    words = []
    for part in decoder.seg():
        if not part.word.startswith(("<", "[")):
            word = re.sub(r"\(\d+\)$", "", part.word)
            words.append((word, part.start_frame * 10 + WINDOW_MS, (part.end_frame + 1) * 10 + WINDOW_MS))
    return words


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
    for clip in json.loads((folder / "times.json").read_text()):
        said = [re.sub(r"[^a-z']", "", word.lower()) for word, _, _ in clip["words"]]
        found = aligned(decoder, folder / clip["file"], " ".join(said))
        if [word for word, _, _ in found] != said:
            print(f"not aligned: {clip['text']}", file=sys.stderr)
            lost += 1
            continue
        of_clip = []
        for (word, start, end), (_, its_start, its_end) in zip(clip["words"], found):
            of_clip.append((start * 1000 - its_start, "start", word, clip["file"]))
            of_clip.append((end * 1000 - its_end, "end", word, clip["file"]))
        edges.extend(of_clip)
        inner.extend(of_clip[1:-1])
    for which in ("start", "end"):
        report(which, [edge for edge in edges if edge[1] == which])
    report("all", edges)
    report("inner", inner)
    print(f"sentences not aligned: {lost}")
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
