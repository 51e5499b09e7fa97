//! A hub behind TLS: its folder of certificates, the authority that issues them, and lines to it with one certificate or
//! another. Never here: a story.

use std::path::PathBuf;

use hub::config::Serving;
use hub::tls::{Name, Tls};
use jiff::{SignedDuration, Timestamp};
use safeguard::authority::{Authority, Issued, Wanted};
use safeguard::world::Desk;
use tempfile::TempDir;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Identity};
use wire::v1;
use wire::v1::streams_service_client::StreamsServiceClient;

use crate::acts::{HERE, ask, unit};
use crate::stage::{Stage, secured, soon};

/// How long certificates last unless a story needs another time.
pub const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// An authority, and the folder that the hub reads.
pub struct Certificates {
    folder: TempDir,
    authority: Authority,
    kept: Issued,
}

impl Certificates {
    /// A new authority that issued the hub its certificate.
    pub fn new() -> Self {
        let (authority, kept) = Authority::found(Timestamp::now()).unwrap();
        let all = Self { folder: TempDir::new().unwrap(), authority, kept };
        all.write("ca.pem", &all.kept.cert);
        all.write("revoked", "# none yet\n");
        all.serve(&all.server(YEAR));
        all
    }

    /// Puts them before the hub of a stage.
    pub async fn secure(stage: &mut Stage) -> Self {
        let all = Self::new();
        stage.stop().await;
        let config = &mut stage.config;
        (config.tls_cert, config.tls_key) = (all.file("server.pem"), all.file("server.key"));
        (config.tls_client_ca, config.tls_revoked) = (all.file("ca.pem"), all.file("revoked"));
        stage.start_secured(all.line(None)).await;
        all
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    /// A certificate of the hub.
    pub fn server(&self, lasting: SignedDuration) -> Issued {
        let wanted = Wanted { hosts: vec!["127.0.0.1".to_owned()], name: None };
        self.authority.issue(&wanted, Timestamp::now(), lasting).unwrap()
    }

    /// A certificate of a front, which is called and calls.
    pub fn front(&self, lasting: SignedDuration) -> Issued {
        let name = Some(Name::Role(Serving::Front));
        let wanted = Wanted { hosts: vec!["127.0.0.1".to_owned()], name };
        self.authority.issue(&wanted, Timestamp::now(), lasting).unwrap()
    }

    /// Puts a certificate of the hub where it is read.
    pub fn serve(&self, issued: &Issued) {
        self.write("server.pem", &issued.cert);
        self.write("server.key", &issued.key);
    }

    /// A certificate of an account.
    pub fn account(&self, officer: &str, now: Timestamp, lasting: SignedDuration) -> Issued {
        let name = Some(Name::Account(officer.parse().unwrap()));
        self.authority.issue(&Wanted { hosts: Vec::new(), name }, now, lasting).unwrap()
    }

    /// A certificate of a role.
    pub fn role(&self, role: Serving) -> Issued {
        let wanted = Wanted { hosts: Vec::new(), name: Some(Name::Role(role)) };
        self.authority.issue(&wanted, Timestamp::now(), YEAR).unwrap()
    }

    /// A line that believes this authority and shows a certificate, or none.
    pub fn line(&self, shown: Option<&Issued>) -> ClientTlsConfig {
        let line = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&self.kept.cert));
        match shown {
            Some(shown) => line.identity(Identity::from_pem(&shown.cert, shown.key.as_bytes())),
            None => line,
        }
    }

    /// A connection that shows a certificate, or none.
    pub async fn channel(&self, stage: &Stage, shown: Option<&Issued>) -> Channel {
        secured(stage.running().address, self.line(shown)).await.unwrap()
    }

    /// The streams as somebody without a token reaches them.
    pub async fn streams(&self, stage: &Stage, shown: Option<&Issued>) -> StreamsServiceClient<Channel> {
        StreamsServiceClient::new(self.channel(stage, shown).await)
    }

    /// The desk of an officer over a connection that shows a certificate.
    pub async fn desk(&self, stage: &Stage, name: &str, shown: Option<&Issued>) -> Desk {
        let account = stage.world.officer(name).unwrap();
        Desk::new(self.channel(stage, shown).await, account).unwrap()
    }
}

/// What the hub does with its files.
pub fn tls(stage: &Stage) -> Tls {
    stage.running().hub.tls.clone().unwrap()
}

/// Moves the hub's clock, which in a story is not the machine's, to where everything has ended that was issued for so long.
pub fn outlast(stage: &Stage, lasting: SignedDuration) {
    let end = Timestamp::now() + lasting;
    stage.time.advance(end.duration_since(stage.time.now()));
}

/// Waits until the hub has read its files again.
pub async fn read_again(tls: &mut Tls) {
    soon("the hub reading its certificates again", tls.renewed()).await.unwrap();
}

/// Registers another system of the county's bureau, which never signs in.
pub async fn register(stage: &Stage, number: &str) -> String {
    let (id, county) = (format!("OF-SYS-{number}"), unit("EDU", HERE));
    let registered = ask!(
        stage.desk("admin"),
        directory.register_officer,
        RegisterOfficerRequest {
            officer_id: &*id,
            unit_id: &*county,
            name: "学籍系统",
            roles: vec![v1::Role::Service.into()],
        }
    );
    let _ = registered.unwrap();
    id
}
