//! Where requests go: scheme, host and port.

use std::net::IpAddr;

use crate::error::Error;

/// Which of the service's networks to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Network {
    /// The public host.
    #[default]
    Public,
    /// The host inside the vendor's own network.
    Vpc,
}

/// A checked endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    https: bool,
    host: String,
    port: u16,
}

impl Endpoint {
    /// The product's host for a region, by the vendor's general rule. The product
    /// is listed for China (Hong Kong), `cn-hongkong`, only.
    pub fn of_region(region: &str, network: Network) -> Result<Self, Error> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || region.len() > 40 || !region.bytes().all(word) {
            return Err(Error::configuration(
                "region must be small letters, digits and hyphens, for example cn-hongkong",
            ));
        }
        let suffix = match network {
            Network::Public => "",
            Network::Vpc => "-vpc",
        };
        Ok(Self { https: true, host: format!("cloudauth-intl{suffix}.{region}.aliyuncs.com"), port: 443 })
    }

    /// `host`, `host:port`, `https://host[:port]`, or `http://` to loopback only.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::configuration(
                "endpoint must be host, host:port or https://host:port, without path, query or user",
            )
        };
        let (https, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            Some(_) => return Err(wrong()),
            None => (true, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(rest).ok_or_else(wrong)?;
        let port = match port {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?
            }
            Some(_) => return Err(wrong()),
            None if https => 443,
            None => 80,
        };
        let endpoint = Self { https, host: host.to_ascii_lowercase(), port };
        if rustls::pki_types::ServerName::try_from(endpoint.host.as_str()).is_err() {
            return Err(wrong());
        }
        if !https && !endpoint.is_loopback_name() {
            return Err(Error::configuration(
                "endpoint over plain http is allowed to loopback only (127.0.0.1, [::1], localhost); use https",
            ));
        }
        Ok(endpoint)
    }

    /// Whether TLS is used.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host: a name or an IP address, an IPv6 one without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The value of the Host header, which is signed: a port that is not the
    /// scheme's own is part of it.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let default = if self.https { 443 } else { 80 };
        if self.port == default { host } else { format!("{host}:{}", self.port) }
    }

    fn is_loopback_name(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Splits `host[:port]`, where an IPv6 address stands in brackets.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, tail) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match tail.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => tail.is_empty().then_some((host, None)),
        };
    }
    match text.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((text, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_give_the_documented_hosts() {
        let host = |network| Endpoint::of_region("cn-hongkong", network).unwrap().authority();
        assert_eq!(host(Network::Public), "cloudauth-intl.cn-hongkong.aliyuncs.com");
        assert_eq!(host(Network::Vpc), "cloudauth-intl-vpc.cn-hongkong.aliyuncs.com");
        assert!(Endpoint::of_region("evil.example/", Network::Public).is_err());
    }

    #[test]
    fn endpoints() {
        for (text, https, authority) in [
            ("example.com", true, "example.com"),
            ("EXAMPLE.com:8443", true, "example.com:8443"),
            ("https://example.com/", true, "example.com"),
            ("https://example.com:443", true, "example.com"),
            ("http://127.0.0.1:8080", false, "127.0.0.1:8080"),
            ("http://localhost", false, "localhost"),
            ("http://[::1]:8080", false, "[::1]:8080"),
            ("https://[::1]", true, "[::1]"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.is_https(), endpoint.authority().as_str()), (https, authority), "{text}");
        }
        for text in [
            "",
            "http://example.com",
            "http://10.0.0.1",
            "ftp://example.com",
            "https://user@example.com",
            "https://example.com/path",
            "https://example.com?x=1",
            "example.com:0",
            "example.com:99999",
            "example.com:+443",
            "example.com:",
            "exa mple.com",
            "example.com\r\nX: y",
            "[::1",
            "[example.com]:1",
            "::1",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
