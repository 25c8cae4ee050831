"""Lets a real Home Assistant read and use the files that users copy: the blueprint makes an automation that speaks, and
the dashboard names entities that there are.

Runs where `ha_client` is and a running Segue of node "kitchen", name "Segue", area "Kitchen", with a microphone.
Arguments: the blueprint and the dashboard.
"""
import asyncio
import re
import sys

from ha_client import HA, saved_token
from homeassistant.util.yaml import parse_yaml

SWITCH = "switch.decorative_lights"


async def main(blueprint, dashboard):
    async with HA(saved_token()) as ha:
        await ha.connect()
        states = await ha.states()
        card = parse_yaml(dashboard)
        named = set(re.findall(r"entity: (\S+)", dashboard))
        missing = sorted(named - set(states))
        print(f"{'FAIL' if missing else 'ok  '} the dashboard names {len(named)} entities; missing: {missing}")
        await ha.cmd(type="lovelace/dashboards/create", url_path="segue-check", title="Segue", mode="storage")
        await ha.cmd(type="lovelace/config/save", url_path="segue-check",
                     config={"views": [{"title": "Segue", "cards": [card]}]})
        kept = await ha.cmd(type="lovelace/config", url_path="segue-check")
        same = kept["views"][0]["cards"] == [card]
        print(f"{'ok  ' if same else 'FAIL'} Home Assistant keeps the dashboard")

        saved = await ha.cmd(type="blueprint/save", domain="automation", path="segue/announce.yaml", yaml=blueprint,
                             allow_override=True)
        known = await ha.cmd(type="blueprint/list", domain="automation")
        read = saved is not None and "error" not in known["segue/announce.yaml"]
        print(f"{'ok  ' if read else 'FAIL'} Home Assistant reads the blueprint")
        rows = await ha.cmd(type="config/entity_registry/list")
        ids = {r["unique_id"]: r["entity_id"] for r in rows}
        made = await ha.req("POST", "/api/config/automation/config/segue_check", json={
            "alias": "Segue check", "use_blueprint": {"path": "segue/announce.yaml", "input": {
                "trigger_entity": SWITCH, "segue": ids["segue_kitchen_say"], "message": "The switch is on."}}})
        print(f"{'ok  ' if made.get('result') == 'ok' else 'FAIL'} an automation is made of it")
        turn = ids["segue_kitchen_turn"]
        await ha.req("POST", "/api/services/switch/turn_off", json={"entity_id": SWITCH})
        await asyncio.sleep(2)
        before = (await ha.states())[turn]["state"]
        await ha.req("POST", "/api/services/switch/turn_on", json={"entity_id": SWITCH})
        spoke = False
        for _ in range(100):
            now = (await ha.states())[turn]
            spoke = now["state"] != before and now["attributes"].get("event_type") == "announced"
            if spoke:
                break
            await asyncio.sleep(0.1)
        print(f"{'ok  ' if spoke else 'FAIL'} the automation lets Segue speak")
        await ha.req("DELETE", "/api/config/automation/config/segue_check")
        boards = await ha.cmd(type="lovelace/dashboards/list")
        for board in boards:
            if board["url_path"] == "segue-check":
                await ha.cmd(type="lovelace/dashboards/delete", dashboard_id=board["id"])
        sys.exit(0 if not missing and same and read and spoke else 1)


asyncio.run(main(open(sys.argv[1]).read(), open(sys.argv[2]).read()))
