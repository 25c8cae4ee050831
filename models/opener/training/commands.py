"""Orders named in progress: "turn off the porch light" -> "Turning off the porch light". Wishes ("i want to hear jazz") count as orders."""
import re

from questions import done, join
from text import gerund, inflect, lemma, pick, words

VERBS = set("""add adjust alert activate answer archive arrange ask begin block book bring brighten buy call cancel change charge check clean clear close compare connect
 continue convert copy count create cut deactivate decrease delete dial dim direct disable discard disconnect display download draw email empty enable enter erase
 exit fast fetch flip forget forward freeze get give go hang hide hold increase insert invite join jump keep kill launch leave let light list load locate lock look
 lower mail make mark message move mute navigate notify open order organize pause pay pick play post power prepare preheat press print program pull push put query raise
 rate read recall record redeem reduce refill refresh register remind remove rename reorder repeat replay replace reply report request reschedule reserve reset respond restart restore
 resume retrieve ring roll run save say schedule scan search secure select send set share shuffle shut silence skip snooze sort speak spell start stop store stream subscribe
 suggest switch sync take tell text toggle track transfer translate tune turn tweet type undo unlock unmute update upload use vacuum wake warm water write wipe""".split())
META = {"tell": "about", "give": "", "show": "", "find": "", "explain": "", "describe": "", "define": "", "suggest": "", "recommend": ""}


def order(s):
    """(opener, template) for an imperative Sentence, or None."""
    if s.size < 2 or s.low[0] not in VERBS | set(META) or s.low[0] == "let" or s.tag[0] in ("VBZ", "VBD", "VBN"):
        return None
    if s.low[0] in ("tell", "give", "show", "find", "explain", "describe", "define", "look", "search", "get", "list", "read", "suggest", "check", "let", "say", "spell", "translate", "recommend"):
        asked = ask(s)
        if asked:
            return asked
    if s.low[0] in ("tell", "explain", "describe", "define", "say", "spell", "suggest", "recommend", "translate", "ask"):
        return None
    body = s.text(0, s.size)
    body = re.sub(r" (please|now|for me|right now|for us)$", "", body)
    body = re.sub(r"^(\w+) me (?=the|a|an|some|your|up|to)", lambda m: m.group(0) if m.group(1) in ("wake", "remind", "get", "take", "call", "book", "order", "buy") else m.group(1) + " ", body)
    doing = gerund(body)
    if "remind" == s.low[0]:
        doing = re.sub(r"^reminding you to ", "Reminding you to ", doing)
    pad = pick(["now", "for you"], s.key)
    return done("order_" + s.low[0], doing, join(doing, pad), join("okay,", doing, pad))


def ask(s):
    """Orders that are questions in disguise: "tell me about X", "define X", "show me X"."""
    body = s.text(1, s.size, turned=True)
    body = re.sub(r"^(you|me|us) ", "", body)
    verb = s.low[0]
    m = re.match(r"(?:something |more |a bit |a little |some things |a story |a joke )?about (.+)$", body)
    if verb in ("tell", "explain", "read") and m:
        x = m.group(1)
        if re.search(r"joke|story", body.split(" about ")[0]):
            kind = "joke" if "joke" in body else "story"
            return done("ask_" + kind, join("here's a", kind, "about", x + ":"), join("here's one about", x + ":"))
        return done("ask_about", pick([join("a good place to start with", x), join("one thing about", x, "is"), join(x + ",", "in short,", "is")], s.key), join("one thing about", x, "is"), join("about", x + ","))
    if verb in ("define", "describe", "explain") and not re.match(r"(how|why|what|who|when|where|if|whether)\b", body):
        if verb == "define":
            return done("ask_define", join("the word", re.sub(r"^the (word|term) ", "", body), "means"), join("in simple terms,", body, "is"))
        return done("ask_describe", join(body + ",", "in short,", "is"), join("in simple terms,", body, "is"))
    return None


WISH = re.compile(r"^(?:i (?:want|need|would like|'d like|wish|would love|have) (?:you )?to|let's|lets|i'd like (?:you )?to|i want|i need you to) (?=\w)")


def wish(text):
    """"i need to book a taxi" -> "book a taxi"."""
    m = WISH.match(text.lower())
    return text[m.end():] if m else None
