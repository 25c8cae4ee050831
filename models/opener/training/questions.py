"""Wh-questions turned round into the beginning of their answer: sends each to the file of its question word."""
from ask_how import how
from ask_what import PREP, what
from ask_when import when, where, why
from ask_who import who
from sentence import AUX, done, join

WH = {"what", "who", "whom", "whose", "which", "when", "where", "why", "how"}
FORMS = {"who": who, "what": what, "which": what, "how": how, "when": when, "where": where, "why": why}


def open_question(s, embedded=False):
    """(opener, template) for a wh-question, or None."""
    if s.size < 2:
        return None
    if s.low[0] in PREP and s.low[1] in WH:
        return fronted(s)
    if s.low[0] not in WH:
        return None
    if embedded and s.low[1] not in AUX and s.tag[1] in ("PRP", "PRP$", "DT", "NNP") and s.low[0] in ("when", "where", "why", "how"):
        return statement_order(s)
    return FORMS[s.low[0]](s) if s.low[0] in FORMS else None


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
