"""Pairs from whole dialogues: the user's turn with the last exchange as context."""
import label
from strip import strip
from text import words


def turns(talks):
    for talk in talks:
        said = talk["turns"]
        for n, (speaker, text) in enumerate(said):
            if speaker != "user" or not 3 <= len(words(text)) <= 22:
                continue
            context = [said[n - 2][1], said[n - 1][1]] if n >= 2 and said[n - 1][0] == "assistant" and said[n - 2][0] == "user" else None
            yield text, context


def pairs(talks, parser, names):
    """Labels single-sentence turns as requests of their own."""
    found = [(text, context, *label.bare(text)) for text, context in turns(talks)]
    single = [f for f in found if f[2] and not any(m in f[2].rstrip(".?! ") for m in (". ", "? ", "! "))]
    docs = parser.parse([f[2] for f in single])
    for text, context, bare, embedded in single:
        labelled = label.label({"text": text}, docs[bare], names.restore(docs[bare]), embedded)
        if labelled:
            pair = {"request": text, "opener": labelled[0], "source": "dialogues", "template": labelled[1]}
            yield {**pair, "context": context} if context else pair
