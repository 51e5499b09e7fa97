//! The other end of a webhook, which notes what came and whether two requests about one matter were ever there at once.
//! Never here: the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::interval;

/// How long a request is there before it is answered.
const WORK: Duration = Duration::from_millis(50);

/// What came.
#[derive(Default)]
struct Book {
    /// How often something came about each matter.
    got: BTreeMap<String, usize>,
    here: BTreeSet<String>,
    twice_at_once: Vec<String>,
}

/// A server on a port of its own.
pub struct Receiver {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
}

impl Receiver {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, book) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Book::default())));
        let kept = Arc::clone(&book);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&kept)));
            }
        });
        Self { address, book }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// How often something came about each matter.
    pub fn got(&self) -> BTreeMap<String, usize> {
        self.book.lock().unwrap().got.clone()
    }

    /// Matters about which two requests were there at once.
    pub fn twice_at_once(&self) -> Vec<String> {
        self.book.lock().unwrap().twice_at_once.clone()
    }
}

/// One request, answered while its sender is there.
async fn answer(mut stream: TcpStream, book: Arc<Mutex<Book>>) {
    let Some(matter) = matter(&mut stream).await else { return };
    {
        let mut book = book.lock().unwrap();
        if !book.here.insert(matter.clone()) {
            book.twice_at_once.push(matter.clone());
        }
    }
    let mut beat = interval(WORK);
    let _ = beat.tick().await;
    let mut rest = [0];
    let gone = tokio::select! {
        _ = beat.tick() => false,
        _ = stream.read(&mut rest) => true,
    };
    {
        let mut book = book.lock().unwrap();
        let _ = book.here.remove(&matter);
        *book.got.entry(matter).or_default() += usize::from(!gone);
    }
    let _ = stream.write_all(b"HTTP/1.1 204 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
}

/// The matter of the event in a request; none when it is cut off.
async fn matter(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4_096];
        let count = stream.read(&mut some).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
        if body.len() >= length {
            let event: Value = serde_json::from_str(body).ok()?;
            return Some(event["subject"].as_str()?.to_owned());
        }
    }
}
