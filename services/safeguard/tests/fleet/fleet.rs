//! The processes: instances that can be killed and come back at their address, the front before them, and the county in
//! them. Never here: load.

use std::net::SocketAddr;
use std::path::Path;

use hub::config::{Config, Serving};
use safeguard::house;
use safeguard::process::Process;
use safeguard::world::{Size, World, load};
use tempfile::TempDir;
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::program::program;

/// One county with officers.
const SMALL: Size = Size { counties: 1, staffed: 1, clerks: 4, duty: 2, institutions: 2 };

fn start(config: Config) -> Process {
    Process::start(program(), config).unwrap()
}

/// The processes of a hub.
pub struct Fleet {
    instances: Vec<Process>,
    _front: Process,
    /// The county, over the front.
    pub world: World,
    folder: TempDir,
}

impl Fleet {
    /// So many instances of every role, the front, and a county.
    pub async fn start(count: usize) -> Self {
        let folder = TempDir::new().unwrap();
        let config = Config {
            data: folder.path().to_owned(),
            // Where the receivers of the tests are.
            webhook_hosts: vec!["127.0.0.1".to_owned()],
            webhook_private: true,
            ..Config::default()
        };
        let mut instances = Vec::new();
        for role in Serving::ALL {
            for number in 1..=count {
                instances.push(start(house::instance(&config, role, number)));
            }
        }
        let password = instances[0].first_password().unwrap();
        let config = Config { grpc: SocketAddr::from(([127, 0, 0, 1], 0)), ..config };
        let served = instances.iter().map(|one| (&one.config.serve, one.config.grpc));
        let front = start(house::front_of(&config, served));
        let world = load(front.connect().await.unwrap(), &password, &SMALL).await.unwrap();
        Self { instances, _front: front, world, folder }
    }

    /// How many instances there are.
    pub fn len(&self) -> usize {
        self.instances.len()
    }

    /// Kills an instance in the middle of whatever it does; whose turn it is nobody can foresee.
    pub fn kill_one_and_start_it_again(&mut self, turn: usize) {
        // Any odd number that has no part in the count of instances: each is hit, in an order of no meaning.
        let place = (turn * 7 + turn / 3) % self.instances.len();
        self.instances[place].kill().unwrap();
        self.again(place);
    }

    /// Asks an instance to stop, and starts it again when it has.
    pub fn restart(&mut self, place: usize) {
        self.instances[place].stop().unwrap();
        self.again(place);
    }

    /// Starts an instance again that was killed; it comes back where it was.
    pub fn again(&mut self, place: usize) {
        self.instances[place] = start(self.instances[place].config.clone());
    }

    /// The instances that deliver now what groups and webhooks are owed.
    pub async fn delivering(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for (place, instance) in self.instances.iter().enumerate() {
            if instance.config.serve == [Serving::Streams] && delivers(instance).await {
                found.push(place);
            }
        }
        found
    }

    /// Kills an instance.
    pub fn kill(&mut self, place: usize) {
        self.instances[place].kill().unwrap();
    }

    /// The file of the log.
    pub fn log(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("log.db")
    }
}

/// Whether the instance there is up and says that it delivers.
async fn delivers(instance: &Process) -> bool {
    let Ok(channel) = instance.connect().await else { return false };
    let service = streams::deliveries::HEALTH.to_owned();
    let answer = HealthClient::new(channel).check(HealthCheckRequest { service }).await;
    answer.is_ok_and(|now| now.into_inner().status == ServingStatus::Serving as i32)
}
