//! What a token proves, and what pretends to be one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const SEED: [u8; 32] = [7; 32];

fn tokens() -> Tokens {
    Tokens::new(&SEED, DEFAULT_LIFETIME).unwrap()
}

fn officer() -> OfficerId {
    "OF-4304050017".parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("2026-11-21T{text}Z").parse().unwrap()
}

fn encoded(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

/// Replaces the header of a good token.
fn with_header(token: &Token, header: &str) -> String {
    let (_, rest) = token.text.split_once('.').unwrap();
    format!("{}.{rest}", encoded(header))
}

#[test]
fn a_token_names_its_officer_until_it_expires() {
    let tokens = tokens();
    let token = tokens.issue(&officer(), at("08:00:00")).unwrap();
    assert_eq!(token.expires, at("08:15:00"));
    for _ in 0..2 {
        assert_eq!(tokens.verify(&token.text, at("08:14:59")), Ok(officer()));
    }
    let expired = Err(IdentityError::Expired { since: at("08:15:00") });
    assert_eq!(tokens.verify(&token.text, at("08:15:00")), expired, "remembered");
    assert_eq!(self::tokens().verify(&token.text, at("08:15:00")), expired, "seen for the first time");
}

#[test]
fn tokens_of_the_same_officer_at_the_same_moment_differ() {
    let tokens = tokens();
    let (one, two) = (
        tokens.issue(&officer(), at("08:00:00")).unwrap(),
        tokens.issue(&officer(), at("08:00:00")).unwrap(),
    );
    assert_ne!(one.text, two.text);
}

#[test]
fn a_key_of_someone_else_signs_nothing_here() {
    let other = Tokens::new(&[8; 32], DEFAULT_LIFETIME).unwrap();
    let token = other.issue(&officer(), at("08:00:00")).unwrap();
    assert_eq!(tokens().verify(&token.text, at("08:00:01")), Err(IdentityError::Forged));
    assert_eq!(tokens().verify(&token.text, at("23:00:00")), Err(IdentityError::Forged), "not just expired");
}

#[test]
fn every_changed_part_is_noticed() {
    let tokens = tokens();
    let token = tokens.issue(&officer(), at("08:00:00")).unwrap();
    assert!(tokens.verify(&token.text, at("08:00:01")).is_ok());
    for place in 0..token.text.len() {
        let mut bytes = token.text.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        assert!(tokens.verify(&forged, at("08:00:01")).is_err(), "place {place}");
    }
}

#[test]
fn the_algorithm_is_not_the_tokens_to_choose() {
    let tokens = tokens();
    let now = at("08:00:01");
    let token = tokens.issue(&officer(), at("08:00:00")).unwrap();
    for algorithm in ["none", "None", "HS256", "RS256", "ES256", "EdDSA "] {
        let forged = with_header(&token, &format!(r#"{{"typ":"JWT","alg":"{algorithm}"}}"#));
        assert!(tokens.verify(&forged, now).is_err(), "{algorithm}");
        let (unsigned, _) = forged.rsplit_once('.').unwrap();
        assert!(tokens.verify(&format!("{unsigned}."), now).is_err(), "{algorithm} without signature");
    }
    // The classic confusion: the public key, which is no secret, used as the secret of an HMAC.
    let public = Ed25519KeyPair::from_seed_unchecked(&SEED).unwrap();
    let claims = Claims {
        sub: officer(),
        iat: now.as_second(),
        exp: at("23:00:00").as_second(),
        jti: Uuid::now_v7(),
        iss: ISSUER.to_owned(),
        since: None,
        cred: None,
    };
    let secret = EncodingKey::from_secret(public.public_key().as_ref());
    let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &secret).unwrap();
    assert_eq!(tokens.verify(&forged, now), Err(IdentityError::Forged));
}

#[test]
fn another_issuer_with_our_key_is_not_believed() {
    let tokens = tokens();
    let claims = |iss: &str| serde_json::json!({"sub": "OF-1", "iat": 0, "exp": 4_000_000_000_i64, "jti": Uuid::nil(), "iss": iss});
    let header = Header::new(Algorithm::EdDSA);
    let sign = |claims| jsonwebtoken::encode(&header, &claims, &tokens.signing).unwrap();
    assert!(tokens.verify(&sign(claims(ISSUER)), at("08:00:00")).is_ok());
    assert_eq!(tokens.verify(&sign(claims("elsewhere")), at("08:00:00")), Err(IdentityError::Forged));
    let endless = serde_json::json!({"sub": "OF-1", "iat": 0, "jti": Uuid::nil(), "iss": ISSUER});
    assert_eq!(tokens.verify(&sign(endless), at("08:00:00")), Err(IdentityError::Malformed));
}

#[test]
fn rubbish_is_told_from_nothing() {
    let tokens = tokens();
    assert_eq!(tokens.verify("", at("08:00:00")), Err(IdentityError::Missing));
    for rubbish in ["x", "a.b", "a.b.c", "....", "安全", &"A".repeat(5_000)] {
        assert_eq!(tokens.verify(rubbish, at("08:00:00")), Err(IdentityError::Malformed), "{rubbish}");
    }
}

#[test]
fn a_session_is_renewed_for_twelve_hours_and_not_longer() {
    let tokens = tokens();
    let began = at("08:00:00");
    let mut token = tokens.open(&officer(), "mark".to_owned(), began).unwrap();
    let mut renewals = 0;
    loop {
        let now = token.expires.checked_sub(SignedDuration::from_secs(1)).unwrap();
        let bearer = tokens.bearer(&token.text, now).unwrap();
        assert_eq!((bearer.since, bearer.credential.as_deref()), (began, Some("mark")));
        let next = tokens.renew(&bearer, now).unwrap();
        if next.expires == token.expires {
            break;
        }
        token = next;
        renewals += 1;
    }
    assert_eq!((token.expires, renewals), (at("20:00:00"), 48));
}
