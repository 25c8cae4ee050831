//! The codec: what peers write, in any pieces, and what nobody should.

use proptest::prelude::*;

use super::*;

fn all(bytes: &[u8]) -> Result<Vec<Event>, Broken> {
    let mut decoder = Decoder::default();
    decoder.push(bytes);
    let mut events = Vec::new();
    while let Some(event) = decoder.event()? {
        events.push(event);
    }
    Ok(events)
}

#[test]
fn an_event_of_a_python_peer_is_read() {
    let bytes = b"{\"type\":\"synthesize-chunk\",\"version\":\"1.10.2\",\"data_length\":17}\n{\"text\": \"Sure \"}";
    assert_eq!(all(bytes).unwrap(), [Event::new("synthesize-chunk", json!({"text": "Sure "}))]);
}

#[test]
fn data_behind_the_line_goes_over_data_in_it_and_null_is_nothing() {
    let events = all(
        b"{\"type\":\"a\",\"data\":{\"x\":1,\"y\":2},\"data_length\":7}\n{\"x\":3}{\"type\":\"b\",\"data\":null}\n",
    );
    assert_eq!(events.unwrap(), [Event::new("a", json!({"x": 3, "y": 2})), Event::new("b", json!({}))]);
    let detection = &all(b"{\"type\":\"detection\",\"data\":{\"name\":null,\"timestamp\":5}}\n").unwrap()[0];
    assert_eq!(detection.text("name"), None);
}

#[test]
fn sound_keeps_its_samples() {
    let event = Event::audio(&[1, -2, i16::MIN], 16_000);
    let read = all(&event.bytes()).unwrap();
    assert_eq!(read, [event]);
    assert_eq!((read[0].payload.as_slice(), &read[0].data["rate"]), (&[1, 0, 0xfe, 0xff, 0, 0x80][..], &json!(16_000)));
}

#[test]
fn what_is_no_wyoming_ends_the_talk() {
    for (bytes, why) in [
        (&b"hello\n"[..], Broken::BadHeader),
        (b"[]\n", Broken::BadHeader),
        (b"{}\n", Broken::BadHeader),
        (b"{\"type\":3}\n", Broken::BadHeader),
        (b"\xff\n", Broken::BadHeader),
        (b"{\"type\":\"a\",\"data\":[]}\n", Broken::BadData),
        (b"{\"type\":\"a\",\"data_length\":2}\n[]", Broken::BadData),
        (b"{\"type\":\"a\",\"data_length\":-1}\n", Broken::TooLong),
        (b"{\"type\":\"a\",\"payload_length\":1e3}\n", Broken::TooLong),
        (b"{\"type\":\"a\",\"payload_length\":18446744073709551615}\n", Broken::TooLong),
    ] {
        assert_eq!(all(bytes), Err(why), "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(all(&vec![b'a'; LONGEST_HEADER]), Err(Broken::LongHeader));
    let long = format!("{{\"type\":\"{}\"}}\n", "a".repeat(LONGEST_HEADER));
    assert_eq!(all(long.as_bytes()), Err(Broken::LongHeader));
    assert_eq!(all(&"[".repeat(LONGEST_HEADER - 2).into_bytes()).unwrap(), []);
}

fn event() -> impl Strategy<Value = Event> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from)
    ];
    let data = proptest::collection::btree_map("[a-z_]{1,8}", value, 0..5);
    let payload = proptest::collection::vec(any::<u8>(), 0..300);
    (".{0,20}", data, payload).prop_map(|(kind, data, payload)| Event {
        kind,
        data: data.into_iter().collect(),
        payload,
    })
}

proptest! {
    #[test]
    fn events_survive_the_wire_in_any_pieces(
        events in proptest::collection::vec(event(), 0..6),
        cuts in proptest::collection::vec(1usize..200, 1..40),
    ) {
        let bytes: Vec<u8> = events.iter().flat_map(Event::bytes).collect();
        let (mut decoder, mut read, mut rest, mut cut) = (Decoder::default(), Vec::new(), &bytes[..], 0);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(cuts[cut % cuts.len()].min(rest.len()));
            decoder.push(piece);
            while let Some(event) = decoder.event().unwrap() {
                read.push(event);
            }
            (rest, cut) = (behind, cut + 1);
        }
        prop_assert_eq!(read, events);
    }

    #[test]
    fn rubbish_ends_or_waits_and_is_never_hoarded(
        pieces in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..400),
            "\\{\"type\":\"[a-z]{1,5}\"(,\"(data|payload)_length\":[0-9]{1,7})?\\}\n".prop_map(String::into_bytes),
        ], 0..60),
    ) {
        let mut decoder = Decoder::default();
        'talk: for piece in pieces {
            decoder.push(&piece);
            loop {
                match decoder.event() {
                    Ok(Some(event)) => prop_assert!(event.payload.len() <= MOST_PAYLOAD),
                    Ok(None) => break,
                    Err(_) => break 'talk,
                }
            }
            prop_assert!(decoder.bytes.len() <= LONGEST_HEADER.max(MOST_DATA + MOST_PAYLOAD));
        }
    }
}
