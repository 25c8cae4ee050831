"""The word lists of `crates/core/src/caution`, which the program and the training share: `danger(request)` and `broken(opener)`.

A line is a pattern of plain words (`plain.txt`); see `pattern.rs` for its few signs. Here each becomes a regular expression.
"""
import functools
import pathlib
import re

LISTS = pathlib.Path(__file__).resolve().parents[3] / "crates" / "core" / "src" / "caution"
MARKS = set(",;:.!?\u2013\u2014")
KINDS = ["animal", "poison", "fire", "violence", "medical", "selfharm", "other"]
ENDINGS = [("n't", " not"), ("'s", " is"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"), ("'m", " am")]


def lines(name):
    return [l.strip() for l in (LISTS / name).read_text().splitlines() if l.strip() and not l.startswith("#")]


PLAIN = {a.strip(): b.strip() for a, _, b in (l.partition("=") for l in lines("plain.txt"))}
EMERGENCY = [tuple(l.split(": ", 1)) for l in lines("reviewed.txt")]
NEUTRAL = lines("neutral.txt")


def opened(word, keep):
    joined = word.replace("'", "")
    if PLAIN.get(joined) or joined in PLAIN and not keep:
        return PLAIN[joined]
    if joined not in PLAIN:
        for end, rest in ENDINGS:
            if word.endswith(end) and len(word) > len(end):
                return word[: -len(end)].replace("'", "") + rest
    return joined


def plain(text, keep=False):
    """The plain words of a text, each followed by one blank."""
    found = re.findall(r"[^\W_](?:[^\W_]|')*" + ("|[,;:.!?\u2013\u2014]" if keep else ""), text.lower().replace("\u2019", "'"))
    said = " ".join(filter(None, ("," if w in MARKS else opened(w.rstrip("'"), keep) for w in found)))
    said = re.sub("^(, ?)+", "", re.sub("(, )+,", ",", said))
    return said + " " if said else ""


GAP = "(?:[^_ ]+ ){0,4}?"
SIGNS = {"*": GAP, "...": "(?:[^ ]+ )*", "^": r"\A", "$": r"\Z"}


def expression(tokens, known):
    """One group of alternatives as (expression, the words it can begin with, whether it may be empty); ends at `)`."""
    firsts, empty, items = set(), False, [[]]
    for token in tokens:
        if token == ")":
            break
        if token == "|":
            items.append([])
        elif token == "?":
            text, begins, _ = items[-1].pop()
            items[-1].append((f"(?:{text})?", begins, True))
        elif token == "(":
            items[-1].append(expression(tokens, known))
        elif token in SIGNS:
            items[-1].append((SIGNS[token], set(), True))
        elif token[0] == "{":
            items[-1].append(known[token[1:-1]])
        else:
            stem = token.endswith("-")
            items[-1].append((re.escape(token.rstrip("-")) + ("[^ ]* " if stem else " "), {token}, False))
    for choice in items:
        nothing = True
        for _, begins, may in choice:
            firsts |= begins
            nothing = may
            if not may:
                break
        empty |= nothing
    return "(?:" + "|".join("".join(text for text, _, _ in choice) for choice in items) + ")", firsts, empty


def tokens(pattern):
    return iter(re.sub(r"([()|?])", r" \1 ", pattern).split())


@functools.lru_cache(None)
def classes():
    known = {}
    for line in lines("classes.txt"):
        name, _, text = line.partition("=")
        known[name.strip()] = expression(tokens(text), known)
    return known


@functools.lru_cache(None)
def rules(name):
    """By the word that a match begins with: (section, expression, pattern); those that begin with a stem apart."""
    begins, stems, section = {}, [], None
    for line in lines(name):
        if line.startswith("["):
            section = line[1:-1]
            continue
        text, firsts, _ = expression(tokens(line), classes())
        rule = (section, re.compile(text), line)
        for first in firsts:
            if first.endswith("-"):
                stems.append((first[:-1], rule))
            else:
                begins.setdefault(first, []).append(rule)
    return begins, stems


def scan(name, said):
    """(section, start, end, pattern) of every match."""
    begins, stems = rules(name)
    for word in re.finditer("[^ ]+", said):
        found = begins.get(word.group(), []) + [rule for stem, rule in stems if word.group().startswith(stem)]
        for section, each, line in found:
            # An anchored expression would take a slice's start for the text's: match at a position instead.
            if match := each.match(said, word.start()):
                yield section, *match.span(), line


def danger(request):
    """The kind of danger that a request speaks of, or None: what `segue_core::caution::danger` says."""
    return why(request)[0]


@functools.lru_cache(200_000)
def why(request):
    """The kind, and the pattern that shows it: for whoever reads hits by eye."""
    said = plain(request)
    shown = {section for section, *_ in scan("danger.txt", said)}
    harmless = list(scan("harmless.txt", said)) if shown else []
    for kind in KINDS:
        if kind in shown:
            left = list(said)
            for section, start, end, _ in harmless:
                scope = section.split()
                if "all" in scope or kind in scope:
                    for n in range(0, len(said)) if scope[0] == "whole" else range(start, end):
                        left[n] = " " if said[n] == " " else "_"
            left = re.sub("_+", "_", "".join(left))
            for section, start, end, line in scan("danger.txt", left):
                if section == kind:
                    return kind, (left[start:end], line)
    return None, ()


def broken(opener):
    """The rules of `forbidden.txt` that an opener breaks: what `segue_core::caution::forbidden` says, but all of them."""
    said = plain(opener, keep=True)
    left = list(said)
    for rule, start, end, _ in scan("forbidden.txt", said):
        if rule == "allowed":
            left[start:end] = [" " if c == " " else "_" for c in left[start:end]]
    return sorted({rule for rule, *_ in scan("forbidden.txt", re.sub("_+", "_", "".join(left))) if rule != "allowed"})
