//! Every check of every operation as a test of its own, named `check::operation`.
//!
//! Without more it checks the embedded OpenFX sandbox. `COUNTERPART_BASE_URL` names another deployment,
//! `COUNTERPART_SPEC` its document, `COUNTERPART_CONFIG` a `contract.toml` with credentials for it. What
//! could not be exercised shows as ignored, with the reason.

use counterpart_contract_tests::{
    Session, Suite,
    auth::{Credentials, Identity, Secret, SigningKey},
    cli::{self, Args, Defaults, Deployment},
    finding::{Finding, Outcome},
    report,
};
use futures::FutureExt as _;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use openfx_sandbox::{ApiCredential, Sandbox};
use std::{
    any::Any,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, OnceLock},
};
use tokio::runtime::Runtime;

/// The session that all tests of this process share, opened by the first of them.
struct Shared {
    runtime: Runtime,
    opened: OnceLock<Result<Opened, String>>,
}

struct Opened {
    suite: Suite,
    session: Session,
    _running: Option<std::sync::Mutex<Box<dyn Any + Send>>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = Runtime::new()
        .map_err(|error| error.to_string())
        .and_then(trials);
    match trials {
        // Nobody waits for what the sandbox still does.
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// One test a check and operation.
fn trials(runtime: Runtime) -> Result<Vec<Trial>, String> {
    let spec = args().spec.unwrap_or_else(openfx);
    let loaded = counterpart_model::load(&spec);
    let api = loaded
        .api
        .ok_or_else(|| format!("{} cannot be read as an API", spec.display()))?;
    let planned = Suite::new(Arc::new(api), None);
    let names: Vec<(String, String)> = planned
        .plan()
        .into_iter()
        .map(|(check, operation)| (check.id().to_owned(), operation.id.0.clone()))
        .collect();
    let shared = Arc::new(Shared {
        runtime,
        opened: OnceLock::new(),
    });
    Ok(names
        .into_iter()
        .map(|(check, operation)| {
            let shared = Arc::clone(&shared);
            Trial::ignorable_test(format!("{check}::{operation}"), move || {
                shared.run(&check, &operation)
            })
        })
        .collect())
}

impl Shared {
    fn run(&self, check: &str, operation: &str) -> Result<Completion, Failed> {
        let opened = self.opened.get_or_init(|| self.runtime.block_on(open()));
        let opened = opened.as_ref().map_err(Failed::from)?;
        let (check, operation) = opened
            .suite
            .planned(check, operation)
            .ok_or("the settings leave it out")?;
        let entry = self
            .runtime
            .block_on(opened.session.judge(&check, operation));
        match entry.verdict.outcome() {
            Outcome::Passed => Ok(Completion::Completed),
            Outcome::NotExercised => Ok(Completion::ignored_with(
                entry.verdict.not_exercised.join("; "),
            )),
            Outcome::Failed => {
                let told: Vec<String> = entry.verdict.findings.iter().map(tell).collect();
                Err(told.join("\n").into())
            }
        }
    }
}

/// A finding as a test tells it.
fn tell(finding: &Finding) -> String {
    let mut text = format!(
        "{}\n  expected {}\n  actual   {}\n",
        finding.title, finding.expected, finding.actual
    );
    if let Some(promise) = &finding.promise {
        text.push_str(&format!(
            "  document {} ({})\n",
            promise.origin.span.location(),
            promise.text
        ));
    }
    if let Some(last) = finding.steps.last() {
        text.push_str(&format!(
            "{}\n{}\n",
            report::curl(last),
            report::answer_text(last)
        ));
    }
    text
}

async fn open() -> Result<Opened, String> {
    let defaults = Defaults {
        spec: Some(openfx()),
        report_dir: None,
        deployment: Some(Box::new(|| sandbox().boxed())),
    };
    let ready = cli::prepare(&args(), defaults).await?;
    let session = ready
        .suite
        .session(&ready.base_url)
        .map_err(|error| error.to_string())?;
    Ok(Opened {
        suite: ready.suite,
        session,
        _running: ready.running.map(std::sync::Mutex::new),
    })
}

/// What the environment asks for.
fn args() -> Args {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    Args {
        spec: path("COUNTERPART_SPEC"),
        config: path("COUNTERPART_CONFIG"),
        base_url: std::env::var("COUNTERPART_BASE_URL").ok(),
        quiet: true,
        ..Args::default()
    }
}

fn openfx() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/openfx.yaml")
}

async fn sandbox() -> Result<Deployment, String> {
    let running = Sandbox::builder()
        .start(([127, 0, 0, 1], 0).into())
        .await
        .map_err(|error| error.to_string())?;
    let known = &running.credentials;
    let identity = |credential: &ApiCredential| {
        let key = SigningKey::from_pkcs8(credential.private_key_der())
            .map_err(|error| error.to_string())?;
        let bearer = (
            "bearerAuth".to_owned(),
            Secret::new(credential.api_key.clone()),
        );
        Ok::<_, String>(Identity {
            values: [bearer].into_iter().collect(),
            key: Some(key),
        })
    };
    let credentials = Credentials {
        main: identity(&known.write)?,
        others: [
            ("read-only", &known.read),
            ("other", &known.other_org),
            ("rsa", &known.rsa),
        ]
        .into_iter()
        .map(|(name, credential)| Ok((name.to_owned(), identity(credential)?)))
        .collect::<Result<_, String>>()?,
    };
    Ok(Deployment {
        base_url: running.base_url.clone(),
        credentials,
        running: Box::new(running),
    })
}
