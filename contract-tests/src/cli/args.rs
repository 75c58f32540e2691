//! What people type.

use super::command::Command;
use crate::{
    auth::{Credentials, Secret, SigningKey},
    config::{Config, Settings, Shard},
    finding::Severity,
};
use clap::Parser;
use counterpart_model::api::{Api, SecurityKind};
use std::{path::PathBuf, time::Duration};

const EXAMPLES: &str = "\
Examples:
  contract-tests init --spec openapi.yaml
  contract-tests --spec openapi.yaml --base-url http://127.0.0.1:8080/v1
  contract-tests --spec openapi.yaml --base-url https://sandbox.example.com/v1 --bearer-env API_KEY --signing-key key.pem
  contract-tests --spec openapi.yaml --base-url http://127.0.0.1:8080 -H 'X-Tenant: 42' --check 'pagination.*'
  contract-tests --report-dir out --shard 2/5
  contract-tests report merge out/*/report.json --report-dir all
  contract-tests replay CP-1a2b3c4d --report-dir out
  contract-tests explain pagination.limit

Exit codes: 0 nothing found, 1 findings, 2 could not run.
On a host that is not this machine only safe methods are used unless --allow-writes is given.";

/// Checks a deployment of an API against its OpenAPI document.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "contract-tests", version, after_help = EXAMPLES)]
pub struct Args {
    /// The OpenAPI document
    #[arg(long, value_name = "FILE", global = true)]
    pub spec: Option<PathBuf>,
    /// Where the deployment is, base path included
    #[arg(long, value_name = "URL", env = "COUNTERPART_BASE_URL", global = true)]
    pub base_url: Option<String>,
    /// A header for every request; its value is never shown
    #[arg(
        short = 'H',
        long = "header",
        value_name = "NAME: VALUE",
        global = true
    )]
    pub headers: Vec<String>,
    /// Settings and credentials (default: contract.toml, if there is one)
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Write report.html, report.json and junit.xml into this folder
    #[arg(long, value_name = "DIR", global = true)]
    pub report_dir: Option<PathBuf>,
    /// What random choices start from
    #[arg(long, value_name = "N", global = true)]
    pub seed: Option<u64>,
    /// Send requests that write to hosts that are not this machine
    #[arg(long, global = true)]
    pub allow_writes: bool,
    /// Only checks whose id matches, such as 'response.*'; may be repeated
    #[arg(long = "check", value_name = "GLOB", global = true)]
    pub checks: Vec<String>,
    /// Only operations whose id matches; may be repeated
    #[arg(long = "operation", value_name = "GLOB", global = true)]
    pub operations: Vec<String>,
    /// At most this many requests
    #[arg(long, value_name = "N", global = true)]
    pub max_requests: Option<u64>,
    /// At most this many valid values, and as many invalid ones, are tried of each operation
    #[arg(long, value_name = "N", global = true)]
    pub cases: Option<usize>,
    /// How many requests are under way at once
    #[arg(long, value_name = "N", global = true)]
    pub concurrency: Option<usize>,
    /// Seconds one response may take
    #[arg(long, value_name = "SECONDS", global = true)]
    pub timeout: Option<u64>,
    /// The environment variable that holds the bearer token
    #[arg(long, value_name = "NAME", global = true)]
    pub bearer_env: Option<String>,
    /// The private key that signs requests: PEM, PKCS#8, Ed25519 or RSA
    #[arg(long, value_name = "FILE", global = true)]
    pub signing_key: Option<PathBuf>,
    /// Stop at the first finding
    #[arg(long, global = true)]
    pub fail_fast: bool,
    /// Only the K-th of N parts of the operations; `report merge` puts the reports together
    #[arg(long, value_name = "K/N", global = true)]
    pub shard: Option<Shard>,
    /// Differences that break no promise, such as undocumented properties, are findings too
    #[arg(long, global = true)]
    pub strict: bool,
    /// The least grave finding that makes the run fail
    #[arg(long, value_name = "SEVERITY", global = true)]
    pub fail_on: Option<Severity>,
    /// Findings to put up with
    #[arg(long, value_name = "FILE", global = true)]
    pub baseline: Option<PathBuf>,
    /// Write what was found as a baseline, to fill in the reasons
    #[arg(long, value_name = "FILE", global = true)]
    pub write_baseline: Option<PathBuf>,
    /// Write every request and its answer to traffic.har in the report's folder
    #[arg(long, global = true)]
    pub har: bool,
    /// Leave what was made where it is
    #[arg(long, global = true)]
    pub keep: bool,
    /// At most this many requests a second
    #[arg(long, value_name = "N", global = true)]
    pub rate: Option<u32>,
    /// No progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Something else than a run
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Args {
    /// The settings of a configuration with these arguments over them.
    pub(super) fn settings(&self, config: &Config) -> Result<Settings, String> {
        let mut settings = config.settings().map_err(|error| error.to_string())?;
        settings.shard = self.shard.or(settings.shard);
        settings.strict |= self.strict;
        settings.cleanup &= !self.keep;
        settings.requests_per_second = self.rate.or(settings.requests_per_second);
        settings.seed = self.seed.unwrap_or(settings.seed);
        settings.allow_writes |= self.allow_writes;
        settings.stop_at = self.fail_fast.then(|| "*".to_owned());
        settings.max_requests = self.max_requests.or(settings.max_requests);
        settings.cases = self.cases.unwrap_or(settings.cases);
        settings.concurrency = self.concurrency.unwrap_or(settings.concurrency);
        settings.timeout = self.timeout.map_or(settings.timeout, Duration::from_secs);
        if !self.checks.is_empty() {
            settings.checks.clone_from(&self.checks);
        }
        if !self.operations.is_empty() {
            settings.operations.clone_from(&self.operations);
        }
        for (at, header) in self.headers.iter().enumerate() {
            // The header itself may be a secret: it is not repeated in the message.
            let (name, value) = header.split_once(':').ok_or_else(|| {
                format!("header {} (-H) has no colon: write 'Name: value'", at + 1)
            })?;
            settings
                .headers
                .push((name.trim().to_owned(), Secret::new(value.trim())));
        }
        Ok(settings)
    }

    /// Credentials from arguments over those of the configuration.
    pub(super) fn lay_over(&self, api: &Api, credentials: &mut Credentials) -> Result<(), String> {
        if let Some(variable) = &self.bearer_env {
            let token = std::env::var(variable)
                .map_err(|_| format!("--bearer-env: {variable} is not set (or not text)"))?;
            let schemes = api
                .security_schemes
                .values()
                .filter(|scheme| match &scheme.kind {
                    SecurityKind::Http { scheme } => scheme.eq_ignore_ascii_case("bearer"),
                    SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => true,
                    _ => false,
                });
            let mut any = false;
            for scheme in schemes {
                any = true;
                credentials
                    .main
                    .values
                    .insert(scheme.name.clone(), Secret::new(token.clone()));
            }
            if !any {
                return Err(
                    "--bearer-env: the document has no security scheme that takes a bearer token"
                        .to_owned(),
                );
            }
        }
        if let Some(path) = &self.signing_key {
            let text = std::fs::read_to_string(path).map_err(|error| {
                format!("--signing-key: cannot read {}: {error}", path.display())
            })?;
            let key = SigningKey::from_pem(&text)
                .map_err(|error| format!("--signing-key: {}: {error}", path.display()))?;
            credentials.main.key = Some(key);
        }
        Ok(())
    }
}
