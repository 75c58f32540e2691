//! The embedded deployments, and credentials for them as the contract tests take them.

use counterpart_contract_tests::{
    auth::{Credentials, Identity, Secret, SigningKey},
    cli::Deployment,
};
use openfx_sandbox::{ApiCredential, Builder, Running};
use std::net::{Ipv4Addr, SocketAddr};

/// The names of the document's security scheme for API keys.
const BEARER: &str = "bearerAuth";

/// Starts a sandbox on a free port of this machine.
///
/// # Errors
/// When it does not start; the text says why.
pub(crate) async fn start(builder: Builder) -> Result<Deployment, String> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = builder
        .start(any_port)
        .await
        .map_err(|error| format!("the embedded sandbox does not start: {error}"))?;
    Ok(Deployment {
        base_url: running.base_url.clone(),
        credentials: credentials(&running)?,
        running: Box::new(running),
    })
}

/// Starts the second vendor's deployment on a free port of this machine.
///
/// # Errors
/// When it does not start; the text says why.
pub(crate) async fn start_platnova() -> Result<Deployment, String> {
    let options = platnova_sandbox::Options::default();
    let key = options.api_keys.first().cloned().unwrap_or_default();
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = platnova_sandbox::start(any_port, options)
        .await
        .map_err(|error| format!("the embedded deployment does not start: {error}"))?;
    let main = Identity {
        values: [("apiKeyHeader".to_owned(), Secret::new(key))]
            .into_iter()
            .collect(),
        key: None,
    };
    Ok(Deployment {
        base_url: running.base_url.clone(),
        credentials: Credentials {
            main,
            ..Credentials::default()
        },
        running: Box::new(running),
    })
}

fn credentials(running: &Running) -> Result<Credentials, String> {
    let known = &running.credentials;
    let others = [
        ("read-only", &known.read),
        ("other", &known.other_org),
        ("rsa", &known.rsa),
    ];
    Ok(Credentials {
        main: identity(&known.write)?,
        others: others
            .into_iter()
            .map(|(name, credential)| Ok((name.to_owned(), identity(credential)?)))
            .collect::<Result<_, String>>()?,
    })
}

fn identity(credential: &ApiCredential) -> Result<Identity, String> {
    let key = SigningKey::from_pkcs8(credential.private_key_der())
        .map_err(|error| format!("the sandbox's key `{}`: {error}", credential.name))?;
    let value = Secret::new(credential.api_key.clone());
    Ok(Identity {
        values: [(BEARER.to_owned(), value)].into_iter().collect(),
        key: Some(key),
    })
}
