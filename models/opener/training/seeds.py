"""Reads `seeds/*.seed` and `slots.txt` and writes them out as pairs: slots filled, made-up names invented."""
import pathlib
import random
import re

import caution
from check import NEUTRAL
from commands import VERBS
from forms import wrapped
from text import capital, gerund

HERE = pathlib.Path(__file__).parent
SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
ONSET = "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl l m n p pl pr qu r s sh sk sl sn st str t th tr v w wh y z".split()
VOWEL = "a e i o u a e i o ai ea ee ie oo ou".split()
CODA = "b ck d g l ll m n nd ng nt p r rd rk rn s sh sk ss st t th v x z".split()


def syllables(rng, n):
    return "".join(rng.choice(ONSET) + rng.choice(VOWEL) + (rng.choice(CODA) if rng.random() < 0.5 else "") for _ in range(n))


def made_up(kind, rng):
    """An invented name: teaches copying, since no model can know it."""
    if kind == "number":
        return str(rng.choice([rng.randint(2, 20), rng.randint(20, 100), rng.randint(100, 1000), rng.randint(1000, 99999)]))
    if kind == "small_number":
        return str(rng.randint(2, 60))
    name = capital(syllables(rng, rng.choice([1, 2, 2, 3])))
    if kind == "madeup_name":
        return name + (" " + capital(syllables(rng, rng.choice([1, 2, 2]))) if rng.random() < 0.45 else "")
    if kind == "madeup_place":
        return name + rng.choice(["", "", "", "ville", "ton", "burg", "ia", "stad", "mouth", " Falls", " Bay", " Hills", " Creek"])
    return name + rng.choice(["", "", " " + str(rng.randint(2, 9)), " " + capital(syllables(rng, 2)), "-" + str(rng.randint(10, 999)), "ix", "o"])


MADE_UP = {"number", "small_number", "madeup_name", "madeup_place", "madeup_thing"}


def parse_file(path):
    """(slots, blocks) of one file; a block is {id, Q, A, C, H}."""
    slots, blocks = {}, []
    for line in path.read_text().splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, values = line[1:].partition(":")
            slots[name.strip()] = [v.strip() for v in values.split(" | ") if v.strip()]
        elif line.startswith("="):
            blocks.append({"id": line[1:].strip(), "Q": [], "A": [], "C": [], "H": []})
        elif line[:2] in ("Q:", "A:", "C:", "H:") and blocks:
            blocks[-1][line[0]].append(line[2:].strip())
    return slots, blocks


def shape(value, how):
    if how == "ing":
        return gerund(value)
    if how == "cap":
        return capital(value)
    if how == "title":
        return " ".join(capital(w) for w in value.split())
    return value


class Filler:
    """Fills the slots of one pair; a slot keeps its value through request, opener and context."""

    def __init__(self, slots, rng):
        self.slots, self.rng, self.values = slots, rng, {}

    def value(self, name, side):
        if name not in self.values:
            if name in MADE_UP:
                value = made_up(name, self.rng)
            elif name in self.slots:
                value = self.rng.choice(self.slots[name])
                value = SLOT.sub(lambda m: made_up(m.group(1), self.rng) if m.group(1) in MADE_UP else self.rng.choice(self.slots[m.group(1)]), value)
            else:
                raise KeyError(name)
            self.values[name] = [v.strip() for v in value.split(" ~ ")]
        forms = self.values[name]
        return forms[-1] if side == "A" else forms[0]

    def fill(self, text, side):
        return SLOT.sub(lambda m: shape(self.value(m.group(1), side), m.group(2)), text)


def variety(text, slots):
    """How many different fillings a text has, about."""
    n = 1
    for name in {m.group(1) for m in SLOT.finditer(text)}:
        n *= 500 if name in MADE_UP else max(1, len(slots.get(name, [1])))
    return n


def expand(per_question, seed=7):
    """Yields pairs from every block: up to `per_question` fillings of each request."""
    shared, _ = parse_file(HERE / "slots.txt") if (HERE / "slots.txt").exists() else ({}, [])
    for path in sorted((HERE / "seeds").glob("*.seed")):
        own, blocks = parse_file(path)
        slots = {**shared, **own}
        for block in blocks:
            rng = random.Random(f"{seed}/{path.stem}/{block['id']}")
            for question in block["Q"]:
                ask, _, answers = question.partition(" >> ")
                answers = [a.strip() for a in answers.split(" || ")] if answers else block["A"]
                if not answers:
                    continue
                tries = min(per_question, variety(ask, slots) * 2 if SLOT.search(ask) else len(answers))
                seen = set()
                for n in range(tries):
                    try:
                        pair = one(ask, answers, block, slots, rng, n)
                    except KeyError as missing:
                        print("seed", path.name, block["id"], "unknown slot", missing)
                        break
                    if pair and (pair["request"], pair["opener"]) not in seen:
                        seen.add((pair["request"], pair["opener"]))
                        yield {**pair, "source": "seed:" + path.stem, "template": block["id"]}
                        kind = "alarm" if path.stem == "emergency" else "order" if pair["request"].split()[0] in VERBS else "any"
                        few = 1 if kind == "alarm" else int(rng.random() < 0.15)
                        count = 0 if path.stem == "unclear" else few if SLOT.search(ask) else 8 if kind == "alarm" else 5
                        for again in wrapped(pair["request"], kind, count):
                            yield {**pair, "request": again, "source": "seed:" + path.stem, "template": block["id"]}
                    if pair and not block["C"] and path.stem not in ("feelings", "jokes_stories_games", "emergency", "unclear") and rng.random() < 0.07:
                        again = follow(ask, answers, slots, rng, path.stem in ORDERS)
                        if again:
                            kind = again.pop("kind")
                            yield {**again, "source": "seed:" + path.stem, "template": f"{kind}:{path.stem}"}


FOLLOW = ["and {}?", "what about {}?", "how about {}?", "and {}", "what about {}", "and for {}?", "{}?"]
CORRECT = ["no, {}", "i meant {}", "no i said {}", "sorry, {} i meant", "not that, {}", "make that {}", "no no {}", "actually {}", "wait, {} instead"]
CORRECTED = ["Okay, {} instead, so", "Right, {} then, so", "My mistake, {} it is,", "Sorry, {} then, and", "Ah, {} instead, then"]
REST = ["about what you'd expect.", "quite different from place to place.", "one of the better known ones.", "all done.", "on its way.", "something of a matter of taste.", "a little under ten.", "sorted."]


def follow(ask, answers, slots, rng, orders):
    """A second turn in which one slot changes: "and {value}?" with the opener for it, or a correction."""
    answer = rng.choice(answers)
    names = [m.group(1) for m in SLOT.finditer(ask) if m.group(1) not in ("number", "small_number") and re.search(r"\{" + m.group(1) + r"\b", answer)]
    if not names or answer.startswith("@"):
        return None
    name = names[-1]
    first, second = Filler(slots, rng), Filler(slots, rng)
    request, reply = first.fill(ask, "Q"), capital(first.fill(answer, "A")).rstrip(",") + ("." if orders else " " + rng.choice(REST))
    second.values = {k: v for k, v in first.values.items() if k != name}
    value = second.value(name, "Q")
    if first.values[name] == second.values[name]:
        return None
    before = re.search(r"(\b(?:the|my|a|in|to|for|on|in the|on the|to the)) \{" + name, ask)
    after = re.search(r"\{" + name + r"(?::\w+)?\} (lights?|blinds|curtains|lamp|fan|door|temperature|heating|speaker|timer|alarm|list)\b", ask)
    chunk = " ".join(x for x in (before.group(1) if before else "", value, after.group(1) if after else "") if x)
    if orders and rng.random() < 0.5:
        said = re.sub(r"^(in|to|for|on) ", "", chunk).replace("my ", "your ")
        return {"request": rng.choice(CORRECT).format(said.replace("your ", "my ")), "opener": capital(rng.choice(CORRECTED).format(said)), "context": [request, reply], "kind": "correction"}
    shapes = FOLLOW if not re.match(r"(in|on|to|for) ", chunk) else [f for f in FOLLOW if "for" not in f]
    return {"request": rng.choice(shapes).format(chunk), "opener": capital(second.fill(answer, "A")), "context": [request, reply], "kind": "follow"}


ORDERS = {"home_lights", "home_climate", "home_covers_locks", "home_media_vacuum_misc", "timers_alarms_reminders", "lists_calendar", "shopping_orders", "music_media"}


def one(ask, answers, block, slots, rng, n):
    fill = Filler(slots, rng)
    request = fill.fill(ask, "Q")
    answer = rng.choice(answers)
    if answer.startswith("@emergency/"):
        kind = answer.partition("/")[2]
        opener = rng.choice([sentence for name, sentence in caution.EMERGENCY if name == kind])
    elif answer.startswith("@neutral"):
        opener = rng.choice(sorted(NEUTRAL))
    else:
        opener = capital(fill.fill(answer, "A"))
    pair = {"request": request, "opener": opener}
    if block["C"]:
        last, _, reply = rng.choice(block["C"]).partition(" => ")
        pair["context"] = [fill.fill(last, "Q"), fill.fill(reply, "Q")]
    if block["H"]:
        names = [capital(x.strip()) for x in fill.fill(rng.choice(block["H"]), "Q").split(" | ")]
        rng.shuffle(names)
        pair["home"] = names
    return pair
