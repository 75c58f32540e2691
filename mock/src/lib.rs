//! A server for any document.
//!
//! It answers every operation with values that are valid by the document (the document's examples first), refuses
//! requests that are not, in the document's own error schema, and asks for the credentials the document asks for. It has
//! no state: what is written is not read again.

mod answer;
mod form;
mod operation;
mod request;

use counterpart_contract_tests::generate::Generator;
use counterpart_contract_tests::judge::Judge;
use counterpart_model::{
    Direction,
    api::{Api, Operation},
};
use counterpart_runtime::server::{
    AuthError, Authenticate, Call, Credentials, Incoming, Input, Options as Limits, Rejection,
    Reply, Router, Server,
};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a mock is started with.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What generated values are drawn from: the same for the same seed.
    pub seed: u64,
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
}

impl Default for Options {
    /// Seed 0; bodies up to 16 MiB.
    fn default() -> Self {
        Self {
            seed: 0,
            body_limit: 16 << 20,
        }
    }
}

/// Why a mock does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// A mock that runs until it is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it is, with the path of the document's first server.
    pub base_url: String,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every answer is made from.
pub(crate) struct Mock {
    pub(crate) api: Arc<Api>,
    pub(crate) judge: Judge,
    pub(crate) answers: Generator,
    /// By operation id.
    pub(crate) operations: HashMap<String, usize>,
}

impl Mock {
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.api.operations.get(*self.operations.get(id)?)
    }
}

impl Authenticate for Mock {
    type Caller = ();

    /// Whoever presents what the document asks for is let in: which keys are good it does not say.
    async fn authenticate(&self, _: &Incoming<'_>, _: &Credentials) -> Result<(), AuthError> {
        Ok(())
    }
}

/// The router of a mock, below the path of the document's first server. Every answer has the header
/// `Counterpart-Mock: stateless`, from which the contract tests know that nothing is kept. What the router has to know of the document is kept for as long as the process runs.
pub fn router(api: &Arc<Api>, options: Options) -> Router {
    let judge = Judge::new(Arc::clone(api));
    let mock = Arc::new(Mock {
        answers: Generator::with_judge(judge.clone(), Direction::Response, options.seed),
        judge,
        operations: api
            .operations
            .iter()
            .enumerate()
            .map(|(at, operation)| (operation.id.0.clone(), at))
            .collect(),
        api: Arc::clone(api),
    });
    let limits = Limits {
        body_limit: options.body_limit,
    };
    let mut server = Server::new(
        Arc::clone(&mock),
        Arc::clone(&mock),
        limits,
        |mock: &Mock, rejection: &Rejection, incoming: &Incoming<'_>| {
            mock.refuse(rejection, incoming)
        },
    );
    for operation in &api.operations {
        let info = operation::info(api, operation);
        let parameters: Arc<[request::Known]> = request::parameters(api, operation).into();
        server = server.operation(
            info.path,
            info,
            move |mock: Arc<Mock>, call: Call<()>, input: Input| {
                let parameters = Arc::clone(&parameters);
                async move {
                    let operation = mock.operation(info.id);
                    match operation {
                        Some(operation) => {
                            request::judge(&mock, operation, &parameters, &input)?;
                            Ok(mock.answer(operation, &call.parts.headers))
                        }
                        None => Ok(Reply::empty(counterpart_runtime::server::StatusCode::OK)),
                    }
                }
            },
        );
    }
    server.into_router().layer(axum::middleware::map_response(
        |mut response: axum::response::Response| async {
            // So that nobody takes what it makes up for what it keeps.
            let value = axum::http::HeaderValue::from_static("stateless");
            response.headers_mut().insert("counterpart-mock", value);
            response
        },
    ))
}

/// Starts a mock.
///
/// # Errors
/// When the address cannot be had.
pub async fn start(
    api: &Arc<Api>,
    address: SocketAddr,
    options: Options,
) -> Result<Running, StartError> {
    let listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    let router = router(api, options);
    let path = operation::base_path(api);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the mock stopped");
        }
    });
    Ok(Running {
        base_url: format!("http://{bound}{path}"),
        task,
    })
}
