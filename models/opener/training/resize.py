"""Makes a model of another depth from a trained one, to compare sizes on equal tokens: layers are left out evenly, or each stands twice
and the second begins with little to say. Writes a folder that `train.py --init` takes, and its config."""
import argparse
import json
import pathlib

import torch
from safetensors.torch import load_file, save_file

QUIET = 0.1  # share of a doubled layer's output that its copy begins with


def layer_of(name):
    parts = name.split(".")
    return int(parts[2]) if parts[1] == "layers" else None


def resized(weights, had, wanted):
    out = {k: v for k, v in weights.items() if layer_of(k) is None}
    for n in range(wanted):
        source = n * had // wanted
        again = n > 0 and (n - 1) * had // wanted == source
        for k, v in weights.items():
            if layer_of(k) == source:
                quiet = again and k.endswith(("o_proj.weight", "down_proj.weight"))
                out[k.replace(f".{source}.", f".{n}.", 1)] = (v.float() * (QUIET if quiet else 1)).half()
    return out


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("layers", type=int)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--config", default=pathlib.Path(__file__).parent / "config/default.json", type=pathlib.Path)
    a = p.parse_args()
    config = json.loads(a.config.read_text())
    weights = resized(load_file(a.folder / "opener.safetensors"), config["model"]["num_hidden_layers"], a.layers)
    config["model"]["num_hidden_layers"] = a.layers
    a.out.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in weights.items()}, a.out / "opener.safetensors")
    (a.out / "train.json").write_text(json.dumps(config, indent=1) + "\n")
    print(f"{sum(v.numel() for v in weights.values()) / 1e6:.2f}M parameters in {a.layers} layers")
