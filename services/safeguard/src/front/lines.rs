//! The lines to one instance: a few connections under the certificate in use, and calls spread over them. Never here:
//! whether the instance is up, or which instance a call goes to.
//!
//! Why several: a front's callers share what the instance allows one connection, so on a single one the calls that wait, or
//! 64 uploads that are not read for a while, would hold up everybody else (`hub::serve`). Why eight: that makes 512 uploads
//! and eight times as many calls as one connection may have. A line that nobody needs is never opened, because the one with
//! the least to do, the first of several, is taken.
//!
//! Crash story of a renewal. The certificate is read again while the process runs (`hub::tls`). The next call after that
//! opens new lines; calls under way keep the old ones, which close when the last of those calls ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http_body_util::BodyExt as _;
use hub::tls::Tls;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint, Uri};
use tower::{Service as _, ServiceExt as _};

/// Connections to one instance.
const LINES: usize = 8;
/// How often a connection is asked whether it lives, and how long it may take to say so.
const ALIVE: Duration = Duration::from_secs(5);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Bytes of an answer that may wait for a slow reader, and of all answers of a line: so many that no number of slow
/// readers holds up the others.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = i32::MAX.unsigned_abs();

/// The lines to one instance.
pub(super) struct Lines {
    at: Uri,
    pool: Mutex<Pool>,
}

struct Pool {
    /// This pool's own: what it was told of tells whether its lines are of the certificate in use.
    tls: Option<Tls>,
    lines: Vec<Line>,
}

/// A connection. Its copies are the calls under way on it, and one that stays.
#[derive(Clone)]
pub(super) struct Line {
    channel: Channel,
    calls: Arc<()>,
}

/// A connection that is made when it is first needed, and again when it was lost. At `https` it shows the process's own
/// certificate, or none when that is not for calling.
///
/// # Errors
/// An address or a certificate that cannot be used.
pub(super) fn connection(at: &Uri, tls: Option<&Tls>) -> Result<Channel, tonic::transport::Error> {
    let endpoint = Endpoint::from(at.clone())
        .tcp_nodelay(true)
        .connect_timeout(CONNECT)
        .http2_keep_alive_interval(ALIVE)
        .keep_alive_timeout(ALIVE)
        .keep_alive_while_idle(true)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    let endpoint = match at.scheme_str() {
        Some("https") => {
            let own = tls.and_then(Tls::calling);
            endpoint.tls_config(own.unwrap_or_else(|| ClientTlsConfig::new().with_native_roots()))?
        }
        Some(_) | None => endpoint,
    };
    Ok(endpoint.connect_lazy())
}

fn open(at: &Uri, tls: Option<&Tls>) -> Result<Vec<Line>, tonic::transport::Error> {
    let line = |_| Ok(Line { channel: connection(at, tls)?, calls: Arc::default() });
    (0..LINES).map(line).collect()
}

impl Lines {
    /// # Errors
    /// An address or a certificate that cannot be used.
    pub(super) fn new(at: Uri, tls: Option<Tls>) -> Result<Self, tonic::transport::Error> {
        let lines = open(&at, tls.as_ref())?;
        Ok(Self { at, pool: Mutex::new(Pool { tls, lines }) })
    }

    /// How many calls are under way, those on the lines of an earlier certificate not counted.
    pub(super) fn calls(&self) -> usize {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.lines.iter().map(Line::calls).sum()
    }

    /// The line with the least to do, for one call.
    pub(super) fn line(&self) -> Option<Line> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.tls.as_mut().is_some_and(Tls::is_renewed) {
            match open(&self.at, pool.tls.as_ref()) {
                Ok(lines) => pool.lines = lines,
                Err(error) => {
                    tracing::error!(%error, at = %self.at, "the new certificate cannot be shown to an instance");
                }
            }
        }
        pool.lines.iter().min_by_key(|line| line.calls()).cloned()
    }
}

impl Line {
    fn calls(&self) -> usize {
        Arc::strong_count(&self.calls) - 1
    }

    /// Sends a request and answers when the answer begins; the call is under way until the answer has ended.
    ///
    /// # Errors
    /// The connection failed; the call may have been done.
    pub(super) async fn send(mut self, request: Request) -> Result<Response, tonic::transport::Error> {
        let request = request.map(tonic::body::Body::new);
        let answer = self.channel.ready().await?.call(request).await?;
        Ok(answer.map(|body| {
            Body::new(body.map_frame(move |frame| {
                let _under_way = &self.calls;
                frame
            }))
        }))
    }
}
