//! A small S3 over a real socket, for tests of whatever keeps its papers in a bucket: it checks signatures (AWS SigV4) as the
//! real one does, answers its errors in XML, pages its lists, and misbehaves when it is told to. Blocking, on threads of
//! its own, so that any test may use it. Never here: anything of the hub.

#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use jiff::Timestamp;

/// The access key that it knows.
pub const KEY: &str = "AKIDSAFEGUARDTESTS";
/// Its secret.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The bucket that it has.
pub const BUCKET: &str = "papers";
/// The region it is in.
pub const REGION: &str = "cn-north-1";
/// Keys of one page of a list: few, so that every list of some objects has several.
const PAGE: usize = 3;
/// When everything was last changed.
const CHANGED: (&str, &str) = ("Mon, 23 Nov 2026 01:00:00 GMT", "2026-11-23T01:00:00.000Z");

/// How it misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Does what was asked and closes the connection without a word.
    LosesAnswer,
    /// Says that it is busy, and does nothing.
    SlowDown,
    /// Does nothing and never answers.
    Silent,
    /// Says that this is not allowed.
    Denies,
}

/// The store. Its threads end with the connections of its clients.
#[derive(Clone)]
pub struct Store {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    objects: BTreeMap<String, Vec<u8>>,
    /// For the next requests, one each.
    moods: VecDeque<Mood>,
    /// For all requests after these.
    lasting: Option<Mood>,
    /// Method, path and status of every request so far.
    seen: Vec<String>,
}

impl Store {
    /// Listens on a free port.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let store = Self { address: listener.local_addr().unwrap(), shelf: Arc::default() };
        let shelf = Arc::clone(&store.shelf);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shelf = Arc::clone(&shelf);
                thread::spawn(move || while one(&stream, &shelf).is_some() {});
            }
        });
        store
    }

    /// What the setting `attachments` says, with this prefix.
    pub fn site(&self, prefix: &str) -> String {
        self.site_of(BUCKET, prefix)
    }

    /// The same with another bucket.
    pub fn site_of(&self, bucket: &str, prefix: &str) -> String {
        format!("s3://{bucket}/{prefix}?endpoint=http://{}&region={REGION}&path_style=true", self.address)
    }

    /// What a file of credentials says.
    pub fn credentials() -> String {
        format!("AWS_ACCESS_KEY_ID={KEY}\nAWS_SECRET_ACCESS_KEY={SECRET}\n")
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }

    /// The next requests get these, one each.
    pub fn next(&self, moods: &[Mood]) {
        self.shelf().moods.extend(moods);
    }

    /// All requests get this, or none any more.
    pub fn always(&self, mood: Option<Mood>) {
        self.shelf().lasting = mood;
    }

    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.shelf().objects.keys().cloned().collect()
    }

    /// The one key that ends so.
    pub fn key(&self, end: &str) -> String {
        let mut fits = self.keys();
        fits.retain(|key| key.ends_with(end));
        assert_eq!(fits.len(), 1, "{end}: {fits:?}");
        fits.remove(0)
    }

    /// The bytes of an object.
    pub fn bytes(&self, key: &str) -> Vec<u8> {
        self.shelf().objects[key].clone()
    }

    /// Puts other bytes in the place of an object's, as a failing disk or a stranger would.
    pub fn alter(&self, key: &str, bytes: Vec<u8>) {
        let _ = self.shelf().objects.insert(key.to_owned(), bytes).unwrap();
    }

    /// Loses an object.
    pub fn lose(&self, key: &str) {
        let _ = self.shelf().objects.remove(key).unwrap();
    }

    /// Every request since this was asked last: method, path and status.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.shelf().seen)
    }
}

/// A request as it came.
struct Asked {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn bare(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// As S3 answers an error.
    fn error(status: u16, code: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>as asked for</Message><AWSAccessKeyId>{KEY}</AWSAccessKeyId><RequestId>1</RequestId></Error>"
        );
        Self {
            status,
            headers: vec![("Content-Type", "application/xml".to_owned())],
            body: body.into_bytes(),
        }
    }
}

/// One request of a connection; none at its end.
fn one(stream: &TcpStream, shelf: &Mutex<Shelf>) -> Option<()> {
    let asked = read(stream)?;
    let answer = {
        let mut shelf = shelf.lock().unwrap();
        let mood = shelf.moods.pop_front().or(shelf.lasting);
        let answer = match (mood, refused(&asked)) {
            (_, Some(answer)) => answer,
            (Some(Mood::SlowDown), None) => Answer::error(503, "SlowDown"),
            (Some(Mood::Denies), None) => Answer::error(403, "AccessDenied"),
            (Some(Mood::Silent), None) => Answer::bare(0),
            (Some(Mood::LosesAnswer), None) => Answer { status: 0, ..done(&asked, &mut shelf.objects) },
            (None, None) => done(&asked, &mut shelf.objects),
        };
        shelf.seen.push(format!("{} {} {}", asked.method, asked.path, answer.status));
        if mood == Some(Mood::LosesAnswer) {
            return None;
        }
        answer
    };
    if answer.status == 0 {
        // Until the client gives up.
        let _ = (&mut &*stream).read(&mut [0]);
        return None;
    }
    write(stream, &asked.method, answer)
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        let length = reader.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Asked { method, path: path.to_owned(), query: query.to_owned(), headers, body })
}

fn write(mut stream: &TcpStream, method: &str, answer: Answer) -> Option<()> {
    let mut head = format!("HTTP/1.1 {} X\r\nContent-Length: {}\r\n", answer.status, answer.body.len());
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = if method == "HEAD" { &[][..] } else { &answer.body };
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat()).ok()
}

/// What may not be done at all: the refusals of the real one, in its order.
fn refused(asked: &Asked) -> Option<Answer> {
    let header = |name: &str| asked.headers.get(name).map(String::as_str).unwrap_or_default();
    let given = header("authorization");
    let part = |name: &str| {
        let all = given.strip_prefix("AWS4-HMAC-SHA256 ")?.split(',');
        all.filter_map(|part| part.trim().split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    };
    let (Some(credential), Some(signed), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        return Some(Answer::error(403, "AccessDenied"));
    };
    let (key, scope) = credential.split_once('/').unwrap_or_default();
    if key != KEY {
        return Some(Answer::error(403, "InvalidAccessKeyId"));
    }
    let at = header("x-amz-date");
    if scope != format!("{}/{REGION}/s3/aws4_request", at.get(..8).unwrap_or_default()) {
        return Some(Answer::error(400, "AuthorizationHeaderMalformed"));
    }
    let apart = Timestamp::strptime("%Y%m%dT%H%M%S%z", at.replace('Z', "+0000"))
        .map_or(i64::MAX, |at| (at.as_second() - Timestamp::now().as_second()).abs());
    if apart > 15 * 60 {
        return Some(Answer::error(403, "RequestTimeTooSkewed"));
    }
    let must = |name: &&String| *name == "host" || name.starts_with("x-amz-");
    let covered = asked.headers.keys().filter(must).all(|name| signed.split(';').any(|known| known == name));
    if !covered || signature != signature_of(asked, SECRET, (scope, signed)) {
        return Some(Answer::error(403, "SignatureDoesNotMatch"));
    }
    let body = hex(digest(&SHA256, &asked.body).as_ref());
    (header("x-amz-content-sha256") != body).then(|| Answer::error(400, "XAmzContentSHA256Mismatch"))
}

/// The signature of a request (AWS Signature Version 4 for S3: the path is encoded once).
fn signature_of(asked: &Asked, secret: &str, (scope, signed): (&str, &str)) -> String {
    let header = |name: &str| asked.headers.get(name).map(String::as_str).unwrap_or_default();
    let mut query: Vec<(String, String)> =
        pairs(&asked.query).into_iter().map(|(name, value)| (encoded(&name), encoded(&value))).collect();
    query.sort();
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", header(name).split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    let canonical = [
        &asked.method,
        &asked.path,
        query.join("&").as_str(),
        headers.as_str(),
        signed,
        header("x-amz-content-sha256"),
    ]
    .join("\n");
    let hashed = hex(digest(&SHA256, canonical.as_bytes()).as_ref());
    let to_sign = ["AWS4-HMAC-SHA256", header("x-amz-date"), scope, &hashed].join("\n");
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in scope.split('/').chain([to_sign.as_str()]) {
        key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
    }
    hex(&key)
}

/// Does what was asked.
fn done(asked: &Asked, objects: &mut BTreeMap<String, Vec<u8>>) -> Answer {
    let path = decoded(&asked.path);
    let (bucket, key) =
        path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    if bucket != BUCKET {
        return Answer::error(404, "NoSuchBucket");
    }
    match (asked.method.as_str(), key) {
        ("GET", "") => list(&pairs(&asked.query).into_iter().collect(), objects),
        ("GET" | "HEAD", _) => get(asked, objects.get(key)),
        ("PUT", _) if asked.headers.contains_key("if-none-match") && objects.contains_key(key) => {
            Answer::error(412, "PreconditionFailed")
        }
        ("PUT", _) => {
            let headers = vec![("ETag", etag(&asked.body))];
            let _ = objects.insert(key.to_owned(), asked.body.clone());
            Answer { headers, ..Answer::bare(200) }
        }
        ("DELETE", _) => {
            let _ = objects.remove(key);
            Answer::bare(204)
        }
        _ => Answer::error(405, "MethodNotAllowed"),
    }
}

fn get(asked: &Asked, object: Option<&Vec<u8>>) -> Answer {
    let Some(object) = object else { return Answer::error(404, "NoSuchKey") };
    if asked.headers.get("if-match").is_some_and(|tag| *tag != etag(object)) {
        return Answer::error(412, "PreconditionFailed");
    }
    let mut headers = vec![("ETag", etag(object)), ("Last-Modified", CHANGED.0.to_owned())];
    let Some((from, to)) =
        asked.headers.get("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
    else {
        return Answer { status: 200, headers, body: object.clone() };
    };
    let end = object.len();
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, end.min(to + 1)),
        (Ok(from), Err(_)) => (from, end),
        (Err(_), last) => (end.saturating_sub(last.unwrap()), end),
    };
    if from >= end {
        return Answer::error(416, "InvalidRange");
    }
    headers.push(("Content-Range", format!("bytes {from}-{}/{end}", to - 1)));
    Answer { status: 206, headers, body: object[from..to].to_vec() }
}

/// `ListObjectsV2` without a delimiter.
fn list(query: &BTreeMap<String, String>, objects: &BTreeMap<String, Vec<u8>>) -> Answer {
    let asked = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if asked("list-type") != "2" || !asked("delimiter").is_empty() {
        return Answer::error(501, "NotImplemented");
    }
    // The token is where the last page ended.
    let after = asked("continuation-token").max(asked("start-after"));
    let wanted = |key: &str| key.starts_with(asked("prefix")) && key > after;
    let mut found: Vec<_> = objects.iter().filter(|(key, _)| wanted(key)).take(PAGE + 1).collect();
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let one = |(key, bytes): &(&String, &Vec<u8>)| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
            CHANGED.1,
            etag(bytes).replace('"', "&quot;"),
            bytes.len()
        )
    };
    let next = found
        .last()
        .filter(|_| more)
        .map(|(key, _)| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{BUCKET}</Name><Prefix>{}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{PAGE}</MaxKeys><IsTruncated>{more}</IsTruncated>{}{}</ListBucketResult>",
        asked("prefix"),
        found.len(),
        next.unwrap_or_default(),
        found.iter().map(one).collect::<String>(),
    );
    Answer {
        status: 200,
        headers: vec![("Content-Type", "application/xml".to_owned())],
        body: body.into_bytes(),
    }
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", &hex(digest(&SHA256, bytes).as_ref())[..32])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let spaced = query.replace('+', " ");
    let parts = spaced.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The signature that Amazon's own description of the method gives for its example of a request with a range.
#[test]
fn signatures_are_those_of_the_published_example() {
    let headers = [
        ("host", "examplebucket.s3.amazonaws.com"),
        ("range", "bytes=0-9"),
        ("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("x-amz-date", "20130524T000000Z"),
    ];
    let asked = Asked {
        method: "GET".to_owned(),
        path: "/test.txt".to_owned(),
        query: String::new(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: Vec::new(),
    };
    let signed = ("20130524/us-east-1/s3/aws4_request", "host;range;x-amz-content-sha256;x-amz-date");
    assert_eq!(
        signature_of(&asked, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", signed),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
}
