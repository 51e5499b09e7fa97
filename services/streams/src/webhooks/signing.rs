//! Secrets of endpoints and signatures under them, and the addresses of endpoints as the log keeps them, after the Standard Webhooks convention. A secret is kept sealed under a
//! key of the hub's key store, bound to its endpoint, and open only while it signs. Never here: when a secret ends.

use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::sealed::Sealed;
use hub::seal::{KeyStore, Opened, SealError, case_subject};
use zeroize::Zeroizing;

use super::endpoint::EndpointId;
use super::error::WebhookError;

/// Bytes of a secret.
const BYTES: usize = 32;
/// What a secret begins with where people see it.
const PREFIX: &str = "whsec_";
/// What a sealed secret is bound to beside its endpoint.
const FIELD: &str = "webhook.secret";

/// A secret in the clear; wiped when dropped.
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one.
    pub(super) fn fresh() -> Result<Self, WebhookError> {
        let mut bytes = Zeroizing::new(vec![0; BYTES]);
        rand::fill(&mut bytes).map_err(|_| SealError::CipherFailed)?;
        Ok(Self(bytes))
    }

    /// As it is shown once.
    pub(super) fn shown(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&*self.0))
    }

    /// As it is stored.
    pub(super) fn sealed(&self, keys: &KeyStore, of: EndpointId) -> Result<String, WebhookError> {
        let subject = case_subject(&of.to_string()).map_err(|_| SealError::CipherFailed)?;
        let plain = Zeroizing::new(STANDARD.encode(&*self.0));
        let sealed = keys.seal(&subject, FIELD, &plain)?;
        serde_json::to_string(&sealed).map_err(|error| WebhookError::Store(error.to_string()))
    }

    /// Opened from what is stored.
    pub(super) fn opened(keys: &KeyStore, stored: &str) -> Result<Self, WebhookError> {
        let broken = || WebhookError::Store("a secret cannot be read".to_owned());
        let sealed: Sealed = serde_json::from_str(stored).map_err(|_| broken())?;
        let Opened::Text(plain) = keys.open(&sealed)? else { return Err(broken()) };
        let plain = Zeroizing::new(plain);
        Ok(Self(Zeroizing::new(STANDARD.decode(&*plain).map_err(|_| broken())?)))
    }

    /// The signature of a body that is sent under an id at a time in seconds.
    pub(super) fn signature(&self, id: &str, seconds: i64, body: &str) -> String {
        let mut signing = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        signing.update(format!("{id}.{seconds}.").as_bytes());
        signing.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(signing.sign()))
    }
}

/// What the log keeps of an endpoint is sealed as its secrets are, bound to a field.
pub(super) fn sealed(
    keys: &KeyStore,
    of: EndpointId,
    (field, plain): (&str, &str),
) -> Result<Sealed, WebhookError> {
    let subject = case_subject(&of.to_string()).map_err(|_| SealError::CipherFailed)?;
    Ok(keys.seal(&subject, field, plain)?)
}

/// What the log keeps of an endpoint, in the clear; empty when its key was destroyed, and nothing can be sent there.
pub(super) fn opened(keys: &KeyStore, sealed: &Sealed) -> Result<String, WebhookError> {
    match keys.open(sealed)? {
        Opened::Text(plain) => Ok(plain),
        Opened::Erased => Ok(String::new()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_signature_is_the_one_computed_by_hand() {
        // printf 'msg_1.1614265330.{"a":"甲"}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102..1f -binary | base64
        let secret = Secret(Zeroizing::new((0..32).collect()));
        assert_eq!(secret.shown(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        assert_eq!(
            secret.signature("msg_1", 1_614_265_330, r#"{"a":"甲"}"#),
            "v1,emXf4l3r5U+LJ0sO6Xjl4S1LgrjSRgx/LDXTNh5+G/Y="
        );
    }

    #[test]
    fn the_example_of_the_convention_comes_out() {
        let secret = Secret(Zeroizing::new(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()));
        assert_eq!(
            secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_stored_sealed_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyStore::in_directory(folder.path()).unwrap();
        let secret = Secret::fresh().unwrap();
        let stored = secret.sealed(&keys, EndpointId(7)).unwrap();
        assert!(!stored.contains(&STANDARD.encode(&*secret.0)) && !stored.contains(PREFIX), "{stored}");
        assert_eq!(Secret::opened(&keys, &stored).unwrap().shown(), secret.shown());
        let moved = stored.replace("SU-WH-7", "SU-WH-8");
        assert!(moved != stored && Secret::opened(&keys, &moved).is_err());
        assert_ne!(Secret::fresh().unwrap().shown(), secret.shown());
    }
}
