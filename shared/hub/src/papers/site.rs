//! Where papers stand: the setting `attachments`, read. Never here: opening the place, or credentials, which belong in no
//! address.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use axum::extract::Query;
use axum::http::Uri;
use object_store::path::Path as Place;
use serde::Deserialize;

/// Where papers stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperSite {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of an S3-compatible store, which several machines may share.
    Bucket(Bucket),
}

/// A bucket, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Scheme, host and port; none is Amazon's own of the region.
    pub(super) endpoint: Option<String>,
    /// The bucket.
    pub(super) name: String,
    /// What the names of all objects begin with; may be empty.
    pub(super) prefix: Place,
    /// The region that requests are signed for.
    pub(super) region: String,
    /// Whether the bucket stands in the path instead of the host name.
    pub(super) path_style: bool,
}

/// A setting that names no place for papers. The text never repeats the setting: somebody may have put a secret there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the setting `attachments` names no place: {why}; give file:PATH or s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION&path_style=true, or leave it empty"
)]
pub struct BadSite {
    why: String,
}

impl BadSite {
    fn of(why: impl fmt::Display) -> Self {
        Self { why: why.to_string() }
    }
}

/// What may stand behind the question mark.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    endpoint: Option<String>,
    region: Option<String>,
    path_style: Option<bool>,
}

impl FromStr for PaperSite {
    type Err = BadSite;

    fn from_str(text: &str) -> Result<Self, BadSite> {
        match text.strip_prefix("file:") {
            Some("") => Err(BadSite::of("file: needs the path of a folder behind it")),
            Some(path) => Ok(PaperSite::Folder(PathBuf::from(path))),
            None if text.starts_with("s3://") => Ok(PaperSite::Bucket(bucket(text)?)),
            None => Err(BadSite::of("it begins neither with file: nor with s3://")),
        }
    }
}

fn bucket(text: &str) -> Result<Bucket, BadSite> {
    let uri: Uri = text.parse().map_err(BadSite::of)?;
    let name = uri.authority().map(ToString::to_string).unwrap_or_default();
    if name.contains('@') {
        return Err(BadSite::of(
            "credentials do not belong in it: they come from the environment or a file named by attachments_credentials",
        ));
    }
    let letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '.' | '-');
    if !(3..=63).contains(&name.len()) || !name.chars().all(letter) {
        return Err(BadSite::of("a bucket has 3 to 63 small letters, digits, points and hyphens"));
    }
    let Query(way) = Query::<Way>::try_from_uri(&uri)
        .map_err(|_| BadSite::of("only endpoint, region and path_style=true or =false may follow the ?"))?;
    let prefix = Place::parse(uri.path()).map_err(|_| BadSite::of("the prefix has an empty or odd part"))?;
    let endpoint = way.endpoint.as_deref().map(endpoint).transpose()?;
    Ok(Bucket {
        path_style: way.path_style.unwrap_or(endpoint.is_some()),
        endpoint,
        name,
        prefix,
        region: way.region.unwrap_or_else(|| "us-east-1".to_owned()),
    })
}

/// Scheme, host and port, and nothing else.
fn endpoint(text: &str) -> Result<String, BadSite> {
    let odd =
        || BadSite::of("an endpoint is https://HOST or https://HOST:PORT (http:// for a closed network)");
    let uri: Uri = text.parse().map_err(|_| odd())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(odd)?;
    let host = uri.authority().filter(|host| !host.as_str().contains('@')).ok_or_else(odd)?;
    match uri.path_and_query().is_none_or(|rest| rest.as_str() == "/") {
        true => Ok(format!("{scheme}://{host}")),
        false => Err(odd()),
    }
}

impl Bucket {
    /// Where requests go, as `object_store` wants it: with the bucket in the host unless it stands in the path.
    pub(super) fn host(&self) -> Option<String> {
        let (scheme, host) = self.endpoint.as_deref()?.split_once("://")?;
        Some(match self.path_style {
            true => format!("{scheme}://{host}"),
            false => format!("{scheme}://{}.{host}", self.name),
        })
    }
}

/// As errors name it.
impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bucket { endpoint, name, region, .. } = self;
        match endpoint {
            Some(endpoint) => write!(f, "bucket {name} at {endpoint}"),
            None => write!(f, "bucket {name} at Amazon S3 in {region}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
    use super::*;

    fn read(text: &str) -> Bucket {
        match text.parse().unwrap() {
            PaperSite::Bucket(bucket) => bucket,
            PaperSite::Folder(folder) => panic!("{}", folder.display()),
        }
    }

    #[test]
    fn an_address_says_bucket_prefix_and_the_way_there() {
        assert_eq!("file:/srv/papers".parse(), Ok(PaperSite::Folder("/srv/papers".into())));
        let near = read(
            "s3://safeguard/papers/430405?endpoint=https://s3.example.cn:9000&region=cn-1&path_style=true",
        );
        assert_eq!((near.prefix.as_ref(), &*near.region), ("papers/430405", "cn-1"));
        assert_eq!(near.host().as_deref(), Some("https://s3.example.cn:9000"));
        assert_eq!(near.to_string(), "bucket safeguard at https://s3.example.cn:9000");
        let named = read("s3://safeguard/?endpoint=https%3A%2F%2Fs3.example.cn&path_style=false");
        assert_eq!(
            (named.prefix.as_ref(), named.host().as_deref()),
            ("", Some("https://safeguard.s3.example.cn"))
        );
        let amazon = read("s3://safeguard?region=cn-north-1");
        assert_eq!((amazon.host(), amazon.path_style), (None, false));
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for (bad, why) in [
            ("papers", "neither"),
            ("file:", "path of a folder"),
            ("s3://AKIAKEY:hunter2@safeguard/", "credentials do not belong"),
            ("s3://safeguard/?secret_access_key=hunter2", "only endpoint, region"),
            ("s3://safeguard/?path_style=hunter2", "only endpoint, region"),
            ("s3://safeguard/?endpoint=https://u:hunter2@s3.example.cn", "an endpoint is"),
            ("s3://safeguard/?endpoint=https://s3.example.cn/hunter2", "an endpoint is"),
            ("s3://safeguard/?endpoint=ftp://s3.example.cn", "an endpoint is"),
            ("s3://Safe_Guard/", "3 to 63"),
            ("s3://safeguard/a//b", "prefix"),
        ] {
            let error = bad.parse::<PaperSite>().unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("hunter2"), "{bad}: {error}");
        }
    }
}
