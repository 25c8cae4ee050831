"""Pairs from the smart-home lists and from requests to Home Assistant, some of them with the home's names beside the request."""
import csv
import gzip
import json
import random
import re

import label
from text import pick, words


def device_names(data):
    by_kind = {}
    for row in csv.DictReader(open(data / "home_actions" / "pile_of_device_names.csv")):
        by_kind.setdefault(row["device_name"].split(".")[0], []).append(row["description"].strip())
    return by_kind


def requests(data, devices):
    """(request, home names or None, source)"""
    rng = random.Random(3)
    every = [d for names in devices.values() for d in names]

    def around(name):
        others = rng.sample(every, 4)
        names = [name, *others]
        rng.shuffle(names)
        return names

    for row in csv.DictReader(open(data / "home_actions" / "pile_of_specific_actions.csv")):
        yield row["phrase"], None, None
    for name in ("pile_of_templated_actions", "pile_of_status_requests"):
        for row in csv.DictReader(open(data / "home_actions" / f"{name}.csv")):
            kind = row["device_type"]
            if "|" in kind or kind not in devices:
                continue
            for _ in range(30):
                device = rng.choice(devices[kind])
                text = row["phrase"].replace("<device_name>", device).replace("<brightness>", str(rng.randint(1, 20) * 5)).replace("<color>", rng.choice(["red", "blue", "green", "purple", "orange", "pink"]))
                text = text.replace("<temp_f>", str(rng.randint(60, 80))).replace("<temperature>", str(rng.randint(16, 25)))
                if "<" not in text:
                    yield text, around(device) if rng.random() < 0.5 else None, device if name.endswith("requests") else None
    with gzip.open(data / "home_assistant_replies.jsonl.gz", "rt") as f:
        for text in sorted({json.loads(line)["text"] for line in f}):
            yield text, None, None


STATE = re.compile(r"^(?:is|are|tell me if|check if|do you know if|can you tell me if|could you check if|can you check if)\b", re.I)
FRAMES = ["The {} is currently", "Right now, the {} is", "As for the {}, it's", "Checking on the {}, it's"]


def state(text, device):
    """"is the hall lamp on" -> "The hall lamp is currently"."""
    if not STATE.match(text) or len(words(device)) > 4:
        return None
    opener = pick(FRAMES, text).format(re.sub(r"^the ", "", device))
    if re.search(r"[^s]s$", device):
        opener = re.sub(r" is\b", " are", opener).replace("it's", "they're")
    return (opener, "home_state") if 4 <= len(words(opener)) <= 8 else None


def pairs(data, parser, names):
    devices = device_names(data)
    found = []
    for text, home, device in requests(data, devices):
        bare, embedded = label.bare(text)
        found.append((text, home, bare if home else bare.lower(), embedded, device))
    docs = parser.parse([f[2] for f in found if f[2]])
    for text, home, bare, embedded, device in found:
        labelled = state(text, device if home else device.lower()) if device else None
        labelled = labelled or bare and label.label({"text": text}, docs[bare], names.restore(docs[bare]), embedded)
        if labelled:
            pair = {"request": text, "opener": labelled[0], "source": "home_actions", "template": labelled[1]}
            yield {**pair, "home": home} if home else pair
