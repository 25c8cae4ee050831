"""Frames for yes-no questions that either answer can end: "is X Y" -> "Whether X is Y depends on"; "do i have X" -> "As for X,"."""
import re

from sentence import AUX, BE, DO, HAVE, MODAL, done, join
from text import gerund, lemma, pick

def topic(name, s, thing, *more):
    """A frame that only names the thing."""
    first = pick(["as for {},", "when it comes to {},", "as for {},", "about {},"], s.key, "topic")
    order = [first, "as for {},", "when it comes to {},", "about {},", "as for {}"]
    return done(name + "_" + first.split()[0], *[o.format(thing) for o in order], *more)


def bare_thing(np):
    """"any new emails" -> "new emails"; "a dentist appointment" stays."""
    return re.sub(r"^(any|some|enough|a lot of|lots of) (?=\w)", "", np)


def yes_no(s):
    if s.size < 3 or s.low[0] not in AUX:
        return None
    aux = s.low[0]
    if s.low[1] in ("n't", "not"):
        return None
    if s.low[1] == "there":
        rest = bare_thing(s.text(2))
        rest = re.sub(r"^(?:a |any )?(?:way|possibility|chance|option)s? (?:for me |for you |that i can |i can )?to (\w+.*)$", lambda m: gerund(m.group(1)), s.text(2)) if re.match(r"(a|any)? ?way", s.text(2)) else rest
        rest = re.sub(r"^(a|an|any) reason (why )?", "why ", rest)
        return topic("there", s, rest) if rest and rest.split()[0] not in ("anywhere", "anyone", "anything", "thing", "planned", "other", "others", "any") or len(rest.split()) > 2 else None
    if s.low[1] in ("this", "that", "anyone", "anybody", "anything", "these", "those") and s.low[2:3] and s.tag[2] not in ("NN", "NNS"):
        return None
    if s.low[1] == "it":
        return it_is(s)
    c = s.clause(0)
    if c is None:
        return None
    subj, verb, rest = c
    if subj == "you":
        return about_user(s, aux, verb, rest)
    if subj == "I" or subj.startswith("I ") or aux in BE and not rest:
        return None
    facts = aux in BE | DO | HAVE
    frames = [join("as for whether", *c) + ",", join("whether", *c, "depends on"), join("whether", *c)]
    first = pick([0, 0, 1], s.key) if facts else 1
    name = "whether_" + (aux if aux in ("do", "does", "can", "will", "should", "is", "are") else "past")
    return done(f"{name}_{first}", frames[first], frames[1], frames[2], join("as for", subj + ",") if len(subj.split()) > 2 else None)


def about_user(s, aux, verb, rest):
    v = verb.split()[-1]
    if v in ("have", "got") and rest and not rest.startswith("to ") and aux in ("do", "did", "will") and not re.match(r"(been|had|any idea)\b", rest):
        return topic("have", s, bare_thing(rest))
    if aux in MODAL and rest and v not in ("be", "have", "get"):
        doing = gerund(v + " " + rest)
        return done("can_i_" + pick("ab", s.key), *pick([(join("when it comes to", doing + ","), join("whether you", verb, rest, "depends on")), (join("whether you", verb, rest, "depends on"), join("whether you", verb, rest))], s.key), join("as for", doing + ","), join("whether you", verb, rest), join("as for", doing))
    if aux == "did":
        m = re.match(r"(?:get|receive)\b", v)
        return topic("did_get", s, bare_thing(rest)) if m and rest else done("did_i", join("as for whether you", verb, rest) + ",", join("whether you", verb, rest))
    return done("user_" + aux, *pick([(join("as for whether you", verb, rest) + ",",), (join("whether you", verb, rest, "depends on"),)], s.key), join("whether you", verb, rest, "depends on"), join("whether you", verb, rest))


GOOD = r"(safe|okay|ok|alright|possible|legal|bad|good|normal|healthy|wise|rude|hard|easy|better|cheaper|true|worth|dangerous|expensive|acceptable|necessary|fine)"


def it_is(s):
    rest = s.text(2)
    m = re.match(rf"(?:too |really |still )?{GOOD} (?:for (?:me|you|us) )?to (\w+)( .*)?$", rest)
    if m:
        doing = gerund((m.group(2) + (m.group(3) or "")).strip())
        return done("it_is_" + pick("ab", s.key), *pick([(join("when it comes to", doing + ","),), (join("whether", doing, "is", m.group(1), "depends on"),)], s.key), join("whether", doing, "is", m.group(1)), join("as for", doing + ","), join("when it comes to", doing), join("as for", doing))
    m = re.match(rf"{GOOD} (?:that|if) (?:i|you) (\w+)( .*)?$", rest)
    if m:
        doing = gerund(lemma(m.group(2)) + (m.group(3) or ""))
        return done("it_if", join("when it comes to", doing + ","), join("as for", doing + ","), join("as for", doing))
    m = re.match(r"true (?:that )?(.+)$", rest)
    return m and done("it_true", join("whether", m.group(1), "is a matter of"), join("whether", m.group(1)), join("whether", m.group(1), "depends on"))
