//! The same by serde.

#[derive(serde::Serialize, serde::Deserialize)]
struct SleepLog {
    hours: f64,
    note: Option<String>,
    tags: Vec<String>,
}

fn main() {
    let log: SleepLog = serde_json::from_str(r#"{"hours":7.5,"tags":[]}"#).unwrap();
    println!("{} {} {}", log.hours, log.note.is_some(), log.tags.len());
}
