//! Resources in a state that an operation's transition starts from.

use super::{Context, Resource, resources::path_parameter};
use crate::{paths, rules::Conduct};
use counterpart_model::api::{Operation, ParameterLocation};
use std::sync::Arc;

impl Context {
    /// Resources that the operation can make its transition on, listed just now: others may have been
    /// moved on since they were listed first. Empty where no transition is stated, or none is found.
    pub(super) async fn ready_for(&self, operation: &Operation) -> Vec<Resource> {
        self.find_ready(operation).await.unwrap_or_default()
    }

    async fn find_ready(&self, operation: &Operation) -> Option<Vec<Resource>> {
        let conduct = Conduct::of(self.document.as_deref(), operation).ok()??;
        let step = conduct.rule.transition.as_ref()?;
        let reading = conduct.rule.resources.get(&step.resource)?;
        let template = paths::resource(&operation.path);
        let reader = self.api.operation(&reading.operation)?;
        if reader.path != template {
            return None;
        }
        let (collection, name) = paths::item(template)?;
        let parameter = path_parameter(operation, name)?;
        let list = paths::list(&self.api, collection)?;
        // Where the list can be asked for one state, the first page of it is enough.
        let filter = step.field.last().filter(|field| {
            list.parameters
                .iter()
                .any(|known| known.location == ParameterLocation::Query && known.name == *field)
        });
        let parents = if collection.contains('{') {
            self.resources(list).await
        } else {
            Arc::new(vec![Resource::default()])
        };
        let mut found = Vec::new();
        for parent in parents.iter().take(4) {
            let page = self.largest_page(list, parent)?;
            let requests = match &filter {
                Some(filter) => step
                    .from
                    .iter()
                    .map(|state| page.clone().set_query(filter, state.clone()))
                    .collect(),
                None => vec![page],
            };
            for request in requests {
                let exchange = self.send(request).await;
                found.extend(self.listed(list, parent, parameter, &exchange));
            }
        }
        found.retain(|resource| {
            let state = step
                .field
                .get(&resource.item)
                .and_then(|state| state.as_str());
            state.is_some_and(|state| step.from.iter().any(|known| known == state))
        });
        Some(found)
    }
}
