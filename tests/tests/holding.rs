//! Messages that are held with their buffers: in tasks, queues and threads, without a copy of their texts.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{borrow::Cow, time::Duration};

use liminal_protocols::{ctp, ltp};
use ltp_runtime::{
    bytes::{Bytes, BytesMut},
    codec::Shared,
    schema::Mismatch,
};
use tokio::sync::{broadcast, mpsc};

type SharedMessage = Shared<ltp::Message<'static>>;

fn event(number: u32) -> Bytes {
    let thread = r#""thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432""#;
    let payload = format!(r#"{{"event_type":"click {number}","data":{{"target":"number {number}"}}}}"#);
    Bytes::from(format!(r#"{{"type":"event",{thread},"timestamp":1,"payload":{payload}}}"#))
}

fn event_type(message: &SharedMessage) -> &Cow<'_, str> {
    let ltp::Message::Event { body, .. } = message.get() else {
        panic!("{message:?} is no event")
    };
    &body.event_type
}

#[test]
fn texts_stand_in_the_buffer() {
    let buffer = event(7);
    let place = buffer.as_ptr_range();
    let message = SharedMessage::decode(buffer).unwrap();
    let text = event_type(&message);
    assert!(matches!(text, Cow::Borrowed("click 7")) && place.contains(&text.as_ptr()));
    let ltp::Message::Event { body, .. } = message.get() else {
        unreachable!()
    };
    assert!(place.contains(&body.data.as_str().as_ptr()), "and values that are only carried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_hands_them_to_a_task() {
    let (sender, mut receiver) = mpsc::channel::<SharedMessage>(4);
    let reads = tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(message) = receiver.recv().await {
            tokio::task::yield_now().await;
            seen.push(event_type(&message).clone().into_owned());
        }
        seen
    });
    // One buffer, as a connection has, of which each frame is split off.
    let mut incoming = BytesMut::new();
    for number in 0..100 {
        incoming.extend_from_slice(&event(number));
        let frame = incoming.split().freeze();
        sender.send(SharedMessage::decode(frame).unwrap()).await.unwrap();
    }
    drop((sender, incoming));
    let expected: Vec<String> = (0..100).map(|number| format!("click {number}")).collect();
    assert_eq!(reads.await.unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_have_the_same_one() {
    let (sender, _) = broadcast::channel::<SharedMessage>(16);
    let tasks: Vec<_> = (0..8)
        .map(|place| {
            let mut receiver = sender.subscribe();
            tokio::spawn(async move {
                let message = receiver.recv().await.unwrap();
                // They go in another order than they came.
                tokio::time::sleep(Duration::from_millis(8 - place)).await;
                (message.bytes().as_ptr().addr(), event_type(&message).as_ptr().addr())
            })
        })
        .collect();
    let message = SharedMessage::decode(event(1)).unwrap();
    let place = (message.bytes().as_ptr().addr(), event_type(&message).as_ptr().addr());
    sender.send(message).unwrap();
    for task in tasks {
        assert_eq!(task.await.unwrap(), place);
    }
}

#[test]
fn a_thread_outlives_who_read_it() {
    let thread = {
        let message = SharedMessage::decode(event(3)).unwrap();
        std::thread::spawn(move || message.into_owned())
    };
    let owned = thread.join().unwrap();
    assert_eq!(owned, ltp::Message::decode(&event(3)).unwrap());
}

#[test]
fn what_is_refused_is_explained_and_given_back() {
    let buffer = Bytes::from_static(br#"{"type":"ping"}"#);
    let error = SharedMessage::decode(buffer.clone()).unwrap_err();
    assert_eq!(error.refused, ltp::Message::decode(&buffer).unwrap_err());
    assert_eq!(
        (error.to_string(), error.bytes.as_ptr()),
        (error.refused.to_string(), buffer.as_ptr())
    );
    let by_question_mark = || -> Result<SharedMessage, ltp_runtime::session::Refusal> { Ok(Shared::decode(buffer)?) };
    assert_eq!(by_question_mark().unwrap_err(), error.refused);
}

/// A length that is more than stands before the end that is marked.
#[test]
fn framed_text_is_held_as_either_rule_reads_it() {
    let frame = Bytes::from_static(
        b"CTP/1.0 STREAM\nAgent-ID: ghost\nIntent: QUERY\nContext-Hash: 0x7f3a9c2e1b4d8f6a\nContent-Type: text/ascii\n\
        Content-Length: 7\n---CTP-PAYLOAD---\nhello\n---CTP-END---\n",
    );
    let refused = Shared::<ctp::Message>::decode(frame.clone()).unwrap_err().refused;
    assert_eq!(refused, ctp::Message::decode(&frame).unwrap_err());
    let shared = Shared::<ctp::Message>::decode_with(frame.clone(), |text| ctp::Message::decode_by(Mismatch::Advisory, text)).unwrap();
    assert_eq!(*shared.get(), ctp::Message::decode_by(Mismatch::Advisory, &frame).unwrap());
    let ctp::Message::Stream { body, .. } = shared.get() else {
        panic!("{shared:?}")
    };
    assert!(frame.as_ptr_range().contains(&body.body.as_ptr()), "{}", body.body);
}
