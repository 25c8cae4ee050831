"""The forms in which one request can reach the opener: as a recogniser without casing gives it, as whisper gives it, and with its errors."""
import re

from text import capital, pick, share

QUESTION = re.compile(r"^(?:(?:hey|hi|ok|okay|so|well|and|but|um|uh|please),? )*(?:what|who|when|where|why|how|which|whose|whom|is|are|was|were|do|does|did|can|could|will|would|should|has|have|am|may|isn't|aren't|don't|doesn't|what's|who's|where's|how's|when's)\b", re.I)


def lower(text):
    """Small letters, no punctuation."""
    text = re.sub(r"(?<=\d)\.(?=\d)", "POINT", text.lower())
    text = re.sub(r"[?!.,;:\"]+(?=\s|$)", "", text).replace("POINT", ".")
    return re.sub(r"\s+", " ", text).strip()


def written(text):
    """A capital at the start and a mark at the end, as whisper writes."""
    text = re.sub(r"\bi\b(?=[' ]|$)", "I", text.strip())
    if text and text[-1] not in ".?!":
        text += "?" if QUESTION.match(text) else "."
    return capital(text)


LEADS = ["hey {}", "um {}", "so {}", "okay {}", "well {}", "hi {}", "oh {}", "uh {}", "hey there {}", "listen {}", "alright {}", "er {}"]
ASKING = ["can you {}", "could you {}", "please {}", "{} please", "would you {}", "i'd like you to {}", "can you please {}", "hey can you {}", "will you {}", "go ahead and {}"]
ALARM = ["help {}", "please help {}", "oh my god {}", "oh no {}", "quick {}", "{} help", "{} what do i do", "{} please help me", "i need help {}", "{} what should i do", "hey {}", "um {}", "please {}"]


def wrapped(text, kind, count):
    """The request with other words around it: `kind` is "order", "alarm" or "any"."""
    shapes = {"order": ASKING + LEADS[:4], "alarm": ALARM, "any": LEADS}[kind]
    first = int(share(text, "wrap") * len(shapes))
    return [shapes[(first + n) % len(shapes)].format(text) for n in range(min(count, len(shapes)))]


SWAPS = [("their", "there"), ("weather", "whether"), ("four", "for"), ("to", "too"), ("two", "to"), ("know", "no"), ("right", "write"), ("hear", "here"),
         ("your", "you're"), ("its", "it's"), ("buy", "by"), ("meet", "meat"), ("a lot", "allot"), ("then", "than"), ("one", "won"), ("wait", "weight")]


def noisy(text):
    """A recogniser's error: a homophone, a repeated or a dropped small word; None when there is nothing to break."""
    toks = text.split()
    kind = pick(["swap", "repeat", "drop", "um"], text, "noise")
    if kind == "swap":
        for a, b in SWAPS:
            if a in toks:
                return " ".join(b if t == a else t for t in toks)
    if kind == "repeat" and len(toks) > 3:
        n = int(share(text, "at") * 3)
        return " ".join(toks[:n + 1] + toks[n:])
    if kind == "drop":
        small = [n for n, t in enumerate(toks) if t in ("the", "a", "to", "my", "of") and n]
        if small and len(toks) > 4:
            return " ".join(toks[:small[0]] + toks[small[0] + 1:])
    if kind == "um" and len(toks) > 2:
        return pick(["um ", "uh ", "so ", "er "], text, "um") + text
    return None
