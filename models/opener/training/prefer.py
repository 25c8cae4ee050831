"""Teaches the opener to prefer what a reader wrote over what it drafted itself: direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290) with the plain loss of the preferred opener beside it, over every pair of a folder's preferred.jsonl."""
import argparse
import json
import pathlib
import random
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from encode import Codec
from model import Llama
from train import batches, tensors


def log_probabilities(model, rows, batch, device):
    """Of each row's opener, the end included: the sum, and its number of tokens."""
    ids, part = tensors(rows, batch, device)
    use = part == 2
    states = model.hidden(ids[:, :-1])
    each = -F.cross_entropy(model.logits(states[use]).float(), ids[:, 1:][use], reduction="none")
    sums = torch.zeros(len(batch), device=device).index_add(0, use.nonzero()[:, 0], each)
    return sums, use.sum(1)


def margin(model, pairs, batch, device):
    """How much more probable the preferred opener of each pair is, and what a token of it costs."""
    good, tokens = log_probabilities(model, [pair[0] for pair in pairs], batch, device)
    bad, _ = log_probabilities(model, [pair[1] for pair in pairs], batch, device)
    return good - bad, -good.sum() / tokens.sum()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("data", type=pathlib.Path, help="folder with preferred.jsonl: request, opener, draft, context")
    p.add_argument("tokenizer", type=pathlib.Path)
    p.add_argument("init", type=pathlib.Path, help="folder with the weights to start from")
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--epochs", type=float, default=2)
    p.add_argument("--rate", type=float, default=1e-4)
    p.add_argument("--beta", type=float, default=0.2, help="how hard the pairs pull away from the start")
    p.add_argument("--plain", type=float, default=1.0, help="weight of the preferred opener's own loss")
    p.add_argument("--batch-tokens", type=int, default=1536)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(3)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    config = json.loads((a.init / "config.json").read_text())
    weights = {k: v.float() for k, v in load_file(a.init / "opener.safetensors").items()}
    model = Llama(config).to(device)
    model.load_state_dict(weights)
    codec = Codec(a.tokenizer)
    read = [json.loads(line) for line in open(a.data / "preferred.jsonl")]
    pairs = [(codec.pair(row), codec.pair({**row, "opener": row["draft"]})) for row in read]
    random.Random(4).shuffle(pairs)
    kept, pairs = pairs[:300], pairs[300:]
    longest = [max(pair, key=lambda row: len(row[0])) for pair in pairs]
    groups = batches(longest, a.batch_tokens, random.Random(0))
    with torch.no_grad():
        start = torch.zeros(len(pairs))
        for batch in groups:
            start[batch] = margin(model, pairs, batch, device)[0].cpu()
        before = margin(model, kept, list(range(len(kept))), device)[0]
    opt = torch.optim.AdamW(model.parameters(), lr=a.rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    steps, mean, since = int(a.epochs * len(groups)), None, time.time()
    print(f"{len(pairs)} pairs, {steps} steps; preferred at the start {(start > 0).float().mean():.3f}", flush=True)
    for step in range(steps):
        if step % len(groups) == 0:
            groups = batches(longest, a.batch_tokens, random.Random(step))
        batch = groups[step % len(groups)]
        for group in opt.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 30, (steps - step) / (0.6 * steps))
        now, plain = margin(model, pairs, batch, device)
        loss = -F.logsigmoid(a.beta * (now - start[batch].to(device))).mean() + a.plain * plain
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        mean = loss.item() if mean is None else 0.97 * mean + 0.03 * loss.item()
        if step % 50 == 49 or step + 1 == steps:
            with torch.no_grad():
                after, cost = margin(model, kept, list(range(len(kept))), device)
            print(f"step {step + 1} loss {mean:.3f} minutes {(time.time() - since) / 60:.1f}; kept back: preferred {(after > 0).float().mean():.3f}, gained {(after > before).float().mean():.3f}, loss {cost:.3f}", flush=True)
    a.out.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in model.state_dict().items()}, a.out / "opener.safetensors")
    (a.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
