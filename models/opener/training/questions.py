"""Turns a wh-question round into the beginning of its answer: "who wrote the hunger games" -> "The Hunger Games was written by"."""
import re

from sentence import AUX, BE, DO, HAVE, MODAL, NOUN, done, join, swap_be
from text import gerund, inflect, lemma, pick, turn, words

WH = {"what", "who", "whom", "whose", "which", "when", "where", "why", "how"}
PREP = ("in", "on", "at", "from", "for", "to", "with", "by", "of", "about")
TITLED = set("write sing direct produce compose record perform".split())
PARTICLES = {"up", "out", "off", "down", "over", "in", "on", "away", "back"}
TRANSITIVE = set("""write sing play invent discover build make direct paint create design own found compose produce publish win host run lead kill
 assassinate elect appoint rule govern start develop record perform voice portray narrate introduce coin draw sign pay sell teach draft
 propose establish score use buy sponsor control manufacture defeat conquer command train cause wear""".split())


def open_question(s):
    """(opener, template) for a wh-question, or None."""
    if s.size < 2:
        return None
    if s.low[0] in PREP and s.low[1] in WH:
        return fronted(s)
    if s.low[0] not in WH:
        return None
    if s.low[0] not in ("who",) and s.low[1] not in AUX and s.tag[1] in ("PRP", "PRP$", "DT", "NNP") and s.low[0] in ("when", "where", "why", "how"):
        return statement_order(s)
    return {"who": who, "what": what, "which": what, "how": how, "when": when, "where": where, "why": why}.get(s.low[0], lambda s: None)(s)


def statement_order(s):
    """"(i want to know) when my card will arrive" -> "Your card will arrive"."""
    if s.low[0] == "how" or len(s.key.split()) < 4:
        return None
    tail = {"why": "because", "where": "", "when": ""}[s.low[0]]
    np = s.text(1)
    return done("statement_" + s.low[0], join(np, tail), np)


def fronted(s):
    """"in which year did X V" -> "X V-ed in"."""
    aux = s.first_aux(2)
    c = s.clause(aux) if aux else None
    return c and done("fronted", join(*c, s.low[0]), join(*c))


# who

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


# what, which

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


# how

def how(s):
    low = s.low
    if low[1] in ("many", "much"):
        return how_many(s)
    if low[1] == "to" and s.size > 3:
        return to_do(s, 2)
    if low[1] in ("do", "can", "should", "would", "could", "might", "must") and s.size > 4 and low[2] in ("i", "you", "we", "one"):
        v = s.main_verb(3)
        if v is None:
            return None
        if low[v] in ("know", "feel", "like", "think"):
            if low[2] == "you":
                return None
            m = re.match(r"(?:if|whether|that) (.+)$", s.text(v + 1))
            return m and done("how_know", join("to know whether", m.group(1) + ","), join("one sign that", m.group(1)))
        return to_do(s, v)
    if low[1] in ("about", "bout"):
        if s.tag[2] in ("IN", "TO"):
            return done("how_about_prep", join("okay,", s.text(2) + ",", "so"))
        return done("how_about", join("when it comes to", s.text(2) + ","), join("as for", s.text(2) + ","))
    if low[1] not in AUX:
        return how_adjective(s)
    c = s.clause(1)
    if not c:
        return None
    subj, verb, rest = c
    if low[1] in BE:
        if subj in ("I", "you", "it", "we"):
            return None
        if s.tag[-1] in ("VBN", "VBD") or any(t in ("VBN", "VBD") for t in s.tag[2:]) and not any(t == "VBG" for t in s.tag):
            return done("how_passive", join(*c, "by"), join(*c), join(subj, verb))
        rest = re.sub(r"\b(going|doing|looking)\b ?", "", rest)
        return done("how_is", *pick([(join(subj, rest, verb), join("right now,", subj, rest, verb)), (join("right now,", subj, rest, verb), join(subj, rest, verb))], s.key), join(subj, verb))
    if low[1] in DO and "like" not in low[2:]:
        return done("how_does", join("how", *c, "is"), join("how", *c), join(subj, verb))
    return None


def to_do(s, v):
    """"how do i descale my kettle" -> "To descale your kettle, start by"."""
    if s.low[v] in ("say", "spell", "pronounce", "translate"):
        m = re.match(r"\w+ (.+?)(?: (in|into|to) (\w+))?$", s.text(v, turned=False))
        if not m:
            return None
        thing = m.group(1).strip("'\" ").replace("the word ", "")
        if m.group(3) and s.low[v] != "spell":
            language = m.group(3).capitalize()
            return done("translate", *pick([(join("in", language + ",", thing, "is"), join("in", language + ",", "you'd say")), (join(thing, "in", language, "is"), join("in", language + ",", "you'd say"))], s.key))
        return s.low[v] == "spell" and done("spell", join("the word", thing, "is spelled"), join(thing, "is spelled")) or None
    phrase = re.sub(r"^(?:go about|get about) (\w+)", lambda m: lemma(m.group(1)), s.text(v))
    doing = gerund(phrase)
    frames = {"to": join("to", phrase + ",", "start by"), "way": join("the easiest way to", phrase, "is"), "ing": join(doing, "usually starts with"), "start": join("to", phrase + ",", "you'll first")}
    first = pick(["to", "to", "way", "ing", "start"], s.key)
    return done("how_to_" + first, *[frames[k] for k in (first, "to", "way", "ing")], join("to", phrase), doing, least=4)


def how_many(s):
    many, aux = s.low[1], s.first_aux(2)
    lead = "the number of" if many == "many" else "the amount of"
    if many == "much" and aux == 2:
        return how_much(s)
    if aux is None or aux == 2:
        own = next((n for n in range(2, s.size) if s.tag[n] in ("PRP", "PRP$")), None)
        if own:
            return done("how_many_own", join("the amount" if own == 2 else lead, s.text(2), "is"), join("the amount" if own == 2 else lead, s.text(2)), least=5)
        v = next((n for n in range(3, s.size) if s.tag[n] in ("VBZ", "VBD", "VBP", "VBN")), None)
        if v is None:
            return None
        noun = s.text(2, v)
        return done("how_many_subject", join(lead, noun, "that", s.text(v), "was" if s.tag[v] == "VBD" else "is"), join(lead, noun, "that", s.text(v)), join(lead, noun))
    noun, be = s.text(2, aux), s.low[aux]
    if be in BE:
        rest = re.sub(r"^there\b ?", "", s.text(aux + 1))
        past = be in ("was", "were")
        if "i" in s.low[aux:] or "my" not in s.low and "you" in s.low[aux:]:
            return None
        m = re.match(r"in (a|an|one|the) (\w+(?: \w+)?)$", rest)
        if m and past is False and share_of(s) < 0.5:
            return done("how_many_in", join(m.group(1), m.group(2), "has about"), join("the number of", noun, rest, "is"))
        return done("how_many_" + be, join(lead, noun, rest, "was" if past else "is"), join(lead, noun, rest), join(lead, noun) if len(words(noun)) > 1 else None)
    c = s.clause(aux)
    if not c:
        return None
    if s.low[aux - 1] == "time":
        return done("how_much_time", join(*c, "about"), join(*c))
    return done("how_many_" + be, join(lead, noun, *c, "is"), join(lead, noun, *c), join(lead, noun, c[0], c[1]), least=5)


def share_of(s):
    return sum(map(ord, s.key)) % 10 / 10


def how_much(s):
    c = s.clause(2)
    if not c:
        return None
    subj, verb, rest = c
    if subj.lower() == "it" and re.search(r"\bcosts?\b", s.key):
        m = re.search(r"\bto (\w+ .+)$", rest)
        return m and done("how_much_to", join(gerund(m.group(1)), "usually costs about"), join("the cost of", gerund(m.group(1)), "is"), join("the cost of", gerund(m.group(1))))
    rest = re.sub(r"^(you|me)\b ?", "", rest)
    if re.search(r"\bcosts?\b", s.key):
        return done("how_much_cost", *pick([(join("the price of", subj, rest, "is"),), (join(subj, "usually", verb, rest, "about") if s.low[2] == "does" else join(subj, verb, rest, "about"),), (join("the cost of", subj, rest, "is"),)], s.key), join("the price of", subj, "is"), join("the price of", subj))
    if "worth" in s.low:
        return done("how_much_worth", join("the value of", subj, rest.replace("worth", ""), "is"), join("the value of", subj))
    if s.low[2] in BE:
        return None if subj.lower() == "it" else done("how_much_is", join(subj, rest, verb, "about"), join("the price of", subj, rest, "is"), join("the amount of", subj, rest, "is"), join("the price of", subj))
    if re.search(r"\b(charge|weigh|weighs|pay|earn|make|owe|spend|spent)\b", s.key):
        return done("how_much_verb", join("how much", *c, "depends on"), join("the amount", *c, "is"), join("the amount", *c), join("how much", *c))
    return None


MEASURE = {"old": "age", "tall": "height", "big": "size", "large": "size", "high": "height", "deep": "depth", "fast": "speed", "heavy": "weight", "long": "length",
           "wide": "width", "hot": "temperature", "cold": "temperature"}


def how_adjective(s):
    adj, aux = s.low[1], s.first_aux(2)
    if aux is None:
        return None
    be, c = s.low[aux], s.clause(aux)
    if s.tag[aux - 1] in NOUN:
        return None
    if adj == "long" and ("take" in s.low or "last" in s.low):
        return how_long(s, aux, c)
    if c is None:
        return None
    subj, verb, rest = c
    if be in BE:
        if subj.lower() == "it":
            return adj == "far" and rest and done("how_far", join("the distance", rest, "is about"), join("the distance", rest, "is"), join("the distance", rest)) or None
        if adj not in MEASURE or subj in ("I", "you") or subj.split()[0] == "your" or adj == "long" and subj.startswith("the wait"):
            return done("how_adj_be", join("how", adj, subj, verb, rest, "depends on"), join("how", adj, subj, verb, rest), join("how", adj, subj, verb))
        noun, past = MEASURE[adj], "was" if be in ("was", "were") else "is"
        if adj == "old":
            return done("how_old", *pick([(join("the age of", subj, rest, past),), (join(subj, verb, rest, "about"),), (join(subj, verb, "currently", rest) if past == "is" else join(subj, verb, rest, "around"),)], s.key), join("the age of", subj, rest, past), join("the age of", subj))
        return done("how_" + noun, *pick([(join("the", noun, "of", subj, rest, past),), (join(subj, verb, rest, "about"),)], s.key), join("the", noun, "of", subj, rest, past), join("the", noun, "of", subj))
    if be in DO and adj == "often" or be in MODAL:
        return done("how_often", join("how", adj, *c, "depends on"), join("how", adj, *c), join("how", adj, subj, verb))
    return done("how_adj_do", join("how", adj, *c, "depends on"), join("how", adj, *c), join("how", adj, subj, verb))


def how_long(s, aux, c):
    m = re.search(r"\bit (?:usually |normally |typically )?take[s]? (?:(?:for|me|us|you) )?(?:((?!to ).+?) )?to (\w+)( .*)?$", s.text(0, turned=False))
    if m:
        doing = turn(gerund((m.group(2) + (m.group(3) or "")).strip()))
        if m.group(1) and m.group(1) not in ("me", "you", "us", "someone"):
            who_for = turn(re.sub(r"^for ", "", m.group(1)))
            return done("how_long_for", join("for", who_for, "to", turn(m.group(2) + (m.group(3) or "")) + ",", "it usually takes"), join("for", who_for, "to", turn(m.group(2) + (m.group(3) or ""))))
        past = s.low[aux] == "did"
        return done("how_long_take", join(doing, "took about" if past else "usually takes about"), join(doing, "took" if past else "takes about"), join(doing, "usually takes"), doing)
    if c and c[0].lower() != "it":
        subj, verb, rest = c
        if verb.split()[0] in MODAL:
            return done("how_long_will", join(*c, "about"), join(*c), join("how long", *c, "depends on"), subj)
        return done("how_long_does", join(subj, "usually", verb, rest, "about"), join(subj, "usually", verb, "about"), join(*c), subj)
    return None


# when, where, why

def when(s):
    aux = s.first_aux(1)
    c = be_clause(s, aux)
    if c is None:
        return None
    subj, verb, rest = c
    be = s.low[aux]
    if be in BE and not rest:
        if be in ("was", "were"):
            return done("when_was", join(subj, verb, "in") if "time" not in s.low else join(subj, verb), subj)
        if re.search(r"\b(day|birthday|election|game|concert|match|meeting|appointment|holiday|party)$", subj, re.I):
            return done("when_is_day", join(subj, verb, "on"), join("this year,", subj, verb, "on"), subj)
        return done("when_is", join(subj, verb), join(subj, verb, "scheduled for"), subj)
    if subj == "you" and be in MODAL | {"do"}:
        return done("when_should", join("when", *c, "depends on"), join("when", *c))
    if be == "does" and not rest and lemma(verb.split()[-1]) in ("start", "begin", "open", "close", "leave", "arrive", "depart"):
        return done("when_starts", join(*c, "at"))
    return done("when_" + be, join(*c, "in" if be in ("did", "was", "were") else ""), join(*c), join("usually,", *c) if be in ("does", "do") else None, join(subj, verb, "in") if be == "did" else None, subj if len(words(subj)) > 4 else None)


def be_clause(s, aux):
    """The clause after when/where; a bare noun phrase after "is" counts as its subject."""
    if aux is None or aux > 2:
        return None
    c = s.clause(aux)
    if c is None and s.low[aux] in BE and aux + 1 < s.size and s.tag[aux + 1] not in ("VBN", "VBG", "PRP"):
        return s.text(aux + 1), swap_be(s.low[aux], ""), ""
    return c


def where(s):
    aux = s.first_aux(1)
    c = be_clause(s, aux)
    if c is None:
        return None
    subj, verb, rest = c
    be = s.low[aux]
    if subj in ("you", "I") and be in MODAL | {"do"}:
        v = s.main_verb(aux + 2)
        phrase = re.sub(r"^go to (?=\w+ )", "", s.text(v))
        return done("where_can", *pick([(join("to", phrase + ",", "you could try"),), (join("a good place to", phrase, "is"),), (join("to", phrase + ",", "you can"),)], s.key), join("a good place to", phrase, "is"), join("places to", phrase), join("to", phrase))
    if subj in ("I", "you", "it"):
        return None
    if be in BE and not rest:
        if re.search(r"\b(closest|nearest|best)\b", subj):
            return done("where_closest", join(subj, verb), subj)
        if subj.startswith("your "):
            return done("where_is_your", join(subj, verb, "currently"), subj)
        return done("where_is", join(subj, verb, "in"), join(subj, "can be found in"), subj)
    ending = (rest or verb).split()[-1]
    if ending in ("from", "to", "in", "at", "on", "located"):
        return done("where_prep", join(*c, "in" if ending == "located" else ""), join(*c))
    base = lemma(verb.split()[-1])
    if base in ("come", "originate") and not rest:
        return done("where_from", join(subj, "originally" if verb == "came" else "", verb, "from"), join("originally,", subj, verb, "from"))
    if base == "go":
        return done("where_go", join(*c, "at" if re.search("school|college|university", rest) else "to" if not rest else ""), join(*c))
    return done("where_" + be, join(*c, "in"), join(*c), join(subj, verb, "in"))


def why(s):
    aux = s.first_aux(1)
    c = s.clause(aux) if aux == 1 else None
    if c is None:
        return None
    subj, verb, rest = c
    if subj == "I" or not (rest or s.low[1] in DO) or rest.startswith(("not ", "there")) or subj == "it" and not rest:
        return None
    return done("why_" + ("be" if s.low[1] in BE else "do"), join(*c, "because"), join(*c), join("the reason", subj, verb, rest, "is"), join("the reason", *c), join("one reason", subj, verb), least=5)
