//! The same content in binary: protobuf by prost, and an archive by rkyv, which is not decoded at all.

use crate::plain;

/// As it would stand in a `.proto`; UUIDs are text there too.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Update {
    #[prost(string, tag = "1")]
    pub thread_id: String,
    #[prost(string, tag = "2")]
    pub session_id: String,
    #[prost(uint64, tag = "3")]
    pub timestamp: u64,
    #[prost(string, tag = "4")]
    pub kind: String,
    #[prost(message, repeated, tag = "5")]
    pub data: Vec<Point>,
    #[prost(message, optional, tag = "6")]
    pub meta: Option<Meta>,
    #[prost(string, tag = "7")]
    pub nonce: String,
    #[prost(string, tag = "8")]
    pub signature: String,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Point {
    #[prost(uint64, tag = "1")]
    pub t: u64,
    #[prost(double, tag = "2")]
    pub valence: f64,
    #[prost(double, tag = "3")]
    pub arousal: f64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Meta {
    #[prost(string, tag = "1")]
    pub client_id: String,
    #[prost(string, tag = "2")]
    pub context_tag: String,
    #[prost(message, optional, tag = "3")]
    pub affect: Option<Affect>,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Affect {
    #[prost(double, tag = "1")]
    pub valence: f64,
    #[prost(double, tag = "2")]
    pub arousal: f64,
}

impl From<&plain::Update> for Update {
    fn from(update: &plain::Update) -> Self {
        let point = |point: &plain::Point| Point {
            t: point.t,
            valence: point.valence,
            arousal: point.arousal,
        };
        Self {
            thread_id: update.thread_id.clone(),
            session_id: update.session_id.clone(),
            timestamp: update.timestamp,
            kind: update.payload.kind.clone(),
            data: update.payload.data.iter().map(point).collect(),
            meta: Some(Meta {
                client_id: update.meta.client_id.clone(),
                context_tag: update.meta.context_tag.clone(),
                affect: Some(Affect {
                    valence: update.meta.affect.valence,
                    arousal: update.meta.affect.arousal,
                }),
            }),
            nonce: update.nonce.clone(),
            signature: update.signature.clone(),
        }
    }
}
