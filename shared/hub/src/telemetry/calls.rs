//! One call from outside: its span under the caller's trace context, how long it took, how it ended, how many are under
//! way. Never here: who called, or what was asked.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context as Waker, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Code;

use super::{Live, live, propagate};

/// A method, as labels and spans name it.
struct Method {
    name: String,
    labels: [KeyValue; 3],
}

impl Method {
    fn new(service: &str, method: &str) -> Self {
        let labels = [
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", Arc::<str>::from(service)),
            KeyValue::new("rpc.method", Arc::<str>::from(method)),
        ];
        Self { name: format!("{service}/{method}"), labels }
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
                methods.insert(format!("/{whole}/{}", method.name()), Method::new(&whole, method.name()));
            }
        }
    }
    (methods, Method::new("other", "other"))
});

/// Answers a call. Without telemetry the caller's trace context is still passed on to what is written.
pub(crate) async fn call(request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    let caller = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let caller = caller.and_then(propagate::parse);
    let context = caller.map(|caller| Context::new().with_remote_span_context(caller));
    let Some(live) = live() else {
        return match context {
            Some(context) => answer(request).with_context(context).await,
            None => answer(request).await,
        };
    };
    let (methods, other) = &*METHODS;
    let method = methods.get(request.uri().path()).unwrap_or(other);
    let mut ending = Ending::begin(live, method, context.unwrap_or_default());
    let response = match &ending.context {
        Some(context) => answer(request).with_context(context.clone()).await,
        None => answer(request).await,
    };
    ending.code = code(response.headers()).unwrap_or(ending.code);
    response.map(|body| Body::new(Told { body, ending: Some(ending) }))
}

/// The gRPC status of headers or trailers.
fn code(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|value| Code::from_bytes(value.as_bytes()))
}

/// What is recorded when a call ends, however it does.
struct Ending {
    live: Arc<Live>,
    method: &'static Method,
    began: Instant,
    /// Where the answer is found; none when neither caller nor hub traces.
    context: Option<Context>,
    /// Cancelled, until something else is known.
    code: Code,
}

impl Ending {
    fn begin(live: Arc<Live>, method: &'static Method, caller: Context) -> Self {
        live.metrics.active.add(1, &[]);
        let context = match &live.tracer {
            Some(tracer) => {
                let builder = tracer.span_builder(method.name.as_str()).with_kind(SpanKind::Server);
                let builder = builder.with_attributes(method.labels.clone());
                let span = builder.start_with_context(tracer, &caller);
                Some(caller.with_span(span))
            }
            None => Some(caller).filter(|caller| caller.has_active_span()),
        };
        Self { live, method, began: Instant::now(), context, code: Code::Cancelled }
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
        self.live.metrics.call.record(took, &[system, service, method, status]);
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
