//! The stage of a story: a hub served on a free port from a folder of its own, at a set time, with a believable county
//! loaded over gRPC. Stages are shared by the stories of one file and taken down with the last of them. Never here: a
//! story.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, LazyLock, Weak};
use std::time::Duration;

use hub::Time;
use hub::config::{Config, Serving};
use jiff::{SignedDuration, Timestamp};
use safeguard::house::House;
use safeguard::serve::{Running, start};
use safeguard::world::{Desk, Size, World, load, sign_in};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tonic::Status;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use uuid::Uuid;
use wire::Refusal;
use wire::convert::timestamp;

/// Every story begins on this Monday at 9 in Beijing.
pub const OPENING: &str = "2026-11-23T01:00:00Z";
/// Longest that a story waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// One county with officers, and the one beside it without.
pub const SMALL: Size = Size { counties: 2, staffed: 1, clerks: 2, duty: 2, institutions: 3 };
/// Two counties with officers.
pub const NEIGHBOURS: Size = Size { counties: 2, staffed: 2, clerks: 2, duty: 2, institutions: 3 };

/// All hubs and all clients of the tests run here, so that a stage outlives the story that set it up.
static HOUSE: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
});

/// A hub with a county in it.
pub struct Stage {
    /// The county.
    pub world: World,
    /// The clock of the hub.
    pub time: Time,
    /// How it is configured.
    pub config: Config,
    size: Size,
    running: Option<Running>,
    /// Instead of the one hub: several instances of every role.
    house: Option<House>,
    _folder: TempDir,
}

/// The stage that the stories of one file share.
pub type Shared = Mutex<Weak<Stage>>;

/// Plays a story on the stage of its file.
pub fn play(shared: &'static Shared, size: Size, story: impl AsyncFnOnce(&Stage)) {
    let stage = HOUSE.block_on(async {
        let mut shared = shared.lock().await;
        match shared.upgrade() {
            Some(stage) => stage,
            None => {
                let stage = Arc::new(Stage::set(size).await);
                *shared = Arc::downgrade(&stage);
                stage
            }
        }
    });
    HOUSE.block_on(story(&stage));
    if let Some(mut stage) = Arc::into_inner(stage) {
        HOUSE.block_on(stage.stop());
    }
}

/// Plays a story on a stage of its own: one that moves the time, or stops the hub.
pub fn play_alone(size: Size, story: impl AsyncFnOnce(&mut Stage)) {
    HOUSE.block_on(async {
        let mut stage = Stage::set(size).await;
        story(&mut stage).await;
        stage.stop().await;
    });
}

/// A clock that stands at `moment` now.
fn clock_at(moment: &str) -> Time {
    let (time, moment) = (Time::system(), moment.parse::<Timestamp>().unwrap());
    time.advance(moment.duration_since(time.now()));
    time
}

/// Plays a story on two instances of every role over the log at the address of what stands there; empty is a file.
pub fn play_in_a_house<L>(
    log: impl AsyncFnOnce() -> (String, L),
    size: Size,
    story: impl AsyncFnOnce(&mut Stage),
) {
    HOUSE.block_on(async {
        let (address, log) = log().await;
        let mut stage = Stage::set_house(&address, size).await;
        story(&mut stage).await;
        stage.stop().await;
        drop(log);
    });
}

async fn connect(running: &Running) -> Channel {
    connect_to(running.address).await
}

async fn connect_to(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}

/// A connection of its own over TLS.
pub async fn secured(address: SocketAddr, line: ClientTlsConfig) -> Result<Channel, tonic::transport::Error> {
    secured_from(None, address, line).await
}

/// The same from an address of this machine, when the system is not to choose it.
pub async fn secured_from(
    from: Option<IpAddr>,
    address: SocketAddr,
    line: ClientTlsConfig,
) -> Result<Channel, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(format!("https://{address}")).unwrap().local_address(from);
    endpoint.tls_config(line)?.connect().await
}

fn config_in(folder: &TempDir) -> Config {
    Config {
        data: folder.path().join("data"),
        grpc: ([127, 0, 0, 1], 0).into(),
        // Stories that move the time by days stay signed in.
        token_minutes: u16::MAX,
        // Where the receivers of the stories are.
        webhook_hosts: vec!["127.0.0.1".to_owned()],
        webhook_private: true,
        ..Config::default()
    }
}

impl Stage {
    /// An empty folder, a hub in it, a world in the hub.
    pub async fn set(size: Size) -> Self {
        let folder = TempDir::new().unwrap();
        let config = config_in(&folder);
        let time = clock_at(OPENING);
        let running = start(&config, time.clone()).await.unwrap();
        let password =
            running.first_password.clone().expect("a first start shows the administrator's password");
        let world = load(connect(&running).await, &password, &size).await.unwrap();
        Self { world, time, config, size, running: Some(running), house: None, _folder: folder }
    }

    /// An empty folder, a house of two instances of every role, a world in it.
    pub async fn set_house(log: &str, size: Size) -> Self {
        let folder = TempDir::new().unwrap();
        let config = Config { log: log.to_owned(), ..config_in(&folder) };
        let time = clock_at(OPENING);
        let house = House::start(&config, &time, 2).await.unwrap();
        let password = house.first_password.clone().expect("one instance makes the administrator");
        let world = load(connect_to(house.address).await, &password, &size).await.unwrap();
        Self { world, time, config, size, running: None, house: Some(house), _folder: folder }
    }

    /// The running hub.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// The folder of log, keys, papers and views.
    pub fn data(&self) -> &Path {
        &self.config.data
    }

    /// Stops the hub in order, when it runs.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            soon("the end of the hub", running.stop()).await.unwrap();
        }
        if let Some(house) = self.house.take() {
            soon("the end of the house", house.stop()).await.unwrap();
        }
    }

    /// Starts a stopped hub again on the same folder and signs everyone in.
    pub async fn start_again(&mut self) {
        let running = start(&self.config, self.time.clone()).await.unwrap();
        assert!(running.first_password.is_none(), "only the first start makes an administrator");
        self.world = sign_in(connect(&running).await, &self.world.officers, &self.size).await.unwrap();
        self.running = Some(running);
    }

    /// Starts a stopped hub again with some of its parts only; the officers' tokens are those they had.
    pub async fn start_only(&mut self, serve: &[Serving]) {
        let config = Config { serve: serve.to_vec(), ..self.config.clone() };
        let running = start(&config, self.time.clone()).await.unwrap();
        self.world.channel = connect(&running).await;
        self.running = Some(running);
    }

    /// Starts a stopped hub again as it is configured now, and reaches it over this line; the officers' tokens are those
    /// they had.
    pub async fn start_secured(&mut self, line: ClientTlsConfig) {
        let running = start(&self.config, self.time.clone()).await.unwrap();
        self.world.channel = secured(running.address, line).await.unwrap();
        self.running = Some(running);
    }

    /// The desk of an officer of the world.
    pub fn desk(&self, name: &str) -> Desk {
        self.world.desk(name).unwrap()
    }

    /// The desk of an officer over a connection of its own.
    pub async fn desk_apart(&self, name: &str) -> Desk {
        let address = self.house.as_ref().map_or_else(|| self.running().address, |house| house.address);
        Desk::new(connect_to(address).await, self.world.officer(name).unwrap()).unwrap()
    }

    /// The desks of an officer of the world at each instance of a role of the house, past the front.
    pub async fn desks_at(&self, role: Serving, name: &str) -> Vec<Desk> {
        let mut desks = Vec::new();
        for address in self.house.as_ref().unwrap().addresses(role) {
            desks.push(Desk::new(connect_to(address).await, self.world.officer(name).unwrap()).unwrap());
        }
        desks
    }

    /// Now, as the hub's clock shows it.
    pub fn now(&self) -> prost_types::Timestamp {
        timestamp(self.time.now())
    }

    /// Moves the hub's clock forward.
    pub fn advance(&self, minutes: i64) {
        self.time.advance(SignedDuration::from_mins(minutes));
    }

    /// How many events the log has, with those of all that was read: the position of its last.
    pub async fn head(&self) -> String {
        self.running().hub.reads.flush(PATIENCE).await.unwrap();
        self.running().hub.log.head().await.unwrap().unwrap().to_string()
    }
}

/// A fresh request id.
pub fn id() -> String {
    Uuid::now_v7().to_string()
}

/// The refusal that a call must get.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> Refusal {
    Refusal::from_status(&answer.expect_err("this call must be refused"))
}

/// The reason of the law that a call must get.
#[track_caller]
pub fn law<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    match refused(answer) {
        Refusal::Law { reason, .. } => reason,
        other => panic!("the law must refuse, not {other:?}"),
    }
}

/// The paths of the fields at fault, sorted.
#[track_caller]
pub fn fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    match refused(answer) {
        Refusal::Shape(violations) => {
            let mut fields: Vec<String> = violations.into_iter().map(|violation| violation.field).collect();
            fields.sort();
            fields
        }
        other => panic!("the shape must be refused, not {other:?}"),
    }
}

/// Waits for what must come, and fails when it does not.
pub async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    let came = tokio::time::timeout(PATIENCE, future).await;
    came.unwrap_or_else(|_| panic!("{what} did not come within {PATIENCE:?}"))
}
