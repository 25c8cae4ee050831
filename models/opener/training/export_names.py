"""Writes ../names.txt: words and short phrases that are written with capitals, so that the product can give names their capitals back."""
import argparse
import collections
import pathlib
import re

from build_data import learn_names, read
from check import lines
from names import ALWAYS, NOT_NAMES, SMALL, common

def single(seen, least):
    """Words that no dictionary of English knows and that stand with a capital nearly always."""
    for low, counts in seen.items():
        best, times = counts.most_common(1)[0]
        total = sum(counts.values())
        if times >= least and best[:1].isupper() and 1 - counts[low] / total > 0.95 and low.isalpha() and len(low) > 2 and not common(low) and low not in NOT_NAMES and low not in SMALL:
            yield low, best if best[1:].islower() or times >= 8 else low.capitalize()


def of_answers(queries):
    """Words of known answers, which are names more often than not."""
    seen = collections.defaultdict(collections.Counter)
    for row in queries:
        for answer in row.get("answers", []):
            for tok in re.findall(r"[A-Za-z][A-Za-z']+", answer):
                seen[tok.lower()][tok] += 1
    return seen


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--data", default="../shared/data", type=pathlib.Path)
    p.add_argument("--out", default=pathlib.Path(__file__).parent.parent / "names.txt", type=pathlib.Path)
    a = p.parse_args()
    queries, talks = read(a.data / "queries.jsonl.gz"), read(a.data / "dialogues.jsonl.gz")
    found = dict(single(of_answers(queries), 2))
    found.update(single(learn_names(a.data, queries, talks).seen, 4))
    found.update(ALWAYS)
    found.update({name.lower(): name for line in lines("names_by_hand.txt") for name in line.split(" | ")})
    for low in ("may", "march", "turkey", "polish", "will", "mark", "bill", "rich", "olly"):
        found.pop(low, None)
    a.out.write_text("".join(f"{found[low]}\n" for low in sorted(found)))
    print(len(found), "names")
