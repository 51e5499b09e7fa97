//! The certificate that a client shows: what it names, and how that reaches the services. Never here: whether the account
//! is there and open (`caller`).
//!
//! A service is given the headers of a request, and so is everything that looks at its caller again later. What a
//! certificate says therefore travels as one header more, which the door of the server alone writes: whatever a client
//! sends under that name is taken away first, with and without TLS.

use std::fmt;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use domain::ids::OfficerId;
use jiff::Timestamp;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ValueError, StrDeserializer};
use tonic::metadata::MetadataMap;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::Tls;
use crate::config::Serving;

/// What the names of accounts begin with; the officer id follows.
const ACCOUNT: &str = "spiffe://safeguard/account/";
/// What the names of roles begin with; the role as the configuration spells it follows.
const ROLE: &str = "spiffe://safeguard/role/";
/// Under which a certificate travels.
const MARK: &str = "x-safeguard-certificate";
/// What stands for a certificate that says nothing that could be used.
const UNUSABLE: HeaderValue = HeaderValue::from_static("unusable");

/// Whom a certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// A service account of the directory.
    Account(OfficerId),
    /// A process of the hub.
    Role(Serving),
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its serial number as small hexadecimal digits without leading zeros.
    pub serial: String,
    /// When it ends.
    pub until: Timestamp,
    /// Whom it names; none when that is nobody, or more than one.
    pub name: Option<Name>,
}

/// The role that the caller's certificate names. It is another process of the hub, not an officer: it may do nothing that
/// an officer may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerRole(pub Serving);

impl PeerRole {
    /// The role of a request's certificate, when it showed one that names a role, holds and was not taken back.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get().copied()
    }
}

impl Name {
    fn parse(uri: &str) -> Option<Self> {
        if let Some(officer) = uri.strip_prefix(ACCOUNT) {
            return officer.parse().ok().map(Name::Account);
        }
        let role: StrDeserializer<'_, ValueError> = uri.strip_prefix(ROLE)?.into_deserializer();
        Serving::deserialize(role).ok().map(Name::Role)
    }
}

/// As it stands in a certificate.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Account(officer) => write!(f, "{ACCOUNT}{officer}"),
            Name::Role(role) => write!(f, "{ROLE}{}", role.name()),
        }
    }
}

impl Shown {
    /// Reads a certificate; none when it is not one.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let until = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
        let digits: String = certificate.raw_serial().iter().map(|byte| format!("{byte:02x}")).collect();
        let alternative = certificate.subject_alternative_name().ok()?;
        let names = alternative.map(|names| names.value.general_names.as_slice()).unwrap_or_default();
        // What else a certificate may name is nobody here.
        let mut uris =
            names.iter().filter_map(|name| if let GeneralName::URI(uri) = name { Some(*uri) } else { None });
        let name = match (uris.next(), uris.next()) {
            (Some(only), None) => Name::parse(only),
            // Two names would let their bearer choose who to be.
            (None | Some(_), _) => None,
        };
        Some(Self { serial: serial(&digits)?, until, name })
    }

    fn mark(&self) -> HeaderValue {
        let name = self.name.as_ref().map(Name::to_string).unwrap_or_default();
        let text = format!("{} {} {name}", self.serial, self.until.as_second());
        HeaderValue::try_from(text).unwrap_or(UNUSABLE)
    }

    fn of_mark(mark: &str) -> Option<Self> {
        let mut parts = mark.splitn(3, ' ');
        let (serial, until, name) = (parts.next()?, parts.next()?, parts.next()?);
        let until = Timestamp::from_second(until.parse().ok()?).ok()?;
        Some(Self { serial: serial.to_owned(), until, name: Name::parse(name) })
    }
}

/// A serial number as it is compared; none when the text is none.
pub(super) fn serial(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != ':').map(|c| c.to_ascii_lowercase()).collect();
    let significant = digits.trim_start_matches('0');
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| if significant.is_empty() { "0".to_owned() } else { significant.to_owned() })
}

/// What the certificate of a call says: none when it showed none, an error when nothing can be made of it.
pub(crate) fn mark_of(metadata: &MetadataMap) -> Option<Result<Shown, ()>> {
    let mark = metadata.get(MARK)?;
    Some(mark.to_str().ok().and_then(Shown::of_mark).ok_or(()))
}

/// The door: takes away what a client calls a certificate, and writes what it showed.
pub(crate) async fn door(State(tls): State<Option<Tls>>, mut request: Request, next: Next) -> Response {
    let _ = request.headers_mut().remove(MARK);
    let connection = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>();
    let chain = connection.and_then(TlsConnectInfo::peer_certs);
    if let (Some(tls), Some(chain)) = (tls, chain) {
        let shown = chain.first().and_then(|leaf| Shown::read(leaf));
        if let Some(Shown { serial, until, name: Some(Name::Role(role)) }) = &shown
            && !tls.revoked(serial)
            && *until > tls.time.now()
        {
            let _ = request.extensions_mut().insert(PeerRole(*role));
        }
        let mark = shown.as_ref().map_or(UNUSABLE, Shown::mark);
        let _ = request.headers_mut().insert(MARK, mark);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use rcgen::{CertificateParams, KeyPair, SanType, SerialNumber};

    use super::*;

    fn shown(uris: &[&str]) -> Shown {
        let mut params = CertificateParams::new(vec!["hub.example.cn".to_owned()]).unwrap();
        let uris = uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap()));
        params.subject_alt_names.extend(uris);
        params.serial_number = Some(SerialNumber::from_slice(&[0x00, 0xab, 0x01]));
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Shown::read(certificate.der()).unwrap()
    }

    #[test]
    fn a_certificate_names_one_account_or_one_role_and_travels_as_it_is() {
        let account = shown(&["spiffe://safeguard/account/OF-SYS-1"]);
        assert_eq!(account.name, Some(Name::Account("OF-SYS-1".parse().unwrap())));
        let role = shown(&["spiffe://safeguard/role/police"]);
        assert_eq!(role.name, Some(Name::Role(Serving::Police)));
        for whole in [account, role] {
            assert_eq!(whole.serial, "ab01");
            assert_eq!(Shown::of_mark(whole.mark().to_str().unwrap()), Some(whole));
        }
        for nobody in [
            &[][..],
            &["spiffe://safeguard/account/OF-SYS-1", "spiffe://safeguard/account/OF-SYS-2"],
            &["spiffe://safeguard/account/OF-SYS-1", "https://example.cn"],
            &["spiffe://elsewhere/account/OF-SYS-1"],
            &["spiffe://safeguard/account/"],
            &["spiffe://safeguard/role/king"],
        ] {
            assert_eq!(shown(nobody).name, None, "{nobody:?}");
        }
    }
}
