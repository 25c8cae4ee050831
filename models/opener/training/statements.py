"""Statements: "my card payment didn't go through" -> "Since your card payment didn't go through,"."""
import re

from sentence import done, join
from text import pick, words

THANKS = re.compile(r"\b(thanks|thank you|thank|thx|appreciate it)\b", re.I)
BYE = re.compile(r"^(?:no,? )?(?:that's all|that is all|that'll be all|bye|good ?bye|nothing else|that's it|i'm good|i am good|i'm all set|that will be all|that would be all|that is it)\b", re.I)
YES = re.compile(r"^(?:yes|yeah|yep|yup|sure|correct|right|exactly|ok|okay|that's (?:right|correct|good|fine|great)|that is (?:right|correct|good|fine|great)|sounds (?:good|great|fine|nice|perfect)|that (?:works|sounds) ?\w*|perfect|great|cool|awesome|fine|good)\b", re.I)
NO = re.compile(r"^(?:no|nope|nah|not really|not now|not yet)\b", re.I)


def small_reply(text):
    """Thanks, good-byes, yes and no, for what they are: (opener, template) or None."""
    short = len(words(text)) <= 9
    if THANKS.search(text) and short and not re.search(r"\b(find|book|need|want|what|how|where|when|can|could|would|like)\b", text, re.I):
        return pick(["You're very welcome, and", "You're welcome, glad to help,", "My pleasure, and if there's", "Happy to help, and if"], text), "reply_thanks"
    if BYE.search(text) and short:
        return pick(["Alright, take care, and", "Okay, have a good one, and", "All right then, enjoy your"], text), "reply_bye"
    if re.search(r"\b(what|how|where|when|who|which|can|could|find|book|search|get|want|need|show|check|don't)\b", text, re.I):
        return None
    if YES.search(text) and len(words(text)) <= 5:
        return pick(["Okay, going ahead with that,", "Good, then the next step is", "Great, let's go with that,", "Right, with that settled,"], text), "reply_yes"
    if NO.search(text) and len(words(text)) <= 5:
        return pick(["Okay, leaving it at that,", "No problem, then let's", "Alright, in that case,", "That's fine, we can"], text), "reply_no"
    return None


def statement(s):
    """(opener, template) for a sentence about the user's own affairs."""
    if s.size < 4 or s.low[0] not in ("i", "my", "we", "our") or "?" in s.key:
        return None
    if s.low[0] in ("i", "we") and s.low[1] in ("need", "want", "would", "'d", "wish", "like", "love", "think", "guess", "mean", "hope", "hate", "wanna", "gotta", "prefer", "wonder", "said", "enjoy", "fancy") or re.match(r"i (really|just|only|also|do|also really) (like|love|enjoy|fancy|need|want|prefer)", s.key):
        return None
    if re.match(r"i(?:'m| am) (?:\w+ )?(?:looking|exploring|needing|going|planning|in need|trying|wanting|hoping|interested|thinking|wondering|curious|searching)", s.key.replace(" '", "'")):
        return None
    if not any(t in ("VBD", "VBZ", "VBP", "MD") for t in s.tag) or {"kill", "die", "dying", "hurt"} & set(s.low):
        return None
    text = s.text(0)
    text = re.split(r",? (?:and|but|so|because|,) (?=(?:i|you|my|your|it|the|we|they|now|want|don't|how|what|please)\b)", text)[0]
    text = re.sub(r"\b(really|just|actually) ", "", text)
    text = re.sub(r"^you are\b", "you're", text)
    first = pick(["since", "if", "since", "when"], s.key)
    if first == "when" and any(t == "VBD" for t in s.tag):
        first = "since"
    if s.tag[-1] in ("TO", "DT", "PRP$"):
        return None
    found = done("statement_" + first, join(first, text.rstrip(".")) + ",", least=5)
    return found and (found[0].rstrip(",") + ",", found[1])
