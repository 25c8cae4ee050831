"""Small word tools that every labeller uses: counting, turning persons round, inflecting, fitting into 4-8 words."""
import hashlib
import re

from lemminflect import getInflection, getLemma

MIN_WORDS, MAX_WORDS = 4, 8
WORD = re.compile(r"[^\W_](?:[^\s]*[^\W_])?")


def words(text):
    return WORD.findall(text)


def norm(text):
    """The key under which two spellings of one request are the same."""
    return " ".join(re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'")).split())


def pick(options, key, salt=""):
    """A choice that depends on the request only, so that the data do not change from run to run."""
    digest = hashlib.md5((salt + "|" + norm(key)).encode()).digest()
    return options[int.from_bytes(digest[:4], "big") % len(options)]


def share(key, salt=""):
    """A number in [0, 1) that depends on the request only."""
    return int.from_bytes(hashlib.md5((salt + "#" + norm(key)).encode()).digest()[:4], "big") / 2**32


TURN = {
    "my": "your", "mine": "yours", "myself": "yourself", "me": "you", "i": "you", "i'm": "you're", "i've": "you've",
    "i'll": "you'll", "i'd": "you'd", "im": "you're", "your": "my", "yours": "mine", "yourself": "myself",
    "our": "your", "ours": "yours", "we": "you", "we're": "you're", "we've": "you've", "ourselves": "yourselves",
    "we'll": "you'll", "we'd": "you'd", "you're": "I'm", "you've": "I've", "you'll": "I'll", "you'd": "I'd",
}
BE_AFTER = {("you", "am"): "are", ("you", "was"): "were", ("I", "are"): "am", ("I", "were"): "was"}


def turn(text, generic=False):
    """you/your and I/my the other way round, with the verb that stands beside them; a generic "you" stays."""
    out = []
    toks = text.split()
    for n, tok in enumerate(toks):
        core = tok.strip(",.?!").lower()
        tail = tok[len(tok.rstrip(",.?!")):]
        prev = out[-1] if out else ""
        if generic and core in ("you", "your", "yours", "yourself", "you're", "you've", "you'll", "you'd"):
            new = core
        elif core == "you":
            new = "I" if n + 1 < len(toks) and not is_object(toks, n) else "me"
        elif core in TURN:
            new = TURN[core]
        else:
            new = BE_AFTER.get((prev, core), tok.rstrip(",.?!") if tail else tok)
            new = "are" if core == "am" and prev == "you" else new
        out.append(new + tail)
    return " ".join(out)


PREPS = set("to for with about from at of on in by like than behind against between without near toward towards around after before".split())
OBJECT_VERBS = set("tell ask give thank help call let make see hear love miss hate teach trust want like know show send reach contact change".split())


def is_object(toks, n):
    prev = toks[n - 1].lower() if n else ""
    return prev in PREPS or prev in OBJECT_VERBS


IRREGULAR_ING = {"be": "being", "dim": "dimming", "set": "setting", "program": "programming", "schedule": "scheduling", "vacuum": "vacuuming",
                 "reorder": "reordering", "tweet": "tweeting", "google": "googling", "text": "texting", "email": "emailing", "queue": "queuing",
                 "brighten": "brightening", "unmute": "unmuting", "descale": "descaling", "snooze": "snoozing", "bookmark": "bookmarking",
                 "defrost": "defrosting", "preheat": "preheating", "total": "totalling", "cancel": "cancelling", "label": "labelling"}


def inflect(verb, tag):
    """One form of a verb (VBG, VBN, VBD, VBZ); the verb itself when nothing is known."""
    verb = verb.lower()
    if tag == "VBG" and verb in IRREGULAR_ING:
        return IRREGULAR_ING[verb]
    if verb == "be":
        return {"VBG": "being", "VBN": "been", "VBD": "was", "VBZ": "is"}[tag]
    forms = getInflection(verb, tag=tag)
    return forms[0] if forms else verb


def lemma(verb):
    verb = verb.lower()
    found = getLemma(verb, upos="VERB")
    return found[0] if found else verb


def gerund(phrase):
    """The phrase with its first word as an -ing form: "turn off the light" -> "turning off the light"."""
    first, _, rest = phrase.partition(" ")
    if first == "not" and rest:
        return "not " + gerund(rest)
    return (inflect(lemma(first), "VBG") + " " + rest).strip()


def capital(text):
    return text[:1].upper() + text[1:]


CANNOT_END = set("""the a an of to and or but with for in on at by from as than into about is are was were be been that which who whose when where what
 my your his her its our their this these those very so more most no not if because while until per every each any some another
 have has had do does did can could will would should may might i you he she they we it there's""".split())


def cut(text, most=MAX_WORDS, least=MIN_WORDS):
    """The longest beginning of at most `most` words that does not break a phrase; None when there is none."""
    toks = text.split()
    if len(words(text)) <= most:
        return text if len(words(text)) >= least else None
    for n in range(len(toks) - 1, 0, -1):
        head = " ".join(toks[:n]).rstrip(",")
        count = len(words(head))
        if count > most:
            continue
        if count < least:
            return None
        nxt = toks[n].lower().strip(",.")
        last = toks[n - 1].lower()
        border = last.endswith(",") or nxt in BREAK_BEFORE
        if border and last.strip(",") not in CANNOT_END:
            return head
    return None


BREAK_BEFORE = set("""in on at for from with by to into during after before and or that who which when where while because if as about using
 without near through until since so but is are was were has have had will can so""".split())


def fit(*candidates, least=MIN_WORDS):
    """The first candidate that is 4-8 words as it is; else the first that can be cut to that."""
    given = [c for c in candidates if c]
    for c in given:
        if least <= len(words(c)) <= MAX_WORDS:
            return c
    for c in given:
        shorter = cut(c, least=least)
        if shorter:
            return shorter
    return None
