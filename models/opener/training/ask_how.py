"""How-questions: "how do i descale my kettle" -> "To descale your kettle, start by"."""
import re

from sentence import AUX, BE, DO, MODAL, NOUN, done, join
from text import gerund, lemma, pick, turn, words



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
    if s.low[v:] in (["do", "that"], ["do", "this"], ["do", "it"]):
        return None
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
        if m and not past and pick([True, False], s.key, "in"):
            return done("how_many_in", join(m.group(1), m.group(2), "has about"), join("the number of", noun, rest, "is"))
        return done("how_many_" + be, join(lead, noun, rest, "was" if past else "is"), join(lead, noun, rest), join(lead, noun) if len(words(noun)) > 1 else None)
    c = s.clause(aux)
    if not c:
        return None
    if s.low[aux - 1] == "time":
        return done("how_much_time", join(*c, "about"), join(*c))
    return done("how_many_" + be, join(lead, noun, *c, "is"), join(lead, noun, *c), join(lead, noun, c[0], c[1]), least=5)


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
