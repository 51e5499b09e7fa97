//! The other end of a webhook: a small HTTP server whose every answer the story decides when the request is there. Never
//! here: the hub.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use crate::stage::soon;

/// A request that arrived and waits for its answer.
pub struct Got {
    /// The path that was asked for.
    pub path: String,
    /// The headers, names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: String,
    reply: oneshot::Sender<Reply>,
}

enum Reply {
    /// These bytes.
    Bytes(String),
    /// A success with an answer that ends with the connection; how many bytes of it were taken is told.
    Endless(oneshot::Sender<u64>),
}

impl Got {
    /// A header, which must be there.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name} in {:?}", self.headers))
    }

    /// The event.
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Kind and stream of the event.
    pub fn what(&self) -> (String, String) {
        let event = self.event();
        (event["type"].as_str().unwrap().to_owned(), event["subject"].as_str().unwrap().to_owned())
    }

    /// Whether one of the signatures is under this secret, as the convention tells a receiver to check.
    pub fn is_signed_under(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        self.header("webhook-signature").split(' ').any(|signature| {
            let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
        })
    }

    /// Answers with a status and no body.
    pub fn answer(self, status: u16) {
        self.answer_with(status, "");
    }

    /// Answers with a status and further headers, each ended by a line break.
    pub fn answer_with(self, status: u16, headers: &str) {
        let bytes = format!("HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n");
        let _ = self.reply.send(Reply::Bytes(bytes));
    }

    /// Answers with a success that would go on for ever; resolves to the bytes of it that were taken.
    pub async fn answer_without_end(self) -> u64 {
        let (tell, told) = oneshot::channel();
        let _ = self.reply.send(Reply::Endless(tell));
        soon("the end of an endless answer", told).await.unwrap()
    }
}

/// A server on a port of its own.
pub struct Receiver {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Got>,
}

impl Receiver {
    /// Listens.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while !tell.is_closed() {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(serve(stream, tell.clone()));
            }
        });
        Self { address, requests }
    }

    /// Where it is reached.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request.
    pub async fn next(&mut self) -> Got {
        soon("a request", self.requests.recv()).await.unwrap()
    }

    /// Whether nothing more arrived.
    pub fn is_quiet(&mut self) -> bool {
        self.requests.try_recv().is_err()
    }
}

/// One request of one connection.
async fn serve(mut stream: TcpStream, tell: mpsc::UnboundedSender<Got>) {
    let mut read = Vec::new();
    let head = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let text = String::from_utf8(read[..head].to_vec()).unwrap();
    let mut lines = text.lines();
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    while read.len() < head + length {
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let body = String::from_utf8(read[head..].to_vec()).unwrap();
    let (reply, decided) = oneshot::channel();
    let _ = tell.send(Got { path, headers, body, reply });
    match decided.await {
        Ok(Reply::Bytes(bytes)) => {
            let _ = stream.write_all(bytes.as_bytes()).await;
        }
        Ok(Reply::Endless(told)) => {
            let _ = told.send(endless(&mut stream).await);
        }
        // The story has forgotten the request: the connection ends without a word.
        Err(_) => {}
    }
}

/// Writes a gigabyte, or as much of it as is taken.
async fn endless(stream: &mut TcpStream) -> u64 {
    let head = "HTTP/1.1 200 X\r\ncontent-length: 1073741824\r\n\r\n";
    let mut written = 0;
    if stream.write_all(head.as_bytes()).await.is_err() {
        return written;
    }
    let piece = [b'x'; 64 * 1024];
    while written < 1 << 30 && stream.write_all(&piece).await.is_ok() {
        written += piece.len() as u64;
    }
    written
}
