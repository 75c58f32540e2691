//! What each schema is used for.

use crate::api::{Api, Operation, SchemaId};

/// Marks every schema that requests, responses or events reach.
pub(super) fn assign(api: &mut Api) {
    let mut requests = Vec::new();
    let mut responses = Vec::new();
    for operation in &api.operations {
        requests.extend(sent(operation));
        responses.extend(answered(operation));
    }
    for operation in api.sent() {
        responses.extend(sent(operation));
        responses.extend(answered(operation));
    }
    for id in reach(api, requests) {
        if let Some(schema) = api.schemas.get_mut(id.index()) {
            schema.role.in_request = true;
        }
    }
    for id in reach(api, responses) {
        if let Some(schema) = api.schemas.get_mut(id.index()) {
            schema.role.in_response = true;
        }
    }
}

fn sent(operation: &Operation) -> impl Iterator<Item = SchemaId> {
    let parameters = operation
        .parameters
        .iter()
        .filter_map(|parameter| parameter.schema());
    let bodies = operation.body.iter().flat_map(|body| body.content.values());
    parameters.chain(bodies.flat_map(crate::api::MediaType::schemas))
}

fn answered(operation: &Operation) -> impl Iterator<Item = SchemaId> {
    operation.responses.values().flat_map(|response| {
        let headers = response.headers.values().filter_map(|header| header.schema);
        headers.chain(
            response
                .content
                .values()
                .flat_map(crate::api::MediaType::schemas),
        )
    })
}

/// Everything the roots lead to, discriminator mappings included.
fn reach(api: &Api, roots: Vec<SchemaId>) -> Vec<SchemaId> {
    let mut seen = vec![false; api.schemas.len()];
    let mut reached = Vec::new();
    let mut stack = roots;
    while let Some(id) = stack.pop() {
        let Some(mark) = seen.get_mut(id.index()).filter(|mark| !**mark) else {
            continue;
        };
        *mark = true;
        reached.push(id);
        let schema = api.schema(id);
        stack.extend(schema.children());
        stack.extend(
            schema
                .discriminator
                .iter()
                .flat_map(|it| it.mapping.values().copied()),
        );
    }
    reached
}
