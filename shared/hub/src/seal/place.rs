//! Where the key store is: the setting `keys`. Never here: opening it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::SealError;

/// Where a key store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysPlace {
    /// In this directory, with its master key; several processes of one machine may have it open.
    Directory(PathBuf),
    /// Behind the key service at this Unix socket.
    Socket(PathBuf),
    /// Behind the key service at this `https://HOST:PORT`, which is shown this process's certificate.
    Line(String),
}

impl KeysPlace {
    /// Reads the setting; empty means the data directory.
    ///
    /// # Errors
    /// [`SealError::NoPlace`].
    pub fn parse(text: &str, data: &Path) -> Result<Self, SealError> {
        let bad = || SealError::NoPlace { setting: text.to_owned() };
        let full = |path: &str| if path.is_empty() { Err(bad()) } else { Ok(PathBuf::from(path)) };
        if text.is_empty() {
            Ok(Self::Directory(data.to_owned()))
        } else if let Some(directory) = text.strip_prefix("file:") {
            full(directory).map(Self::Directory)
        } else if let Some(socket) = text.strip_prefix("unix:") {
            full(socket).map(Self::Socket)
        } else {
            let uri: axum::http::Uri = text.parse().map_err(|_| bad())?;
            let whole = uri.scheme_str() == Some("https") && uri.port().is_some() && uri.path() == "/";
            if whole { Ok(Self::Line(text.to_owned())) } else { Err(bad()) }
        }
    }

    /// Whether it is behind a service, so that there is no file to copy here.
    #[must_use]
    pub const fn is_served(&self) -> bool {
        match self {
            Self::Directory(_) => false,
            Self::Socket(_) | Self::Line(_) => true,
        }
    }
}

impl fmt::Display for KeysPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "file:{}", directory.display()),
            Self::Socket(socket) => write!(f, "unix:{}", socket.display()),
            Self::Line(uri) => f.write_str(uri),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_place_is_the_data_directory_another_one_or_a_service_and_nothing_else() {
        let place = |text: &str| KeysPlace::parse(text, Path::new("data"));
        assert_eq!(place("").unwrap(), KeysPlace::Directory("data".into()));
        for text in ["file:elsewhere", "unix:run/keys.sock", "https://keys.example.cn:7443"] {
            assert_eq!(place(text).unwrap().to_string(), text);
        }
        for text in ["keys.db", "file:", "unix:", "http://10.0.0.3:7443", "https://10.0.0.3", "https://a:1/b"]
        {
            assert_eq!(place(text), Err(SealError::NoPlace { setting: text.to_owned() }), "{text}");
        }
    }
}
