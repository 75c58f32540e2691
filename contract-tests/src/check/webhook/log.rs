//! The log of events: read whole, page by page where the document says how.

use crate::{
    check::pagination::walk,
    context::{Context, Resource},
    exchange::Exchange,
    rules::{EventLog, Pagination},
};
use serde_json::Value;
use std::sync::Arc;

/// A logged event, and the page that showed it.
#[derive(Clone)]
pub(in crate::check) struct Logged {
    pub(in crate::check) event: Value,
    pub(in crate::check) exchange: Arc<Exchange>,
}

/// Everything that is logged. The error says why that cannot be told.
pub(in crate::check) async fn read(
    context: &Context,
    log: &EventLog,
) -> Result<Vec<Logged>, String> {
    let operation = context
        .api
        .operation(&log.operation)
        .ok_or_else(|| format!("there is no operation {}", log.operation))?;
    let events = |page: &Arc<Exchange>| -> Vec<Logged> {
        let body = page.json().unwrap_or_default();
        let items = log.items.get(&body).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .map(|event| Logged {
                event: event.clone(),
                exchange: Arc::clone(page),
            })
            .collect()
    };
    if Pagination::is_stated(&context.api, operation) {
        let reference = walk::fresh(context, operation).await?;
        let pages = reference.walk.pages.iter();
        return Ok(pages.flat_map(|page| events(&page.exchange)).collect());
    }
    let request = context
        .largest_page(operation, &Resource::default())
        .ok_or("no request can be made")?;
    Ok(events(&context.send(request).await))
}
