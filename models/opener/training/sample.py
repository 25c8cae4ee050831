"""Prints the openers of the trained model, greedy and without any constraint, for requests on stdin (last request <tab> last answer <tab> request) or a jsonl file."""
import argparse
import collections
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file

from check import violations
from encode import Codec
from model import Llama
from names import common
from text import capital, norm

HERE = pathlib.Path(__file__).parent.parent


def uncopied(opener, row):
    """Words that the parser's dictionary of English does not know and that do not stand in the request."""
    said = set(norm(" ".join([row["request"], *row.get("context", []), *row.get("home", [])])).split())
    return [w for w in norm(opener).split() if w not in said and "'" not in w and not common(w)]


class Opener:
    def __init__(self, folder=HERE):
        folder = pathlib.Path(folder)
        self.codec = Codec(folder / "tokenizer.json")
        self.model = Llama(json.loads((folder / "config.json").read_text()))
        self.model.load_state_dict({k: v.float() for k, v in load_file(folder / "opener.safetensors").items()})
        self.model.eval()

    @torch.no_grad()
    def say(self, request, context=None, home=None):
        """(opener, mean log-probability of its tokens)"""
        ids = self.codec.prompt(request, context, home)
        start, total = len(ids), 0.0
        while len(ids) - start < 40:
            logp = self.model.logits(self.model.hidden(torch.tensor([ids]))[0, -1]).float().log_softmax(-1)
            best = int(logp.argmax())
            total += float(logp[best])
            if best == self.codec.end:
                break
            ids.append(best)
        return capital(self.codec.tok.decode(ids[start:])), total / max(1, len(ids) - start + 1)


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--folder", default=HERE)
    p.add_argument("--jsonl", help="held-back pairs: prints request, opener, label")
    p.add_argument("--count", type=int, default=40)
    a = p.parse_args()
    torch.set_num_threads(1)
    model = Opener(a.folder)
    if a.jsonl:
        rows = [json.loads(line) for line in list(open(a.jsonl))[:a.count]]
        same, broken, strange = 0, collections.Counter(), 0
        for row in rows:
            text, sure = model.say(row["request"], row.get("context"), row.get("home"))
            bad = violations(row["request"], text, row.get("context"), row.get("home"))
            same += text == row["opener"]
            broken.update(bad)
            strange += bool(uncopied(text, row))
            print(f"{sure:6.2f} {'=' if text == row['opener'] else ' '} {row['request']} => {text}    [{row['opener']}]", *bad, *uncopied(text, row))
        print(f"{len(rows)} requests: the label's opener {same / len(rows):.1%}, with a word that neither the request nor the lexicon has {strange / len(rows):.1%}, violations {dict(broken)}")
    else:
        for line in sys.stdin:
            *context, request = line.rstrip("\n").split("\t")
            text, sure = model.say(request, context or None)
            print(f"{sure:6.2f} {request} => {text}")
