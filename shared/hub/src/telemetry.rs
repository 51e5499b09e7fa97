//! Log lines: structured, on standard error, with the spans from request to append to projection.
//! Never here: personal data; spans carry ids only.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts writing log lines for the whole process. A second call changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(filter: &str, json: bool) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(filter)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE);
    // The only way to fail is that someone started first, which is as good.
    let _ = if json { lines.json().try_init() } else { lines.try_init() };
    Ok(())
}
