//! How a sandbox is to be started.

use std::time::Duration;

use crate::cardholder::Cardholder;
use crate::fault::Fault;
use crate::keys::AccessKey;
use crate::tls::Certificate;

/// How a sandbox is to be started. The default is what the service documents.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// HTTPS with a CA made at start, or plain HTTP.
    pub https: bool,
    /// Access keys besides the built-in ones.
    pub access_keys: Vec<AccessKey>,
    /// Calls granted in any second; none for no limit.
    pub quota: Option<u32>,
    /// Who holds which card. The test cards are there in any case.
    pub cardholders: Vec<Cardholder>,
    /// Whether to behave like a gateway that reads parameters from the query only.
    pub ignore_form_bodies: bool,
    /// How many seconds the server's clock is ahead; negative for behind.
    pub clock_offset_seconds: i64,
    /// Which certificate new HTTPS connections are shown.
    pub certificate: Certificate,
    /// The fault in force from the start.
    pub fault: Option<Fault>,
    /// From which shares of faults and request ids follow.
    pub seed: u64,
    /// How long an idle connection is kept: what the header `Keep-Alive` promises.
    pub idle_timeout: Duration,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            https: true,
            access_keys: Vec::new(),
            quota: Some(50),
            cardholders: Cardholder::built_in(),
            ignore_form_bodies: false,
            clock_offset_seconds: 0,
            certificate: Certificate::Valid,
            fault: None,
            seed: 1,
            idle_timeout: Duration::from_secs(25),
        }
    }
}
