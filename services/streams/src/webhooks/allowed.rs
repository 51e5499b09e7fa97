//! Where webhooks may be sent: to hosts that the operator names, over https, to public addresses. Never here: connecting.

use std::net::IpAddr;

use reqwest::Url;
use wire::flaw::{Fault, Flaw};

use super::address;

/// Characters of a URL at most.
const LONGEST: usize = 1_000;

/// What is wrong with a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadUrl {
    /// It is none, or has parts that it may not have.
    #[error("this is no address that can be sent to")]
    Shape,
    /// It is not https.
    #[error("it is not https")]
    Scheme,
    /// The operator does not allow the host.
    #[error("the host {0} is not allowed")]
    Host(String),
    /// The address is not public.
    #[error("the address {0} is not sent to")]
    Address(String),
}

impl Fault for BadUrl {
    fn flaw(&self) -> Flaw {
        match self {
            BadUrl::Shape => Flaw::new("URL").with("max", LONGEST),
            BadUrl::Scheme => Flaw::new("URL_SCHEME"),
            BadUrl::Host(host) => Flaw::new("URL_HOST").with("host", host),
            BadUrl::Address(host) => Flaw::new("URL_ADDRESS").with("host", host),
        }
    }
}

/// What the operator allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Names and addresses as URLs write them; those that begin with a dot stand for all below.
    hosts: Vec<String>,
    /// Whether addresses that are not public, and plain http, are allowed too.
    pub(super) private: bool,
}

impl Allowed {
    /// As the configuration has it. An entry that is no host allows nothing and is told in the log.
    pub(super) fn new(entries: &[String], private: bool) -> Self {
        let host = |entry: &String| {
            let below = entry.starts_with('.');
            let bare = entry.trim().trim_start_matches('.');
            let bare = if bare.parse::<std::net::Ipv6Addr>().is_ok() {
                format!("[{bare}]")
            } else {
                bare.to_owned()
            };
            let url = Url::parse(&format!("https://{bare}/")).ok().filter(|url| url.path() == "/");
            let name = url.as_ref().and_then(host_of).filter(|_| url.as_ref().is_some_and(is_bare));
            if name.is_none() {
                tracing::error!(target: "webhooks", entry, "an entry of webhook_hosts is no host and allows nothing");
            }
            name.map(|name| if below { format!(".{name}") } else { name })
        };
        Self { hosts: entries.iter().filter_map(host).collect(), private }
    }

    /// Whether nothing is allowed at all.
    pub(super) fn nothing(&self) -> bool {
        self.hosts.is_empty()
    }

    /// The URL, when it may be sent to. The addresses of a name are looked at when it is connected to.
    pub(super) fn url(&self, text: &str) -> Result<Url, BadUrl> {
        if text.chars().count() > LONGEST {
            return Err(BadUrl::Shape);
        }
        let url = Url::parse(text).map_err(|_| BadUrl::Shape)?;
        match url.scheme() {
            "https" => {}
            "http" if self.private => {}
            _ => return Err(BadUrl::Scheme),
        }
        if !is_bare(&url) {
            return Err(BadUrl::Shape);
        }
        let host = host_of(&url).ok_or(BadUrl::Shape)?;
        let fits = |allowed: &String| match allowed.strip_prefix('.') {
            Some(_) => host.ends_with(allowed.as_str()),
            None => host == *allowed,
        };
        if !self.hosts.iter().any(fits) {
            return Err(BadUrl::Host(host));
        }
        // An address is connected to without asking anybody for it.
        match host.parse::<IpAddr>() {
            Ok(address) if !self.private && address::refused(address).is_some() => Err(BadUrl::Address(host)),
            Ok(_) | Err(_) => Ok(url),
        }
    }
}

/// Whether a URL has neither user nor password nor fragment.
fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// The host as it is compared: small letters, without the brackets of an address and the dot of the root.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_matches(['[', ']']);
    let host = host.strip_suffix('.').unwrap_or(host);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn allowed(private: bool) -> Allowed {
        let entries =
            ["hooks.example.cn", ".City.Example.cn", "127.0.0.1", "8.8.8.8", "::1", "a b", "x/y", "u@v"];
        Allowed::new(&entries.map(str::to_owned), private)
    }

    #[test]
    fn only_hosts_that_are_named_and_only_over_https() {
        let allowed = allowed(false);
        assert_eq!(allowed.hosts.len(), 5, "{:?}", allowed.hosts);
        for good in [
            "https://hooks.example.cn/in?x=1",
            "https://HOOKS.example.cn:8443",
            "https://hooks.example.cn./",
            "https://a.b.city.example.cn/",
            "https://8.8.8.8/",
        ] {
            assert!(allowed.url(good).is_ok(), "{good}");
        }
        let host = |name: &str| BadUrl::Host(name.to_owned());
        let address = |name: &str| BadUrl::Address(name.to_owned());
        for (bad, why) in [
            ("", BadUrl::Shape),
            ("hooks.example.cn", BadUrl::Shape),
            ("https://u:p@hooks.example.cn/", BadUrl::Shape),
            ("https://hooks.example.cn/#x", BadUrl::Shape),
            ("http://hooks.example.cn/", BadUrl::Scheme),
            ("file:///etc/passwd", BadUrl::Scheme),
            ("https://example.cn/", host("example.cn")),
            ("https://city.example.cn/", host("city.example.cn")),
            ("https://evilcity.example.cn/", host("evilcity.example.cn")),
            ("https://hooks.example.cn.evil.cn/", host("hooks.example.cn.evil.cn")),
            ("https://127.0.0.1/", address("127.0.0.1")),
            ("https://0x7f.1/", address("127.0.0.1")),
            ("https://2130706433/", address("127.0.0.1")),
            ("https://[::1]/", address("::1")),
            ("https://[::ffff:127.0.0.1]/", host("::ffff:7f00:1")),
        ] {
            assert_eq!(allowed.url(bad), Err(why), "{bad}");
        }
        assert_eq!(
            allowed.url(&format!("https://hooks.example.cn/{}", "x".repeat(LONGEST))),
            Err(BadUrl::Shape)
        );
        assert!(Allowed::new(&[], true).nothing());
    }

    #[test]
    fn private_networks_must_be_allowed_and_still_be_named() {
        let allowed = allowed(true);
        for good in
            ["http://127.0.0.1:8080/in", "https://127.0.0.1/", "http://[::1]/", "http://hooks.example.cn/"]
        {
            assert!(allowed.url(good).is_ok(), "{good}");
        }
        assert_eq!(allowed.url("http://10.0.0.1/"), Err(BadUrl::Host("10.0.0.1".to_owned())));
    }
}
