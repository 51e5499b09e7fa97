//! One call from outside: its span under the caller's trace context, how long it took, how it ended, how many are under
//! way. Never here: who called, or what was asked.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock};
use std::task::{Context as Waker, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Code;

use super::propagate::{self, within};
use super::{Live, live};

/// Under which a trace context travels.
const TRACE: &str = "traceparent";

/// What a method is called that is none of ours. What it was called by the caller is not told: it may be anything.
const OTHER: &str = "_OTHER";
/// What carries calls; a call of no method of ours is named so.
const SYSTEM: &str = "grpc";

/// Attributes that the span of a call has at most: what begins it, what its command tells, and how it ended.
const ATTRIBUTES: usize = 8;

/// A method, as labels and spans name it.
struct Method {
    /// What its span is called: service and method.
    name: String,
    /// Whether it takes one request and gives one answer.
    unary: bool,
    /// What the conventions want of a call.
    labels: [KeyValue; 2],
    /// What a front tells of it.
    service: KeyValue,
}

impl Method {
    fn new(service: &str, name: String, unary: bool) -> Self {
        let labels =
            [KeyValue::new("rpc.system.name", SYSTEM), KeyValue::new("rpc.method", Arc::<str>::from(&*name))];
        let service = KeyValue::new("safeguard.service", Arc::<str>::from(service));
        Self { name, unary, labels, service }
    }
}

/// Our methods by path. What others ask for in vain is all one, whatever it is called.
static METHODS: LazyLock<(HashMap<String, Method>, Method)> = LazyLock::new(|| {
    let files = FileDescriptorSet::decode(wire::FILE_DESCRIPTOR_SET).map(|set| set.file).unwrap_or_default();
    let mut methods = HashMap::new();
    for file in &files {
        for service in &file.service {
            let whole = format!("{}.{}", file.package(), service.name());
            for method in &service.method {
                let unary = !method.client_streaming() && !method.server_streaming();
                let name = format!("{whole}/{}", method.name());
                methods.insert(format!("/{name}"), Method::new(&whole, name, unary));
            }
        }
    }
    let other = Method::new(OTHER, OTHER.to_owned(), false);
    (methods, Method { name: SYSTEM.to_owned(), ..other })
});

/// Reads the contract, which takes longer than a call may wait for it.
pub(super) fn prepare() {
    LazyLock::force(&METHODS);
}

/// Answers a call. Without telemetry the caller's trace context is still passed on to what is written.
pub(crate) async fn call(request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    let caller = caller_of(&request);
    let Some(live) = live() else {
        return within(caller.as_ref(), pin!(answer(request))).await;
    };
    let ending = Ending::begin(live, Side::Instance, &request, caller.unwrap_or_default());
    let response = within(ending.context.as_ref(), pin!(answer(request))).await;
    ending.with(response)
}

/// The same as a layer.
pub(crate) async fn measured(request: Request, next: Next) -> Response {
    call(request, async |request| next.run(request).await).await
}

/// Passes a call on to an instance: what happens there is a child of the front's span. Without traces of its own a front
/// passes the caller's context on as it came.
pub async fn passed_on(mut request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    let Some(live) = live() else { return answer(request).await };
    let caller = caller_of(&request).unwrap_or_default();
    let ending = Ending::begin(live, Side::Front, &request, caller);
    if let (Some(context), Some(_)) = (&ending.context, &ending.live.tracer)
        && let Ok(parent) = HeaderValue::try_from(propagate::written(context.span().span_context()))
    {
        let _ = request.headers_mut().insert(TRACE, parent);
    }
    let response = answer(request).await;
    ending.with(response)
}

/// Sends the trace along in which something is asked of another process of the hub.
pub(crate) fn in_trace(mut request: tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status> {
    if let Some(parent) = propagate::current().and_then(|text| text.parse().ok()) {
        let _ = request.metadata_mut().insert(TRACE, parent);
    }
    Ok(request)
}

/// The caller's trace context.
fn caller_of(request: &Request) -> Option<Context> {
    let caller = request.headers().get(TRACE).and_then(|value| value.to_str().ok());
    Some(Context::new().with_remote_span_context(caller.and_then(propagate::parse)?))
}

/// The gRPC status of headers or trailers.
fn code(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|value| Code::from_bytes(value.as_bytes()))
}

/// The status of an answer that has just begun; none when its trailers will tell.
fn begun(answer: &Response) -> Option<Code> {
    let kind = answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    match (code(answer.headers()), answer.status().as_u16()) {
        (Some(code), _) => Some(code),
        (None, _) if kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) => None,
        // A page, which a front passes on too.
        (None, 100..=399) => Some(Code::Ok),
        (None, 400..=499) => Some(Code::InvalidArgument),
        (None, 503) => Some(Code::Unavailable),
        (None, _) => Some(Code::Internal),
    }
}

/// Who answers a call.
#[derive(Clone, Copy)]
enum Side {
    /// Whoever serves it.
    Instance,
    /// A front, which asks one of those.
    Front,
}

/// What is recorded when a call ends, however it does.
struct Ending {
    live: Arc<Live>,
    side: Side,
    method: &'static Method,
    began: Instant,
    /// Where the answer is found; none when neither caller nor hub traces.
    context: Option<Context>,
    /// Cancelled, until something else is known.
    code: Code,
}

impl Ending {
    fn begin(live: Arc<Live>, side: Side, request: &Request, caller: Context) -> Self {
        live.metrics.active.add(1, &[]);
        let (methods, other) = &*METHODS;
        let method = methods.get(request.uri().path()).unwrap_or(other);
        let context = match &live.tracer {
            Some(tracer) => {
                let builder = tracer.span_builder(method.name.as_str()).with_kind(SpanKind::Server);
                // Room for all that is told of a call: a vector that grows under way costs each call.
                let mut attributes = Vec::with_capacity(ATTRIBUTES);
                attributes.extend_from_slice(&method.labels);
                if let Side::Front = side {
                    attributes.push(KeyValue::new("safeguard.role", "front"));
                }
                let span = builder.with_attributes(attributes).start_with_context(tracer, &caller);
                let context = caller.with_span(span);
                Some(match side {
                    Side::Instance if method.unary => context.with_value(propagate::Unary::default()),
                    Side::Instance | Side::Front => context,
                })
            }
            None => Some(caller).filter(|caller| caller.has_active_span()),
        };
        Self { live, side, method, began: Instant::now(), context, code: Code::Cancelled }
    }

    /// The answer that ends it.
    fn with(mut self, response: Response) -> Response {
        self.code = begun(&response).unwrap_or(self.code);
        response.map(|body| Body::new(Told { body, ending: Some(self) }))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let word = word(self.code);
        let status = KeyValue::new("rpc.response.status_code", word);
        let fault = at_fault(self.code).then(|| KeyValue::new("error.type", word));
        if let (Some(context), Some(_)) = (&self.context, &self.live.tracer) {
            let span = context.span();
            span.set_attribute(status.clone());
            if let Some(fault) = fault.clone() {
                span.set_attribute(fault);
                span.set_status(Status::error(""));
            }
            span.end();
        }
        let took = self.began.elapsed().as_secs_f64();
        let [system, method] = self.method.labels.clone();
        let metrics = &self.live.metrics;
        match (self.side, fault) {
            (Side::Instance, None) => metrics.call.record(took, &[system, method, status]),
            (Side::Instance, Some(fault)) => metrics.call.record(took, &[system, method, status, fault]),
            (Side::Front, _) => metrics.front.record(took, &[self.method.service.clone(), status]),
        }
        self.live.metrics.active.add(-1, &[]);
    }
}

/// Whether a status is the hub's fault: what the conventions call an error of a server.
const fn at_fault(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}

/// A status as the conventions spell it.
const fn word(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// An answer that tells when it ends.
struct Told {
    body: Body,
    ending: Option<Ending>,
}

impl HttpBody for Told {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        waker: &mut Waker<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(waker);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(trailers) = frame.trailers_ref()
                    && let Some(mut ending) = self.ending.take()
                {
                    ending.code = code(trailers).unwrap_or(Code::Unknown);
                }
            }
            Poll::Ready(Some(Err(_)) | None) => self.ending = None,
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_those_of_our_services_and_anything_else_is_one() {
        let (methods, other) = &*METHODS;
        assert!(methods.len() > 100, "{}", methods.len());
        let found = methods.get("/safeguard.v1.EducationService/ReportClue").map(|method| &*method.name);
        assert_eq!(found, Some("safeguard.v1.EducationService/ReportClue"));
        assert_eq!(other.name, SYSTEM);
    }
}
