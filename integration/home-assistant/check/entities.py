"""Checks Segue's device in a real Home Assistant: every entity by discovery, every control from Home Assistant's side.

Runs where `ha_client` (a small REST and WebSocket client with a saved token) and a running Segue of node "kitchen" are,
without a cloud; `microphone` as an argument when it has one. Prints one line for each check and ends with an error when
one fails.
"""
import asyncio
import json
import sys
import time

from ha_client import HA, saved_token

NODE = "segue_kitchen_"
WANTED = ["state", "response_gap", "seam_gap", "time_saved", "repairs_today", "cloud", "stop", "repeat", "openers",
          "max_words", "say", "turn"]
MICROPHONE = ["listen", "mute", "eagerness", "microphone", "opened", "transcribed"]


async def until(what, check, limit=20.0):
    """Waits until `check` gives something true; returns it and says how long that took."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        got = await check()
        if got:
            print(f"ok   {what} ({time.monotonic() - start:.1f} s)")
            return got
        await asyncio.sleep(0.1)
    print(f"FAIL {what}")
    sys.exit(1)


async def main():
    wanted = WANTED + (MICROPHONE if "microphone" in sys.argv else [])
    async with HA(saved_token()) as ha:
        await ha.connect()

        async def registered():
            rows = await ha.cmd(type="config/entity_registry/list")
            found = {r["unique_id"].removeprefix(NODE): r["entity_id"] for r in rows if r["unique_id"].startswith(NODE)}
            return found if set(wanted) <= set(found) else None

        ids = await until("every entity is there", registered)
        extra = set(ids) - set(wanted)
        print("ids ", json.dumps(ids))
        print("ok   nothing else is there" if not extra else f"FAIL also {extra}")

        async def state(key):
            return (await ha.states()).get(ids[key], {})

        async def is_(key, value):
            return (await state(key)).get("state") == value

        async def call(domain, service, key, **data):
            await ha.req("POST", f"/api/services/{domain}/{service}", json={"entity_id": ids[key], **data})

        await until("state is idle", lambda: is_("state", "idle"))
        before = (await state("turn")).get("state")
        await call("notify", "send_message", "say", message="Dinner is ready.")

        async def event(kind):
            now = await state("turn")
            return now.get("state") != before and now.get("attributes", {}).get("event_type") == kind and now

        await until("say makes a turn's event: announced", lambda: event("announced"))
        await call("switch", "turn_off", "openers")
        await until("the switch is off", lambda: is_("openers", "off"))
        await call("switch", "turn_on", "openers")
        await until("the switch is on", lambda: is_("openers", "on"))
        await call("number", "set_value", "max_words", value=5)
        await until("the number is 5", lambda: is_("max_words", "5"))
        before = (await state("turn")).get("state")
        await ha.req("POST", "/api/services/mqtt/publish",
                     json={"topic": "segue/kitchen/ask", "payload": "What is the capital of Mongolia?"})
        now = await until("a request makes a turn's event: answered", lambda: event("answered"))
        words = now["attributes"]["opener_words"]
        print(f"{'ok  ' if 2 <= words <= 5 else 'FAIL'} the opener had {words} words, at most 5")
        if "microphone" in sys.argv:
            await call("switch", "turn_on", "mute")
            await until("it is muted", lambda: is_("mute", "on"))
            opened = (await state("opened")).get("state")
            await call("button", "press", "listen")
            await asyncio.sleep(1)
            same = (await state("opened")).get("state") == opened and await is_("microphone", "off")
            print("ok   who is muted cannot be opened" if same else "FAIL it opened")
            await call("switch", "turn_off", "mute")
            await until("it is not muted", lambda: is_("mute", "off"))
            await call("button", "press", "listen")
            await until("the microphone is open", lambda: is_("microphone", "on"))
            await until("and shuts when nobody speaks", lambda: is_("microphone", "off"))
            await call("select", "select_option", "eagerness", option="eager")
            await until("eager", lambda: is_("eagerness", "eager"))
        before = (await state("turn")).get("state")
        await call("button", "press", "repeat")
        await until("repeat is pressed", lambda: event("announced"))
        await call("button", "press", "stop")
        await until("state is idle again", lambda: is_("state", "idle"))
        sys.exit(0 if not extra and 2 <= words <= 5 else 1)


asyncio.run(main())
