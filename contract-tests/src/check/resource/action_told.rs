//! What an action is told in its body, and what it shows of it.

use super::{
    FamilyCheck as _, Subject,
    action::{Action, about_itself},
};
use crate::{
    finding::Verdict,
    rules::infer::{properties, property},
};
use counterpart_model::{Direction, api::SchemaId};
use serde_json::Value;

impl Action {
    /// Whether the answer shows what the action was told, where both have the same choice of values.
    pub(super) async fn told(&self, of: &Subject<'_>, verdict: &mut Verdict) {
        let api = &of.context.api;
        let Some((_, schema)) = of.context.body_schema(of.operation) else {
            return;
        };
        let choices = |id: SchemaId| {
            let schema = api.schema(api.resolve(id));
            schema.enumeration.clone().filter(|all| all.len() > 1)
        };
        for (name, id) in properties(api, schema) {
            for value in choices(id).unwrap_or_default().iter().skip(1).take(2) {
                let Ok(made) = of.make().await else {
                    return;
                };
                let Some(request) = self.request(of, of.operation, &made) else {
                    return;
                };
                let mut body = request.json().unwrap_or(Value::Null);
                let Some(members) = body.as_object_mut() else {
                    return;
                };
                members.insert(name.clone(), value.to_serde());
                if !of.context.judge.is_valid(schema, Direction::Request, &body) {
                    continue;
                }
                let exchange = of.context.send(request.with_json(&body)).await;
                let answer = exchange.json().unwrap_or(Value::Null);
                if !exchange.succeeded() || about_itself(of, &made, (&exchange, &answer)).is_err() {
                    continue;
                }
                let shown = of.shown(of.operation, &exchange);
                let place = shown.and_then(|shown| property(api, shown, &name));
                if !place.is_some_and(|(_, place)| choices(place) == choices(id)) {
                    break;
                }
                let (sent, found) = (value.to_serde(), answer.get(&name));
                if found == Some(&sent) {
                    verdict.pass();
                    continue;
                }
                let title = format!("`{name}` was sent, and the answer shows another value");
                let promise = "the answer shows what the action was told";
                let finding = of.finding(self.id(), title, promise).expected(
                    sent.to_string(),
                    found.map_or_else(|| "nothing".to_owned(), Value::to_string),
                );
                return verdict.fail(finding.step(&exchange));
            }
        }
    }
}
