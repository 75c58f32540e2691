//! `x-lifecycle`: state machines on enum schemas, and what operations require and do.

use super::{Answer, Expression, Pointer, RuleError, Scope, Stated, of_operation, read};
use counterpart_model::{
    Api, Document,
    api::{Operation, SchemaId, Shape},
};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// The extension.
pub(crate) const NAME: &str = "x-lifecycle";
/// States are looked for to this depth of a resource.
const DEPTH: usize = 5;
/// Texts longer than this are not matched against patterns.
const LONGEST: usize = 4096;

/// A state machine.
#[derive(Clone, Debug, Deserialize)]
pub struct Machine {
    /// States a new resource may be in.
    pub initial: Vec<String>,
    /// The transitions.
    pub transitions: Vec<Transition>,
    /// States that nothing leaves.
    pub terminal: Vec<String>,
}

/// One transition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Transition {
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
    /// An operation, or `system`.
    pub by: String,
}

impl Machine {
    /// The machine on a schema, if the document states one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(
        api: &Api,
        document: Option<&Document>,
        schema: SchemaId,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        let schema = api.schema(api.resolve(schema));
        if schema.enumeration.is_none() {
            return Ok(None);
        }
        read(document, &schema.origin, &schema.extensions, NAME)
    }

    /// Whether a resource can go from one state to the other in one step.
    #[must_use]
    pub fn steps(&self, from: &str, to: &str) -> bool {
        self.transitions
            .iter()
            .any(|known| known.from == from && known.to == to)
    }

    /// Whether a resource can get from one state to the other in any number of steps, none included.
    #[must_use]
    pub fn reaches(&self, from: &str, to: &str) -> bool {
        let mut reached = vec![from];
        let mut next = 0;
        while let Some(at) = reached.get(next).copied() {
            if at == to {
                return true;
            }
            for known in &self.transitions {
                if known.from == at && !reached.contains(&known.to.as_str()) {
                    reached.push(&known.to);
                }
            }
            next += 1;
        }
        false
    }
}

/// A place in a resource that holds a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateField {
    /// Where it stands.
    pub pointer: Pointer,
    /// The enum, references resolved.
    pub schema: SchemaId,
}

impl StateField {
    /// The places in instances of a schema that hold a state.
    #[must_use]
    pub fn within(api: &Api, schema: SchemaId) -> Vec<Self> {
        let mut found = Vec::new();
        collect(api, schema, &Pointer::default(), 0, &mut found);
        found
    }
}

fn collect(api: &Api, id: SchemaId, pointer: &Pointer, depth: usize, found: &mut Vec<StateField>) {
    if depth > DEPTH {
        return;
    }
    let id = api.resolve(id);
    let schema = api.schema(id);
    if schema.enumeration.is_some() && schema.extensions.contains_key(NAME) {
        let field = StateField {
            pointer: pointer.clone(),
            schema: id,
        };
        if !found.contains(&field) {
            found.push(field);
        }
        return;
    }
    match &schema.shape {
        Shape::Object(object) => {
            for field in &object.fields {
                collect(
                    api,
                    field.schema,
                    &pointer.child(&field.name),
                    depth + 1,
                    found,
                );
            }
        }
        Shape::Union(union) => {
            for variant in &union.variants {
                collect(api, variant.schema, pointer, depth + 1, found);
            }
        }
        Shape::Reference(target) => collect(api, *target, pointer, depth + 1, found),
        _ => {}
    }
}

/// What an operation requires and does.
#[derive(Clone, Debug, Deserialize)]
pub struct Conduct {
    /// The resources that the rules look at, by names of their own.
    pub resources: IndexMap<String, Reading>,
    /// The transition it makes.
    pub transition: Option<Step>,
    /// What has to hold.
    #[serde(default)]
    pub requires: Vec<Condition>,
    /// Events that a success causes.
    #[serde(default)]
    pub emits: Vec<String>,
}

/// How to read a resource.
#[derive(Clone, Debug, Deserialize)]
pub struct Reading {
    /// The operation that reads it.
    pub operation: String,
    /// Its parameters.
    pub parameters: IndexMap<String, Expression>,
}

/// The transition an operation makes.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// The resource, by its name in the rule.
    pub resource: String,
    /// Where its state stands.
    pub field: Pointer,
    /// The states it may be in before.
    pub from: Vec<String>,
    /// The state it is in after.
    pub to: String,
    /// The answer where it is in another state.
    pub otherwise: Answer,
}

/// A condition on a resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawCondition")]
pub struct Condition {
    /// The resource, by its name in the rule.
    pub resource: String,
    /// What is looked at; `*` stands for every element.
    pub field: Pointer,
    /// What has to hold for it.
    pub test: Test,
    /// The answer where it does not.
    pub otherwise: Answer,
}

/// What has to hold for a value.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is one of these.
    In(Vec<Value>),
    /// It is an array that holds this.
    Contains(Value),
    /// It is this.
    Equals(Value),
    /// It is what this points to.
    Same(Expression),
    /// It is text that matches this pattern.
    Matches(String),
}

#[derive(Deserialize)]
struct RawCondition {
    resource: String,
    field: Pointer,
    otherwise: Answer,
    r#in: Option<Vec<Value>>,
    contains: Option<Value>,
    equals: Option<Value>,
    matches: Option<String>,
}

impl TryFrom<RawCondition> for Condition {
    type Error = String;

    fn try_from(raw: RawCondition) -> Result<Self, String> {
        let test = match (raw.r#in, raw.contains, raw.equals, raw.matches) {
            (Some(values), None, None, None) => Test::In(values),
            (None, Some(value), None, None) => Test::Contains(value),
            (None, None, Some(Value::String(text)), None) if text.starts_with('$') => {
                Test::Same(Expression::try_from(text)?)
            }
            (None, None, Some(value), None) => Test::Equals(value),
            (None, None, None, Some(pattern)) => {
                regress::Regex::with_flags(&pattern, "u")
                    .map_err(|error| format!("the pattern `{pattern}`: {error}"))?;
                Test::Matches(pattern)
            }
            _ => {
                return Err(
                    "a condition has exactly one of in, contains, equals and matches".to_owned(),
                );
            }
        };
        Ok(Self {
            resource: raw.resource,
            field: raw.field,
            test,
            otherwise: raw.otherwise,
        })
    }
}

impl Condition {
    /// The elements for which it does not hold: numbers for each `*`, empty where there is none.
    /// `None` where what it compares with is not there.
    #[must_use]
    pub fn broken(&self, resource: &Value, scope: &Scope<'_>) -> Option<Vec<Vec<usize>>> {
        let wanted = match &self.test {
            Test::Same(expression) => Some(expression.evaluate(scope)?),
            _ => None,
        };
        let found = self.field.select(resource);
        if found.is_empty() && !self.field.as_str().contains("/*") {
            // What is absent satisfies nothing.
            return Some(vec![Vec::new()]);
        }
        Some(
            found
                .into_iter()
                .filter(|(_, value)| !self.test.holds(value, wanted.as_ref()))
                .map(|(numbers, _)| numbers)
                .collect(),
        )
    }
}

impl Test {
    fn holds(&self, value: &Value, wanted: Option<&Value>) -> bool {
        match self {
            Self::In(values) => values.contains(value),
            Self::Contains(element) => value
                .as_array()
                .is_some_and(|elements| elements.contains(element)),
            Self::Equals(other) => value == other,
            Self::Same(_) => Some(value) == wanted,
            Self::Matches(pattern) => value.as_str().is_some_and(|text| {
                text.len() <= LONGEST
                    && regress::Regex::with_flags(pattern, "u")
                        .is_ok_and(|regex| regex.find(text).is_some())
            }),
        }
    }
}

impl Conduct {
    /// Whether the document says of an operation what it requires and does.
    #[must_use]
    pub fn is_stated(operation: &Operation) -> bool {
        operation.extensions.contains_key(NAME)
    }

    /// What an operation requires and does, where the document says it.
    ///
    /// # Errors
    /// When it cannot be read, or names resources it does not list.
    pub fn of(
        document: Option<&Document>,
        operation: &Operation,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        let Some(stated) = of_operation::<Self>(document, operation, NAME)? else {
            return Ok(None);
        };
        let unknown = stated
            .conditions()
            .into_iter()
            .find(|condition| !stated.resources.contains_key(&condition.resource));
        match unknown {
            Some(condition) => Err(RuleError {
                name: NAME,
                origin: stated.origin.clone(),
                reason: format!(
                    "it names the resource `{}` and does not list it",
                    condition.resource
                ),
            }),
            None => Ok(Some(stated)),
        }
    }

    /// Everything that has to hold, in the order in which it is tested.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        let first = self.transition.as_ref().map(|step| Condition {
            resource: step.resource.clone(),
            field: step.field.clone(),
            test: Test::In(step.from.iter().cloned().map(Value::String).collect()),
            otherwise: step.otherwise.clone(),
        });
        first
            .into_iter()
            .chain(self.requires.iter().cloned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_machine_knows_steps_and_ways() {
        let machine: Machine = serde_json::from_value(json!({
            "initial": ["a"], "terminal": ["c"],
            "transitions": [{ "from": "a", "to": "b", "by": "go" }, { "from": "b", "to": "c", "by": "system" },
                            { "from": "b", "to": "a", "by": "system" }],
        }))
        .expect("a machine");
        assert!(machine.steps("a", "b") && !machine.steps("a", "c"));
        assert!(machine.reaches("a", "c") && machine.reaches("c", "c"));
        assert!(!machine.reaches("c", "a"));
    }

    fn condition(value: Value) -> Result<Condition, serde_json::Error> {
        let mut whole = json!({ "resource": "r", "otherwise": { "status": 422 } });
        if let (Value::Object(whole), Value::Object(more)) = (&mut whole, value) {
            whole.extend(more);
        }
        serde_json::from_value(whole)
    }

    #[test]
    fn conditions_say_which_elements_break_them() {
        let rows = json!({ "rows": [{ "n": "0.00" }, { "n": "5" }, { "n": "-0" }] });
        let zero = condition(json!({ "field": "/rows/*/n", "matches": r"^-?0(\.0+)?$" }))
            .expect("a condition");
        assert_eq!(zero.broken(&rows, &Scope::default()), Some(vec![vec![1]]));
        let has = condition(json!({ "field": "/tags", "contains": "x" })).expect("a condition");
        assert_eq!(
            has.broken(&json!({ "tags": ["x"] }), &Scope::default()),
            Some(vec![])
        );
        assert_eq!(
            has.broken(&json!({}), &Scope::default()),
            Some(vec![vec![]])
        );
        let same =
            condition(json!({ "field": "/a", "equals": "$request.body#/a" })).expect("a condition");
        let body = json!({ "a": 1 });
        let scope = Scope {
            body: Some(&body),
            ..Scope::default()
        };
        assert_eq!(same.broken(&json!({ "a": 1 }), &scope), Some(vec![]));
        assert_eq!(same.broken(&json!({ "a": 2 }), &scope), Some(vec![vec![]]));
        assert_eq!(same.broken(&json!({ "a": 2 }), &Scope::default()), None);
    }

    #[test]
    fn conditions_that_say_two_things_or_none_are_refused() {
        assert!(condition(json!({ "field": "/a" })).is_err());
        assert!(condition(json!({ "field": "/a", "in": [1], "equals": 1 })).is_err());
        assert!(condition(json!({ "field": "/a", "matches": "(" })).is_err());
    }
}
