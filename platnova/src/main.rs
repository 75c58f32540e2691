//! `platnova-sandbox`: the second vendor's reference deployment.

use clap::Parser;
use platnova_sandbox::{Options, Webhook, start};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Runs the second vendor's reference deployment.
#[derive(Debug, Parser)]
#[command(
    name = "platnova-sandbox",
    version,
    after_help = "Example:\n  platnova-sandbox --listen 127.0.0.1:8081\n  curl -H 'X-API-KEY: sandbox-key' http://127.0.0.1:8081/v1/customers"
)]
struct Args {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A key that is let in; may be repeated
    #[arg(
        long,
        value_name = "KEY",
        env = "PLATNOVA_API_KEY",
        hide_env_values = true,
        default_value = "sandbox-key"
    )]
    api_key: Vec<String>,
    /// How long a review takes, in milliseconds
    #[arg(long, default_value_t = 200, value_name = "MS")]
    review_delay: u64,
    /// How many customers there are from the start
    #[arg(long, default_value_t = 45, value_name = "N")]
    customers: usize,
    /// Send webhooks there
    #[arg(long, value_name = "URL", requires = "webhook_secret")]
    webhook_url: Option<String>,
    /// The secret that webhooks carry
    #[arg(
        long,
        value_name = "SECRET",
        env = "PLATNOVA_WEBHOOK_SECRET",
        hide_env_values = true
    )]
    webhook_secret: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let args = Args::parse();
    let webhook = args
        .webhook_url
        .zip(args.webhook_secret)
        .map(|(url, secret)| Webhook { url, secret });
    let options = Options {
        api_keys: args.api_key,
        review: Duration::from_millis(args.review_delay),
        customers: args.customers,
        webhook,
        ..Options::default()
    };
    match start(args.listen, options).await {
        Ok(running) => {
            println!("{}", running.base_url);
            if let Err(error) = tokio::signal::ctrl_c().await {
                tracing::error!(%error, "cannot wait for the signal to stop");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("platnova-sandbox: {error}");
            ExitCode::from(2)
        }
    }
}
