"""The rules of GUIDE.md as explicit checkers: `violations(request, opener, context, home)` names every rule that an opener breaks."""
import pathlib
import re

import caution
from caution import danger
from text import MAX_WORDS, MIN_WORDS, norm, words

HERE = pathlib.Path(__file__).parent


def lines(name):
    path = HERE / name
    return [l.strip() for l in path.read_text().splitlines() if l.strip() and not l.startswith("#")] if path.exists() else []


EMERGENCY = {sentence: kind for kind, sentence in caution.EMERGENCY}
NEUTRAL = set(caution.NEUTRAL)
SYMBOLS = re.compile(r"[^A-Za-z0-9À-ÿ' ,.:;!%&$£€/+’-]|\s{2}|\.\.|,,|\.,| -|- |\*|_")
BAD_END = set("the a an and or but my your his their our its very of".split())
NUMBER = re.compile(r"\d+")
NUMBER_WORDS = set("""two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
 thirty forty fifty sixty seventy eighty ninety hundred thousand million billion""".split())


def violations(request, opener, context=None, home=None):
    """The names of the rules broken; an empty list is a good opener."""
    bad = []
    count = len(words(opener))
    if opener in EMERGENCY or opener in NEUTRAL:
        if opener in EMERGENCY and not danger(request):
            bad.append("emergency sentence without an emergency")
        return bad
    if danger(request):
        bad.append("danger answered with free text")
    if not MIN_WORDS <= count <= MAX_WORDS:
        bad.append("length")
    bad += caution.broken(opener)
    if SYMBOLS.search(opener):
        bad.append("symbol")
    if not opener[:1].isupper() and not opener[:1].isdigit() and not opener.startswith(("iP", "iT", "eB")):
        bad.append("capital")
    if re.search(r"\bi\b", opener):
        bad.append("small i")
    last = words(opener)[-1].lower() if words(opener) else ""
    if last in BAD_END and not re.search(r", (and|but|or)$|[.,]$", opener) or opener.endswith(("?", "-", "'")):
        bad.append("ending")
    known = norm(" ".join([request, *(context or []), *(home or [])]))
    have = set(known.split())
    digits = set(NUMBER.findall(known))
    for n in NUMBER.findall(opener):
        if n not in digits:
            bad.append("number")
    for w in norm(opener).replace("-", " ").split():
        if w in NUMBER_WORDS and w not in have:
            bad.append("number")
    toks = norm(opener).split()
    if any(a == b and a not in ("that", "had", "bye", "new", "duran", "no", "la", "bora", "knock") for a, b in zip(toks, toks[1:])):
        bad.append("stutter")
    return bad
