//! The key service on an address: which certificates it admits. Never here: its Unix socket and what a lease is worth
//! (`shared/hub/src/seal/tests/served.rs`), and real processes (`services/safeguard/tests/cli/keys.rs`).

use std::net::SocketAddr;
use std::path::PathBuf;

use hub::config::{Config, Serving};
use hub::seal::{KeyStore, Opened, SealError};
use jiff::Timestamp;
use safeguard::authority::Issued;
use safeguard::keys::{self, KeysServed};
use tempfile::TempDir;
use tonic::transport::Endpoint;
use tonic::{Code, Request};
use wire::v1;
use wire::v1::keys_service_client::KeysServiceClient;

use crate::mtls_house::{Certificates, YEAR};

/// A key service that admits the education and the police process, on an address.
struct Served {
    certificates: Certificates,
    folder: TempDir,
    running: KeysServed,
}

impl Served {
    async fn open() -> Self {
        Self::start(Certificates::new(), TempDir::new().unwrap()).await
    }

    /// Another process over the same store, which has read the certificates anew.
    async fn again(self) -> Self {
        self.running.stop().await.unwrap();
        Self::start(self.certificates, self.folder).await
    }

    async fn start(certificates: Certificates, folder: TempDir) -> Self {
        let config = Config {
            data: folder.path().to_owned(),
            grpc: SocketAddr::from(([127, 0, 0, 1], 0)),
            serve: vec![Serving::Keys],
            keys_roles: vec![Serving::Education, Serving::Police],
            tls_cert: certificates.file("server.pem"),
            tls_key: certificates.file("server.key"),
            tls_client_ca: certificates.file("ca.pem"),
            tls_revoked: certificates.file("revoked"),
            ..Config::default()
        };
        let running = keys::start(&config).await.unwrap();
        Self { certificates, folder, running }
    }

    fn place(&self) -> &str {
        &self.running.places[0]
    }

    /// Where a process keeps its certificate.
    fn keep(&self, name: &str, issued: &Issued) -> (PathBuf, PathBuf) {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
        self.certificates.write(&cert, &issued.cert);
        self.certificates.write(&key, &issued.key);
        (self.certificates.file(&cert), self.certificates.file(&key))
    }

    /// The key store as a process with this certificate has it.
    fn reach(&self, name: &str, issued: &Issued) -> Result<KeyStore, SealError> {
        let (tls_cert, tls_key) = self.keep(name, issued);
        KeyStore::at(&Config {
            keys: self.place().to_owned(),
            data: self.folder.path().join(name),
            tls_cert,
            tls_key,
            tls_client_ca: self.certificates.file("ca.pem"),
            ..Config::default()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_for_the_certificates_of_the_roles_named_and_for_no_token_and_no_account() {
    let served = Served::open().await;
    let role = |role| served.certificates.role(role);
    let police = served.reach("police", &role(Serving::Police)).unwrap();
    let education = served.reach("education", &role(Serving::Education)).unwrap();
    let sealed = education.seal(&"SU-P1".parse().unwrap(), "name", "王小明").unwrap();
    assert_eq!(police.open(&sealed), Ok(Opened::Text("王小明".to_owned())));
    let erased = police.erase_keys(&[sealed.key.parse().unwrap()], &sealed.subject, "OF-1", Timestamp::now());
    assert_eq!(erased.unwrap().keys, 1);
    assert_eq!(education.open(&sealed), Ok(Opened::Erased));

    let not_admitted = Err(SealError::NotAdmitted { place: served.place().to_owned() });
    let fire = served.reach("fire", &role(Serving::Fire));
    assert_eq!(fire.map(|_| ()), not_admitted, "not named by the operator");
    let account = served.certificates.account("OF-SYS-1", Timestamp::now(), YEAR);
    assert_eq!(
        served.reach("account", &account).map(|_| ()),
        not_admitted,
        "an account is no process of the hub"
    );
    let taken_back = role(Serving::Police);
    served.certificates.write("revoked", &taken_back.shown.serial);
    let served = served.again().await;
    assert!(matches!(served.reach("taken", &taken_back), Err(SealError::NotAdmitted { .. })));

    let line = Endpoint::from_shared(served.place().to_owned()).unwrap();
    let line = line.tls_config(served.certificates.line(None)).unwrap().connect().await.unwrap();
    let mut asked = Request::new(v1::ReadSecretsRequest {});
    asked.metadata_mut().insert("authorization", "Bearer anything".parse().unwrap());
    let refused = KeysServiceClient::new(line).read_secrets(asked).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}
