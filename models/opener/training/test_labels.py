"""Examples that the labellers and the checkers must keep: run with `python test_labels.py`."""
import tempfile

from check import violations
from label import bare, label
from names import Names
from parse import Parser

EXAMPLES = {
    "what's the capital of mongolia": "The capital of Mongolia is",
    "how do i descale my coffee machine": ("To descale your coffee machine,", "The easiest way to descale", "Descaling your coffee machine"),
    "dim the bedroom lights to thirty percent": "Dimming the bedroom lights to thirty percent",
    "who invented the telephone": "The telephone was invented by",
    "when did columbus reach america": "Columbus reached America in",
    "what is 213 times 3": "213 times 3",
    "can i top up with a cheque": ("When it comes to topping up", "Whether you can top up"),
    "please remind me to call my mother": "Reminding you to call your mother",
    "my card payment didn't go through": ("Since your card payment", "If your card payment"),
    "how do you say thank you in german": ("In German, thank you is", "Thank you in German is"),
    "will it rain in oslo tomorrow": ("As for rain in Oslo tomorrow,", "The chance of rain in Oslo tomorrow", "As far as rain goes in Oslo"),
}
BROKEN = {
    ("turn off the lamp", "I've turned off the lamp for you"): "outcome",
    ("is it safe", "Yes, it is perfectly safe to"): "side",
    ("what is 2 plus 3", "That makes exactly 55 in total"): "number",
    ("i can't breathe", "When it comes to breathing,"): "danger answered with free text",
    ("why", "Because of"): "length",
}


def main():
    names, parser = Names(), Parser(tempfile.mktemp())
    for request, good in EXAMPLES.items():
        text, embedded = bare(request)
        doc = parser.parse([text])[text]
        found = label({"text": request}, doc, names.restore(doc), embedded)
        assert found and found[0].startswith(good), (request, found)
        assert not violations(request, found[0]), found
    for (request, opener), rule in BROKEN.items():
        assert rule in violations(request, opener), (opener, violations(request, opener))
    print(len(EXAMPLES), "labels and", len(BROKEN), "violations as they should be")


if __name__ == "__main__":
    main()
