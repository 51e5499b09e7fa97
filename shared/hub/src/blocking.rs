//! Work that blocks, on a thread that may: it knows as much of the call it is part of as what is done on the way there, how
//! long the caller waits and in which trace. Never here: what the work is.

use opentelemetry::Context;
use tokio::task::{JoinError, spawn_blocking};

use crate::deadline;

/// Does work on a thread that may block, as part of the call that asks for it.
///
/// # Errors
/// The process is stopping, or the work panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    let (until, trace) = (deadline::until(), Context::current());
    let carried = move || {
        let _inside = trace.attach();
        deadline::before(until, work)
    };
    spawn_blocking(carried).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::time::Duration;

    use eventlog::EventLog;
    use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};

    use super::*;
    use crate::reads::ReadLog;
    use crate::telemetry;

    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[tokio::test]
    async fn a_query_knows_how_long_its_caller_waits_and_in_which_trace_it_is_asked() {
        let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3_600));
        let folder = tempfile::tempdir().unwrap();
        let log = ReadLog::start(folder.path(), &EventLog::memory()).unwrap();
        let query = || async {
            log.view().read(move |_| Ok((deadline::at_most(hour), telemetry::current()))).await.unwrap()
        };
        assert_eq!(query().await, (hour, None), "nobody waits, and nobody traces");
        let trace = Context::new().with_remote_span_context(telemetry::parse(TRACE).unwrap());
        let (left, trace) = deadline::during(Some(minute), query().with_context(trace)).await;
        assert!(left <= minute, "{left:?}");
        assert_eq!(trace.as_deref(), Some(TRACE));
    }
}
