//! Where a test runs: the fake, or a real node; and plain requests to it, with no header that was not asked
//! for. Must never be here: assertions about answers.

use std::env;
use std::fs;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::{http1, http2};
use hyper::{HeaderMap, Request, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use uuid::Uuid;

use crate::kurrent::{Cluster, Heard, Shape};

pub const ATOM: &str = "application/vnd.eventstore.atom+json";
pub const EVENTS: &str = "application/vnd.eventstore.events+json";
/// The address of a real node to run against as well.
const REAL: &str = "SAFEGUARD_TEST_KURRENTDB";

/// One node to ask.
pub struct Ground {
    /// The fake; `None` for a real node.
    pub fake: Option<Cluster>,
    pub authority: String,
    pub credentials: Option<String>,
    /// The authority whose signature is trusted; without one it is plain text.
    pub pem: Option<String>,
    category: String,
}

impl Ground {
    pub async fn fake(shape: Shape) -> Self {
        let cluster = Cluster::start(shape).await;
        let (authority, pem) = (cluster.node(0).authority, cluster.authority_pem());
        Self { fake: Some(cluster), authority, credentials: None, pem, category: category() }
    }

    /// The fake, and the real node when there is one.
    pub async fn each(shape: Shape) -> Vec<Self> {
        let mut all = vec![Self::fake(shape).await];
        match env::var(REAL) {
            Ok(address) => all.push(Self::real(&address).await),
            Err(_) => eprintln!("{REAL} is not set: this ran on the fake only"),
        }
        all
    }

    /// `kurrentdb://host:port?tls=false`, or with `ca=FILE`; credentials as the hub takes them. The leader of
    /// that cluster is the one that is asked.
    async fn real(address: &str) -> Self {
        let rest = address.strip_prefix("kurrentdb://").unwrap();
        let (host, query) = rest.split_once('?').unwrap_or((rest, ""));
        let named = |name: &str| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name)
        };
        let read = |(_, path): (&str, &str)| fs::read_to_string(path).unwrap().trim().to_owned();
        let credentials = env::var("SAFEGUARD_KURRENTDB_CREDENTIALS").ok();
        let mut ground = Self {
            fake: None,
            authority: host.split(['/', ',']).next().unwrap().to_owned(),
            credentials: credentials.or_else(|| named("credentials").map(read)),
            pem: named("ca").map(read),
            category: category(),
        };
        let gossip = ground.get("/gossip").with("Accept", "application/json").answer().await.json();
        let mut members = gossip["members"].as_array().unwrap().iter();
        let leader = members.find(|member| member["state"] == "Leader" && member["isAlive"] == true).unwrap();
        let (host, port) = (&leader["httpEndPointIp"], &leader["httpEndPointPort"]);
        ground.authority = format!("{}:{port}", host.as_str().unwrap());
        ground
    }

    pub fn cluster(&self) -> &Cluster {
        self.fake.as_ref().unwrap()
    }

    /// The same cluster, asked at another node.
    pub fn at(&self, index: usize) -> Self {
        Self {
            fake: None,
            authority: self.cluster().node(index).authority,
            credentials: self.credentials.clone(),
            pem: self.pem.clone(),
            category: self.category.clone(),
        }
    }

    /// A stream that only this test knows.
    pub fn stream(&self, name: &str) -> String {
        format!("{}-{name}", self.category)
    }

    /// The stream of the links to all streams of this test.
    pub fn links(&self) -> String {
        format!("%24ce-{}", self.category)
    }

    pub fn ask(&self, method: &str, path: &str) -> Asking<'_> {
        Asking {
            ground: self,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    pub fn get(&self, path: &str) -> Asking<'_> {
        self.ask("GET", path).with("Accept", ATOM)
    }

    /// An append to a stream, expecting it somewhere.
    pub fn post(&self, stream: &str, expected: i64, events: &[Value]) -> Asking<'_> {
        let asking = self.ask("POST", &format!("/streams/{stream}")).with("Content-Type", EVENTS);
        let asking = asking.with("ES-ExpectedVersion", &expected.to_string());
        asking.body(&Value::from(events.to_vec()).to_string())
    }

    /// Appends what must succeed.
    pub async fn append(&self, stream: &str, expected: i64, events: &[Value]) -> Answer {
        let answer = self.post(stream, expected, events).answer().await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// The entries of a page, newest first as they came, with their bodies.
    pub async fn page(&self, path: &str) -> Value {
        let answer = self.get(&format!("{path}?embed=body")).answer().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// Waits until the fake has heard a request for this path that waits there.
    pub async fn until_heard(&self, path: &str) {
        let waits = |heard: &Heard| heard.target == path && heard.long_poll.is_some();
        while !self.cluster().heard().iter().any(waits) {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the feed of links has so many entries.
    pub async fn until_linked(&self, count: u64) {
        self.until_linked_in(&self.category, count).await;
    }

    /// Waits until the feed of a category has so many entries.
    pub async fn until_linked_in(&self, category: &str, count: u64) {
        let path = format!("/streams/%24ce-{category}/{}/forward/1", count - 1);
        let answer = self.get(&path).with("ES-LongPoll", "60").answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

fn category() -> String {
    format!("t{}", Uuid::now_v7().simple())
}

/// An event as it is appended.
pub fn event(mark: u64) -> Value {
    json!({ "eventId": Uuid::now_v7(), "eventType": "Marked", "data": { "mark": mark }, "metadata": {} })
}

pub fn events(count: u64) -> Vec<Value> {
    (0..count).map(event).collect()
}

/// The link of a feed or an entry.
pub fn link<'a>(feed: &'a Value, relation: &str) -> Option<&'a str> {
    let links = feed["links"].as_array().unwrap();
    links.iter().find(|link| link["relation"] == relation).map(|link| link["uri"].as_str().unwrap())
}

/// One member of every entry, in the order of the page.
pub fn each(feed: &Value, member: &str) -> Vec<Value> {
    feed["entries"].as_array().unwrap().iter().map(|entry| entry[member].clone()).collect()
}

/// A request in the making.
pub struct Asking<'a> {
    ground: &'a Ground,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl Asking<'_> {
    /// With a header, instead of an earlier one of that name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = Bytes::from(body.to_owned());
        self
    }

    /// The answer, which must come.
    pub async fn answer(self) -> Answer {
        self.send().await.expect("the connection ended without an answer")
    }

    /// The answer; `None` when the connection ends without one, or cannot be made.
    pub async fn send(self) -> Option<Answer> {
        self.over(false).await
    }

    /// The answer over HTTP/2, whatever the transport negotiates.
    pub async fn over_http2(self) -> Answer {
        self.over(true).await.unwrap()
    }

    async fn over(self, http2: bool) -> Option<Answer> {
        let stream = TcpStream::connect(&self.ground.authority).await.ok()?;
        match &self.ground.pem {
            None => self.exchange(stream, http2).await,
            Some(pem) => {
                let host = self.ground.authority.split(':').next().unwrap().to_owned();
                let name = ServerName::try_from(host).unwrap();
                let stream = connector(pem, http2).connect(name, stream).await.ok()?;
                self.exchange(stream, http2).await
            }
        }
    }

    async fn exchange<S>(self, stream: S, http2: bool) -> Option<Answer>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let io = TokioIo::new(stream);
        let response = if http2 {
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.ok()?;
            tokio::spawn(connection);
            sender.send_request(self.request(true)).await.ok()?
        } else {
            let (mut sender, connection) = http1::handshake(io).await.ok()?;
            tokio::spawn(connection);
            sender.send_request(self.request(false)).await.ok()?
        };
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    fn request(&self, absolute: bool) -> Request<Full<Bytes>> {
        let scheme = if self.ground.pem.is_some() { "https" } else { "http" };
        let whole = format!("{scheme}://{}{}", self.ground.authority, self.path);
        let uri: Uri = if absolute { whole.parse() } else { self.path.parse() }.unwrap();
        let mut builder = Request::builder().method(self.method.as_str()).uri(uri);
        if !absolute {
            builder = builder.header("Host", &self.ground.authority);
        }
        if let Some(credentials) = &self.ground.credentials {
            builder = builder.header("Authorization", format!("Basic {}", STANDARD.encode(credentials)));
        }
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        builder.body(Full::from(self.body.clone())).unwrap()
    }
}

fn connector(pem: &str, http2: bool) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![if http2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
    TlsConnector::from(Arc::new(config))
}
