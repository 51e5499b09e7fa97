//! The wire without its manners: plain sockets, single HTTP/2 frames, messages that are no protobuf. Never here: what a
//! well-behaved client sends.

use bytes::{Buf, BufMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Request, Status};

use crate::stage::{Stage, soon};

/// How every HTTP/2 connection begins.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Types of frames.
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;

/// A connection to the hub, with nothing said on it.
pub async fn plug(stage: &Stage) -> TcpStream {
    TcpStream::connect(stage.running().address).await.unwrap()
}

/// One HTTP/2 frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Says something and reads until the hub hangs up; what the hub said. A hub that hangs up early is no fault.
pub async fn say_until_hung_up(mut plug: TcpStream, words: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = plug.split();
    let mut heard = Vec::new();
    let write = async {
        let _ = writing.write_all(words).await;
    };
    let read = async {
        let _ = reading.read_to_end(&mut heard).await;
    };
    soon("the end of the connection", futures::future::join(write, read)).await;
    heard
}

/// Sends bytes as the message of a unary call, as they are.
pub async fn raw_call(
    stage: &Stage,
    path: &'static str,
    token: &str,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    let mut client = tonic::client::Grpc::new(stage.world.channel.clone());
    client.ready().await.unwrap();
    let mut request = Request::new(bytes);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    client.unary(request, PathAndQuery::from_static(path), AsTheyAre).await.map(tonic::Response::into_inner)
}

/// Messages are bytes.
struct AsTheyAre;

impl Codec for AsTheyAre {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&bytes);
        Ok(())
    }
}

impl Decoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; from.remaining()];
        from.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}
