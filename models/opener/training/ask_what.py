"""What- and which-questions: "what is the capital of mongolia" -> "The capital of Mongolia is"."""
import re

from sentence import BE, DO, MODAL, NOUN, done, join, swap_be
from text import pick, words

PREP = ("in", "on", "at", "from", "for", "to", "with", "by", "of", "about")

def what(s):
    if s.low[1] in ("does", "do", "is") and (s.low[-1] == "mean" or s.key.endswith("stand for")):
        c = s.clause(1)
        if c:
            verb = "stands for" if "stand" in s.key else "means" if s.low[1] == "does" else "mean"
            noun = c[0].strip("\"'")
            return done("what_mean", join(noun, verb), join("the word", noun, verb), join("in everyday language,", noun, verb))
    if s.low[1] in ("happens", "happened") and s.size > 4 and s.low[2] in ("if", "when", "after"):
        return done("what_happens_if", s.text(2) + ",", s.text(2))
    aux = s.first_aux(1)
    if aux == 1:
        return what_aux(s)
    return what_noun(s, aux) if aux else what_subject(s)


def what_subject(s):
    """"what caused X", "which country borders X": the wh-phrase is the subject."""
    if s.size < 3:
        return None
    if s.tag[1] in ("VBZ", "VBD", "VBP") and s.low[0] == "what":
        be = "is" if s.tag[1] != "VBD" else "was"
        return done("what_subject", join("what", s.text(1), be), join("what", s.text(1)), least=5)
    v = next((n for n in range(2, s.size) if s.tag[n] in ("VBZ", "VBD", "VBP")), None)
    own = next((n for n in range(2, s.size) if s.tag[n] in ("PRP", "PRP$", "DT") and (s.tag[n] != "DT" or s.low[n - 1] != "of")), None)
    if own and v and own < v and s.tag[own - 1] in ("NN", "NNS"):
        be = "are" if s.tag[own - 1] == "NNS" else "is"
        return done("what_noun_own", join("the", s.text(1), be), join("the", s.text(1)), least=5)
    if v is None or s.tag[v - 1] not in ("NN", "NNS"):
        return None
    be = ("were" if s.tag[v] == "VBD" else "are") if s.tag[v - 1] == "NNS" else ("was" if s.tag[v] == "VBD" else "is")
    return done("what_noun_subject", join("the", s.text(1, v), "that", s.text(v), be), join("the", s.text(1, v), "that", s.text(v)), least=6)


def what_noun(s, aux):
    """"what language do they speak in X", "which time zone is X in"."""
    if s.tag[aux - 1] not in (*NOUN, "CD") or s.low[1] in ("happens", "happened"):
        return None
    noun, be = s.text(1, aux), s.low[aux]
    last = "time" if s.low[1] == "time" and s.low[2] == "of" else s.low[aux - 1]
    if be in BE and s.tag[aux + 1:aux + 2] != ["PRP"]:
        found = what_noun_be(s, aux, noun)
        if found:
            return found
    c = s.clause(aux)
    if c is None:
        return None
    subj, verb, rest = c
    if rest.split()[-1:] and rest.split()[-1] in PREP and be not in BE and last not in ("time", "day", "date"):
        return done("what_noun_prep", join("the", noun, subj, verb, rest, "is") if len(words(join(subj, verb, rest))) < 6 else join(subj, verb, rest), join(subj, verb, rest))
    if last in ("time", "day", "year", "date", "month"):
        prep = {"time": "at", "day": "on", "date": "on"}.get(last, "in")
        if subj.lower() == "it" and last == "time" and be in BE and s.tag[-1] not in ("VBG", "VBN"):
            return done("what_time_it", join("the", last, rest, "right now is"), join("the current", last, rest, "is"), join("the current", last, rest))
        if be in BE and not rest:
            return done("what_when_is", join("the", noun, "of", subj, "is"), join("the", noun, "of", subj))
        return done("what_when_" + last, join(subj, verb, rest, prep), join("the", last, subj, verb, rest, "is"), join(subj, verb, rest), join(subj, verb))
    if s.tag[aux - 1] in ("NNS", "NNPS"):
        return done("what_nouns", join("the", noun, subj, verb, rest, "are"), join("the", noun, "that", subj, verb, rest), join("the", noun, subj, verb), least=5)
    return done("what_noun", join("the", noun, subj, verb, rest, "is"), join("the", noun, "that", subj, verb, rest), join("the", noun, subj, verb), least=5)


def what_noun_be(s, aux, noun):
    tail = re.sub(r"^there ", "", s.text(aux + 1))
    if not tail or s.low[aux + 1] == "it":
        return None
    verb, nxt = swap_be(s.low[aux], noun), s.tag[aux + 1]
    if s.tag[-1] in ("IN", "TO") and nxt in (*NOUN, "DT", "PRP$", "JJ"):
        return done("what_noun_in", join(s.text(aux + 1, s.size - 1), verb, s.low[-1]), join("right now,", s.text(aux + 1, s.size - 1), verb, s.low[-1]))
    if nxt in ("NNP", "PRP$") or nxt in ("DT", "NN") and s.tag[aux - 1] == "NN" and not s.reduced(aux + 1):
        if s.low[aux - 1] in ("time", "timezone", "zone", "language", "currency", "color", "colour", "size", "religion", "date", "day"):
            return done("what_noun_of", join("the", noun, "of", tail, verb), join("the", noun, "of", tail))
        return None
    if nxt in ("VBN", "VBG", "IN", "TO"):
        return done("what_noun_that", join("the", noun, tail, verb), join("the", noun, tail), least=5)
    return done("what_noun_that_is", join("the", noun, "that", verb, tail), least=6)


def what_aux(s):
    be = s.low[1]
    if be in BE:
        return what_is(s, be) if s.size > 2 else None
    if be in MODAL and s.tag[2:3] == ["VB"] and s.low[2] != "be" and not any(t in NOUN + ("PRP",) for t in s.tag[2:4]):
        return done("what_might", join("what", s.text(1), "is"), join("what", s.text(1)))
    if s.low[2:3] == ["be"]:
        return done("what_would_be", join(s.text(3), be, "be"))
    c = s.clause(1)
    if not c:
        return None
    subj, verb, rest = c
    if be in DO and s.low[-1] == "do" and subj not in ("you",):
        return done("what_do", join("what", subj, verb, rest, "is" if be != "did" else "was"), join("what", subj, verb, rest))
    if subj == "you" and (be in MODAL or be == "do"):
        if re.match(r"do\b", rest) or verb.endswith(" do") or verb == "do":
            m = re.search(r"\b((?:if|when|after|before|about|with|for) .+)$", rest)
            return m and done("what_to_do", m.group(1) + ",", m.group(1))
        return done("what_should", join("what", *c, "is" if be == "do" else "depends on"), join("one thing", *c, "is"), join("one thing", *c))
    return done("what_" + be, join("what", *c, "is" if be != "did" else "was"), join("what", *c))


def what_is(s, be):
    np = s.text(2)
    first = np.split()[0].lower()
    verb = swap_be(be, np)
    if s.tag[2] in ("PRP", "VBG", "VBN", "IN", "RB") or first in ("there", "it", "this", "that", "not", "going", "up", "new", "wrong"):
        return None
    m = re.match(r"(?:the )?(best|easiest|right|fastest|quickest|safest|proper|good|correct) way (?:for you )?to (.+)$", np, re.I)
    if m:
        return done("what_best_way", join(np, "is to"), join("to", m.group(2) + ",", "start by"), join("to", m.group(2) + ",", "start"), np)
    c = s.clause(1)
    if s.tag[-1] in ("VBN", "VBD") and c and c[2]:
        return done("what_passive", join(*c))
    if s.tag[-1] in ("IN", "TO", "RP") or s.low[-1] in ("like", "do", "doing"):
        m = re.match(r"(.+?),? like$", np)
        return m and done("what_is_like", join(m.group(1), verb, "usually"), join("usually,", m.group(1), verb))
    kind = first if first in ("the", "your", "my", "a", "an") else "plural" if verb in ("are", "were") else "name"
    if kind == "the":
        kind = "the_of" if " of " in np else "the_" + (s.low[3] if len(s.low) > 3 and s.tag[3] in ("JJS", "JJ") and s.low[3] in ("best", "current", "average", "latest", "first", "last", "next", "largest") else "np")
    if kind == "your":
        if len(words(join(np, verb))) < 3:
            return done("what_is_your_short", join("right now,", np, verb))
        return done("what_is_your", *pick([(join(np, verb), join(np, "right now", verb)), (join("right now,", np, verb), join(np, verb)), (join(np, "at the moment", verb), join(np, verb))], s.key), np)
    if len(words(np)) >= 3:
        return done("what_is_" + kind, join(np, verb), np)
    if kind.startswith("the") or kind == "my" or first in ("their", "its", "his", "her"):
        if s.low[-1] not in ("time", "date", "weather", "temperature", "score", "news", "traffic", "forecast", "status", "situation", "price", "rate"):
            return done("what_is_as_for", "as for " + np + (", they're" if verb in ("are", "were") else ", it's"))
        return done("what_is_the_short", join(np, "right now", verb) if first != "the" or s.low[-1] in ("time", "date", "weather", "temperature", "score", "news", "traffic", "forecast") else join(np, "at the moment", verb))
    frames = [join(np + ",", "in simple terms,", verb), join("in simple terms,", np, verb), join(np + ",", "put simply,", verb), join("put simply,", np, verb), join(np + ",", "in short,", verb)]
    return done("what_is_short", pick(frames, s.key), frames[0])
