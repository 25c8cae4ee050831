"""Pairs from the smart-home lists: orders with device names, some of them with the home's names beside the request."""
import csv
import random

import label
from text import capital, pick, share


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
        yield row["phrase"], None
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
                    yield text, around(device) if rng.random() < 0.5 else None


def pairs(data, parser, names):
    devices = device_names(data)
    found = [(text, home, *label.bare(text)) for text, home in requests(data, devices)]
    docs = parser.parse([f[2] for f in found if f[2]])
    for text, home, bare, embedded in found:
        labelled = bare and label.label({"text": text}, docs[bare], names.restore(docs[bare]), embedded)
        if labelled:
            pair = {"request": text, "opener": labelled[0], "source": "home_actions", "template": labelled[1]}
            yield {**pair, "home": home} if home else pair
