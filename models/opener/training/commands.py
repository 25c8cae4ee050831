"""Orders named in progress: "turn off the porch light" -> "Turning off the porch light"; orders that ask are answered like questions."""
import re

from sentence import done, join
from text import capital, gerund, pick, words

VERBS = set("""add adjust alert activate answer archive arrange begin block book bring brighten buy call cancel change charge check clean clear close compare connect
 continue convert copy count create cut deactivate decrease delete dial dim disable discard disconnect display download draw email empty enable enter erase
 exit fast fetch find flip forget forward freeze get give go hang hide hold increase insert invite join jump keep kill launch leave light list load locate lock look
 lower mail make mark message move mute navigate notify open order organize pause pay pick play post power prepare preheat press print program pull push put query raise
 rate read recall record redeem reduce refill refresh register remind remove rename reorder repeat replay replace reply report request reschedule reserve reset respond restart restore
 resume retrieve ring roll run save scan schedule search secure select send set share show shuffle shut silence skip snooze sort speak start stop store stream subscribe
 switch sync take text toggle track transfer tune turn tweet type undo unlock unmute update upload use vacuum wake warm water write wipe""".split())
GIVE = {"give", "show", "tell", "list", "read", "get", "display", "provide", "bring", "find", "describe", "explain", "name"}


def order(s):
    """(opener, template) for an imperative, or None."""
    if s.size < 2 or s.tag[0] in ("VBZ", "VBD", "VBN", "VBG") or s.low[0] == "let":
        return None
    if " to be " in s.key and s.low[0] == "find":
        return None
    asked = ask(s)
    if asked:
        return asked
    if s.low[0] not in VERBS or s.low[0] in ("tell", "explain", "describe", "name", "show", "give") and "you" == s.text(1).split()[0] and s.size < 4:
        return None
    body = s.text(0)
    body = re.sub(r" (please|now|for you|right now|thanks|asap)$", "", body)
    verb = s.low[0]
    if verb not in ("wake", "remind", "call", "notify", "alert", "text", "email", "message", "ask", "give", "send", "tell"):
        body = re.sub(r"^(\w+) you (?=[a-z\d])", r"\1 ", body)
    if re.match(r"find (?!out|it\b|them\b)", body):
        body = pick(["look for", "search for", "look for", "look up"], s.key) + body[4:]
    doing = gerund(body)
    pad = pick(["now", "for you", "right now"], s.key)
    pad = "now" if doing.endswith("you") else pad
    if len(words(doing)) < 4:
        doing = join(doing, pad) if len(words(join(doing, pad))) >= 4 else join("okay,", doing, pad)
    elif len(words(doing)) <= 6:
        doing = pick([doing, doing, doing + ",", join("okay,", doing), join(doing, "now")], s.key, "tail")
    return done("order_" + gerund(body).split()[0], doing, gerund(body))


def ask(s):
    """"tell me about X", "define X", "give me the X": the beginning of the answer."""
    verb, body = s.low[0], s.text(1)
    body = re.sub(r"^(?:you|me|us) (?=\S)", "", body)
    m = re.match(r"(?:something |more |a bit |a little |some things |all |everything |anything |some |information |facts |details )*(?:you know |i know )?about (.+)$", body)
    if verb in ("tell", "explain", "give", "talk") and m:
        x = m.group(1)
        return done("ask_about_" + pick("abc", s.key), *pick([(join("a good place to start with", x, "is"),), (join("one thing about", x, "is"),), (join("to start with,", x, "is"),)], s.key), join("one thing about", x, "is"), join("about", x + ","))
    m = re.match(r"(?:a |an |some |the )?(?:\w+ )?(joke|jokes|story|stories|poem|riddle|fact|facts)\b(?: (?:about|on|involving) (.+))?$", body)
    if verb in ("tell", "give", "read", "say", "make") and m:
        kind = re.sub(r"ies$", "y", m.group(1)).rstrip("s")
        x = m.group(2)
        if x:
            return done("ask_" + kind, *pick([(join("here's a", kind, "about", x + ":"),), (join("okay, a", kind, "about", x + ":"),)], s.key), join("here's one about", x + ":"))
        return done("ask_" + kind, *pick([(f"here's a {kind} for you:",), (f"okay, here comes a {kind}:",), (f"let's see, here's a {kind}:",)], s.key))
    if verb == "define" and not re.match(r"(how|why|what|who|when|where)\b", body):
        x = re.sub(r"^(?:the |this )?(?:word|term|meaning of) ", "", body).strip("\"'")
        return done("ask_define", *pick([(join("the word", x, "means"),), (join(x + ",", "in simple terms,", "is"),), (join("in simple terms,", x, "is"),)], s.key), join("the word", x, "means"))
    if verb in ("describe", "explain") and not re.match(r"(how|why|what|who|when|where|if|whether|to|that)\b", body):
        return done("ask_describe", *pick([(join("in simple terms,", body, "is"),), (join("to put it simply,", body),), (join(body + ",", "put simply,"),)], s.key), join("in short,", body))
    if verb == "spell":
        x = re.sub(r"^(?:out )?(?:for (?:me|you) )?(?:the )?(?:word )?", "", body).strip("\"'")
        return done("ask_spell", join("the word", x, "is spelled"), join(x, "is spelled"))
    if verb == "translate":
        m = re.match(r"(.+?) (?:in|to|into) (\w+)$", s.text(1, turned=False))
        return m and done("ask_translate", join("in", capital(m.group(2)) + ",", m.group(1).strip("'\""), "is"), join("translating", m.group(1), "into", capital(m.group(2))))
    if verb in GIVE and not (verb in ("show", "give", "read", "get") and re.search(r" to \w+$", body)) and re.match(r"(the|your|my|their|its|his|her|today's|tomorrow's|this|latest|current) \w+", body) and not re.match(r"(the|your) (lights?|music|volume|lyrics)\b", body):
        return thing(s, body)
    if verb == "check" and re.match(r"(?:if|whether|to see if|and see if) ", body):
        return done("check_whether", join("checking whether", re.sub(r"^(?:if|whether|to see if|and see if) ", "", body)))
    return None


def thing(s, np):
    """"show me my latest emails" -> "Your latest emails right now are"."""
    np = re.sub(r" (please|now|for you)$", "", np)
    if np.startswith(("latest", "current")):
        np = "the " + np
    obj = next((t for t in s.toks[1:] if t.dep_ in ("dobj", "ROOT", "attr", "nsubj", "pobj") and t.tag_ in ("NN", "NNS", "NNP", "NNPS")), None)
    be = "are" if obj is not None and obj.tag_ in ("NNS", "NNPS") else "is"
    mine = np.startswith("your")
    short = len(words(np)) < 3
    first = pick([join(np, be), join("right now,", np, be)] if mine else [join(np, be)], s.key)
    return done("thing_" + ("mine" if mine else "the"), join("right now,", np, be) if short else first, join(np, be), np)


WISH = re.compile(r"^(?:i (?:really )?(?:want|need|would like|'d like|wish|would love|have|am looking|am trying|am going|was hoping|plan|have got) (?:you )?to|i'(?:d like|d love|m looking|m trying|ve got|m going) (?:you )?to|let's|lets|we (?:need|want|should|would like) (?:to )?|i think i(?: will|'ll)|i will|i'll|i'm hoping to|i (?:have|got|gotta|wanna)(?: to)?|i'm planning (?:to|on)|help me(?: to)?) (?=\w)", re.I)
SEEK = re.compile(r"^(?:i(?:'m| am) (?:looking|searching|hunting) for|i (?:want|need|would like|'d like|require)|i'd like|i could use|we need|looking for|do you have|can i (?:get|have)|may i have|could i (?:get|have)|i'm interested in|i am interested in) (?=(?:a|an|some|the|any|\d|my|more|two|three)\b)", re.I)


KNOW = re.compile(r"^(?:may|can|could) i (?:have|get|know|see) (?=(?:the|their|its|his|her|your) )", re.I)


def wish(text):
    """"i need to book a taxi" -> "book a taxi"; "i'm looking for a taxi" -> "find a taxi"; "may i have the price" -> "give me the price"."""
    m = KNOW.match(text)
    if m:
        return "give me " + text[m.end():]
    m = WISH.match(text)
    if m:
        return text[m.end():]
    m = SEEK.match(text)
    return "find " + text[m.end():] if m else None
