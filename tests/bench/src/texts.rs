//! The messages that everyone reads and writes.

use serde_json::Value;

/// A state update with a log of so many rows, members in the declared order.
pub fn update(rows: u64) -> String {
    let points: Vec<String> = (0..rows)
        .map(|t| {
            let (valence, arousal) = ((t % 200) as f64 / 100.0 - 1.0, (t % 100) as f64 / -100.0);
            format!(r#"{{"t":{t},"valence":{valence},"arousal":{arousal}}}"#)
        })
        .collect();
    format!(
        concat!(
            r#"{{"type":"state_update","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","#,
            r#""timestamp":1731700000,"payload":{{"kind":"affect_log_v1","data":[{}]}},"meta":{{"client_id":"android-liminal-001","#,
            r#""context_tag":"evening_reflection","affect":{{"valence":0.2,"arousal":-0.3}}}},"nonce":"7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11","#,
            r#""signature":"v0-placeholder"}}"#
        ),
        points.join(",")
    )
}

/// The same, its log as a table of TOON. Of whole numbers zero is written, for TOON has no other.
pub fn toon(rows: u64) -> String {
    let points: String = (0..rows)
        .map(|t| {
            let (valence, arousal) = ((t % 200) as f64 / 100.0 - 1.0, (t % 100) as f64 / -100.0 + 0.0);
            format!("\\n  {t},{valence},{arousal}")
        })
        .collect();
    let (update, json) = (update(1), r#"[{"t":0,"valence":-1,"arousal":-0}]"#);
    update
        .replace(r#""payload":"#, r#""content_encoding":"toon","payload":"#)
        .replace(json, &format!(r#""affect_log[{rows}]{{t,valence,arousal}}:{points}""#))
}

/// A state of the application's own kind, in Cyrillic, as a person would write it in the evening.
pub fn reflection() -> String {
    concat!(
        r#"{"type":"event","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","#,
        r#""timestamp":1731700000,"payload":{"event_type":"evening_reflection","data":{"text":"Сегодня был длинный день. Я много думал о том, "#,
        r#"что важно, и вечером стало спокойно: тёплый свет, чай, тишина.","tags":["вечер","спокойствие","дом"],"energy":0.4}},"#,
        r#""meta":{"client_id":"android-liminal-001","context_tag":"evening_reflection","affect":{"valence":0.2,"arousal":-0.3}},"#,
        r#""nonce":"7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11","signature":"v0-placeholder"}"#
    )
    .to_owned()
}

/// The same with line ends and indentation.
pub fn pretty(text: &str) -> String {
    serde_json::to_string_pretty(&parsed(text)).unwrap_or_default()
}

/// The same with the members of every object in another order. Equal seeds give equal orders.
pub fn shuffled(text: &str, seed: u64) -> String {
    let mut value = parsed(text);
    shuffle(&mut value, &mut (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
    value.to_string()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn shuffle(value: &mut Value, state: &mut u64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, state)),
        Value::Object(members) => {
            let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
            for index in (1..all.len()).rev() {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                all.swap(index, (*state % (index as u64 + 1)) as usize);
            }
            for (name, mut value) in all {
                shuffle(&mut value, state);
                members.insert(name, value);
            }
        }
        _ => {}
    }
}
