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

/// The same as an archive, which is looked at where it lies: reading it is checking that it is one.
pub mod archive {
    use rkyv::{Archive, Serialize, rancor::Error, util::AlignedVec};

    use crate::plain;

    #[derive(Archive, Serialize)]
    pub struct Update {
        thread_id: String,
        session_id: String,
        timestamp: u64,
        kind: String,
        data: Vec<Point>,
        client_id: String,
        context_tag: String,
        affect: [f64; 2],
        nonce: String,
        signature: String,
    }

    #[derive(Archive, Serialize)]
    pub struct Point {
        t: u64,
        valence: f64,
        arousal: f64,
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
                client_id: update.meta.client_id.clone(),
                context_tag: update.meta.context_tag.clone(),
                affect: [update.meta.affect.valence, update.meta.affect.arousal],
                nonce: update.nonce.clone(),
                signature: update.signature.clone(),
            }
        }
    }

    /// Writes it into a buffer that is given back.
    pub fn write(update: &Update, mut buffer: AlignedVec) -> AlignedVec {
        buffer.clear();
        rkyv::api::high::to_bytes_in::<_, Error>(update, buffer).unwrap_or_default()
    }

    /// Whether the octets are an archive.
    pub fn is_whole(octets: &AlignedVec) -> bool {
        rkyv::access::<ArchivedUpdate, Error>(octets).is_ok()
    }
}
