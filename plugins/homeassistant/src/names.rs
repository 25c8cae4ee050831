//! The home's rooms and devices, as people call them. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

/// Most names that are kept: more than the rooms and devices of a large house.
pub const MOST: usize = 500;
/// Longest name, in characters: more is no name that anybody says.
const LONGEST: usize = 48;
/// What people give commands to, by the first part of an entity's id.
const DOMAINS: &[&str] = &[
    "climate",
    "cover",
    "fan",
    "group",
    "humidifier",
    "input_boolean",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "scene",
    "script",
    "siren",
    "switch",
    "vacuum",
    "valve",
    "water_heater",
];

/// Names from `get_states`, `config/area_registry/list` and `homeassistant/expose_entity/list`. Without the last one,
/// which only administrators may read, everything that takes commands counts as exposed.
#[must_use]
pub fn names(states: &Value, areas: &Value, exposed: Option<&Value>) -> Vec<String> {
    let exposed = exposed.and_then(|list| list.get("exposed_entities")).and_then(Value::as_object);
    let is_exposed = |id: &str| {
        exposed.is_none_or(|all| {
            all.get(id).and_then(|of| of.get("conversation")).and_then(Value::as_bool).unwrap_or(false)
        })
    };
    let devices = states.as_array().into_iter().flatten().filter_map(|state| {
        let id = state.get("entity_id")?.as_str()?;
        let domain = id.split('.').next()?;
        let name = state.pointer("/attributes/friendly_name")?.as_str()?;
        (DOMAINS.contains(&domain) && is_exposed(id)).then_some(name)
    });
    let rooms = areas.as_array().into_iter().flatten().flat_map(|area| {
        let aliases = area.get("aliases").and_then(Value::as_array).into_iter().flatten();
        area.get("name").into_iter().chain(aliases).filter_map(Value::as_str)
    });
    let mut seen = BTreeSet::new();
    let fit = |name: &&str| {
        let name = name.trim();
        !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control)
    };
    let all = rooms.chain(devices).filter(fit).map(|name| as_said(name.trim()));
    all.filter(|name| seen.insert(name.to_lowercase())).take(MOST).collect()
}

/// "Bed Light" as it stands within a sentence: "bed light". Names of people and abbreviations keep their capitals.
fn as_said(name: &str) -> String {
    let word = |word: &str| {
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        let keeps = capitals > 1 || word.contains(['\'', '\u{2019}']) || word.chars().any(char::is_numeric);
        if keeps { word.to_string() } else { word.to_lowercase() }
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(id: &str, name: &str) -> Value {
        json!({"entity_id": id, "state": "on", "attributes": {"friendly_name": name}})
    }

    #[test]
    fn rooms_and_what_takes_commands_are_named_if_they_are_exposed() {
        let states = json!([
            state("light.a", "Reading Lamp"),
            state("light.b", "Secret Lamp"),
            state("sensor.c", "Outside Temperature"),
            state("cover.d", " Garage Door "),
            state("switch.e", "reading lamp"),
        ]);
        let areas = json!([{"name": "Kitchen", "aliases": ["Cook's place"]}, {"name": "Hall"}]);
        let exposed = json!({"exposed_entities": {
            "light.a": {"conversation": true}, "light.b": {"conversation": false}, "cover.d": {"conversation": true},
            "switch.e": {"conversation": true}}});
        let told = names(&states, &areas, Some(&exposed));
        assert_eq!(told, ["kitchen", "Cook's place", "hall", "reading lamp", "garage door"]);
        assert!(names(&states, &areas, None).contains(&"secret lamp".to_string()));
        assert_eq!(as_said("Anna's TV Lamp"), "Anna's TV lamp");
    }

    #[test]
    fn rubbish_is_no_name_and_too_many_are_cut() {
        let many: Vec<Value> = (0..10_000).map(|n| state(&format!("light.l{n}"), &format!("Lamp {n}"))).collect();
        assert_eq!(names(&json!(many), &json!(null), None).len(), MOST);
        let odd = json!([3, {}, {"entity_id": 4}, state("light", "x"), state("light.a", "a\nb"), state("light.b", "")]);
        assert_eq!(names(&odd, &json!({"name": "x"}), Some(&json!(7))), ["x"]);
        assert!(names(&json!([state("light.a", &"x".repeat(300))]), &json!([[], 3]), None).is_empty());
    }
}
