"""When-, where- and why-questions: "when did the vikings reach britain" -> "The Vikings reached Britain in"."""
import re

from sentence import BE, DO, MODAL, done, join, swap_be
from text import lemma, pick, words



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
