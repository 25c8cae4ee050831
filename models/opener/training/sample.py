"""Prints the openers of the trained model, greedy and without any constraint, for requests on stdin (last request <tab> last answer <tab> request) or a jsonl file."""
import argparse
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file

from encode import Codec
from model import Llama
from text import capital

HERE = pathlib.Path(__file__).parent.parent


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
        for line in list(open(a.jsonl))[:a.count]:
            row = json.loads(line)
            text, sure = model.say(row["request"], row.get("context"), row.get("home"))
            print(f"{sure:6.2f} {'=' if text == row['opener'] else ' '} {row['request']} => {text}    [{row['opener']}]")
    else:
        for line in sys.stdin:
            *context, request = line.rstrip("\n").split("\t")
            text, sure = model.say(request, context or None)
            print(f"{sure:6.2f} {request} => {text}")
