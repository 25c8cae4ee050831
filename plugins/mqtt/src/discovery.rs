//! The device as Home Assistant discovers it: one retained message that holds all entities.
//!
//! Home Assistant refuses the whole message over one bad component, so everything here was accepted by a real one.
//! A component that is switched off is sent with its platform alone, which removes it where it was.

use segue_runtime::plugin::MAX_WORDS;
use serde_json::{Map, Value, json};

use crate::config::MqttConfig;
use crate::topics::{Asked, Topics};

/// What happens in a turn, as types of the event entity.
pub const EVENT_TYPES: [&str; 4] = ["answered", "repaired", "announced", "silent"];

/// The payload for [`Topics::config`].
#[must_use]
pub fn device(config: &MqttConfig) -> Value {
    let topics = Topics::new(&config.node, &config.discovery);
    let id = format!("segue_{}", config.node);
    let mut device = json!({
        "ids": [id], "name": config.name, "mf": "Segue", "mdl": "Segue", "sw": config.software,
    });
    if let Some(area) = &config.area {
        device["sa"] = json!(area);
    }
    let mut components = Map::new();
    for (key, mut component) in entities(&topics) {
        component["uniq_id"] = json!(format!("{id}_{key}"));
        components.insert(key.to_string(), component);
    }
    let told = words(&topics).into_iter().map(|entity| (entity, config.words));
    let heard = microphone(&topics).into_iter().map(|entity| (entity, config.microphone));
    for ((key, mut component), wanted) in told.chain(heard) {
        if wanted {
            component["uniq_id"] = json!(format!("{id}_{key}"));
        } else {
            component = json!({"p": component["p"]});
        }
        components.insert(key.to_string(), component);
    }
    json!({
        "dev": device,
        "o": {"name": "segue", "sw": config.software},
        "avty": [{"t": topics.availability()}],
        "qos": 1,
        "cmps": components,
    })
}

fn entities(topics: &Topics) -> Vec<(&'static str, Value)> {
    let state = topics.state();
    let duration = |name: &str, field: &str| {
        json!({
            "p": "sensor", "name": name, "dev_cla": "duration", "unit_of_meas": "ms", "stat_cla": "measurement",
            "sug_dsp_prc": 0, "ent_cat": "diagnostic", "stat_t": state, "val_tpl": value(field),
        })
    };
    let button =
        |name: &str, asked, icon: &str| json!({"p": "button", "name": name, "cmd_t": topics.asked(asked), "ic": icon});
    vec![
        (
            "state",
            json!({
                "p": "sensor", "name": "State", "dev_cla": "enum", "ops": crate::tell::STATES,
                "stat_t": state, "val_tpl": value("state"), "ic": "mdi:account-voice",
            }),
        ),
        ("response_gap", duration("Response gap", "response_gap_ms")),
        ("seam_gap", duration("Seam gap", "seam_gap_ms")),
        ("time_saved", duration("Time saved", "time_saved_ms")),
        (
            "repairs_today",
            json!({
                "p": "sensor", "name": "Repairs today", "stat_cla": "total_increasing", "ent_cat": "diagnostic",
                "stat_t": state, "val_tpl": value("repairs_today"), "ic": "mdi:message-alert-outline",
            }),
        ),
        (
            "cloud",
            json!({
                "p": "binary_sensor", "name": "Cloud", "dev_cla": "connectivity", "ent_cat": "diagnostic",
                "stat_t": state, "val_tpl": value("cloud"),
            }),
        ),
        ("stop", button("Stop", Asked::Stop, "mdi:stop")),
        ("repeat", button("Repeat", Asked::Repeat, "mdi:repeat")),
        (
            "openers",
            json!({
                "p": "switch", "name": "Openers", "ent_cat": "config", "cmd_t": topics.asked(Asked::Openers),
                "stat_t": state, "val_tpl": value("openers"), "ic": "mdi:message-fast-outline",
            }),
        ),
        (
            "max_words",
            json!({
                "p": "number", "name": "Most words of an opener", "ent_cat": "config", "mode": "box", "step": 1,
                "min": MAX_WORDS.start(), "max": MAX_WORDS.end(), "cmd_t": topics.asked(Asked::MaxWords),
                "stat_t": state, "val_tpl": value("max_words"), "ic": "mdi:counter",
            }),
        ),
        ("say", json!({"p": "notify", "name": "Say", "cmd_t": topics.asked(Asked::Say)})),
        ("turn", json!({"p": "event", "name": "Turn", "evt_typ": EVENT_TYPES, "stat_t": topics.event()})),
    ]
}

/// What a microphone has; without one these are not there.
fn microphone(topics: &Topics) -> Vec<(&'static str, Value)> {
    let state = topics.state();
    let count = |name: &str, field: &str, icon: &str| {
        json!({
            "p": "sensor", "name": name, "stat_cla": "total_increasing", "ent_cat": "diagnostic",
            "stat_t": state, "val_tpl": value(field), "ic": icon,
        })
    };
    vec![
        (
            "listen",
            json!({"p": "button", "name": "Listen", "cmd_t": topics.asked(Asked::Listen), "ic": "mdi:microphone"}),
        ),
        (
            "mute",
            json!({
                "p": "switch", "name": "Mute", "cmd_t": topics.asked(Asked::Mute), "stat_t": state,
                "val_tpl": value("mute"), "ic": "mdi:microphone-off",
            }),
        ),
        (
            "eagerness",
            json!({
                "p": "select", "name": "Eagerness", "ent_cat": "config", "ops": crate::tell::EAGERNESS,
                "cmd_t": topics.asked(Asked::Eagerness), "stat_t": state, "val_tpl": value("eagerness"),
                "ic": "mdi:timer-outline",
            }),
        ),
        (
            "microphone",
            json!({
                "p": "binary_sensor", "name": "Microphone open", "stat_t": state, "val_tpl": value("microphone"),
                "ic": "mdi:microphone-outline",
            }),
        ),
        ("opened", count("Microphone openings", "opened", "mdi:door-open")),
        ("transcribed", count("Transcripts", "transcribed", "mdi:text-recognition")),
    ]
}

/// What was heard and said: recorded by Home Assistant, so only when switched on. A state holds 255 characters; the
/// attributes hold all.
fn words(topics: &Topics) -> Vec<(&'static str, Value)> {
    let sensor = |name: &str, topic: String, icon: &str| {
        json!({
            "p": "sensor", "name": name, "stat_t": topic, "val_tpl": "{{ value_json.text[:255] }}",
            "json_attr_t": topic, "ic": icon,
        })
    };
    vec![
        ("heard", sensor("Heard", topics.heard(), "mdi:ear-hearing")),
        ("said", sensor("Said", topics.said(), "mdi:message-text-outline")),
    ]
}

fn value(field: &str) -> String {
    format!("{{{{ value_json.{field} }}}}")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::Version;

    pub(crate) fn config() -> MqttConfig {
        MqttConfig {
            node: "kitchen".into(),
            name: "Segue Kitchen".into(),
            area: Some("Kitchen".into()),
            software: "0.1.0".into(),
            run: "abc".into(),
            host: "127.0.0.1".into(),
            port: 1883,
            tls: false,
            ca: None,
            login: None,
            version: Version::V5,
            discovery: "homeassistant".into(),
            words: false,
            microphone: false,
            hermes: None,
        }
    }

    #[test]
    fn the_device_has_every_entity_with_an_id_of_its_own() {
        let payload = device(&MqttConfig { words: true, microphone: true, ..config() });
        let components = payload["cmps"].as_object().unwrap();
        let platforms: Vec<(&str, &str)> =
            components.iter().map(|(key, c)| (key.as_str(), c["p"].as_str().unwrap())).collect();
        assert_eq!(
            platforms,
            [
                ("state", "sensor"),
                ("response_gap", "sensor"),
                ("seam_gap", "sensor"),
                ("time_saved", "sensor"),
                ("repairs_today", "sensor"),
                ("cloud", "binary_sensor"),
                ("stop", "button"),
                ("repeat", "button"),
                ("openers", "switch"),
                ("max_words", "number"),
                ("say", "notify"),
                ("turn", "event"),
                ("heard", "sensor"),
                ("said", "sensor"),
                ("listen", "button"),
                ("mute", "switch"),
                ("eagerness", "select"),
                ("microphone", "binary_sensor"),
                ("opened", "sensor"),
                ("transcribed", "sensor"),
            ]
        );
        let ids: BTreeSet<&str> = components.values().map(|c| c["uniq_id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), components.len());
        assert!(ids.iter().all(|id| id.starts_with("segue_kitchen_")));
        assert_eq!(payload["dev"]["sa"], "Kitchen");
        assert_eq!(payload["o"]["name"], "segue");
    }

    #[test]
    fn words_are_no_entities_unless_switched_on() {
        let payload = device(&config());
        // The platform alone removes an entity that was there before.
        assert_eq!(payload["cmps"]["heard"], json!({"p": "sensor"}));
        assert_eq!(payload["cmps"]["said"], json!({"p": "sensor"}));
        assert!(!payload.to_string().contains("segue/kitchen/said"));
        // Nor is anything that only a microphone has.
        assert_eq!(payload["cmps"]["listen"], json!({"p": "button"}));
        assert!(device(&MqttConfig { area: None, ..config() })["dev"].get("sa").is_none());
    }

    #[test]
    fn every_state_of_an_entity_is_in_the_state_message() {
        let status = crate::tell::state(&segue_runtime::plugin::Status::default());
        let payload = device(&MqttConfig { microphone: true, ..config() });
        for (key, component) in payload["cmps"].as_object().unwrap() {
            let Some(template) = component.get("val_tpl").and_then(Value::as_str) else { continue };
            let field = template.trim_start_matches("{{ value_json.").trim_end_matches(" }}");
            assert!(status.get(field).is_some(), "{key} reads {field}");
        }
    }
}
