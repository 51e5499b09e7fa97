//! The certificate that a client shows: what it names, and how that reaches the services. Never here: whether the account
//! is there and open (`caller`).
//!
//! A service is given the headers of a request, and so is everything that looks at its caller again later. What a
//! certificate says therefore travels as one header more, which the door of the server alone writes: whatever a client
//! sends under that name is taken away first, with and without TLS.
//!
//! One client is believed: a front, by its certificate. It shook hands with the caller, so its door wrote that header, and
//! the front passes it on; the door of the instance writes it again with the front's serial behind it. An instance judges
//! the caller's certificate by its own list and clock, as if the caller had come itself, and believes nothing that a
//! front said whose certificate was taken back, also in calls under way. So the certificate of a front is worth as much as
//! those of all accounts together, and nobody else may have it. In the same way a front says from which address its caller
//! came; between a front and an instance in the clear nothing is believed, and all callers come from the front.

use std::fmt;
use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{Extensions, HeaderValue};
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
pub const MARK: &str = "x-safeguard-certificate";
/// Under which the address of a front's caller travels; from nobody but a front.
const ADDRESS: &str = "x-safeguard-address";
/// Between what a front said and the serial of its own certificate.
const VIA: &str = " via ";
/// What stands for the certificate of a front's caller that showed none.
const NONE: &str = "none";
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

/// Whose certificates a call came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The caller's; none when a front's caller showed none.
    pub(crate) shown: Option<Shown>,
    /// The serial number of the front's that passed the call on.
    pub(crate) front: Option<String>,
}

impl Marked {
    fn parse(mark: &str) -> Option<Self> {
        let (said, front) = match mark.rsplit_once(VIA) {
            Some((said, front)) => (said, Some(serial(front)?)),
            None => (mark, None),
        };
        let shown = match (said, &front) {
            (NONE, Some(_)) => None,
            (said, _) => Some(Shown::of_mark(said)?),
        };
        Some(Self { shown, front })
    }
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

/// What the certificates of a call say: none when it showed none, an error when nothing can be made of them.
pub(crate) fn mark_of(metadata: &MetadataMap) -> Option<Result<Marked, ()>> {
    let mark = metadata.get(MARK)?;
    Some(mark.to_str().ok().and_then(Marked::parse).ok_or(()))
}

/// From where a request comes: what a front says of its caller, else the other end of the connection.
#[must_use]
pub fn address_of<R>(request: &tonic::Request<R>) -> Option<IpAddr> {
    match request.metadata().get(ADDRESS) {
        Some(said) => said.to_str().ok()?.parse().ok(),
        None => request.remote_addr().map(|address| address.ip()),
    }
}

/// Says to the instance that a front passes a request on to from where it came.
pub fn say_address(request: &mut Request) {
    let open = request.extensions().get::<TcpConnectInfo>();
    let secured = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>().map(TlsConnectInfo::get_ref);
    let address = open.or(secured).and_then(TcpConnectInfo::remote_addr).map(|address| address.ip());
    // What another front said of its caller is not this one's word.
    let _ = request.headers_mut().remove(ADDRESS);
    if let Some(address) = address.and_then(|address| HeaderValue::try_from(address.to_string()).ok()) {
        let _ = request.headers_mut().insert(ADDRESS, address);
    }
}

/// The door: takes away what a client calls a certificate or an address, and writes what it showed, or what a front says
/// of its caller.
pub(crate) fn door(tls: Option<&Tls>, mut request: Request) -> Request {
    let said = request.headers_mut().remove(MARK);
    let address = request.headers_mut().remove(ADDRESS);
    let connection = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>();
    let chain = connection.and_then(TlsConnectInfo::peer_certs);
    if let (Some(tls), Some(chain)) = (tls, chain) {
        let shown = chain.first().and_then(|leaf| Shown::read(leaf));
        let mut mark = shown.as_ref().map_or(UNUSABLE, Shown::mark);
        if let Some(Shown { serial, until, name: Some(Name::Role(role)) }) = &shown
            && !tls.revoked(serial)
            && *until > tls.time.now()
        {
            let _ = request.extensions_mut().insert(PeerRole(*role));
            if *role == Serving::Front {
                mark = passed_on(said.as_ref(), serial);
                if let Some(address) = address {
                    let _ = request.headers_mut().insert(ADDRESS, address);
                }
            }
        }
        let _ = request.headers_mut().insert(MARK, mark);
    }
    request
}

/// What a front says of its caller, and which front it was.
fn passed_on(said: Option<&HeaderValue>, front: &str) -> HeaderValue {
    let said = said.map_or(Ok(NONE), |said| said.to_str());
    said.ok().and_then(|said| HeaderValue::try_from(format!("{said}{VIA}{front}")).ok()).unwrap_or(UNUSABLE)
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
    fn a_front_says_one_thing_of_one_caller() {
        let system = shown(&["spiffe://safeguard/account/OF-SYS-1"]);
        let parse = |said: Option<&str>| {
            let said = said.map(|said| HeaderValue::from_str(said).unwrap());
            Marked::parse(passed_on(said.as_ref(), "f00d").to_str().unwrap())
        };
        let front = Some("f00d".to_owned());
        assert_eq!(parse(None), Some(Marked { shown: None, front: front.clone() }));
        let mark = system.mark();
        let told = mark.to_str().unwrap();
        assert_eq!(parse(Some(told)), Some(Marked { shown: Some(system.clone()), front }));
        assert_eq!(Marked::parse(told), Some(Marked { shown: Some(system), front: None }));
        // A front behind a front names nobody.
        let twice = parse(Some(&format!("{told} via ab01"))).unwrap();
        assert_eq!(twice.shown.unwrap().name, None);
        for bad in ["none via ab01", "", "unusable"] {
            assert_eq!(parse(Some(bad)), None, "{bad:?}");
        }
        assert_eq!(Marked::parse("none"), None);
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
