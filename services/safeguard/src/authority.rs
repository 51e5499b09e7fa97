//! An authority of one's own: what a small operator, the runbook and the tests issue the hub's certificates with. Never
//! here: where certificates are kept, or who believes them (`hub::tls`).

use std::str::FromStr;

use anyhow::Context;
use aws_lc_rs::digest::{SHA256, digest};
use hub::tls::{Name, Shown};
use jiff::{SignedDuration, Timestamp};
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// How long an authority lasts.
const LASTING: SignedDuration = SignedDuration::from_hours(24 * 3650);
/// How long before it is made a certificate is valid: clocks differ.
const CLOCKS: SignedDuration = SignedDuration::from_hours(1);

/// A certificate with its key.
pub struct Issued {
    /// The certificate, as PEM.
    pub cert: String,
    /// Its private key, as PEM.
    pub key: Zeroizing<String>,
    /// What it says.
    pub shown: Shown,
}

/// What a certificate is to say.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Names and addresses at which a server is reached.
    pub hosts: Vec<String>,
    /// The account or role of a client.
    pub name: Option<Name>,
}

/// An authority that can issue.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    until: Timestamp,
}

impl Authority {
    /// A new one, for ten years, with what is to be kept of it.
    ///
    /// # Errors
    /// When the library cannot make a key.
    pub fn found(now: Timestamp) -> anyhow::Result<(Self, Issued)> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        valid(&mut params, now, now.checked_add(LASTING)?)?;
        // A name of its own: during a change of authorities the old and the new one are believed side by side.
        let mark = digest(&SHA256, key.public_key_raw());
        let mark: String = mark.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        params.distinguished_name = called(&format!("Safeguard hub authority {mark}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let cert = params.self_signed(&key)?;
        let issued = issued(&cert, &key)?;
        Ok((Self { until: issued.shown.until, issuer: Issuer::new(params, key) }, issued))
    }

    /// One that was founded before.
    ///
    /// # Errors
    /// When the texts are no certificate and its key.
    pub fn open(cert: &str, key: &str) -> anyhow::Result<Self> {
        let issuer = Issuer::from_ca_cert_pem(cert, KeyPair::from_pem(key)?)?;
        let (_, pem) = x509_parser::pem::parse_x509_pem(cert.as_bytes())?;
        let until = Shown::read(&pem.contents).context("no certificate")?.until;
        Ok(Self { issuer, until })
    }

    /// Issues a certificate with a new key, from an hour ago; it ends with the authority at the latest.
    ///
    /// # Errors
    /// For a host that is no name, and times out of the calendar.
    pub fn issue(&self, wanted: &Wanted, now: Timestamp, lasting: SignedDuration) -> anyhow::Result<Issued> {
        let mut params = CertificateParams::new(wanted.hosts.clone())?;
        valid(&mut params, now, now.checked_add(lasting)?.min(self.until))?;
        let name = wanted.name.as_ref().map(Name::to_string);
        params.distinguished_name = called(wanted.hosts.first().or(name.as_ref()).map_or("", String::as_str));
        if !wanted.hosts.is_empty() {
            params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        }
        if let Some(name) = &name {
            params.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
            params.subject_alt_names.push(SanType::URI(Ia5String::from_str(name)?));
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let cert = params.signed_by(&key, &self.issuer)?;
        issued(&cert, &key)
    }
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    called.push(DnType::CommonName, name);
    called
}

fn valid(params: &mut CertificateParams, now: Timestamp, until: Timestamp) -> anyhow::Result<()> {
    params.not_before = OffsetDateTime::from_unix_timestamp(now.checked_sub(CLOCKS)?.as_second())?;
    params.not_after = OffsetDateTime::from_unix_timestamp(until.as_second())?;
    Ok(())
}

fn issued(cert: &rcgen::Certificate, key: &KeyPair) -> anyhow::Result<Issued> {
    let shown = Shown::read(cert.der()).context("a certificate that was just made cannot be read")?;
    Ok(Issued { cert: cert.pem(), key: Zeroizing::new(key.serialize_pem()), shown })
}
