//! The files of TLS: which the configuration names, what they hold, and what is wrong with them. Never here: when they
//! are read again.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};
use zeroize::Zeroizing;

use super::shown::{Shown, serial};
use crate::config::Config;

/// Why TLS cannot be served; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Other machines could listen, and nobody said that this is meant.
    #[error(
        "{address} can be reached from other machines and there is no TLS: set tls_cert and tls_key \
         (safeguard tls make writes the first ones), or plaintext = true when something before the hub does TLS"
    )]
    InTheClear {
        /// Where the hub was to listen.
        address: SocketAddr,
    },
    /// A setting without the one it needs.
    #[error("{given} is set and {missing} is not: set both or neither")]
    Half {
        /// The setting that is there.
        given: &'static str,
        /// The one it needs.
        missing: &'static str,
    },
    /// Both were asked for.
    #[error("plaintext = true and tls_cert contradict each other: remove one of them")]
    Both,
    /// A file cannot be read.
    #[error("{setting}: {} cannot be read: {cause}", path.display())]
    Unreadable {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{setting}: {} {fault}", path.display())]
    Unfit {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
}

/// When the certificates of a setting end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expiry {
    /// The setting: `tls_cert` or `tls_client_ca`.
    pub name: &'static str,
    /// When the first of them ends.
    pub not_after: Timestamp,
}

/// The files that the configuration names.
pub(super) struct Files {
    cert: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    revoked: Option<PathBuf>,
}

/// What stands in them.
#[derive(PartialEq, Eq)]
pub(super) struct Contents {
    cert: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    client_ca: Option<Vec<u8>>,
    revoked: Option<Vec<u8>>,
}

/// What they come to.
pub(super) struct Loaded {
    pub(super) serving: Arc<ServerConfig>,
    pub(super) calling: Option<ClientTlsConfig>,
    pub(super) revoked: HashSet<String>,
    pub(super) expires: Vec<Expiry>,
}

impl Files {
    /// The files of a configuration; none when it names none and may do without.
    pub(super) fn of(config: &Config) -> Result<Option<Self>, TlsError> {
        let set = |path: &PathBuf| Some(path.clone()).filter(|path| !path.as_os_str().is_empty());
        let (cert, key) = (set(&config.tls_cert), set(&config.tls_key));
        let (client_ca, revoked) = (set(&config.tls_client_ca), set(&config.tls_revoked));
        let half = |given, missing| Err(TlsError::Half { given, missing });
        match (cert, key) {
            (Some(_), Some(_)) if config.plaintext => Err(TlsError::Both),
            (Some(_), Some(_)) if revoked.is_some() && client_ca.is_none() => {
                half("tls_revoked", "tls_client_ca")
            }
            (Some(cert), Some(key)) => Ok(Some(Self { cert, key, client_ca, revoked })),
            (Some(_), None) => half("tls_cert", "tls_key"),
            (None, Some(_)) => half("tls_key", "tls_cert"),
            (None, None) if client_ca.is_some() => half("tls_client_ca", "tls_cert"),
            (None, None) if revoked.is_some() => half("tls_revoked", "tls_cert"),
            (None, None) if config.plaintext || config.grpc.ip().to_canonical().is_loopback() => Ok(None),
            (None, None) => Err(TlsError::InTheClear { address: config.grpc }),
        }
    }

    /// Reads them all.
    pub(super) fn read(&self) -> Result<Contents, TlsError> {
        let read = |setting, path: &Path| {
            std::fs::read(path).map_err(|cause| TlsError::Unreadable {
                setting,
                path: path.to_owned(),
                cause,
            })
        };
        Ok(Contents {
            cert: read("tls_cert", &self.cert)?,
            key: Zeroizing::new(read("tls_key", &self.key)?),
            client_ca: self.client_ca.as_deref().map(|path| read("tls_client_ca", path)).transpose()?,
            revoked: self.revoked.as_deref().map(|path| read("tls_revoked", path)).transpose()?,
        })
    }

    /// What the contents come to, all of them good or nothing.
    pub(super) fn load(&self, contents: &Contents) -> Result<Loaded, TlsError> {
        let unfit =
            |setting, path: &Path, fault: String| TlsError::Unfit { setting, path: path.to_owned(), fault };
        let own = |fault: String| unfit("tls_cert", &self.cert, fault);
        let chain = certificates(&contents.cert).map_err(own)?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key)
            .map_err(|error| unfit("tls_key", &self.key, format!("holds no private key: {error}")))?;
        let mut expires = vec![Expiry { name: "tls_cert", not_after: ends(&chain).map_err(own)? }];
        let mut roots = None;
        if let (Some(path), Some(text)) = (&self.client_ca, &contents.client_ca) {
            let authority = |fault: String| unfit("tls_client_ca", path, fault);
            let believed = certificates(text).map_err(authority)?;
            expires.push(Expiry { name: "tls_client_ca", not_after: ends(&believed).map_err(authority)? });
            let mut store = RootCertStore::empty();
            for certificate in believed {
                let added = store.add(certificate);
                added.map_err(|error| authority(format!("holds no certificate of an authority: {error}")))?;
            }
            roots = Some(store);
        }
        let serving = serving(chain, key, roots)
            .map_err(|error| own(format!("cannot be served with {}: {error}", self.key.display())))?;
        let revoked = match (&self.revoked, &contents.revoked) {
            (Some(path), Some(text)) => serials(text).map_err(|fault| unfit("tls_revoked", path, fault))?,
            _ => HashSet::new(),
        };
        let calling = contents.client_ca.as_ref().map(|authority| {
            let identity = Identity::from_pem(&contents.cert, contents.key.as_slice());
            ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority)).identity(identity)
        });
        Ok(Loaded { serving: Arc::new(serving), calling, revoked, expires })
    }
}

fn serving(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    roots: Option<RootCertStore>,
) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    let provider = Arc::new(default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match roots {
        // Officers have a token and no certificate; who shows one is held to it.
        Some(roots) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()?,
        ),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => Err("holds no certificate".to_owned()),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(format!("is no certificate: {error}")),
    }
}

/// When the first of some certificates ends.
fn ends(certificates: &[CertificateDer<'_>]) -> Result<Timestamp, String> {
    let ends: Option<Vec<Timestamp>> =
        certificates.iter().map(|der| Shown::read(der).map(|shown| shown.until)).collect();
    ends.and_then(|ends| ends.into_iter().min())
        .ok_or_else(|| "holds a certificate that cannot be read".to_owned())
}

/// One a line; empty lines and those that begin with # say nothing.
fn serials(text: &[u8]) -> Result<HashSet<String>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not text".to_owned())?;
    let mut serials = HashSet::new();
    for (line, number) in text.lines().map(str::trim).zip(1_u32..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let said =
            serial(line).ok_or_else(|| format!("line {number}: {line:?} is no hexadecimal serial number"))?;
        let _ = serials.insert(said);
    }
    Ok(serials)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn refused(change: impl FnOnce(&mut Config)) -> Option<String> {
        let mut config = Config::default();
        change(&mut config);
        Files::of(&config).err().map(|error| error.to_string())
    }

    #[test]
    fn a_hub_in_the_clear_that_others_can_reach_is_refused_with_what_to_do() {
        let open: SocketAddr = "0.0.0.0:50051".parse().unwrap();
        let text = refused(|config| config.grpc = open).unwrap();
        for word in ["0.0.0.0:50051", "tls_cert", "tls_key", "plaintext = true"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert_eq!(refused(|config| (config.grpc, config.plaintext) = (open, true)), None);
        for near in ["127.0.0.1:1", "[::1]:1", "[::ffff:127.0.0.9]:1"] {
            assert_eq!(refused(|config| config.grpc = near.parse().unwrap()), None, "{near}");
        }
    }

    #[test]
    fn half_a_setting_is_named_with_the_other_half() {
        let text = refused(|config| config.tls_cert = "a".into()).unwrap();
        assert!(text.contains("tls_cert is set and tls_key is not"), "{text}");
        let text = refused(|config| config.tls_client_ca = "a".into()).unwrap();
        assert!(text.contains("tls_client_ca is set and tls_cert is not"), "{text}");
        let both = |config: &mut Config| (config.tls_cert, config.tls_key) = ("a".into(), "b".into());
        assert_eq!(refused(both), None);
        let revoked = |config: &mut Config| {
            both(config);
            config.tls_revoked = "c".into();
        };
        assert!(refused(revoked).unwrap().contains("tls_client_ca is not"));
        let contradicting = |config: &mut Config| {
            both(config);
            config.plaintext = true;
        };
        assert!(refused(contradicting).unwrap().contains("contradict"));
    }

    #[test]
    fn serial_numbers_are_read_however_they_are_written() {
        let read = serials(b"# of the old system\n00:AB:cd\n\n 12ef \n").unwrap();
        assert_eq!(read, HashSet::from(["abcd".to_owned(), "12ef".to_owned()]));
        assert!(serials(b"12\nxy").unwrap_err().contains("line 2"));
    }
}
