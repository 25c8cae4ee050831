"""The labeller of single requests: strips politeness, then tries intent frames, weather, orders, questions, yes-no questions, statements."""
import re

from check import lines, violations
from commands import order, wish
from ask_how import to_do
from questions import WH, open_question
from sentence import AUX, NOUN, Sentence, done, join, swap_be
from statements import small_reply, statement
from strip import strip
from text import pick, words
from weather import weather
from yesno import yes_no

FRAMES = {k: [o.strip() for o in v.split("|")] for k, v in (l.split(": ", 1) for l in lines("frames.txt"))}
SECOND = re.compile(r",? (?:and|or|but|because|since|so|if not|then) (?:also )?(?=(?:give|show|tell|find|help|what|who|when|where|why|how|which|can|could|is|are|do|does|did|should|will|i|it|they|my|we|if)\b)", re.I)


def bare(text):
    """(the form that is parsed, whether it was an embedded question): one sentence, one clause, no politeness."""
    text = text.strip()
    parts = [p for p in re.split(r"(?<=\w\w\w[.?!]) +", text) if p]
    if len(parts) > 1:
        asks = [p for p in parts if p.endswith("?")]
        text = (asks or [max(parts, key=lambda p: len(words(p)))])[0]
    text = re.sub(r",? ?\bplease\b,?(?! \w+(?:ed|ing)\b)", "", text, flags=re.I).strip()
    text, embedded = strip(text)
    m = SECOND.search(text)
    if m and len(words(text[:m.start()])) >= 4:
        text = text[:m.start()]
    text = re.sub(r"\s+", " ", symbols(text)).strip()
    wished = wish(text)
    return (wished or text).strip(), embedded


def symbols(text):
    """What is written with signs, as it is spoken."""
    for sign, word in ((r"(?<=\d) ?\+ ?(?=\d)", " plus "), (r"(?<=\d) ?[*x×] ?(?=\d)", " times "), (r"(?<=\d) ?/ ?(?=\d)", " divided by "), (r"(?<=\d) - (?=\d)", " minus "),
                       (r"(?<=\d) ?%", " percent"), (r" ?& ?", " and "), (r"\bwhats\b", "what's"), (r"\bwhos\b", "who's"), (r"\bwheres\b", "where's"), (r"\bhows\b", "how's"), (r"\bwhat s\b", "what's"), (r"\bim\b", "i'm")):
        text = re.sub(sign, word, text, flags=re.I)
    return text


SUM = re.compile(r"(?:what(?:'s| is| are)|how much is|calculate|compute|add|multiply|tell me|give me|find)? ?(?:the (?:sum|product|result) of )?((?:\d[\d,.]*|[a-z-]+(?: (?:hundred|thousand|million|and|[a-z]+teen|[a-z]+ty|one|two|three|four|five|six|seven|eight|nine))*) (?:plus|minus|times|divided by|multiplied by|to the power of|percent of) .+)$", re.I)
NUMERIC = re.compile(r"^(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a |half)", re.I)


def arithmetic(s):
    """"what is 213 times 3" -> "213 times 3 comes to"."""
    m = SUM.match(s.text(0))
    if not m or not NUMERIC.match(m.group(1)):
        return None
    x = m.group(1).rstrip(".?! ")
    return done("sum_" + pick("ab", s.key), *pick([(join(x, "comes to"),), (join(x, "is"), join(x, "comes to"))], s.key), join(x, "is"), join("the answer to", x, "is"))


def embedded_question(s):
    """"what the capital of mongolia is" -> "The capital of Mongolia is"."""
    if s.low[0] in ("if", "whether"):
        return done("embedded_if", *pick([(join("checking whether", s.text(1)),), (join("whether", s.text(1), "depends on"),)], s.key), join("whether", s.text(1)))
    if s.low[0] == "how" and s.size > 3 and s.low[1] == "to":
        return to_do(s, 2)
    if s.size > 3 and s.low[0] in WH and s.low[1] not in AUX and s.low[-1] in ("is", "are", "was", "were"):
        start = 2 if s.low[1] in ("time", "day", "date", "old", "tall", "big", "far", "much", "long", "high", "deep") else 1
        np = s.text(start, s.size - 1)
        if np in ("it", "that", "this"):
            return None
        tail = {"where": "in", "time": "at", "old": "about", "tall": "about", "far": "about"}.get(s.low[1] if start == 2 else s.low[0], "")
        return done("embedded_is", join(np, swap_be(s.low[-1], np), tail), join("right now,", np, swap_be(s.low[-1], np), tail))
    return None


def noun_phrase(s):
    """"actor who played caesar in ..." -> "The actor who played Caesar in ... is"."""
    if s.size < 3 or s.tag[0] not in (*NOUN, "JJ", "JJS", "DT") or s.low[0] in ("please", "hey", "hello", "thanks", "thank", "anything", "something", "yes", "no", "tomorrow", "today"):
        return None
    root = next((t for t in s.toks if t.dep_ == "ROOT"), None)
    if root is None or root.tag_ not in ("NN", "NNS") or not any(t.dep_ in ("prep", "relcl", "acl", "compound", "amod", "poss") and t.head == root for t in s.toks):
        return None
    np = s.text(0)
    lead = "" if s.low[0] in ("the", "a", "an", "my", "your", "this", "that", "all") or s.tag[0] == "NNP" else "the"
    return done("noun_phrase", join(lead, np, "are" if root.tag_ == "NNS" else "is"), join(lead, np), least=4)


def label(row, doc, cased, embedded):
    """(opener, template) for one request, or None when nothing reads well."""
    text, intent = row["text"], row.get("intent")
    if intent in FRAMES:
        return pick(FRAMES[intent], text), "frame_" + intent
    s = Sentence(doc, cased)
    if s.size < 2:
        return small_reply(text)
    trivia = row.get("source") in ("nq-open", "webquestions")
    found = embedded and embedded_question(s) or arithmetic(s)
    if not trivia:
        found = found or weather(s, intent) or small_reply(text) or order(s)
    found = found or open_question(s, embedded) or yes_no(s) or not trivia and statement(s)
    if row.get("source") in ("nq-open", "slurp", "clinc150"):
        found = found or noun_phrase(s)
    return found if found and not violations(text, found[0]) else None
