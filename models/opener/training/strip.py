"""Takes politeness and wake words away: what is left is the request itself."""
import re

WAKE = r"(?:hey|hi|hello|ok|okay|alright|so|um|uh|well|yo|please|kindly|alexa|siri|google|olly|computer|assistant|pda|listen)"
LEAD = re.compile(rf"^(?:{WAKE}[,! ]+)+", re.I)
POLITE = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please |kindly |just |maybe )?(?=(?!be |have |go )\w)|(?:can|could|may) i (?:please )?(?:get you to|ask you to) |"
    r"would you mind |do me a favor and |i(?:'d| would) like you to |i (?:want|need) you to |you (?:should|need to|must|can) |be sure to |make sure (?:to|that you) |go ahead and |i(?:'d| would) appreciate it if you )",
    re.I)
KNOW = re.compile(
    r"^(?:tell me|let me know|show me|i(?:'d| would) (?:like|love) to know|i (?:want|need|wanted|have|wish|got|'ve got) to know|i (?:wanna|gotta|needa) know|i don't know|do you (?:happen to )?know|"
    r"(?:can|could|may) i (?:ask|know)(?: you)?|i(?:'m| am) (?:curious|wondering)(?: about)?|i wonder|find out|check|any idea|i don't know|i (?:forget|forgot|can't remember|don't remember|have no idea|am not sure)|i'm not sure|remind me(?= (?:what|who|how))|look up|figure out|explain(?: to me)?|see|verify|inform me)(?: about| of)? "
    r"(?=(?:what|who|when|where|why|how|which|if|whether|whose|what's|who's|where's)\b)", re.I)
TAIL = re.compile(r"[, ]+(?:please|thanks|thank you|olly|alexa|siri|google|for me please|for me|for us|if you (?:can|could|would|don't mind)|will you|would you|can you|ok|okay|pls)[.!?]*$", re.I)


def strip(text):
    """(the request itself, whether it was an embedded question)."""
    text = text.strip()
    last = None
    while last != text:
        last = text
        text = TAIL.sub("", LEAD.sub("", text))
    text = POLITE.sub("", text)
    text = LEAD.sub("", text)
    bare = KNOW.sub("", text)
    return bare, bare != text
