"""Who-questions: "who wrote the hunger games" -> "The Hunger Games were written by"."""
import re

from sentence import BE, DO, HAVE, MODAL, done, join, swap_be
from text import inflect, lemma, pick, words

TITLED = set("write sing direct produce compose record perform".split())
PARTICLES = {"up", "out", "off", "down", "over", "in", "on", "away", "back"}
TRANSITIVE = set("""write sing play invent discover build make direct paint create design own found compose produce publish win host run lead kill
 assassinate elect appoint rule govern start develop record perform voice portray narrate introduce coin draw sign pay sell teach draft
 propose establish score use buy sponsor control manufacture defeat conquer command train cause wear""".split())


def who(s):
    if s.size < 3:
        return None
    first = s.low[1]
    if first in BE:
        return who_is(s, first)
    if first in DO or first in MODAL and s.size > 3 and s.tag[2] in ("PRP", "NNP", "DT", "NN", "NNS", "PRP$", "JJ") and s.main_verb(3):
        c = s.clause(1)
        if c and first in MODAL and c[0] == "you":
            return done("who_should", join("the person", *c, "is"), join("the best person to", c[1].split()[-1], c[2], "is"), join("the person", *c), least=5)
        return c and done("who_object", join(*c), join(c[0], c[1]))
    if first in HAVE and s.size > 3 and s.tag[2] in ("VBN", "VBD"):
        return done("who_has", join("the one who", s.text(1), "is"), join("the person who", s.text(1)), join("the one who", s.text(1)), least=6)
    if s.tag[1] in ("VBD", "VBZ", "VBP", "VBN", "VB"):
        return who_did(s, 1)
    return None


def who_is(s, first):
    np = s.text(2)
    be = swap_be(first, np)
    if np.split()[0].lower() in ("i", "me", "you", "it", "this", "that", "he", "she", "they"):
        return None
    if s.tag[2] == "VBG" or s.tag[2] == "VBN":
        return done("who_be_verb", join("the person", "" if s.tag[2] == "VBN" else "who " + be, np), join("the person", np, be), least=5)
    c = s.clause(1)
    if s.tag[-1] in ("IN", "TO"):
        return c and c[2] and done("who_be_prep", join(*c))
    if s.tag[-1] in ("VBG", "VBN", "VBD"):
        return c and c[2] and s.tag[-1] == "VBG" and done("who_be_ing", join(*c))
    if len(words(join(np, be))) >= 4:
        return done("who_is_" + s.low[2] if s.low[2] in ("the", "a") else "who_is", join(np, be), np)
    if np.split()[0].lower() in ("the", "their", "its", "his", "her", "your", "my"):
        return done("who_is_as_for", f"as for {np}, that's")
    return done("who_is_short", join(np, be, pick(["best known for", "perhaps best known as", "known mainly for"], s.key)))


def who_did(s, v):
    """"who wrote X in Y" -> "X was written by" where a passive is possible."""
    verb, past, at = lemma(s.low[v]), s.tag[v] in ("VBD", "VBN"), v + 1
    particle = ""
    if at < s.size and s.low[at] in PARTICLES and s.tag[at] == "RP":
        particle, at = s.low[at], at + 1
    obj = next((t for t in s.toks[at:] if t.dep_ in ("dobj", "obj") and t.head.i == s.toks[v].i), None)
    if verb in TRANSITIVE and obj is not None and s.tag[at] not in ("IN", "TO", "PRP"):
        end = max(x.i for x in obj.subtree) - s.toks[0].i + 1
        np, rest = s.text(at, end), s.text(end)
        plural = obj.tag_ == "NNS"
        be = ("were" if plural else "was") if past else ("are" if plural else "is")
        if re.search(r"\bmost\b", np):
            return done("who_most", join("the record for", np, rest), join("the record for", np, "belongs to"), np)
        part = join(be, inflect(verb, "VBN"), particle, "by")
        return done("who_did_" + ("past" if past else "now"), join(np, rest, part), join(np, part), join(np, be, inflect(verb, "VBN"), particle))
    if verb in TITLED and v + 1 < s.size and s.tag[v + 1] not in ("IN", "TO"):
        title = s.text(v + 1, turned=False)
        return done("who_title", join(title, "was" if past else "is", inflect(verb, "VBN"), "by"))
    return done("who_did", join("the one who", s.text(v), "was" if past else "is"), join("the person who", s.text(v)), join("the one who", s.text(v)), least=6)
