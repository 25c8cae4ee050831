"""Trains the opener: length-sorted batches, a rate that is level and then falls, over a budget of minutes or tokens, checkpoints that can be resumed, safetensors out."""
import argparse
import collections
import contextlib
import json
import pathlib
import random
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from encode import Codec
from model import Llama
from text import norm


def load(path, codec):
    """The pairs of a file, those that differ in the request's written form only beside each other: one group, one list."""
    groups = collections.defaultdict(list)
    for line in open(path):
        row = json.loads(line)
        groups[norm(row["request"]), row["opener"], *row.get("context", [])].append(row)
    return [[codec.pair(row) for row in rows] for rows in groups.values()], [rows[0]["source"] for rows in groups.values()]


def epoch_rows(groups, sources, number, shares):
    """One form of each group, another one in each epoch. What was written by hand comes several times; of the seeds' groups and
    of those that a labeller's rule made comes a share, another one in each epoch."""
    rows = []
    for n, group in enumerate(groups):
        by_hand = sources[n] in ("gold", "own")
        times = shares["gold_times"] if by_hand else 1
        if sources[n] == "seed:emergency":  # danger is answered by rules (segue_core::caution) and never reaches the model
            continue
        share = shares["seed_share"] if sources[n].startswith("seed") else 1.0 if by_hand or sources[n] == "unclear" else shares["rule_share"]
        if (n * 0.6180339887 + number * share) % 1.0 >= share:
            continue
        rows += [group[(number + n + again) % len(group)] for again in range(times)]
    return rows


def batches(rows, budget, rng):
    """Rows of like length together, about `budget` tokens a batch, in random order."""
    order = sorted(range(len(rows)), key=lambda n: (len(rows[n][0]), rng.random()))
    out = [[]]
    for n in order:
        length = len(rows[n][0])
        if out[-1] and (len(out[-1]) + 1) * length > budget:
            out.append([])
        out[-1].append(n)
    rng.shuffle(out)
    return out


def tensors(rows, batch, device):
    length = max(len(rows[n][0]) for n in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    part = torch.zeros(len(batch), length - 1, dtype=torch.uint8)  # 0 padding, 1 request, 2 opener
    for r, n in enumerate(batch):
        seq, prompt = rows[n]
        ids[r, :len(seq)] = torch.tensor(seq)
        part[r, :prompt - 1] = 1
        part[r, prompt - 1:len(seq) - 1] = 2
    return ids.to(device), part.to(device)


def loss_of(model, ids, part, request_weight, rng):
    """Opener tokens count whole; of the request's a share `request_weight` is drawn, which is the same in the mean and cheaper."""
    states = model.hidden(ids[:, :-1])
    use = (part == 2) | ((part == 1) & (torch.rand(part.shape, generator=rng).to(part.device) < request_weight))
    return F.cross_entropy(model.logits(states[use]).float(), ids[:, 1:][use])


@torch.no_grad()
def held_back(model, rows, device, autocast):
    """Loss a token and share of whole openers right (teacher-forced) on held-back pairs."""
    total = count = right = 0
    for batch in batches(rows, 6144, random.Random(0)):
        ids, part = tensors(rows, batch, device)
        with autocast():
            logits = model.logits(model.hidden(ids[:, :-1])).float()
        mask = part == 2
        total += F.cross_entropy(logits[mask], ids[:, 1:][mask], reduction="sum").item()
        count += int(mask.sum())
        right += int(((logits.argmax(-1) == ids[:, 1:]) | ~mask).all(1).sum())
    return total / count, right / len(rows)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("data", type=pathlib.Path, help="folder with train.jsonl and dev.jsonl")
    p.add_argument("tokenizer", type=pathlib.Path)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--config", default=pathlib.Path(__file__).parent / "config/default.json", type=pathlib.Path)
    p.add_argument("--minutes", type=float)
    p.add_argument("--tokens", type=float, help="a budget in tokens instead of minutes, for equal comparisons")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--resume", action="store_true")
    p.add_argument("--init", type=pathlib.Path, help="start from the weights of this folder instead of random ones, for a further training on better data")
    p.add_argument("--rate", type=float, help="another peak rate than the config's")
    a = p.parse_args()
    config = json.loads(a.config.read_text())
    c, t = config["model"], config["train"]
    minutes = a.minutes or t["minutes"]
    a.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(a.threads)
    torch.manual_seed(t["seed"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # Processors without bfloat16 instructions emulate them, ten times slower than plain float32.
    fast = device == "cuda" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    autocast = (lambda: torch.autocast(device, torch.bfloat16)) if fast else contextlib.nullcontext
    codec = Codec(a.tokenizer)
    groups, sources = load(a.data / "train.jsonl", codec)
    dev = [group[0] for group in load(a.data / "dev.jsonl", codec)[0]][:1500]
    rows = epoch_rows(groups, sources, 0, t)
    model = Llama(c).to(device)
    if a.init:
        model.load_state_dict({k: v.float() for k, v in load_file(a.init / "opener.safetensors").items()})
    else:
        model.prepare_copying(t["look"], t["carry"])
    peak = a.rate or t["peak_rate"]
    parameters = [{"params": [x for x in model.parameters() if x.dim() == 2], "weight_decay": t["weight_decay"]}, {"params": [x for x in model.parameters() if x.dim() < 2], "weight_decay": 0.0}]
    opt = torch.optim.AdamW(parameters, lr=peak, betas=(0.9, 0.95), fused=True)
    step, spent, tokens, epoch, skip = 0, 0.0, 0, 0, 0
    checkpoint = a.out / "checkpoint.pt"
    if a.resume and checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["opt"])
        step, spent, tokens, epoch, skip = (state[k] for k in ("step", "spent", "tokens", "epoch", "at"))
    log = open(a.out / "log.txt", "a")
    def say(text):
        print(text, flush=True)
        log.write(text + "\n")
        log.flush()
    say(f"{sum(x.numel() for x in model.parameters()) / 1e6:.2f}M parameters, {sum(map(len, groups))} pairs in {len(groups)} groups, an epoch of {len(rows)} pairs and {sum(len(r[0]) for r in rows) / 1e6:.2f}M tokens, {device}, {a.threads} threads")
    def export():
        save_file({k: v.half().contiguous() for k, v in model.state_dict().items()}, a.out / "opener.safetensors")
        (a.out / "config.json").write_text(json.dumps(c, indent=2) + "\n")

    draw = torch.Generator().manual_seed(t["seed"] + step)
    last, mean, done = time.time(), None, False
    while not done:
        rows = epoch_rows(groups, sources, epoch, t)
        todo = batches(rows, t["batch_tokens"], random.Random(t["seed"] + epoch))
        for at, batch in enumerate(todo[skip:], skip):
            progress = tokens / a.tokens if a.tokens else spent / (minutes * 60)
            if progress >= 1:
                done = True
                break
            rate = peak * min(1, (progress + 1e-3) / t["warmup_share"], (1.01 - progress) / t["decay_share"])
            for group in opt.param_groups:
                group["lr"] = rate
            ids, part = tensors(rows, batch, device)
            with autocast():
                loss = loss_of(model, ids, part, t["request_weight"], draw)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            step += 1
            tokens += int((part > 0).sum())
            now = time.time()
            spent, last = spent + now - last, now
            mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
            if step % 50 == 0:
                say(f"step {step} epoch {epoch + at / len(todo):.2f} loss {mean:.3f} rate {rate:.2e} tokens {tokens / 1e6:.2f}M {tokens / spent:.0f}/s minutes {spent / 60:.1f}")
            if step % 250 == 0:
                torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "step": step, "spent": spent, "tokens": tokens, "epoch": epoch, "at": at + 1}, checkpoint)
                export()
                say("held back: loss %.3f, whole openers right %.3f" % held_back(model, dev, device, autocast))
                last = time.time()
        epoch, skip = epoch + 1, 0
    say("held back: loss %.3f, whole openers right %.3f" % held_back(model, dev, device, autocast))
    export()


if __name__ == "__main__":
    main()
