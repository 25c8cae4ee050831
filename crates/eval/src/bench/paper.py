"""The paper's demo loop on our weights: for each token the whole sequence again, without a cache. One JSON line in
([prompt ids, opener ids]), one out ([seconds for all, seconds for the first token])."""
import json
import pathlib
import sys
import time

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder / "training"))

import torch
from safetensors.torch import load_file

from model import Llama

torch.set_num_threads(1)
model = Llama(json.loads((folder / "config.json").read_text()))
model.load_state_dict({name: value.float() for name, value in load_file(folder / "opener.safetensors").items()})
model.eval()
print("ready", flush=True)
with torch.no_grad():
    for line in sys.stdin:
        ids, opener = json.loads(line)
        since = time.perf_counter()
        first = None
        for token in [*opener, None]:
            best = int(model.logits(model.hidden(torch.tensor([ids]))[0, -1]).argmax())
            first = first or time.perf_counter() - since
            ids.append(best if token is None else token)
        print(json.dumps([time.perf_counter() - since, first]), flush=True)
