"""Writes lexicon.txt: the words that openers use although the request does not hold them. All other words can only be copied."""
import collections
import json
import re
import sys

WORD = re.compile(r"[a-z0-9']+")
AT_LEAST = 20  # openers that use a word on their own; rarer ones are labelling noise


def words(text):
    return WORD.findall(text.lower().replace("\u2019", "'"))


def main(train, out):
    counts = collections.Counter()
    for line in open(train):
        pair = json.loads(line)
        known = set(words(" ".join([pair["request"], *(pair.get("context") or []), *(pair.get("home") or [])])))
        counts.update(word for word in words(pair["opener"]) if word not in known)
    kept = sorted(w for w, n in counts.items() if n >= AT_LEAST and not any(c.isdigit() for c in w))
    open(out, "w").write("\n".join(kept) + "\n")
    print(len(kept), "words")


if __name__ == "__main__":
    main(*sys.argv[1:])
