"""Twenty commands spoken by synthetic voices behind a wake word, and four that must fail, to a running Segue of node
"kitchen" with `mqtt.words`, a wake word service and a Home Assistant with its demo devices: is each heard, does the
opener name the action, does the thing really change, does the answer confirm or repair it?

Needs flite, paplay and a PulseAudio sink whose monitor is Segue's microphone; `commands.py` must have run before, which
makes a light that is not there, two of one name, and a lock that nobody may open. Prints a row a command. With the last
argument `gone` it speaks one command only, for a Home Assistant that is not there.

`spoken.py SINK TOKEN_FILE VOICES [INSIDE]`; INSIDE is a command before those that reach the home, as
`ip netns exec segueha`.
"""
import json
import queue
import re
import subprocess
import sys
import threading
import time

args = [arg for arg in sys.argv[1:] if arg != "gone"]
SINK, TOKEN, VOICES = args[0], open(args[1]).read().strip(), args[2].split(",")
INSIDE = args[3].split() if len(args) > 3 else []
HOME = "http://127.0.0.1:8123/api"
WAKE = "hey jarvis"
# The request, domain, service and entity that make it necessary, the state that it asks for, words of the action.
COMMANDS = [
    ("turn off the kitchen lights", "light", "turn_on", "light.kitchen_lights", "off", "off|kitchen light"),
    ("turn on the bed light", "light", "turn_off", "light.bed_light", "on", "on|bed light"),
    ("open the kitchen window", "cover", "close_cover", "cover.kitchen_window", "open", "open|kitchen window"),
    ("close the hall window", "cover", "open_cover", "cover.hall_window", "closed", "clos|hall window"),
    ("turn on the ceiling fan", "fan", "turn_off", "fan.ceiling_fan", "on", "on|ceiling fan"),
    ("turn off the ceiling lights", "light", "turn_on", "light.ceiling_lights", "off", "off|ceiling light"),
    ("turn off the decorative lights", "switch", "turn_on", "switch.decorative_lights", "off", "off|decorative"),
    ("open the garage door", "cover", "close_cover", "cover.garage_door", "open", "open|garage door"),
    ("turn on the living room fan", "fan", "turn_off", "fan.living_room_fan", "on", "on|living room fan"),
    ("turn off the bed light", "light", "turn_on", "light.bed_light", "off", "off|bed light"),
]
# Why it fails, the request, a word that the repair must have.
FAILURES = [
    ("no such device", "turn on the coffee machine", "not aware"),
    ("unavailable", "turn on the porch lantern", "available"),
    ("ambiguous", "turn on the desk lamp", "multiple"),
    ("not allowed", "unlock the front door", "exposed"),
]
GONE = [("Home Assistant gone", "turn off the kitchen lights", "home assistant")]

told, state = queue.Queue(), {}


def hear():
    topics = [part for topic in ("turn", "state", "heard") for part in ("-t", f"segue/kitchen/{topic}")]
    heard = subprocess.Popen([*INSIDE, "mosquitto_sub", "-v", *topics], stdout=subprocess.PIPE, text=True)
    for line in heard.stdout:
        topic, _, message = line.partition(" ")
        if topic.endswith("/state"):
            state.update(json.loads(message))
        else:
            told.put((topic.rsplit("/", 1)[1], json.loads(message)))


def home(method, path, data=None):
    more = ["-d", json.dumps(data)] if data else []
    call = ["curl", "-s", "-X", method, "-H", f"Authorization: Bearer {TOKEN}", *more, f"{HOME}/{path}"]
    return json.loads(subprocess.run([*INSIDE, *call], capture_output=True, text=True).stdout or "null")


def say(text, voice):
    subprocess.run(["flite", "-voice", voice, "-t", text, "-o", "/tmp/segue-say.wav"], check=True)
    subprocess.run(["paplay", "-d", SINK, "/tmp/segue-say.wav"], check=True)


def ask(text, voice):
    """What was heard, the opener, and the end of the turn."""
    while not told.empty():
        told.get()
    say(WAKE, voice)
    time.sleep(0.6)
    say(text + ".", voice)
    heard = opener = done = None
    end = time.monotonic() + 40
    while done is None and time.monotonic() < end:
        try:
            kind, message = told.get(timeout=1)
        except queue.Empty:
            continue
        if kind == "heard":
            heard = message["text"]
        elif message["type"] == "opener":
            opener = message["text"]
        elif message["type"] == "done":
            done = message
    return heard, opener, done or {"spoken": "", "verdict": "none"}


def row(verdict, name, voice, text, heard, opener, done, more=""):
    gaps = " | ".join(str(round(done[key])) if done.get(key) is not None else "-" for key in ("response_gap_ms", "seam_gap_ms"))
    print(f"| {verdict} | {name} | {voice} | {text} | {heard} | {opener} | {done['spoken']} | {gaps} | {more}", flush=True)


def same(heard, text):
    plain = [re.sub(r"[^a-z ]", "", (each or "").lower()).strip() for each in (heard, text)]
    return plain[0] == plain[1]


threading.Thread(target=hear, daemon=True).start()
time.sleep(2)
counted = lambda: {key: state.get(key) for key in ("opened", "transcribed")}
bad = 0
if "gone" not in sys.argv:
    before = counted()
    say("turn on the bed light.", VOICES[0])
    time.sleep(6)
    silent = before == counted() and told.empty()
    print(f"without a wake word nothing is transcribed: {silent} {counted()}", flush=True)
    good = right = named = 0
    for text, domain, service, entity, wanted, words in COMMANDS:
        for voice in VOICES:
            home("POST", f"services/{domain}/{service}", {"entity_id": entity})
            time.sleep(12 if domain == "cover" else 3)
            before = home("GET", f"states/{entity}")["state"]
            heard, opener, done = ask(text, voice)
            for _ in range(120):
                after = home("GET", f"states/{entity}")["state"]
                if after == wanted:
                    break
                time.sleep(0.1)
            names = all(word in (opener or "").lower() for word in words.split("|"))
            confirms = done["verdict"] in ("agree", "steer") and not re.search(r"sorry|isn't|not aware", done["spoken"])
            changed = before != wanted and after == wanted
            right, named, good = right + same(heard, text), named + names, good + (changed and names and confirms)
            verdict = "ok" if changed and names and confirms else "changed" if changed else "FAIL"
            row(verdict, entity, voice, text, heard, opener, done, f"{before} -> {after}")
    total = len(COMMANDS) * len(VOICES)
    print(f"{good} of {total} as they should be; {right} heard word for word, {named} openers name the action; {counted()}")
    bad += total - good + (not silent)
for number, (name, text, word) in enumerate(GONE if "gone" in sys.argv else FAILURES):
    heard, opener, done = ask(text, VOICES[number % len(VOICES)])
    fine = word in done["spoken"].lower() and "done" not in done["spoken"].lower()
    bad += not fine
    row("ok" if fine else "FAIL", name, VOICES[number % len(VOICES)], text, heard, opener, done)
sys.exit(1 if bad > 2 else 0)
