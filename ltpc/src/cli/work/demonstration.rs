//! Handlers to try a node with: what they do, their input says.

use std::{fs::File, io::Write as _, sync::Arc, time::Duration};

use ltp_runtime::work::{Failure, Handler, Table, Task, refused};
use ltpc::interpret::work::Routed;
use serde_json::{Value, json};

/// A handler for each of these kinds. Input and output are judged by the schema. What is begun is written to the journal, if there is one.
pub fn handlers(
    kinds: impl IntoIterator<Item = String>,
    routed: &Arc<Routed>,
    table: &Arc<Table>,
    journal: Option<&Arc<File>>,
) -> Vec<Handler> {
    let handler = |kind: String| {
        let (routed, table, of, journal) = (Arc::clone(routed), Arc::clone(table), kind.clone(), journal.cloned());
        Handler::new(kind, move |input, task: Task| {
            let (routed, table, kind, journal) = (Arc::clone(&routed), Arc::clone(&table), of.clone(), journal.clone());
            async move {
                if let Some(journal) = journal {
                    let failed = |error| Failure::new(table.codes.failed.clone(), format!("the journal: {error}"));
                    begun(&journal, &task).map_err(failed)?;
                }
                let code: &'static str = leaked(&routed);
                let wrong = routed.refused_input(&kind, &input);
                if !wrong.is_empty() {
                    return Err(refused(code, &wrong));
                }
                let output = demonstrate(&input)
                    .await
                    .map_err(|words| Failure::new(table.codes.failed.clone(), words))?;
                let wrong = routed.refused_output(&kind, &output);
                if wrong.is_empty() { Ok(output) } else { Err(refused(code, &wrong)) }
            }
        })
    };
    kinds.into_iter().map(handler).collect()
}

/// Writes a line, at once: several nodes may share a journal.
fn begun(mut journal: &File, task: &Task) -> std::io::Result<()> {
    let line = json!({ "id": task.id, "element": task.kind });
    journal.write_all(format!("{line}\n").as_bytes())
}

/// The code of a schema that lives as long as the process does: once for each schema.
fn leaked(routed: &Routed) -> &'static str {
    static CODE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    CODE.get_or_init(|| routed.refusal_code().to_owned())
}

/// What `operation` asks to be done with `input`. What asks for nothing is given back.
#[allow(clippy::panic)] // one of the demonstrations
async fn demonstrate(input: &str) -> Result<String, String> {
    let data: Value = serde_json::from_str(input).map_err(|error| error.to_string())?;
    let Some(operation) = data.get("operation").and_then(Value::as_str) else {
        return Ok(data.to_string());
    };
    let given = data.get("input").cloned().unwrap_or(Value::Null);
    let text = || given.as_str().map(str::to_owned).ok_or("`input` is no text");
    let number = || given.as_u64().ok_or("`input` is no whole number");
    let done = match operation {
        "uppercase" => json!(text()?.to_uppercase()),
        "lowercase" => json!(text()?.to_lowercase()),
        "reverse" => json!(text()?.chars().rev().collect::<String>()),
        "sum" => {
            let items = given.as_array().ok_or("`input` is no list")?;
            json!(items.iter().filter_map(Value::as_f64).sum::<f64>())
        }
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(number()?)).await;
            given
        }
        "block" => {
            std::thread::sleep(Duration::from_millis(number()?));
            given
        }
        "never" => std::future::pending().await,
        "large" => json!("x".repeat(usize::try_from(number()?).unwrap_or(0))),
        "fail" => return Err(given.as_str().unwrap_or("as it was asked to").to_owned()),
        "panic" => panic!("as it was asked to"),
        other => return Err(format!("there is no operation `{other}`")),
    };
    Ok(done.to_string())
}
