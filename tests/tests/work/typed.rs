//! Elements that are handled and submitted by their types.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use liminal_protocols::packetflow::{reactor, work::ReactorClient};
use ltp_runtime::{
    net::work::{Client, NodeOptions},
    work::{Element as _, Failure, Flow as _, Submit as _, Task},
};
use ltpc::{
    disk::FsLoader,
    interpret::{Program, work::Routed},
};
use protocol_tests::thumbs::{
    ResizeJob, ResizeResult,
    elements::{DfResize, HandleDfBill, HandleDfResize, df_bill, df_resize, submit_df_bill, submit_df_resize},
    work,
};
use serde_json::json;

use crate::{connect, driver, serve_by, unit, uppercase};

struct Thumbs;

impl HandleDfResize for Thumbs {
    async fn df_resize(&self, input: ResizeJob<'static>, _: Task) -> Result<ResizeResult<'static>, Failure> {
        Ok(ResizeResult::new(input.url, input.width * 2))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_of_one_s_own_is_handled_and_submitted_by_its_types() {
    let served = serve_by(&work::TABLE, vec![df_resize(Thumbs), uppercase()], NodeOptions::default()).await;
    let client = connect(&served.address);
    let done = submit_df_resize(&client, "r1", &ResizeJob::new("a.png", 100)).await;
    assert_eq!(done.unwrap(), ResizeResult::new("a.png", 200));
    // Before it is sent.
    let refused = submit_df_resize(&client, "r2", &ResizeJob::new("a.png", 0)).await.unwrap_err();
    assert_eq!(refused.code, "PF002");
    assert!(refused.message.contains("/width (range)"), "{refused}");
    // Where it is handled.
    let outcome = client.submit(unit("r3", "rz", &json!({ "url": "", "width": 1.5 }))).await;
    let refused = outcome.result.unwrap_err();
    assert_eq!(refused.code, "PF002");
    assert!(
        refused.message.contains("/url (length)") && refused.message.contains("/width (type)"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_handed_what_it_says_that_it_handles() {
    let served = serve_by(&work::TABLE, vec![uppercase()], NodeOptions::default()).await;
    let client = connect(&served.address);
    let nobody = submit_df_resize(&client, "w0", &ResizeJob::new("a.png", 1)).await.unwrap_err();
    assert_eq!(nobody.code, "PF001");
    let options = reactor::ClientOptions::new().with_handlers(vec!["df:resize".into()]);
    let worker = Client::working(
        ReactorClient,
        driver(&served.address, options),
        [df_resize(Thumbs)],
        NodeOptions::default(),
    );
    worker.caller().reached("Online").await.unwrap();
    let done = loop {
        match submit_df_resize(&client, "w1", &ResizeJob::new("a.png", 5)).await {
            // The node has not heard of the worker yet.
            Err(failure) if failure.code == "PF001" => tokio::time::sleep(Duration::from_millis(5)).await,
            done => break done,
        }
    };
    assert_eq!(done.unwrap(), ResizeResult::new("a.png", 10));
    worker.caller().close().await.unwrap();
    let gone = loop {
        let failure = submit_df_resize(&client, "w2", &ResizeJob::new("a.png", 5)).await;
        match failure {
            Err(failure) => break failure,
            Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert!(["PF001", "PF003"].contains(&&*gone.code), "{gone}");
}

/// A worker that counts what it begins, and ends nothing while it is held up.
struct Counting {
    begun: Arc<AtomicUsize>,
    is_held_up: bool,
}

impl Counting {
    async fn work(&self, input: ResizeJob<'static>) -> Result<ResizeResult<'static>, Failure> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        if self.is_held_up {
            std::future::pending::<()>().await;
        }
        Ok(ResizeResult::new(input.url, input.width))
    }
}

impl HandleDfResize for Counting {
    async fn df_resize(&self, input: ResizeJob<'static>, _: Task) -> Result<ResizeResult<'static>, Failure> {
        self.work(input).await
    }
}

impl HandleDfBill for Counting {
    async fn df_bill(&self, input: ResizeJob<'static>, _: Task) -> Result<ResizeResult<'static>, Failure> {
        self.work(input).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_worker_held_is_done_by_another_unless_it_is_declared_once() {
    let served = serve_by(&work::TABLE, Vec::new(), NodeOptions::default()).await;
    let begun = Arc::new(AtomicUsize::new(0));
    let worker = async |is_held_up: bool| {
        let counting = || Counting {
            begun: Arc::clone(&begun),
            is_held_up,
        };
        let handlers = [df_resize(counting()), df_bill(counting())];
        let options = reactor::ClientOptions::new().with_handlers(vec!["df:resize".into(), "df:bill".into()]);
        let worker = Client::working(ReactorClient, driver(&served.address, options), handlers, NodeOptions::default());
        worker.caller().reached("Online").await.unwrap();
        worker
    };
    let reached = async |count: usize| {
        while begun.load(Ordering::SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let client = connect(&served.address);
    let held_up = worker(true).await;
    let (resizing, billing) = (client.clone(), client.clone());
    // The node may not have heard of the worker yet.
    let resized = tokio::spawn(async move {
        loop {
            match submit_df_resize(&resizing, "r", &ResizeJob::new("a.png", 3)).await {
                Err(failure) if failure.code == "PF001" => tokio::time::sleep(Duration::from_millis(5)).await,
                done => break done,
            }
        }
    });
    reached(1).await;
    let billed = tokio::spawn(async move { submit_df_bill(&billing, "b", &ResizeJob::new("a.png", 4)).await });
    reached(2).await;
    let _other = worker(false).await;
    // The node has heard of the other worker, which has more room, once that has done something.
    let heard = async |index: usize| submit_df_resize(&client, format!("h{index}"), &ResizeJob::new("a.png", 5)).await;
    let mut index = 0;
    while tokio::time::timeout(Duration::from_millis(200), heard(index)).await.is_err() {
        index += 1;
    }
    drop(held_up);
    assert_eq!(billed.await.unwrap().unwrap_err().code, "PF003");
    let resized = resized.await.unwrap();
    assert_eq!(resized.unwrap(), ResizeResult::new("a.png", 3));
}

#[test]
fn the_interpreter_and_generated_code_refuse_the_same_values_for_the_same_reasons() {
    let compilation = ltpc::compile("schemas/thumbs.ltp", &FsLoader);
    let model = Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)));
    let program = Program::new(model, Some("Reactor"), Some("node"), false).unwrap();
    let routed = Routed::new(program).unwrap();
    assert_eq!(*routed.table(), work::TABLE);
    assert_eq!(routed.refusal_code(), DfResize::REFUSED);
    for text in [
        r#"{"url":"a","width":1}"#,
        r#"{"url":"a","width":1,"more":[1]}"#,
        r#"{"url":"","width":0}"#,
        r#"{"url":7}"#,
        r#"{"url":"a","url":"b","width":1}"#,
        r#"{"url":"a","width":1.0}"#,
        "[]",
        "null",
        "{",
    ] {
        let generated = DfResize::read_input(text).err().unwrap_or_default();
        assert_eq!(routed.refused_input("df:resize", text), generated, "{text}");
        assert_eq!(routed.refused_output("df:transform", text), []);
    }
}
