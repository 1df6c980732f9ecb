//! The CA made at start, and a server certificate for the loopback names.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;

/// The certificate that HTTPS connections are shown. The sandbox's CA signs each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certificate {
    /// In order.
    Valid,
    /// For another name than the one that is called.
    WrongName,
    /// It was valid once.
    Expired,
}

impl Certificate {
    /// Reads `valid`, `wrong_name` or `expired`.
    pub fn from_word(word: &str) -> Result<Self, Error> {
        match word {
            "valid" => Ok(Self::Valid),
            "wrong_name" => Ok(Self::WrongName),
            "expired" => Ok(Self::Expired),
            _ => Err(Error::Setting("a certificate is valid, wrong_name or expired".to_owned())),
        }
    }
}

/// The TLS side of a sandbox.
pub(crate) struct Identity {
    pub(crate) acceptors: Acceptors,
    pub(crate) ca_pem: String,
}

/// One acceptor a certificate.
#[derive(Clone)]
pub(crate) struct Acceptors {
    valid: TlsAcceptor,
    wrong_name: TlsAcceptor,
    expired: TlsAcceptor,
}

impl Acceptors {
    pub(crate) fn with(&self, certificate: Certificate) -> &TlsAcceptor {
        match certificate {
            Certificate::Valid => &self.valid,
            Certificate::WrongName => &self.wrong_name,
            Certificate::Expired => &self.expired,
        }
    }
}

/// Makes a CA and the server certificates, all for this sandbox alone.
pub(crate) fn make() -> Result<Identity, Error> {
    let failed = |error: rcgen::Error| Error::Certificate(error.to_string());
    let ca_key = KeyPair::generate().map_err(failed)?;
    let ca_params = ca_params().map_err(failed)?;
    let ca = ca_params.self_signed(&ca_key).map_err(failed)?;
    let issuer = Issuer::new(ca_params, ca_key);

    let acceptor = |certificate| acceptor(certificate, &issuer);
    let acceptors = Acceptors {
        valid: acceptor(Certificate::Valid)?,
        wrong_name: acceptor(Certificate::WrongName)?,
        expired: acceptor(Certificate::Expired)?,
    };
    Ok(Identity { acceptors, ca_pem: ca.pem() })
}

fn acceptor(certificate: Certificate, issuer: &Issuer<'_, KeyPair>) -> Result<TlsAcceptor, Error> {
    let failed = |error: rcgen::Error| Error::Certificate(error.to_string());
    let key = KeyPair::generate().map_err(failed)?;
    let params = server_params(certificate).map_err(failed)?;
    let certificate = params.signed_by(&key, issuer).map_err(failed)?;
    let failed = |error: rustls::Error| Error::Certificate(error.to_string());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], PrivateKeyDer::from(key))
        .map_err(failed)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn ca_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "bankmeta sandbox CA");
    set_validity(&mut params);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn server_params(certificate: Certificate) -> Result<CertificateParams, rcgen::Error> {
    let names: &[&str] = match certificate {
        Certificate::WrongName => &["elsewhere.example"],
        Certificate::Valid | Certificate::Expired => &["localhost", "127.0.0.1", "::1"],
    };
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "bankmeta sandbox");
    set_validity(&mut params);
    if certificate == Certificate::Expired {
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Strict verifiers want to see which key signed.
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Long, and within the years every verifier can read.
fn set_validity(params: &mut CertificateParams) {
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
}
