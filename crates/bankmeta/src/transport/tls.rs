//! TLS settings: which CAs are trusted, and for which host.

use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::Broken;
use crate::error::{Error, ErrorKind};

/// Sessions that are remembered; all are of one host.
const RESUMABLE: usize = 8;

/// Makes the TLS sessions to one host.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
    server_name: ServerName<'static>,
}

impl Tls {
    /// Trusts the CAs in `ca_file`, or the Mozilla list built into this library.
    pub(crate) fn new(host: &str, ca_file: Option<&Path>) -> Result<Self, Error> {
        let roots = match ca_file {
            Some(path) => read_roots(path)?,
            None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration(format!("TLS cannot be set up: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let server_name = ServerName::try_from(host.to_owned())
            .map_err(|_| Error::configuration("endpoint is not a host name"))?;
        Ok(Self { config: Arc::new(config), server_name })
    }

    /// The same with a memory of its own for sessions to resume: a process and its
    /// child must not share one, nor its lock.
    pub(crate) fn without_sessions(self) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.resumption = Resumption::in_memory_sessions(RESUMABLE);
        Self { config: Arc::new(config), ..self }
    }

    pub(crate) fn session(&self) -> Result<ClientConnection, Broken> {
        let mut session = ClientConnection::new(Arc::clone(&self.config), self.server_name.clone())
            .map_err(|error| Broken::new(ErrorKind::Tls, format!("TLS cannot start: {error}")))?;
        // Requests are small and bounded; a limit here would only split them.
        session.set_buffer_limit(None);
        Ok(session)
    }
}

fn read_roots(path: &Path) -> Result<RootCertStore, Error> {
    // The path is not repeated: a value could have been put in its place.
    let unreadable = |why: String| Error::configuration(format!("ca_file: {why}"));
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable(
            "holds no certificate; it must be PEM (-----BEGIN CERTIFICATE-----)".to_owned(),
        ));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_that_cannot_be_read_is_not_named() {
        let error = Tls::new("localhost", Some(Path::new("6222021234567890128"))).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("ca_file: ") && !text.contains("6222"), "{text}");
    }
}
