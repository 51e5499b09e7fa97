//! Several processes over one key service: what each seals, opens and erases, and what a cut line or a killed service
//! leaves. Never here: real processes (`services/safeguard/tests/cli/keys.rs`).

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;

use super::super::lease::{Recalled, SILENT};
use super::*;
use crate::blocking::blocking;
use crate::config::Serving;
use crate::{deadline, telemetry};

/// A key service on a runtime of its own, as its process would have it.
pub struct Served {
    pub folder: TempDir,
    running: Option<Runtime>,
}

impl Served {
    pub fn open() -> Self {
        Self::admitting(&Access::new(&Serving::ALL))
    }

    fn admitting(access: &Access) -> Self {
        let mut served = Self { folder: TempDir::new().unwrap(), running: None };
        served.start(access);
        served
    }

    fn start(&mut self, access: &Access) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let service = KeyService::open(self.folder.path(), None).unwrap();
            let socket = KeySocket::bind(&self.socket()).await.unwrap();
            let access = access.clone();
            tokio::spawn(async move {
                socket.serve(&service, access, std::future::pending()).await.unwrap();
            });
        });
        self.running = Some(runtime);
    }

    /// Ends it in the middle of whatever it does.
    fn kill(&mut self) {
        self.running.take().unwrap().shutdown_background();
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("keys.sock")
    }

    fn reach(&self, socket: &Path) -> Result<KeyStore, SealError> {
        let keys = format!("unix:{}", socket.display());
        KeyStore::at(&Config { keys, data: self.folder.path().join("nowhere"), ..Config::default() })
    }

    /// The store as another process has it.
    pub fn store(&self) -> KeyStore {
        self.reach(&self.socket()).unwrap()
    }
}

/// A line that can be cut: nothing passes any more, and nobody is told. What was sent arrives when it is mended.
#[derive(Clone)]
struct Cable {
    cut: Arc<(Mutex<bool>, Condvar)>,
}

impl Cable {
    /// Lays it from a new socket to this one.
    fn lay(from: &Path, to: PathBuf) -> Self {
        let cable = Self { cut: Arc::default() };
        let (plug, laid) = (UnixListener::bind(from).unwrap(), cable.clone());
        thread::spawn(move || {
            for near in plug.incoming() {
                let (near, far) = (near.unwrap(), UnixStream::connect(&to).unwrap());
                laid.carry(near.try_clone().unwrap(), far.try_clone().unwrap());
                laid.carry(far, near);
            }
        });
        cable
    }

    fn carry(&self, mut from: UnixStream, mut to: UnixStream) {
        let cable = self.clone();
        thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            while let Ok(length @ 1..) = from.read(&mut bytes) {
                let (cut, mended) = &*cable.cut;
                drop(mended.wait_while(cut.lock().unwrap(), |cut| *cut).unwrap());
                if to.write_all(&bytes[..length]).is_err() {
                    break;
                }
            }
            to.shutdown(Shutdown::Both).ok();
        });
    }

    fn cut(&self, cut: bool) {
        *self.cut.0.lock().unwrap() = cut;
        self.cut.1.notify_all();
    }
}

/// Whether this process would open something from memory now.
fn remembers(store: &KeyStore, sealed: &Sealed) -> bool {
    matches!(store.inner.source.lease().unwrap().recall(key_of(sealed), Instant::now()), Recalled::Key(_))
}

#[test]
fn what_one_process_seals_another_opens_and_both_give_a_person_one_pseudonym() {
    let served = Served::open();
    let (one, other) = (served.store(), served.store());
    let sealed = one.seal(&subject("SU-P1"), "name", "王小明").unwrap();
    assert_eq!(other.open(&sealed).unwrap(), text("王小明"));
    assert_eq!(one.person_subject("11010519491231002X"), other.person_subject("11010519491231002X"));
    assert_eq!(one.signing_seed().unwrap(), other.signing_seed().unwrap());
    let back = other.seal(&subject("SU-P1"), "name", "李华").unwrap();
    assert_ne!(key_of(&back), key_of(&sealed));
    assert_eq!(one.open(&back).unwrap(), text("李华"));
    // The service has the one file, under the one master key; the others have nothing.
    assert!(!served.folder.path().join("nowhere").exists());
    let home = KeyStore::in_directory(served.folder.path()).unwrap();
    assert_eq!(home.open(&sealed).unwrap(), text("王小明"));
    let unknown = Sealed { key: "77".to_owned(), ..sealed };
    assert_eq!(one.open(&unknown), Err(SealError::KeyUnknown { key: 77 }));
    let refused = one.backup(&served.folder.path().join("copy.db")).unwrap_err();
    assert!(refused.to_string().contains("SAFEGUARD_KEYS=file:DIR"), "{refused}");
}

#[test]
fn when_an_erasure_is_answered_no_other_process_opens_the_value() {
    let served = Served::open();
    let (one, other) = (served.store(), served.store());
    let stays = one.seal(&subject("SU-P2"), "name", "Wu").unwrap();
    let values: Vec<Sealed> = (0..50).map(|_| one.seal(&subject("SU-P1"), "name", "Li").unwrap()).collect();
    // The first waits for holders of a service before this one, of whom nobody knows.
    one.erase_keys(&[key_of(&values[0])], &subject("SU-P1"), "OF-1", at()).unwrap();
    let (age, begun) = (other.erasures(), Instant::now());
    for sealed in &values[1..] {
        assert_eq!(other.open(sealed).unwrap(), text("Li"));
        let erased = one.erase_keys(&[key_of(sealed)], &sealed.subject, "OF-1", at()).unwrap();
        assert_eq!(erased, Erasure { keys: 1 });
        assert!(!remembers(&other, sealed), "it was answered before all had forgotten");
        assert_eq!((other.open(sealed), one.open(sealed)), (Ok(Opened::Erased), Ok(Opened::Erased)));
    }
    assert!(begun.elapsed() < SILENT, "those who hear confirm at once: {:?}", begun.elapsed());
    assert!(other.erasures() >= age + 49, "who keeps what was opened is told of each");
    assert_eq!(other.open(&stays).unwrap(), text("Wu"));
    let again = other.erase_keys(&[key_of(&values[0])], &subject("SU-P1"), "OF-2", at()).unwrap();
    assert_eq!(again, Erasure { keys: 0 });
    let list = other.deletion_list().unwrap();
    assert_eq!((list.len(), list), (50, one.deletion_list().unwrap()));
    assert_eq!(other.apply_deletions(&one.deletion_list().unwrap()).unwrap(), Erasure { keys: 0 });
}

#[test]
fn a_process_whose_line_is_cut_opens_nothing_it_remembers_once_an_erasure_is_answered() {
    let served = Served::open();
    let cable = Cable::lay(&served.folder.path().join("cable.sock"), served.socket());
    let (one, other) = (served.store(), served.reach(&served.folder.path().join("cable.sock")).unwrap());
    let gone = one.seal(&subject("SU-P1"), "name", "Li").unwrap();
    let stays = one.seal(&subject("SU-P2"), "name", "Wu").unwrap();
    assert_eq!((other.open(&gone), other.open(&stays)), (Ok(text("Li")), Ok(text("Wu"))));
    cable.cut(true);
    assert!(remembers(&other, &gone), "the lease goes on for a moment");
    one.erase_keys(&[key_of(&gone)], &gone.subject, "OF-1", at()).unwrap();
    assert!(!remembers(&other, &gone) && !remembers(&other, &stays), "the lease has run out by then");
    assert_eq!(one.open(&gone).unwrap(), Opened::Erased);
    // What was under way arrives late and extends nothing; the lease comes back by itself.
    cable.cut(false);
    assert_eq!((other.open(&gone), other.open(&stays)), (Ok(Opened::Erased), Ok(text("Wu"))));
}

#[test]
fn without_a_service_sealing_goes_on_and_opening_waits_and_comes_back_by_itself() {
    let mut served = Served::open();
    let store = served.store();
    let before = store.seal(&subject("SU-P1"), "name", "Li").unwrap();
    assert_eq!(store.open(&before).unwrap(), text("Li"));
    served.kill();
    let during = store.seal(&subject("SU-P2"), "name", "Wu").unwrap();
    store.inner.source.lease().unwrap().until_lost();
    let lost = store.open(&during).unwrap_err();
    assert!(matches!(lost, SealError::Away { .. }) && lost.to_string().contains("keys.sock"), "{lost}");
    let begun = Instant::now();
    assert!(store.open(&before).is_err());
    assert!(begun.elapsed() < Duration::from_secs(1), "only the first who ask wait");
    let sealed = store.seal(&subject("SU-P3"), "name", "Xu").unwrap();

    served.start(&Access::new(&Serving::ALL));
    store.inner.source.lease().unwrap().until_held();
    assert_eq!((store.open(&before), store.open(&sealed)), (Ok(text("Li")), Ok(text("Xu"))));
    store.erase_keys(&[key_of(&before)], &before.subject, "OF-1", at()).unwrap();
    assert_eq!(store.open(&before).unwrap(), Opened::Erased);
}

#[test]
fn what_is_opened_on_a_thread_that_blocks_waits_no_longer_than_the_caller_of_the_call() {
    let served = Served::open();
    let cable = Cable::lay(&served.folder.path().join("cable.sock"), served.socket());
    let (one, other) = (served.store(), served.reach(&served.folder.path().join("cable.sock")).unwrap());
    let sealed = one.seal(&subject("SU-P1"), "name", "Li").unwrap();
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    cable.cut(true);
    let (store, asked, begun) = (other.clone(), sealed.clone(), Instant::now());
    let opened = deadline::during(Some(Duration::from_millis(100)), async move {
        blocking(move || store.open(&asked)).await
    });
    let lost = runtime.block_on(opened).unwrap().unwrap_err();
    assert!(matches!(lost, SealError::Away { .. }), "{lost}");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    cable.cut(false);
    assert_eq!(other.open(&sealed).unwrap(), text("Li"));
}

/// What a call to the service came with: its path, and its `traceparent`.
type Came = (String, Option<String>);

/// A service that tells what its calls come with.
fn overheard() -> (Served, std::sync::mpsc::Receiver<Came>) {
    let mut served = Served { folder: TempDir::new().unwrap(), running: None };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (tell, heard) = std::sync::mpsc::channel();
    runtime.block_on(async {
        let service = KeyService::open(served.folder.path(), None).unwrap();
        let listener = tokio::net::UnixListener::bind(served.socket()).unwrap();
        let mut routes = RoutesBuilder::default();
        let _ = routes.add_service(service.face(Access::new(&Serving::ALL)));
        let hear = from_fn(move |request: Request, next: Next| {
            let trace = request.headers().get("traceparent").map(|text| text.to_str().unwrap().to_owned());
            tell.send((request.uri().path().to_owned(), trace)).ok();
            next.run(request)
        });
        let calls = routes.routes().into_axum_router().layer(hear);
        let server = Server::builder().add_routes(Routes::from(calls));
        tokio::spawn(async move {
            server.serve_with_incoming(UnixListenerStream::new(listener)).await.unwrap();
        });
    });
    served.running = Some(runtime);
    (served, heard)
}

#[test]
fn a_call_to_the_service_bears_the_trace_of_what_asks_for_a_key() {
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let (served, heard) = overheard();
    let (one, other) = (served.store(), served.store());
    let sealed = one.seal(&subject("SU-P1"), "name", "Li").unwrap();
    let trace = Context::new().with_remote_span_context(telemetry::parse(TRACE).unwrap());
    let opened = {
        let _inside = trace.attach();
        other.open(&sealed).unwrap()
    };
    assert_eq!(opened, text("Li"));
    let traced: Vec<Came> = heard.try_iter().filter(|(_, trace)| trace.is_some()).collect();
    assert_eq!(traced, [("/safeguard.v1.KeysService/FindKeys".to_owned(), Some(TRACE.to_owned()))]);
}

#[test]
fn another_account_is_refused_with_what_to_do() {
    let served = Served::admitting(&Access::of_another_account());
    let refused = served.reach(&served.socket()).err().unwrap();
    assert!(matches!(refused, SealError::NotAdmitted { .. }), "{refused}");
    assert!(refused.to_string().contains("under the account of the service"), "{refused}");
}

#[tokio::test]
async fn a_socket_stands_in_a_folder_of_its_own_account_and_is_only_that_accounts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.sock");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // A killed service left it.
    drop(UnixListener::bind(&path).unwrap());
    let bound = KeySocket::bind(&path).await.unwrap();
    assert_eq!(mode(&path), 0o600);
    assert!(matches!(KeySocket::bind(&path).await, Err(SocketError::Taken { .. })));
    drop(bound);
    assert!(!path.exists(), "its name goes with it");
    fs::write(&path, "somebody's notes").unwrap();
    assert!(matches!(KeySocket::bind(&path).await, Err(SocketError::Taken { .. })));
    fs::remove_file(&path).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(KeySocket::bind(&path).await, Err(SocketError::Folder { .. })));
}
