"""Counts of the built pairs: by source and template, the most frequent starts, checker violations; `--show N` prints N of each source."""
import argparse
import collections
import json
import pathlib
import random

from check import EMERGENCY, violations

if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--show", type=int, default=0)
    p.add_argument("--source")
    a = p.parse_args()
    rows = [json.loads(line) for name in ("train", "dev", "test") for line in open(a.folder / f"{name}.jsonl")]
    sources, templates, starts, broken = (collections.Counter() for _ in range(4))
    for r in rows:
        sources[r["source"]] += 1
        templates[r["template"]] += 1
        starts[" ".join(r["opener"].split()[:3])] += 1
        if not (r["source"] == "seed:emergency" and r["opener"] in EMERGENCY):
            broken.update(violations(r["request"], r["opener"], r.get("context"), r.get("home")))
    distinct = len({(r["request"], r["opener"]) for r in rows})
    print(f"{len(rows)} pairs, {distinct} distinct, {len({r['opener'] for r in rows})} openers, {len(templates)} templates, {sum('context' in r for r in rows)} with context, {sum('home' in r for r in rows)} with home names")
    for name, counter, most in (("sources", sources, 60), ("templates", templates, 25), ("first three words", starts, 20), ("violations", broken, 20)):
        print(f"\n{name}")
        for k, n in counter.most_common(most):
            print(f"  {n:7d} {100 * n / len(rows):5.2f}%  {k}")
    rng = random.Random(2)
    for source in ([a.source] if a.source else sources) if a.show else []:
        print(f"\n## {source}")
        mine = [r for r in rows if r["source"] == source]
        for r in rng.sample(mine, min(a.show, len(mine))):
            print("  ", *(["[" + " | ".join(r["context"]) + "]"] if "context" in r else []), *(["{" + "; ".join(r["home"]) + "}"] if "home" in r else []), r["request"], "=>", r["opener"])
