"""Builds the training pairs: reads the data sets and the seeds, labels, checks, splits, writes train/dev/test.jsonl, and preferred.jsonl: openers beside the drafts that a reader put them in the place of."""
import argparse
import collections
import gzip
import hashlib
import json
import os
import pathlib
import random
import re

import augment
import dialogues
import forms
import home
import label
import seeds
from check import EMERGENCY, lines, violations
from names import Names
from parse import Parser
from text import norm, share


DIALOGUES = 0.5  # the dialogues repeat themselves: half of their turns is enough
# Templates whose labels read badly more often than well, found by reading samples: better none than a bad one.
POOR = set("""statement_when how_is what_noun_that_is why_be who_object when_will fronted how_many_own how_does whether_past_1 how_long_will
 what_noun_subject noun_phrase ask_about_c thing_mine what_when_time how_adj_be user_would whether_does_1 embedded_if""".split())
PLAIN = {"statement_since", "statement_if"}  # good for the complaints of a bank's customers, not for what is said in passing
BY_HAND = ("gold", "own")  # each opener written for its request: no templates
GOLD = {k: v for k, v in (l.split("\t") for l in lines("gold.txt"))}
DRAFTS = {k: v for k, v in (l.split("\t") for l in lines("drafts.txt"))}


def gold_key(request, context=None):
    """What gold.txt and drafts.txt know this request by."""
    before = norm(context[0][-90:] + " || " + context[1][-110:]) + "|" if context else ""
    return hashlib.md5((before + norm(request)).encode()).hexdigest()[:12]


def gold(request, context=None):
    """The opener that was written by hand for this request, if any."""
    return GOLD.get(gold_key(request, context))


def own_pairs():
    """Requests and openers that were both written by hand: `request TAB opener`, or with the exchange before in brackets."""
    for line in lines("own.txt"):
        request, opener = line.split("\t")
        said = re.match(r"\[(.*?) \|\| (.*?)\] (.*)", request)
        yield {"request": said[3] if said else request, "opener": opener, "source": "own", "template": "own", **({"context": [said[1], said[2]]} if said else {})}


def gold_turns(talks):
    """The turns of dialogues for which an opener was written by hand, each once."""
    seen = set()
    for request, context, _ in dialogues.turns(talks):
        opener = gold(request, context)
        if opener and (opener, request) not in seen:
            seen.add((opener, request))
            yield {"request": request, "opener": opener, "source": "gold", "template": "gold", **({"context": context} if context else {})}


def reads_badly(pair):
    """A label of a poor template, or one that was cut inside a name or a date."""
    kind = pair["template"].split("+")[0]
    if kind in POOR or kind in PLAIN and pair["source"] not in ("banking77", "clinc150"):
        return True
    toks = pair["opener"].split()
    if re.fullmatch(r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\d+ divided", toks[-1], re.I) and "calendar" not in pair["opener"]:
        return True
    return kind.startswith("order_rating") and not re.search(r"\d|\b(?:one|two|three|four|five|six|zero|a|points?|stars?)\b", pair["opener"])


def read(path):
    with gzip.open(path, "rt") as f:
        return [json.loads(line) for line in f]


def learn_names(data, queries, talks):
    names = Names()
    for talk in talks:
        for _, said in talk["turns"]:
            names.learn(said)
    for row in queries:
        for answer in row.get("answers", []):
            names.learn_name(answer)
        if row["source"] == "banking77":
            names.learn(row["text"])
    for line in open(data / "home_actions" / "pile_of_media_names.txt"):
        names.learn_name(line.strip())
    return names


def query_pairs(queries, parser, names):
    bare = {row["text"]: label.bare(row["text"]) for row in queries}
    docs = parser.parse([text for text, _ in bare.values()])
    for row in queries:
        text, embedded = bare[row["text"]]
        if gold(row["text"]):
            yield {"request": row["text"], "opener": gold(row["text"]), "source": "gold", "template": "gold"}
            continue
        if not text:
            continue
        found = label.label(row, docs[text], names.restore(docs[text]), embedded)
        if found and not (row["source"] == "banking77" and re.search(r"\b(I|my|me)\b", found[0])):
            yield {"request": row["text"], "opener": found[0], "source": row["source"], "template": found[1]}


def spread(pair):
    """The pair in its two written forms, now and then with a recogniser's error."""
    small, full = forms.lower(pair["request"]), forms.written(pair["request"])
    yield {**pair, "request": small}
    yield {**pair, "request": full}
    broken = forms.noisy(small) if share(pair["request"], "noisy") < 0.08 else None
    if broken:
        yield {**pair, "request": broken}


def split_of(request):
    """A tenth for the test, two percent for calibration, by the normalised request alone."""
    x = share(request, "split")
    return "test" if x < 0.1 else "dev" if x < 0.12 else "train"


def part_of(request, form):
    """The part of a written form: that of the request itself. A garbled form that falls into another part is left out."""
    part = split_of(request)
    return part if split_of(form) == part else None


def capped(part, most):
    """No template more often than `most`, no first three words more often than twice that."""
    templates, starts, kept = collections.Counter(), collections.Counter(), []
    for row in part:
        start = " ".join(row["opener"].split()[:3])
        if row["source"] in BY_HAND:
            kept.append(row)
        elif templates[row["template"]] < most and starts[start] < 2 * most:
            templates[row["template"]] += 1
            starts[start] += 1
            kept.append(row)
    return kept


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--data", default=os.environ.get("SEGUE_DATA", "../shared/data"))
    p.add_argument("--out", default="target/opener")
    p.add_argument("--per-question", type=int, default=24)
    a = p.parse_args()
    data, out = pathlib.Path(a.data), pathlib.Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    queries, talks = read(data / "queries.jsonl.gz"), read(data / "dialogues.jsonl.gz")
    names, parser = learn_names(data, queries, talks), Parser(out / "parses.bin")
    rng = random.Random(5)
    pairs = [*query_pairs(queries, parser, names), *(d for d in dialogues.pairs(talks, parser, names) if share(d["request"], "some") < DIALOGUES), *gold_turns(talks), *own_pairs(), *home.pairs(data, parser, names), *seeds.expand(a.per_question)]
    pairs += [*augment.variants(pairs, rng), *augment.unclear([q["text"] for q in queries if q["source"] in ("clinc150", "slurp", "nq-open")], rng, 1200)]
    dropped = collections.Counter()
    rows, seen = collections.defaultdict(list), set()
    for pair in pairs:
        if pair["source"] == "home_actions" and gold(pair["request"]):
            pair = {"request": pair["request"], "opener": gold(pair["request"]), "source": "gold", "template": "gold"}
        bad = violations(pair["request"], pair["opener"], pair.get("context"), pair.get("home"))
        if pair["source"] == "seed:emergency" and pair["opener"] in EMERGENCY:
            bad = []
        if bad or pair["source"] not in BY_HAND and not pair["source"].startswith("seed") and reads_badly(pair):
            dropped[bad[0] if bad else "reads badly"] += 1
            continue
        for form in spread(pair):
            key = (form["request"], form["opener"], *form.get("context", []))
            if key not in seen:
                seen.add(key)
                rows[part_of(pair["request"], form["request"])].append(form)
    rows.pop(None, None)
    mended = {}
    for row in rows["train"]:
        known = gold_key(row["request"], row.get("context"))
        if row["source"] == "gold" and known in DRAFTS and (known not in mended or share(row["request"], "form") < 0.5):
            mended[known] = {**row, "draft": DRAFTS[known]}
    with open(out / "preferred.jsonl", "w") as f:
        f.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in mended.values())
    for name, part in rows.items():
        random.Random(1).shuffle(part)
        part = capped(part, 0.018 * len(part))
        with open(out / f"{name}.jsonl", "w") as f:
            f.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in part)
        print(name, len(part))
    print("dropped", dict(dropped))


if __name__ == "__main__":
    main()
