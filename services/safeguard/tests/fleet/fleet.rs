//! The processes: instances that can be killed and come back at their address, the front before them, and the county in
//! them. Never here: load.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use safeguard::house;
use safeguard::world::{Size, World, load};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Stdio};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use hub::config::{Config, Serving};

use crate::program::program;

/// One county with officers.
const SMALL: Size = Size { counties: 1, staffed: 1, clerks: 4, duty: 2, institutions: 2 };

/// A process that serves.
struct Instance {
    config: Config,
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Instance {
    fn start(mut config: Config) -> Self {
        let mut serve = program();
        let _ = serve.args(["serve", "--log-filter", "error", "--grpc", &config.grpc.to_string(), "--data"]);
        let _ = serve.arg(&config.data);
        for (name, value) in
            [("LOG", &config.log), ("KEYS", &config.keys), ("ATTACHMENTS", &config.attachments)]
        {
            let _ = serve.env(format!("SAFEGUARD_{name}"), value);
        }
        let _ = serve.env("SAFEGUARD_WEBHOOK_HOSTS", config.webhook_hosts.join(","));
        let _ = serve.env("SAFEGUARD_WEBHOOK_PRIVATE", config.webhook_private.to_string());
        for role in &config.serve {
            let _ = serve.args(["--role", role.name()]);
        }
        for route in &config.routes {
            let _ = serve.args(["--route", route]);
        }
        let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        let _ = lines.read_line(&mut address).unwrap();
        // It comes back where it was.
        config.grpc = address.trim_end().parse::<SocketAddr>().unwrap();
        Self { config, child, lines }
    }

    fn again(&mut self) {
        *self = Self::start(self.config.clone());
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processes of a hub.
pub struct Fleet {
    instances: Vec<Instance>,
    _front: Instance,
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
        let mut instances: Vec<Instance> = Vec::new();
        for role in Serving::ALL {
            for number in 1..=count {
                instances.push(Instance::start(house::instance(&config, role, number)));
            }
        }
        let mut password = String::new();
        let _ = instances[0].lines.read_line(&mut password).unwrap();
        let password = password.trim_end().rsplit(' ').next().unwrap().to_owned();
        let routes =
            instances.iter().map(|one| format!("{}=http://{}", one.config.serve[0].name(), one.config.grpc));
        let front = Config {
            serve: vec![Serving::Front],
            grpc: SocketAddr::from(([127, 0, 0, 1], 0)),
            routes: routes.collect(),
            ..config
        };
        let front = Instance::start(front);
        let world = load(connect(front.config.grpc).await, &password, &SMALL).await.unwrap();
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
        let instance = &mut self.instances[place];
        instance.child.kill().unwrap();
        let _ = instance.child.wait().unwrap();
        instance.again();
    }

    /// Asks an instance to stop, and starts it again when it has.
    pub fn restart(&mut self, place: usize) {
        let instance = &mut self.instances[place];
        kill_process(Pid::from_child(&instance.child), Signal::TERM).unwrap();
        let mut rest = String::new();
        let _ = instance.lines.read_to_string(&mut rest).unwrap();
        assert!(instance.child.wait().unwrap().success());
        instance.again();
    }

    /// The instances that deliver now what groups and webhooks are owed.
    pub async fn delivering(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for (place, instance) in self.instances.iter().enumerate() {
            if instance.config.serve == [Serving::Streams] && delivers(instance.config.grpc).await {
                found.push(place);
            }
        }
        found
    }

    /// Kills an instance.
    pub fn kill(&mut self, place: usize) {
        let instance = &mut self.instances[place];
        instance.child.kill().unwrap();
        let _ = instance.child.wait().unwrap();
    }

    /// Starts an instance again that was killed.
    pub fn start_again(&mut self, place: usize) {
        self.instances[place].again();
    }

    /// The file of the log.
    pub fn log(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("log.db")
    }
}

/// Whether the instance there is up and says that it delivers.
async fn delivers(address: SocketAddr) -> bool {
    let Ok(channel) = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await else {
        return false;
    };
    let service = streams::deliveries::HEALTH.to_owned();
    let answer = HealthClient::new(channel).check(HealthCheckRequest { service }).await;
    answer.is_ok_and(|now| now.into_inner().status == ServingStatus::Serving as i32)
}

async fn connect(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}
