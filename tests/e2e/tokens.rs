//! Tokens nobody issued, and tokens whose time has passed. Never here: what they are tried on.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub::identity::Tokens;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::Stage;

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn claims(stage: &Stage, officer: &str) -> Value {
    let now = stage.time.now().as_second();
    json!({ "sub": officer, "iat": now, "exp": now + 600, "jti": crate::stage::id(), "iss": "safeguard" })
}

/// Without a signature, saying so: `alg: none` in three spellings.
pub fn unsigned(stage: &Stage, officer: &str) -> Vec<String> {
    let body = encoded(&claims(stage, officer));
    let spelled = |alg: &str| format!("{}.{body}.", encoded(&json!({ "typ": "JWT", "alg": alg })));
    ["none", "None", "NONE"].map(spelled).to_vec()
}

/// Signed with a key that is not the hub's.
pub fn of_another_key(stage: &Stage, officer: &str) -> String {
    let other = Tokens::new(&[7; 32], SignedDuration::from_mins(15)).unwrap();
    other.issue(&officer.parse().unwrap(), stage.time.now()).unwrap().text
}

/// Signed by somebody with the right shape of key and the claims of an administrator.
pub fn home_made(stage: &Stage) -> String {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let header = encoded(&json!({ "typ": "JWT", "alg": "EdDSA", "jwk": hex(pair.public_key().as_ref()) }));
    let signed = format!("{header}.{}", encoded(&claims(stage, "OF-ADMIN")));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A real token with another officer written into it.
pub fn renamed(token: &str, officer: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut body: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&parts[1]).unwrap()).unwrap();
    body["sub"] = json!(officer);
    parts[1] = encoded(&body);
    parts.join(".")
}

/// A real token with the last character of its signature changed.
pub fn touched(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 2);
    let other = if last.starts_with('A') { "B" } else { "A" };
    format!("{rest}{other}{}", &last[1..])
}

/// A real token whose time has passed.
pub fn expired(stage: &Stage, officer: &str) -> String {
    let long_ago = stage.time.now().checked_sub(SignedDuration::from_hours(24 * 60)).unwrap();
    stage.running().hub.tokens.issue(&officer.parse().unwrap(), long_ago).unwrap().text
}
