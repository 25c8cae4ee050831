"""Writes lexicon.txt: the words that openers use although the request does not hold them. All other words can only be copied."""
import collections
import json
import re
import sys

WORD = re.compile(r"[a-z0-9']+")
AT_LEAST = 20  # openers that use a word on their own; rarer ones are labelling noise
KINDS = 2  # templates that use it; what only one kind of request brings is no common word of openers
BY_HAND = 45  # openers written by hand that use it are enough

NEVER = set("""adult ambulance american apartments bus cappuccino damaged dentist effects eyes ice latte law locked machines parking station blizzards bowl chemical cities dog ears freezer pregnancy rhapsody secret stings sunshine thinkers torn usd""".split())  # matters, not manners


def words(text):
    return WORD.findall(text.lower().replace("\u2019", "'"))


def main(train, out):
    counts, by_hand, kinds = collections.Counter(), collections.Counter(), collections.defaultdict(set)
    for line in open(train):
        pair = json.loads(line)
        known = set(words(" ".join([pair["request"], *(pair.get("context") or []), *(pair.get("home") or [])])))
        for word in words(pair["opener"]):
            if word not in known and word.removesuffix("'s") not in known:
                counts[word] += 1
                by_hand[word] += pair["source"] in ("gold", "own")
                kinds[word].add(pair["template"].split("+")[0])
    common = lambda w: counts[w] >= AT_LEAST and len(kinds[w]) >= KINDS or by_hand[w] >= BY_HAND
    kept = sorted(w for w in counts if common(w) and w not in NEVER and not any(c.isdigit() for c in w))
    open(out, "w").write("\n".join(kept) + "\n")
    print(len(kept), "words")


if __name__ == "__main__":
    main(*sys.argv[1:])
