"""The labeller of single requests: strips politeness, then tries intent frames, questions, embedded questions, orders, yes-no questions."""
import re

from check import lines, violations
from commands import order, wish
from questions import AUX, Sentence, done, join, open_question, swap_be, to_do, yes_no
from strip import strip
from text import pick

FRAMES = {k: [o.strip() for o in v.split("|")] for k, v in (l.split(": ", 1) for l in lines("frames.txt"))}


def bare(text):
    """The form that is parsed."""
    text, embedded = strip(text)
    wished = wish(text)
    return (wished or text).strip(), embedded


def embedded_question(s):
    """"what the capital of mongolia is" -> "The capital of Mongolia is"."""
    if s.low[0] in ("if", "whether"):
        return done("embedded_if", join("whether", s.text(1, s.size), "depends on"), join("whether", s.text(1, s.size)))
    if s.low[0] == "how" and s.size > 3 and s.low[1] == "to":
        return to_do(s, 2)
    if s.size > 3 and s.low[1] not in AUX and s.low[-1] in ("is", "are", "was", "were"):
        start = 2 if s.low[1] in ("time", "day", "date", "old", "tall", "big", "far", "much", "long") else 1
        np = s.text(start, s.size - 1)
        tail = {"where": "in", "time": "at", "old": "about", "tall": "about", "far": "about"}.get(s.low[start - 1] if start == 2 else s.low[0], "")
        return done("embedded_is", join(np, swap_be(s.low[-1], np), tail), join("right now,", np, swap_be(s.low[-1], np), tail))
    return None


def label(row, doc, cased, embedded):
    """(opener, template) for one query row, or None when nothing reads well."""
    text = row["text"]
    intent = row.get("intent")
    if intent in FRAMES:
        return pick(FRAMES[intent], text), "frame_" + intent
    s = Sentence(doc, cased)
    if s.size < 2:
        return None
    found = embedded and embedded_question(s) or order(s) or open_question(doc, cased) or yes_no(doc, cased)
    if not found or violations(text, found[0]):
        return None
    return found
