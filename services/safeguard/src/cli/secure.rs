//! How the line to the hub is secured: whose word is taken for the hub's certificate, and the certificate this side shows.
//! Never here: the session.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use super::badge::bytes_of;
use super::failure::Failure;

/// The files of a secured line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct Secure {
    /// 签发平台证书的机构（PEM）；不填用本机信任的机构 | Authority of the hub's certificate, PEM; those this machine trusts when not given
    #[arg(long, global = true, env = "SAFEGUARD_CA", hide_env_values = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// 业务系统的客户端证书（PEM） | Client certificate of a service account, PEM
    #[arg(long, global = true, env = "SAFEGUARD_CERT", hide_env_values = true, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// 客户端证书的私钥（PEM） | Private key of the client certificate, PEM
    #[arg(long, global = true, env = "SAFEGUARD_KEY", hide_env_values = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Secure {
    /// These files, and where there is none those of the session.
    pub(crate) fn or(self, session: &Self) -> Self {
        // A certificate and its key belong together, wherever they were named.
        let pair = if self.cert.is_some() || self.key.is_some() { &self } else { session };
        let (cert, key) = (pair.cert.clone(), pair.key.clone());
        Self { ca: self.ca.or_else(|| session.ca.clone()), cert, key }
    }

    /// The same as a session keeps it: right from any folder.
    pub(crate) fn anywhere(&self) -> Self {
        let absolute = |path: &Option<PathBuf>| {
            path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()))
        };
        Self { ca: absolute(&self.ca), cert: absolute(&self.cert), key: absolute(&self.key) }
    }

    /// Whether any file is named: then nothing goes out in the clear.
    pub(crate) fn wanted(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a certificate is shown, which may stand for a session.
    pub(crate) fn certified(&self) -> bool {
        self.cert.is_some()
    }

    /// The line to an address; none where it is in the clear.
    ///
    /// # Errors
    /// A file that is missing or cannot be read, or an address in the clear although files are named.
    pub(crate) fn line(&self, server: &str) -> Result<Option<ClientTlsConfig>, Failure> {
        if !server.starts_with("https://") {
            return match self.wanted() {
                false => Ok(None),
                true => Err(Failure::plain(
                    format!("指定了证书文件，但 {server} 不是 https:// 地址。"),
                    format!("certificate files are named, but {server} is no https:// address."),
                )),
            };
        }
        let line = ClientTlsConfig::new();
        let line = match &self.ca {
            Some(ca) => line.ca_certificate(Certificate::from_pem(bytes_of(ca)?)),
            None => line.with_native_roots(),
        };
        match (&self.cert, &self.key) {
            (None, None) => Ok(Some(line)),
            (Some(cert), Some(key)) => Ok(Some(line.identity(identity(cert, key)?))),
            (Some(_), None) | (None, Some(_)) => Err(Failure::plain(
                "--cert 和 --key 必须同时给出。",
                "--cert and --key belong together: give both or neither.",
            )),
        }
    }
}

fn identity(cert: &Path, key: &Path) -> Result<Identity, Failure> {
    Ok(Identity::from_pem(bytes_of(cert)?, bytes_of(key)?))
}
