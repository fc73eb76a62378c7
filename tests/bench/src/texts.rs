//! The messages that everyone reads and writes.

use serde_json::Value;

/// A state update with a log of so many rows, members in the declared order. Of its doubles, a quarter have seventeen digits.
pub fn update(rows: u64) -> String {
    json(rows, |t| ((t % 200) as f64 / 100.0 - 1.0, (t % 100) as f64 / -100.0))
}

/// The same with decimals of two places, as people and applications write such values.
pub fn short_update(rows: u64) -> String {
    json(rows, short)
}

/// The log of [`update`] as a table of TOON, which has no negative zero.
pub fn table(rows: u64) -> String {
    toon(rows, |t| ((t % 200) as f64 / 100.0 - 1.0, (t % 100) as f64 / -100.0 + 0.0))
}

/// The log of [`short_update`] as such a table.
pub fn short_table(rows: u64) -> String {
    toon(rows, short)
}

fn short(t: u64) -> (f64, f64) {
    let hundredth = |number: u64| (number % 201) as f64;
    ((hundredth(t * 37) - 100.0) / 100.0, (hundredth(t * 59 + 7) - 100.0) / 100.0)
}

fn json(rows: u64, values: impl Fn(u64) -> (f64, f64)) -> String {
    let points: Vec<String> = (0..rows)
        .map(|t| {
            let (valence, arousal) = values(t);
            format!(r#"{{"t":{t},"valence":{valence},"arousal":{arousal}}}"#)
        })
        .collect();
    whole("", &format!("[{}]", points.join(",")))
}

fn toon(rows: u64, values: impl Fn(u64) -> (f64, f64)) -> String {
    let points: String = (0..rows)
        .map(|t| {
            let (valence, arousal) = values(t);
            format!("\\n  {t},{valence},{arousal}")
        })
        .collect();
    whole(
        r#""content_encoding":"toon","#,
        &format!(r#""affect_log[{rows}]{{t,valence,arousal}}:{points}""#),
    )
}

fn whole(encoding: &str, data: &str) -> String {
    format!(
        concat!(
            r#"{{"type":"state_update","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","#,
            r#""timestamp":1731700000,{}"payload":{{"kind":"affect_log_v1","data":{}}},"meta":{{"client_id":"android-liminal-001","#,
            r#""context_tag":"evening_reflection","affect":{{"valence":0.2,"arousal":-0.3}}}},"nonce":"7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11","#,
            r#""signature":"v0-placeholder"}}"#
        ),
        encoding, data
    )
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

/// A packet of work whose data no schema declares.
pub fn packet() -> String {
    concat!(
        r#"{"type":"submit","seq":41,"payload":{"version":"1.0","id":"7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11","group":"df","element":"transform","#,
        r#""data":{"operation":"normalize","rows":[{"name":"temperature","unit":"C","values":[21.5,21.7,22.1,21.9]},{"name":"humidity","#,
        r#""unit":"%","values":[40,41,43,42]}],"options":{"clip":true,"window":{"from":1731700000,"to":1731703600},"tags":["evening","home"],"#,
        r#""note":null}},"priority":7,"timeout_ms":30000}}"#
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
