"""A parsed request as cased words with tags, and its clauses in statement order: what all frames read."""
import re

from lemminflect import getAllLemmas

from text import capital, fit, inflect, lemma, turn

BE = {"is", "are", "was", "were", "'s", "s", "am", "'re"}
DO = {"do", "does", "did"}
MODAL = {"can", "could", "will", "would", "should", "may", "might", "must", "'ll", "shall"}
HAVE = {"has", "have", "had"}
AUX = BE | DO | MODAL | HAVE
ADVERBS = {"ever", "usually", "also", "still", "first", "last", "really", "actually", "currently", "just", "often", "always", "originally", "even", "typically", "normally", "now", "already", "only"}
VERBISH = set("star play work live die marry date run open start end happen win train represent study act sing air begin speak use export rule rise cost call fly stand mean".split())
GENERIC = re.compile(r"^(?:about )?(?:how|when|where|why|what|which)\b.*\b(?:do|should|can|would|could|must) you (?:usually |ever |typically |normally |actually |have to |need to )?(\w+)")
OWN = set("""like think feel work live sleep speak know recommend suggest charge accept support offer sell deliver ship provide want love hate dream eat believe mean
 say see hear understand remember prefer come look have tell help enjoy play listen watch consider identify cost look describe""".split())
NOUN = ("NN", "NNS", "NNP", "NNPS")


class Sentence:
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
        m = GENERIC.match(self.key)
        self.generic = bool(m) and m.group(1) not in OWN

    def text(self, a, b=None, turned=True):
        """Words a..b as written, clitics joined again, persons turned round."""
        out = ""
        for n in range(a, self.size if b is None else b):
            w = self.cased[n]
            glue = not out or not self.toks[n].nbor(-1).whitespace_ if self.toks[n].i else not out
            out += w if glue else " " + w
        return turn(out, self.generic) if turned else out

    def subject_end(self, a):
        """Where the noun phrase that begins at `a` ends, by the parse."""
        for n in range(a, self.size):
            t = self.toks[n]
            if t.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") and min(x.i for x in t.subtree) <= self.toks[a].i:
                return min(max(x.i for x in t.subtree) - self.toks[0].i + 1, self.size)
        return None

    def reduced(self, a):
        """Where "the temple of karnak | built" parts when the parse took the participle into the noun phrase."""
        if self.low[0] in ("who", "what") and a == 2 or "time" in self.low[a:]:
            return None
        for n in range(a + 1, self.size):
            if self.tag[n] in ("VBN", "VBD", "VBG") and self.tag[n - 1] in (*NOUN, "CD", "RB") and self.low[n] not in AUX:
                n -= self.low[n - 1] == "being"
                return None if any(self.tag[m] in ("VBD", "VBZ", "VBP") for m in range(n + 1, self.size)) else n
        return None

    def main_verb(self, a):
        """The verb that "does X ..." waits for: the parse's root, else the first plain verb, else the first word that can be one."""
        for n in range(a, self.size):
            if self.toks[n].dep_ == "ROOT" and getAllLemmas(self.low[n], upos="VERB") and (self.tag[n].startswith("VB") or self.low[n] in VERBISH):
                return n
        for n in range(a, self.size):
            if self.tag[n] in ("VB", "VBP") and (self.low[n] not in AUX or self.low[n] in ("be", "have", "do")) and self.low[n - 1] != "to":
                return n
        return next((n for n in range(a, self.size) if self.tag[n] in ("VBD", "VBZ") and self.low[n] not in AUX or self.low[n] in VERBISH), None)

    def first_aux(self, a):
        for n in range(a, min(self.size, a + 7)):
            if self.low[n] in AUX and self.tag[n] in ("VBZ", "VBD", "VBP", "MD", "VB", "POS") and not (self.tag[n] == "POS" and n > 1):
                return n
        return None

    def clause(self, aux_at):
        """"AUX subject verb rest" in statement order: (subject, verb, rest) or None."""
        aux, a = self.low[aux_at], aux_at + 1
        if a >= self.size or self.low[a] in ("n't", "not"):
            return None
        if aux in DO or aux in MODAL:
            v = self.main_verb(a + 1)
            if v is None:
                return None
            end = v
            while end - 1 > a and (self.low[end - 1] in ADVERBS | {"be", "been", "being", "have", "get"} or self.tag[end - 1] == "RB"):
                end -= 1
            subject, adverbs = self.text(a, end), self.text(end, v)
            if "not" in self.low[end:v] or "n't" in self.low[end:v]:
                return None
            subject = "I" if subject == "me" else subject
            if subject == "I" and self.low[v] in ("have", "need", "got", "get", "want") and "to" in self.low[v + 1:v + 2]:
                subject = "you"
            verb = finite(self.low[v], aux) if aux in DO else {"'ll": "will"}.get(aux, aux)
            parts = (verb, adverbs, self.low[v]) if aux in MODAL else (adverbs, verb)
            return subject, join(*parts), self.text(v + 1)
        end = self.reduced(a) or self.subject_end(a)
        if end is None or end <= a:
            return None
        subject = self.text(a, end)
        subject = "I" if subject == "me" else subject
        verb = swap_be(aux, subject) if aux in BE else aux
        if subject.endswith(" not"):
            subject, verb = subject[:-4], verb + " not"
        return subject, verb, self.text(end)


def finite(verb, aux):
    """The verb of "does X VERB" / "did X VERB" as it stands without the auxiliary."""
    return inflect(lemma(verb), "VBD") if aux == "did" else inflect(lemma(verb), "VBZ") if aux == "does" else verb


def swap_be(be, subject):
    """The form of be after a subject whose person was turned round."""
    if subject == "I":
        return {"are": "am", "'re": "am", "were": "was", "have": "have"}.get(be, be)
    if subject == "you":
        return {"am": "are", "is": "are", "was": "were"}.get(be, be)
    return {"'s": "is", "s": "is", "'re": "are"}.get(be, be)


def join(*parts):
    return re.sub(r"\s+", " ", " ".join(p for p in parts if p)).strip()


def done(name, *candidates, least=4):
    """(opener, template) from the first candidate that fits in 4-8 words, or None."""
    best = fit(*candidates, least=least)
    if best and re.match(r"(as for|when it comes to|about|okay, on) ", best, re.I) and "," not in best:
        best += ","
    return (capital(best), name) if best else None
