//! A folder as somebody else might hand it over: lines in another order, some twice, one that is no record.
//! Never here: changing what a record says.

use std::path::Path;

/// Files whose lines may come in any order.
const FILES: [&str; 5] = ["dispatches", "inspections", "signatures", "hazards", "staff-counts"];

/// Disturbs a folder; which file and line is no record.
pub fn disturb(folder: &Path, seed: usize) -> String {
    let mut bad = String::new();
    for name in FILES {
        let path = folder.join(format!("{name}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_by_key(|line| {
            line.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31) ^ usize::from(byte))
        });
        let again: Vec<&str> = lines.iter().step_by(10).copied().collect();
        lines.extend(again);
        let mut bytes: Vec<u8> = lines.join("\n").into_bytes();
        if name == "inspections" {
            bad = format!("{name}.jsonl:{}:", lines.len() + 1);
            // Another system wrote this one in GB 18030.
            bytes.extend(b"\n{\"request_id\":\"\xb0\xb2\xc8\xab\"}\n");
        }
        std::fs::write(&path, bytes).unwrap();
    }
    bad
}
