//! Papers in a bucket of an S3-compatible store. Never here: what a paper is, or reading the setting.
//!
//! A `put` answers when the store has answered 200, which is its promise that the object is safe. The name of an object is
//! the hash of its bytes, and the signature covers that hash too: to put it again, after an answer that was lost or beside
//! another process, writes the same bytes under the same name, and mends an object that was damaged. So nothing is put
//! under a condition, which not every such store knows.
//!
//! Crash story: a `put` that failed, or whose process died, may have left the object. Nothing names it, since only an
//! answered `put` is named in the log, and it can be read by nobody without its key.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::durable::Durable;
use super::site::Bucket;
use super::{Credentials, PaperError, Papers};

/// How long a store elsewhere is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// One try, with all bytes of a paper on their way.
    pub(super) one_try: Duration,
    /// Tries after the first, when the store is busy, does not answer or cannot be reached.
    pub(super) more_tries: usize,
    /// No try begins after this.
    pub(super) all_tries: Duration,
}

impl Default for Patience {
    /// A store that says it is busy is given up after some seconds, one that says nothing after a minute; no call takes
    /// longer than `all_tries` and one try together.
    fn default() -> Self {
        let (one_try, all_tries) = (Duration::from_secs(60), Duration::from_secs(30));
        Self { one_try, more_tries: 5, all_tries }
    }
}

impl Papers {
    /// Papers in a bucket, which is not asked for anything yet.
    ///
    /// # Errors
    /// When the TLS of this machine cannot be set up.
    pub fn in_bucket(bucket: &Bucket, credentials: &Credentials) -> Result<Self, PaperError> {
        Self::in_bucket_within(Patience::default(), bucket, credentials)
    }

    pub(super) fn in_bucket_within(
        patience: Patience,
        bucket: &Bucket,
        credentials: &Credentials,
    ) -> Result<Self, PaperError> {
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.,
        };
        let client = ClientOptions::new()
            .with_allow_http(bucket.endpoint.as_deref().is_some_and(|host| host.starts_with("http://")))
            .with_connect_timeout(patience.one_try.min(Duration::from_secs(5)))
            .with_timeout(patience.one_try);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_virtual_hosted_style_request(!bucket.path_style)
            .with_access_key_id(&credentials.key)
            .with_secret_access_key(credentials.secret.as_str())
            .with_client_options(client)
            .with_retry(RetryConfig {
                backoff,
                max_retries: patience.more_tries,
                retry_timeout: patience.all_tries,
            });
        if let Some(host) = bucket.host() {
            builder = builder.with_endpoint(host);
        }
        let at: Arc<str> = Arc::from(bucket.to_string());
        let store = builder.build().map_err(|error| PaperError::elsewhere(&at, &error))?;
        let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(store, bucket.prefix.clone()));
        Ok(Self { store, durable: Durable::ByStore, at })
    }
}
