//! The processes: instances that can be killed and come back at their address, the front before them, and the county in
//! them. Never here: load.

use std::net::SocketAddr;
use std::path::Path;

use hub::config::{Config, Serving};
use safeguard::house;
use safeguard::process::Process;
use safeguard::world::{Size, World, load};
use tempfile::TempDir;

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
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
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

    /// It comes back where it was.
    fn again(&mut self, place: usize) {
        self.instances[place] = start(self.instances[place].config.clone());
    }

    /// The file of the log.
    pub fn log(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("log.db")
    }
}
