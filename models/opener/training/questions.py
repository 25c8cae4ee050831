"""Turns a parsed question round into the beginning of its answer: "who wrote the hunger games" -> "The Hunger Games was written by"."""
import re

from text import capital, fit, inflect, lemma, pick, turn, words

BE = {"is", "are", "was", "were", "'s", "s", "am", "'re"}
DO = {"do", "does", "did"}
MODAL = {"can", "could", "will", "would", "should", "may", "might", "must", "'ll", "shall"}
HAVE = {"has", "have", "had"}
AUX = BE | DO | MODAL | HAVE
WH = {"what", "who", "whom", "whose", "which", "when", "where", "why", "how", "whats", "whos", "wheres"}
SKIP = {"ever", "usually", "also", "still", "first", "last", "really", "actually", "currently", "just", "often", "always", "originally", "even", "typically", "normally", "now", "already"}


class Sentence:
    """A parsed question as cased words with tags: what the frames below read."""

    def __init__(self, doc, cased):
        keep = [n for n, t in enumerate(doc) if not t.is_space]
        while keep and doc[keep[-1]].is_punct:
            keep.pop()
        self.toks = [doc[n] for n in keep]
        self.cased = [cased[n] for n in keep]
        self.low = [t.text.lower() for t in self.toks]
        self.tag = [t.tag_ for t in self.toks]
        self.size = len(self.toks)
        self.key = " ".join(self.low)

    def text(self, a, b, turned=True):
        """Words a..b as written, with clitics joined again and persons turned round."""
        out = ""
        for n in range(a, b):
            w = self.cased[n]
            glue = w.startswith("'") or w in ("n't", "%", "-", "/", ",", ".", "?") or out.endswith(("-", "/", "$", "£")) or not out
            out += w if glue else " " + w
        return turn(out) if turned else out

    def subject_end(self, a):
        """Where the noun phrase that begins at `a` ends, by the parse."""
        for n in range(a, self.size):
            t = self.toks[n]
            if t.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") and t.i >= self.toks[a].i:
                left = min(x.i for x in t.subtree)
                if left <= self.toks[a].i <= t.i:
                    right = max(x.i for x in t.subtree) - self.toks[0].i
                    return min(right + 1, self.size)
        return None


def finite(verb, aux, subject):
    """The verb of "does X VERB" / "did X VERB" as it stands without the auxiliary."""
    if aux == "did":
        return inflect(lemma(verb), "VBD")
    if aux == "does":
        return inflect(lemma(verb), "VBZ")
    return verb


def swap_be(be, subject):
    """The verb after a subject whose person was turned round."""
    if subject == "I":
        return {"are": "am", "'re": "am", "were": "was"}.get(be, be)
    if subject == "you":
        return {"am": "are", "is": "are", "was": "were"}.get(be, be)
    return {"'s": "is", "s": "is", "'re": "are"}.get(be, be)


def main_verb(s, a):
    """The verb that "does X ..." waits for: the parse's root, else the first plain verb, else the last word that can be one."""
    for n in range(a, s.size):
        if s.toks[n].dep_ == "ROOT" and (s.tag[n] in ("VB", "VBP", "VBD", "VBN", "VBZ") or s.low[n] in VERBISH):
            return n
    for n in range(a, s.size):
        if s.tag[n] in ("VB", "VBP") and (s.low[n] not in AUX or s.low[n] in ("be", "have", "do")) and s.low[n - 1] != "to":
            return n
    for n in range(a, s.size):
        if s.tag[n] in ("VBD", "VBZ") and s.low[n] not in AUX or s.low[n] in VERBISH:
            return n
    return None


VERBISH = set("star play work live die marry date work run open start end happen win train represent study act sing air begin speak use export rule rise".split())


def clause(s, aux_at):
    """"AUX subject verb rest" in statement order: (subject, verb phrase, rest) or None."""
    aux = s.low[aux_at]
    a = aux_at + 1
    if a >= s.size:
        return None
    if aux in DO or aux in MODAL:
        v = main_verb(s, a + 1)
        if v is None:
            return None
        subj_end = v
        adv = []
        while subj_end - 1 > a and (s.low[subj_end - 1] in SKIP or s.tag[subj_end - 1] == "RB"):
            subj_end -= 1
            adv.insert(0, s.low[subj_end])
        subject = s.text(a, subj_end)
        if s.low[a] in ("n't", "not"):
            return None
        subject = "I" if subject == "me" else subject
        if subject == "I" and re.match(r"(have|need|got|get|want)\b", s.low[v]) and "to" in s.low[v + 1:v + 2]:
            subject = "you"
        verb = finite(s.low[v], aux, subject) if aux in DO else aux.replace("'ll", "will") + " " + s.low[v]
        if aux == "do" and subject == "I" and verb == "are":
            verb = "am"
        return subject, " ".join([*adv, verb]), s.text(v + 1, s.size)
    end = reduced(s, a) or s.subject_end(a)
    if end is None or end <= a:
        return None
    subject = s.text(a, end)
    subject = "I" if subject == "me" else subject
    if s.low[a] in ("n't", "not"):
        return None
    return subject, swap_be(aux, subject) if aux in BE else aux, s.text(end, s.size)


def reduced(s, a):
    """Where "the temple of karnak | built" parts when the parse took the participle into the noun phrase."""
    if s.low[0] in ("who", "what") and a == 2 or "time" in s.low[a:]:
        return None
    for n in range(a + 1, s.size):
        if s.tag[n] in ("VBN", "VBD", "VBG") and s.tag[n - 1] in ("NN", "NNS", "NNP", "NNPS", "CD", "RB") and s.low[n] not in AUX:
            verbs = [m for m in range(n + 1, s.size) if s.tag[m] in ("VBD", "VBZ", "VBP")]
            return None if verbs else n
    return None


def join(*parts):
    return re.sub(r"\s+", " ", " ".join(p for p in parts if p)).strip()


def first_aux(s, a):
    for n in range(a, min(s.size, a + 7)):
        if s.low[n] in AUX and s.tag[n] in ("VBZ", "VBD", "VBP", "MD", "VB", "POS") and not (s.low[n] in ("s", "'s") and n > 1 and s.tag[n] == "POS"):
            return n
    return None


def open_question(doc, cased):
    """(opener, template) for a wh-question, or None."""
    s = Sentence(doc, cased)
    if s.size < 2:
        return None
    wh = s.low[0]
    if wh in ("at", "in", "on", "to", "from", "for", "of", "with", "by") and s.low[1] in WH:
        return fronted(s)
    if wh not in WH:
        return noun_phrase(s)
    if wh == "who":
        return who(s)
    if wh in ("what", "which", "whats"):
        return what(s)
    if wh == "how":
        return how(s)
    if wh in ("when", "where", "why"):
        return when_where_why(s, wh)
    return None


def done(name, *candidates, least=4):
    best = fit(*candidates, least=least)
    return (capital(best), name) if best else None


def noun_phrase(s):
    """"actor who played caesar in ..." -> "The actor who played Caesar in ... is"."""
    if s.size < 3 or s.tag[0] not in ("NN", "NNS", "JJ", "JJS", "DT", "NNP") or s.low[0] in ("please", "hey", "hello") or s.toks[0].doc[0].dep_ == "ROOT" and s.tag[0] == "VB":
        return None
    root = next((t for t in s.toks if t.dep_ == "ROOT"), None)
    if root is None or root.tag_ not in ("NN", "NNS"):
        return None
    np = s.text(0, s.size)
    lead = "" if s.low[0] in ("the", "a", "an", "my", "your") or s.tag[0] == "NNP" else "the"
    return done("noun_phrase", join(lead, np, "are" if root.tag_ == "NNS" else "is"), join(lead, np))


def fronted(s):
    """"in which year did X V" -> "X V-ed in"."""
    aux = first_aux(s, 2)
    c = clause(s, aux) if aux else None
    if not c:
        return None
    subj, verb, rest = c
    return done("fronted", join(subj, verb, rest, s.low[0]), join(subj, verb, rest))


def who(s):
    if s.size < 3:
        return None
    first = s.low[1]
    if first in BE:
        rest_end = s.size
        if s.tag[2] in ("VBG",) or (s.tag[2] == "VBN" and s.size > 3):
            return done("who_be_verb", join("the person who", swap_be(first, "x"), s.text(2, s.size)), join("the one", s.text(2, s.size), swap_be(first, "x")), least=5)
        c = clause(s, 1)
        if c and c[2] and s.tag[s.size - 1] in ("VBN", "VBG", "VBD"):
            return done("who_passive", join(*c[:2], c[2], "by"), join(*c))
        np = s.text(2, s.size)
        be = swap_be(first, np)
        if s.tag[-1] in ("IN", "TO") and c and c[2]:
            return done("who_be_prep", join(*c))
        if s.tag[-1] in ("IN", "TO", "VBG"):
            return None
        short = join(np, be)
        if len(words(short)) < 4:
            return done("who_is_short", join(np, be, pick(["best known for", "perhaps best known as", "known mainly for"], s.key)) if first in ("is", "'s") else join(np, be, pick(["best known for", "someone who", "known mainly for"], s.key)))
        return done("who_is", short, np)
    if first in DO or first in MODAL and s.size > 3 and s.tag[2] in ("PRP", "NNP", "DT", "NN", "NNS", "PRP$", "JJ") and main_verb(s, 3):
        c = clause(s, 1)
        return c and done("who_object", join(*c), join(c[0], c[1]))
    if first in HAVE and s.size > 3 and s.tag[2] in ("VBN", "VBD"):
        obj = s.text(3, s.size)
        return done("who_has", join("the one who", first, s.low[2], obj, "is"), join("the person who", first, s.low[2], obj))
    if s.tag[1] in ("VBD", "VBZ", "VBP", "VBN", "VB"):
        return who_did(s, 1)
    return None


TITLED = set("write sing direct produce compose record perform".split())
PARTICLES = {"up", "out", "off", "down", "over", "in", "on", "away", "back"}
TRANSITIVE = set("""write sing play invent discover build make direct paint create design own found compose produce publish win host run lead kill found
 assassinate elect appoint rule govern start develop record perform voice portray narrate introduce coin draw sign pay sell teach draft
 propose establish score use buy sponsor control manufacture defeat conquer command train cause wear""".split())


def who_did(s, v):
    """"who wrote X in Y" -> "X was written by" where a passive is possible."""
    verb = lemma(s.low[v])
    past = s.tag[v] in ("VBD", "VBN")
    obj_at = v + 1
    particle = ""
    if obj_at < s.size and s.low[obj_at] in PARTICLES and s.tag[obj_at] in ("RP",):
        particle, obj_at = s.low[obj_at], obj_at + 1
    obj = next((t for t in s.toks[obj_at:] if t.dep_ in ("dobj", "obj") and t.head.i == s.toks[v].i), None)
    if verb in TRANSITIVE and obj is not None and obj_at < s.size and s.tag[obj_at] not in ("IN", "TO", "PRP"):
        base = s.toks[0].i
        end = max(x.i for x in obj.subtree) - base + 1
        np, rest = s.text(obj_at, end), s.text(end, s.size)
        plural = obj.tag_ == "NNS"
        be = ("were" if plural else "was") if past else ("are" if plural else "is")
        part = inflect(verb, "VBN")
        if verb in ("win",) and re.search(r"\b(the most|most)\b", np):
            return done("who_most", join(np, rest, "were won by"), join("the record for", np, rest, "belongs to"))
        return done("who_did_passive", join(np, rest, be, part, particle, "by"), join(np, be, part, particle, rest, "by"), join(np, be, part, particle, "by"), join(np, be, part))
    if verb in TITLED and v + 1 < s.size and s.tag[v + 1] not in ("IN", "TO"):
        title = s.text(v + 1, s.size, turned=False)
        return done("who_title", join(title, "was" if past else "is", inflect(verb, "VBN"), "by"), join("the song", title, "is") if verb == "sing" else None)
    return done("who_did", join("the one who", s.text(v, s.size), "was" if past else "is"), join("the person who", s.text(v, s.size)), join("the one who", s.text(v, s.size)), least=5)


def what(s):
    if s.size >= 4 and s.low[1] in ("does", "do", "is") and s.low[-1] in ("mean", "stand") or s.key.endswith("stand for"):
        c = clause(s, 1)
        if c:
            noun = c[0]
            verb = "stands for" if "stand" in s.key else ("means" if s.low[1] == "does" else "mean")
            return done("what_mean", join(noun, verb), join("the word", noun, verb), join("in everyday language,", noun, verb))
    aux = first_aux(s, 1)
    if aux is None:
        if s.size > 2 and s.tag[1] in ("VBZ", "VBD", "VBP"):
            return done("what_subject", join("what", s.text(1, s.size), "is"), join("what", s.text(1, s.size)))
        if s.size > 3 and s.tag[1] in ("NN", "NNS", "JJ"):
            v = next((n for n in range(2, s.size) if s.tag[n] in ("VBZ", "VBD", "VBP")), None)
            if v and v + 1 <= s.size:
                past = s.tag[v] == "VBD"
                plural = s.tag[v - 1] == "NNS"
                be = ("were" if past else "are") if plural else ("was" if past else "is")
                return done("what_noun_subject", join("the", s.text(1, v), "that", s.text(v, s.size), be), join("the", s.text(1, v), "that", s.text(v, s.size)))
        return None
    if aux == 1:
        return what_aux(s)
    noun = s.text(1, aux)
    if s.tag[aux - 1] not in ("NN", "NNS", "NNP", "NNPS", "CD"):
        if not re.match(r"(kind|type|sort) of", noun):
            return None
    noun = re.sub(r"^(kind|type|sort|kinds|types) of ", r"\1 of ", noun)
    rest_c = clause(s, aux)
    be = s.low[aux]
    if be in BE and (rest_c is None or not rest_c[0] or s.tag[aux + 1] in ("VBN", "IN", "VBG", "JJ") if aux + 1 < s.size else True):
        tail = re.sub(r"^there ", "", s.text(aux + 1, s.size))
        if not tail:
            return None
        verb = swap_be(be, noun)
        if s.tag[-1] in ("IN", "TO") and s.tag[aux + 1] in ("NNP", "NN", "DT", "PRP$", "NNS", "NNPS", "JJ"):
            return done("what_noun_in", join(s.text(aux + 1, s.size - 1), verb, s.low[-1]), join("right now,", s.text(aux + 1, s.size - 1), verb, s.low[-1]))
        if s.tag[aux + 1] in ("NNP", "PRP$") or s.tag[aux + 1] in ("DT", "NN") and s.tag[aux - 1] == "NN" and noun in ("time", "timezone", "language", "currency", "color", "colour", "size", "religion", "state"):
            return done("what_noun_of", join("the", noun, "of", tail, verb), join("the", noun, "of", tail))
        relative = "" if s.tag[aux + 1] in ("VBN", "VBG", "IN", "TO") else "that " + verb
        return done("what_noun_be", join("the", noun, relative, tail, verb), join("the", noun, relative, tail))
    if rest_c is None:
        return None
    subj, verb, rest = rest_c
    if rest.split() and rest.split()[-1] in ("in", "on", "at", "from", "for", "to", "with", "by") and be not in BE:
        return done("what_noun_prep", join(subj, verb, rest), join("the", noun, subj, verb, rest, "is"))
    if noun in ("time", "day", "year", "date", "month") or noun.endswith((" year", " day", " month", " time")):
        prep = {"time": "at", "day": "on", "date": "on"}.get(noun.split()[-1], "in")
        if be in BE and not rest:
            return done("what_when_is", join(subj, verb, prep), join(subj, "usually", verb, prep) if verb == "is" and False else join("this time,", subj, verb, prep) if False else join("the", noun, "of", subj, "is"))
        return done("what_when", join(subj, verb, rest, prep), join(subj, verb, rest), join(subj, verb))
    plural = s.tag[aux - 1] in ("NNS", "NNPS")
    return done("what_noun", join("the", noun, subj, verb, rest, "are" if plural else "is"), join("the", noun, "that", subj, verb, rest), join("the", noun, subj, verb))


def what_aux(s):
    be = s.low[1]
    if be in BE:
        if s.size < 3:
            return None
        a = 2
        np = s.text(a, s.size)
        if s.tag[a] in ("PRP",) or np.split()[0].lower() in ("there", "it", "this", "that", "not"):
            return None
        verb = swap_be(be, np)
        m = re.match(r"(?:the )?(?:best|easiest|right|fastest|quickest|safest|proper|good) way to (.+)$", np, re.I)
        if m:
            return done("what_best_way", join(np, "is to"), join("to", m.group(1) + ",", "start by"), join("to", m.group(1) + ",", "start"), np)
        c = clause(s, 1)
        if c and c[2] and s.tag[s.size - 1] in ("VBN", "IN", "TO") and c[2].split()[0] in (s.low[k] for k in range(s.size) if s.tag[k] in ("VBN", "VBG")):
            return done("what_passive", join(*c), join(c[0], c[1]))
        if s.tag[s.size - 1] in ("IN", "TO", "RP"):
            return None
        if len(words(np)) >= 3:
            return done("what_is", join(np, verb), np if len(words(np)) >= 4 else None)
        if np.split()[0].lower() in ("my", "your", "the", "his", "her", "our"):
            return done("what_is_mine", join("right now,", np, verb), join(np, "at the moment", verb)) if np.split()[0] in ("my", "your") else done("what_is_the", join(np, "right now", verb)) if np.lower() in ("the time", "the date", "the weather", "the temperature") else done("what_is_the", join("in short,", np, verb))
        return done("what_is_short", join(np + pick([", in simple terms,", ", put simply,", ", in short,"], s.key), verb) if not np[:1].isupper() or True else None)
    c = clause(s, 1)
    if not c:
        return None
    subj, verb, rest = c
    if be in DO and verb.split()[-1] in ("do", "does", "did"):
        did = {"do": "do", "does": "does", "did": "did"}[be]
        if re.match(r"(for|with|about|after|before|to|in|on|at|when|if)\b", rest) or not rest:
            return done("what_do", join("what", subj, did, rest, "is" if be != "did" else "was"), join("what", subj, did, rest))
    if subj in ("you", "I") and be in MODAL:
        if subj == "I":
            return None
        return done("what_can_i", join("one thing", subj, verb, rest, "is"), join("what", subj, verb, rest, "depends on"), join("one thing", subj, verb, rest))
    return done("what_do_other", join("what", subj, verb, rest, "is" if be != "did" else "was"), join("what", subj, verb, rest))


def how(s):
    low = s.low
    if low[1] in ("many", "much"):
        return how_many(s)
    if low[1] == "to" and s.size > 3:
        return to_do(s, 2)
    if low[1] in ("do", "can", "should", "would", "could", "might", "must") and s.size > 4 and low[2] in ("i", "you", "we", "one"):
        v = main_verb(s, 3)
        if v is None:
            return None
        if low[v] in ("know", "feel", "like", "think"):
            c = clause(s, 1)
            return c and done("how_feel", join("how", *c, "depends on"), join("how", *c))
        return to_do(s, v)
    if low[1] in ("long", "far", "old", "tall", "big", "high", "deep", "fast", "heavy", "often", "large", "wide", "late", "early", "soon", "hot", "cold", "good", "bad"):
        return how_adjective(s)
    if low[1] in ("about",):
        return done("how_about", join("when it comes to", s.text(2, s.size) + ","))
    c = clause(s, 1) if low[1] in AUX else None
    if not c:
        return None
    subj, verb, rest = c
    if low[1] in BE and rest and s.tag[-1] in ("VBN", "VBG") or low[1] in BE and re.match(r"\w+(ed|en|ing|lt|de|un|wn|ght)\b", rest):
        return done("how_passive", join(subj, verb, rest, "by"), join(subj, verb, rest), join(subj, verb))
    if low[1] in DO:
        return done("how_does", join("the way", subj, verb, rest, "is"), join("how", subj, verb, rest), join(subj, verb, rest, "by"), join(subj, verb))
    if low[1] in BE and subj not in ("I", "you", "it"):
        return done("how_is", join(subj, rest, verb), join("right now,", subj, rest, verb), join(subj, verb))
    return None


def to_do(s, v):
    phrase = s.text(v, s.size)
    gerund = join(inflect(lemma(s.low[v]), "VBG"), s.text(v + 1, s.size))
    frames = {"to": join("to", phrase + ",", "start by"), "way": join("the easiest way to", phrase, "is"), "ing": join(gerund, "usually starts with")}
    first = pick(["to", "to", "way", "ing"], s.key)
    order = [first, *[k for k in ("to", "way", "ing") if k != first]]
    return done("how_to_" + first, *[frames[k] for k in order], join("to", phrase), gerund)


def how_many(s):
    many = s.low[1]
    aux = first_aux(s, 2)
    if many == "much" and aux == 2:
        c = clause(s, 2)
        if c and re.search(r"\b(cost|costs|charge|weigh|weighs|pay|worth|earn|make)\b", s.key):
            subj, verb, rest = c
            if re.search(r"\bcosts?\b|\bworth\b", s.key):
                rest = re.sub(r"\bworth\b ?", "", rest)
                return done("how_much_cost", join("the cost of", subj, rest, "is") if not subj.startswith("it") else join("the cost", rest, "is usually around"), join(subj, verb, rest, "about"), join("the cost of", subj, "is"))
            return done("how_much_verb", join(subj, verb, rest, "about"), join(subj, verb, rest), join(subj, "usually", verb, "about"))
        if c and s.low[2] in BE:
            return done("how_much_is", join("the price of", c[0], c[2], "is"), join(c[0], c[2], "comes to about"), join("the price of", c[0]))
        return None
    if aux is None:
        v = next((n for n in range(3, s.size) if s.tag[n] in ("VBZ", "VBD", "VBP", "VBN")), None)
        if v is None:
            return None
        noun = s.text(2, v)
        lead = "the number of" if many == "many" else "the amount of"
        past = s.tag[v] == "VBD"
        return done("how_many_subject", join(lead, noun, "that", s.text(v, s.size), "was" if past else "is"), join(lead, noun, "that", s.text(v, s.size)), join(lead, noun))
    noun = s.text(2, aux)
    if not noun or aux == 2:
        return None
    lead = "the number of" if many == "many" else "the amount of"
    be = s.low[aux]
    if be in BE:
        rest = re.sub(r"^there\b ?", "", s.text(aux + 1, s.size))
        past = be in ("was", "were")
        if not rest:
            return done("how_many_be_bare", join(lead, noun, "is"), join(lead, noun, "there", be, "is"))
        return done("how_many_be", join(lead, noun, rest, "was" if past else "is"), join(lead, noun, rest))
    c = clause(s, aux)
    if not c:
        return None
    subj, verb, rest = c
    if noun in ("time",):
        return done("how_much_time", join(subj, verb, rest, "about"), join(subj, verb, rest))
    return done("how_many_have", join(lead, noun, subj, verb, rest, "is"), join(lead, noun, subj, verb, rest), join(lead, noun, subj, verb))


def how_adjective(s):
    adj = s.low[1]
    aux = first_aux(s, 2)
    if aux is None:
        return None
    be = s.low[aux]
    c = clause(s, aux)
    if "take" in s.low[aux:] or "last" in s.low[aux:] and adj == "long":
        v = main_verb(s, aux + 1)
        m = re.search(r"\bto (\w+)( .*)?$", s.text(v + 1, s.size)) if v else None
        if v and s.low[aux + 1] in ("it",) and m:
            from text import gerund
            doing = gerund((m.group(1) + (m.group(2) or "")).strip())
            return done("how_long_take", join(doing, "usually takes about"), join(doing, "takes about"), join(doing, "usually takes"), doing)
        if c and be in DO | MODAL:
            return done("how_long_does", join(c[0], c[1], c[2], "about"), join(c[0], "usually", c[1], "about"), join(c[0], c[1], c[2]), c[0])
    if c is None:
        return None
    subj, verb, rest = c
    if be in BE:
        if subj == "it":
            m = re.search(r"\b(?:from (?P<a>.+) )?to (?P<b>.+)$", rest)
            if adj == "far" and rest:
                return done("how_far", join("the distance", rest, "is about"), join("the distance", rest, "is"), join("the distance", rest))
            return None
        tail = {"old": "about", "far": "about"}.get(adj, "about")
        noun = {"old": "the age of", "tall": "the height of", "big": "the size of", "large": "the size of", "high": "the height of", "deep": "the depth of",
                "fast": "the speed of", "heavy": "the weight of", "long": "the length of", "wide": "the width of", "far": "the distance to", "hot": "the temperature of", "cold": "the temperature of"}.get(adj)
        past = be in ("was", "were")
        if noun is None or subj in ("I", "you"):
            return done("how_adj_be", join("how", adj, subj, verb, rest, "depends on"), join("how", adj, subj, verb, rest))
        return done("how_adj_" + adj, join(noun, subj, rest, "was" if past else "is"), join(subj, verb, rest, tail), join(noun, subj))
    if adj == "often":
        return done("how_often", join("how often", subj, verb, rest, "depends on"), join("how often", subj, verb, rest))
    return done("how_adj_do", join("how", adj, subj, verb, rest, "depends on"), join("how", adj, subj, verb, rest), join("how", adj, subj, verb))


def when_where_why(s, wh):
    aux = first_aux(s, 1)
    if aux is None or aux > 2:
        return None
    c = clause(s, aux)
    be = s.low[aux]
    if c is None and be in BE and wh != "why":
        c = (s.text(aux + 1, s.size), swap_be(be, ""), "")
        if not c[0] or s.tag[aux + 1] in ("VBN", "VBG", "PRP"):
            return None
    if c is None:
        return None
    subj, verb, rest = c
    if wh == "why":
        if subj == "I" or not (rest or be in DO):
            return None
        return done("why", join(subj, verb, rest, "because"), join("the reason", subj, verb, rest, "is"), join("one reason", subj, verb, "is that") if False else join(subj, verb, rest), join("the reason", subj, verb))
    if wh == "where":
        if be in MODAL and subj == "you":
            v = main_verb(s, aux + 2)
            phrase = s.text(v, s.size)
            return done("where_can", join("to", phrase + ",", "you could try"), join("a good place to", phrase, "is"), join("places to", phrase))
        if be in BE and not rest:
            return done("where_is", join(subj, verb, "in"), join(subj, "can be found in"), join(subj, verb, "located in"), subj)
        ending = rest.split()[-1] if rest else verb.split()[-1]
        if ending in ("from", "to", "in", "at", "on", "located"):
            return done("where_prep", join(subj, verb, rest + (" in" if ending == "located" else "")), join(subj, verb, rest))
        if lemma(verb.split()[-1]) in ("come", "originate", "get") and not rest:
            return done("where_from", join(subj, "originally" if verb == "came" else "", verb, "from"), join("originally,", subj, verb, "from"))
        if lemma(verb.split()[-1]) in ("go",) :
            return done("where_go", join(subj, verb, rest, "at" if "school" in rest or "college" in rest else "to"), join(subj, verb, rest))
        return done("where", join(subj, verb, rest, "in"), join(subj, verb, rest), join(subj, verb, "in"))
    if be in BE and not rest:
        past = be in ("was", "were")
        return done("when_is", join(subj, verb, "in" if past else pick(["on", "scheduled for", "expected on"], s.key) if False else "on" if re.search(r"\b(day|birthday|election|game|concert|match|meeting|appointment)s?$", subj, re.I) else verb and "in" if past else ""), join("this year,", subj, verb, "on"), subj)
    return done("when", join(subj, verb, rest, "in" if be in ("did", "was", "were") else ""), join(subj, verb, rest), join("usually,", subj, verb, rest) if be in ("does", "do") else None, join(subj, verb, "in") if be == "did" else None)


def yes_no(doc, cased):
    """A frame that either answer can end: "is X Y" -> "Whether X is Y depends on"."""
    s = Sentence(doc, cased)
    if s.size < 3 or s.low[0] not in AUX:
        return None
    c = clause(s, 0)
    if c is None:
        return None
    subj, verb, rest = c
    first = subj.split()[0].lower()
    if subj in ("I",) or first in ("not", "n't", "there", "it", "this", "that", "anyone", "any", "anything"):
        if first == "there" and rest:
            return done("yes_no_there", join("as for", rest + ","), join("when it comes to", rest + ","), join("as for", rest))
        if first == "it" and re.match(r"(safe|okay|ok|possible|legal|bad|good|normal|healthy|wise|rude|hard|easy|better|cheaper|true|worth|dangerous)\b", rest):
            m = re.match(r"(\w+) (?:for (?:me|you|us) )?to (\w+)( .*)?$", rest)
            if m:
                from text import gerund
                doing = gerund((m.group(2) + (m.group(3) or "")).strip())
                return done("yes_no_it_is", join("when it comes to", doing + ","), join("whether", doing, "is", m.group(1), "depends on"), join("when it comes to", doing))
        return None
    if subj in ("you",) and s.low[0] in MODAL | DO | HAVE:
        return done("yes_no_you", join("whether", subj, verb, rest, "depends on"), join("whether", subj, verb, rest), join("when it comes to whether", subj, verb))
    return done("yes_no", join("whether", subj, verb, rest, "depends on"), join("whether", subj, verb, rest), join("as for whether", subj, verb, rest + ","))
