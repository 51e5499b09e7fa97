//! The raw speed of the disk: appends of 642 bytes, each made durable. Never here: the hub.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Size of one append: an event of about 600 bytes with its envelope.
const APPEND: usize = 642;

/// How many appends with `fdatasync` a second this disk takes, measured over `span`.
///
/// # Errors
/// When the file cannot be written.
pub fn sync_rate(folder: &Path, span: Duration) -> anyhow::Result<f64> {
    let path = folder.join("raw");
    let mut file = std::fs::File::create(&path)?;
    let bytes = [b'x'; APPEND];
    let start = Instant::now();
    let mut appends = 0_u32;
    while start.elapsed() < span {
        file.write_all(&bytes)?;
        file.sync_data()?;
        appends += 1;
    }
    let rate = f64::from(appends) / start.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
