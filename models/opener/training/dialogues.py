"""Pairs from whole dialogues: the user's turn with the last exchange as context."""
import re

import label
from text import words


def turns(talks):
    for talk in talks:
        said = talk["turns"]
        for n, (speaker, text) in enumerate(said):
            if speaker != "user" or not 3 <= len(words(text)) <= 22:
                continue
            context = [said[n - 2][1], said[n - 1][1]] if n >= 2 and said[n - 1][0] == "assistant" and said[n - 2][0] == "user" else None
            yield text, context, "Coffee" in " ".join(talk["services"])


def pairs(talks, parser, names):
    """Labels single-sentence turns as requests of their own."""
    found = []
    for text, context, coffee in turns(talks):
        bare, embedded = label.bare(text)
        found.append((text, context, re.sub(r"^find ", "order ", bare) if coffee else bare, embedded))
    docs = parser.parse([f[2] for f in found if f[2]])
    for text, context, bare, embedded in found:
        if not bare:
            continue
        labelled = label.label({"text": text}, docs[bare], names.restore(docs[bare]), embedded)
        if labelled:
            pair = {"request": text, "opener": labelled[0], "source": "dialogues", "template": labelled[1]}
            yield {**pair, "context": context} if context else pair
