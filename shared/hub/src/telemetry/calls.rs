//! One call from outside: its span under the caller's trace context, how long it took, how it ended, how many are under
//! way. Never here: who called, or what was asked.

use std::collections::HashMap;
use std::pin::Pin;
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
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Code;

use super::{Live, live, propagate};

/// Under which a trace context travels.
const TRACE: &str = "traceparent";

/// A method, as labels and spans name it.
struct Method {
    name: String,
    /// Whether it takes one request and gives one answer.
    unary: bool,
    labels: [KeyValue; 3],
}

impl Method {
    fn new(service: &str, method: &str, unary: bool) -> Self {
        let labels = [
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", Arc::<str>::from(service)),
            KeyValue::new("rpc.method", Arc::<str>::from(method)),
        ];
        Self { name: format!("{service}/{method}"), unary, labels }
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
                methods
                    .insert(format!("/{whole}/{}", method.name()), Method::new(&whole, method.name(), unary));
            }
        }
    }
    (methods, Method::new("other", "other", false))
});

/// Answers a call. Without telemetry the caller's trace context is still passed on to what is written.
pub(crate) async fn call(request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    let caller = caller_of(&request);
    let Some(live) = live() else {
        return match caller {
            Some(caller) => answer(request).with_context(caller).await,
            None => answer(request).await,
        };
    };
    let ending = Ending::begin(live, Side::Instance, &request, caller.unwrap_or_default());
    let response = match &ending.context {
        Some(context) => answer(request).with_context(context.clone()).await,
        None => answer(request).await,
    };
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
                let mut attributes = method.labels.to_vec();
                if let Side::Front = side {
                    attributes.push(KeyValue::new("safeguard.role", "front"));
                }
                let span = builder.with_attributes(attributes).start_with_context(tracer, &caller);
                let context = caller.with_span(span);
                Some(if method.unary { context.with_value(propagate::Unary::default()) } else { context })
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
        let [system, service, method] = self.method.labels.clone();
        let status = KeyValue::new("rpc.grpc.status_code", self.code as i64);
        if let (Some(context), Some(_)) = (&self.context, &self.live.tracer) {
            let span = context.span();
            span.set_attribute(status.clone());
            if at_fault(self.code) {
                span.set_status(Status::error(""));
            }
            span.end();
        }
        let took = self.began.elapsed().as_secs_f64();
        match self.side {
            Side::Instance => self.live.metrics.call.record(took, &[system, service, method, status]),
            Side::Front => self.live.metrics.front.record(took, &[service, status]),
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
        assert_eq!(other.name, "other/other");
    }
}
