//! A bare ureq loop that sends a fixed request and reads the reply.

use std::fs;

use bankmeta_bench::{BODY, Outcome, measure, variable};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

fn main() -> Outcome<()> {
    let url = format!("{}/", variable("BANKMETA_ENDPOINT")?);
    let ca = Certificate::from_pem(&fs::read(variable("BANKMETA_CA_FILE")?)?)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[ca])).build();
    let agent: Agent = Agent::config_builder().tls_config(tls).proxy(None).build().into();
    measure(|| {
        let mut reply = agent
            .post(&url)
            .content_type("application/x-www-form-urlencoded")
            .header("x-acs-action", "BankMetaVerifyIntl")
            .header("x-acs-version", "2022-08-09")
            .header("x-acs-date", "2026-01-01T00:00:00Z")
            .header("x-acs-signature-nonce", "0123456789abcdef0123456789abcdef")
            .header("x-acs-content-sha256", "4b669bbfe0c94e9fd6bbd4b64eec3d46df5893e40db07f8b3ac36d1cef55ac43")
            .header("authorization", "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=26d92b65a4695a2a00a8d3dba321b699c8e7e28a97dd15e355b8b0999f8f3b3a")
            .send(BODY)?;
        let body = reply.body_mut().read_to_string()?;
        if body.contains("success") { Ok(()) } else { Err("no success".into()) }
    })
}
