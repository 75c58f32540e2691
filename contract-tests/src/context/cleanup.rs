//! A good guest clears up: what the run has made is deleted at its end, where the document has an operation for it.

use super::{Context, Resource, undoes};
use crate::{exchange::Exchange, paths, request::Request};
use counterpart_model::api::{Method, Operation, OperationId};
use indexmap::IndexMap;
use std::sync::{Mutex, PoisonError};

/// More than these are not remembered.
const MOST: usize = 20_000;

/// What was made and is still there, by its path, with the operation that deletes it.
#[derive(Debug, Default)]
pub(super) struct Made(Mutex<IndexMap<String, (OperationId, Resource)>>);

/// How clearing up went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleanup {
    /// How many things the run has made and not deleted itself.
    pub made: usize,
    /// How many of them are gone now.
    pub deleted: usize,
}

impl Context {
    /// Remembers what a write has made, and forgets what one has deleted.
    pub(super) fn note_made(&self, operation: &Operation, exchange: &Exchange) {
        if !self.settings.cleanup || !exchange.succeeded() {
            return;
        }
        let mut made = self.made.0.lock().unwrap_or_else(PoisonError::into_inner);
        match operation.method {
            Method::Delete => {
                made.shift_remove(&exchange.request.path);
            }
            Method::Put if exchange.status() == Some(201) && made.len() < MOST => {
                let delete = paths::at(&self.api, Method::Delete, &operation.path);
                if let Some(delete) = delete {
                    let own = Resource {
                        path: path_values(&operation.path, &exchange.request.path),
                        ..Resource::default()
                    };
                    made.insert(exchange.request.path.clone(), (delete.id.clone(), own));
                }
            }
            // What was deleted is there again.
            Method::Post if undoes(operation) && made.len() < MOST => {
                let template = paths::resource(&operation.path);
                let own = Resource {
                    path: path_values(&operation.path, &exchange.request.path),
                    ..Resource::default()
                };
                if let Some(delete) = paths::at(&self.api, Method::Delete, template)
                    && let Some(request) = self.bare_request(delete, &own)
                {
                    made.insert(request.path, (delete.id.clone(), own));
                }
            }
            Method::Post if made.len() < MOST => {
                let Some(delete) = self.delete_of(operation) else {
                    return;
                };
                let parent = Resource {
                    path: path_values(&operation.path, &exchange.request.path),
                    ..Resource::default()
                };
                let own = self.resource_of(operation, delete, &parent, exchange);
                if let Some(own) = own
                    && let Some(request) = self.bare_request(delete, &own)
                {
                    made.insert(request.path, (delete.id.clone(), own));
                }
            }
            _ => {}
        }
    }

    /// The operation that deletes what another one makes.
    fn delete_of(&self, create: &Operation) -> Option<&Operation> {
        let home = paths::home(&self.api, &create.path);
        paths::on_items(&self.api, Method::Delete, home)
    }

    /// Deletes what the run has made, the last first.
    pub(crate) async fn clean_up(&self) -> Cleanup {
        let made = {
            let mut made = self.made.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *made)
        };
        self.clearing
            .store(true, std::sync::atomic::Ordering::Relaxed);
        let mut cleanup = Cleanup {
            made: made.len(),
            deleted: 0,
        };
        for (id, resource) in made.values().rev() {
            let request = self
                .api
                .operation(&id.0)
                .and_then(|delete| self.bare_request(delete, resource));
            let Some(request) = request else {
                continue;
            };
            let exchange = self.send_plainly(request).await;
            let gone = exchange.succeeded() || matches!(exchange.status(), Some(404 | 410));
            cleanup.deleted += usize::from(gone);
            if exchange.status().is_none() {
                // Nobody answers, or the budget is used up.
                break;
            }
        }
        cleanup
    }

    /// Sends a request whose answer nobody judges any more.
    async fn send_plainly(&self, request: Request) -> Exchange {
        let exchange = self.send_once(&request).await;
        if let Some(traffic) = &self.traffic {
            traffic.add(&exchange);
        }
        exchange
    }
}

/// The values of a template's parameters in a path.
fn path_values(template: &str, path: &str) -> IndexMap<String, String> {
    let parts = template.split('/').zip(path.split('/'));
    parts
        .filter_map(|(part, text)| {
            let (before, rest) = part.split_once('{')?;
            let (name, after) = rest.split_once('}')?;
            let text = text.strip_prefix(before)?.strip_suffix(after)?;
            let value = percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .ok()?;
            Some((name.to_owned(), value.into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::path_values;

    #[test]
    fn values_stand_where_the_template_has_them() {
        let values = path_values("/a/{one}/b/{two}", "/a/x%20y/b/2");
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(values, [("one", "x y"), ("two", "2")]);
        assert_eq!(path_values("/a/{one}.json", "/a/1.json")["one"], "1");
    }
}
