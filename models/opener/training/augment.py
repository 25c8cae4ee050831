"""More pairs from pairs: made-up names and numbers in place of real ones, follow-ups and corrections from slots, cut-off and garbled requests."""
import re

from check import NEUTRAL
from seeds import made_up
from text import words

RUN = re.compile(r"(?:[A-Z][\w']+)(?: (?:of the |of |the )?[A-Z][\w']+){0,3}")
KEEP = {"I", "I'm", "I'd", "I'll", "I've", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "TV", "English", "Spanish", "French", "German",
        "Italian", "Okay", "Spotify", "Netflix", "Twitter", "Facebook", "Google", "March", "April", "May", "June", "July", "US", "UK", "PIN", "ATM"}


def renamed(pair, rng):
    """The pair with one of its names replaced by an invented one, in request and opener alike; None when it has none."""
    opener = pair["opener"]
    for m in RUN.finditer(opener):
        name = m.group(0)
        if name in KEEP or name.split()[0] in KEEP or name.endswith("'s"):
            continue
        if m.start() == 0:
            name = name.split(" ")
            if len(name) < 2:
                continue
            name = " ".join(name)
        at = re.search(r"(?<![\w'])" + re.escape(name) + r"(?![\w'])", pair["request"], re.I)
        if not at or m.start() == 0 and name.split()[0].lower() in ("the", "a", "in", "for", "as", "to", "playing", "whether", "how", "what"):
            continue
        new = made_up(rng.choice(["madeup_name", "madeup_name", "madeup_place", "madeup_thing"]), rng)
        return {**pair, "request": pair["request"][:at.start()] + new + pair["request"][at.end():], "opener": opener[:m.start()] + new + opener[m.end():]}
    return None


def renumbered(pair, rng):
    """The pair with a number replaced in request and opener."""
    m = re.search(r"(?<![\d.,:/-])(\d{1,5})(?![\d.,:/-])", pair["opener"])
    if not m:
        return None
    at = re.search(r"(?<![\d.,:/-])" + m.group(1) + r"(?![\d.,:/-])", pair["request"])
    if not at:
        return None
    size = len(m.group(1))
    new = str(rng.randint(10 ** (size - 1), 10 ** size - 1)) if size < 4 or not m.group(1).startswith("20") else str(rng.randint(1900, 2030))
    return {**pair, "request": pair["request"][:at.start()] + new + pair["request"][at.end():], "opener": pair["opener"][:m.start()] + new + pair["opener"][m.end():]}


def variants(pairs, rng, share=0.3):
    for pair in pairs:
        if pair.get("context") or pair.get("home"):
            continue
        for make, name in ((renamed, "renamed"), (renumbered, "renumbered")):
            new = make(pair, rng) if rng.random() < share else None
            if new:
                yield {**new, "source": pair["source"], "template": pair["template"] + "+" + name}


CUT = {"the", "a", "an", "to", "of", "my", "for", "with", "from", "and", "your", "at", "in"}


def unclear(queries, rng, count):
    """Requests that stop in the middle and word salad, answered by a neutral acknowledgement."""
    neutral = sorted(NEUTRAL)
    made = set()
    while len(made) < count:
        if rng.random() < 0.55:
            toks = rng.choice(queries).lower().split()
            stops = [n for n in range(1, min(5, len(toks) - 2)) if toks[n] in CUT]
            request = " ".join(toks[:rng.choice(stops) + 1]) if stops else ""
        else:
            request = " ".join(rng.choice(rng.choice(queries).split()) for _ in range(rng.randint(4, 8))).lower()
        request = re.sub(r"[?!.,]", "", request)
        if len(words(request)) >= 1 and request not in made:
            made.add(request)
            yield {"request": request, "opener": rng.choice(neutral), "source": "unclear", "template": "unclear_made"}
