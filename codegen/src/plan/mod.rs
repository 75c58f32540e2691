//! The Rust side of an API: which schemas become items, what they are called and where they stand.

mod bounds;
mod compound;
mod decide;
mod defaults;
mod enums;
mod expr;
mod features;
mod item;
mod operations;
mod patterns;
mod reach;
mod same;
mod schemas;
mod status;
mod untyped;

pub(crate) use expr::{Expr, KeyExpr};
pub(crate) use features::{ALL as ALL_TAGS, Features};
pub(crate) use item::{Item, Object, Rest, Union};
pub(crate) use operations::{
    BodyPlan, Coding, HeadersPlan, OperationPlan, ParameterPlan, Presence, ResponsePlan, TagPlan,
    is_json,
};
pub(crate) use patterns::Patterns;
pub use untyped::Typed;

use crate::config::Config;
use crate::names::{Scope, item_name, short_place, type_name};
use counterpart_model::Api;
use counterpart_model::api::SchemaId;
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// Everything the emitters ask.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) api: &'a Api,
    pub(crate) config: &'a Config,
    /// The schemas with a Rust item of their own.
    pub(crate) types: HashMap<SchemaId, Type>,
    /// Schemas without a name → the first within the same component or operation that says the same, whose item serves them too.
    same: HashMap<SchemaId, SchemaId>,
    /// Objects that a union without a tag chooses between. What they do not list may be what decides, so they keep it.
    chosen: HashSet<SchemaId>,
    /// `types/<module>.rs` → its items, in document order.
    pub(crate) modules: IndexMap<String, Vec<SchemaId>>,
    /// The tags, with what becomes of their operations.
    pub(crate) tags: Vec<TagPlan<'a>>,
    pub(crate) patterns: Patterns,
    pub(crate) features: Features,
    /// Schema → index in the embedded bundle, in bundle order.
    pub(crate) bundle: IndexMap<SchemaId, u32>,
    /// What a user should know.
    pub(crate) warnings: Vec<String>,
    /// How many schemas have a type.
    pub(crate) typed: Typed,
}

/// A Rust item that stands for a schema.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) home: Home,
    pub(crate) item: Item,
}

/// The file an item stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// `types/<module>.rs`
    Types(String),
    /// `operations/<module>.rs`
    Operations(String),
}

impl<'a> Plan<'a> {
    /// Decides everything.
    pub(crate) fn new(api: &'a Api, config: &'a Config) -> Self {
        let reach = reach::Reach::of(api, config);
        let tags = operations::tags(api, config);
        let mut plan = Self {
            api,
            config,
            types: HashMap::new(),
            same: HashMap::new(),
            chosen: HashSet::new(),
            modules: IndexMap::new(),
            tags,
            patterns: Patterns::default(),
            features: Features::default(),
            bundle: IndexMap::new(),
            warnings: Vec::new(),
            typed: Typed::default(),
        };
        plan.patterns = Patterns::of(api, &reach);
        plan.chosen = compound::chosen(api, &reach);
        plan.name_types(&reach);
        for id in &reach.all {
            if plan.types.contains_key(id) {
                let item = plan.item(*id);
                if let Some(of) = plan.types.get_mut(id) {
                    of.item = item;
                }
            }
        }
        schemas::index(&mut plan, &reach);
        operations::name(&mut plan);
        plan.features = Features::of(&plan);
        plan.count_typed(&reach);
        plan
    }

    /// Names and homes: components first, so that they keep their names whatever else there is.
    fn name_types(&mut self, reach: &reach::Reach) {
        let config_prefix = self.config.type_prefix.as_str();
        let operation_modules = self.operation_modules();
        let mut names = Scope::default();
        let mut operation_names = Scope::default();
        let mut module_names = Scope::default();
        let mut modules: HashMap<&str, String> = HashMap::new();
        let (components, inline): (Vec<SchemaId>, Vec<SchemaId>) = reach
            .all
            .iter()
            .partition(|id| self.api.schema(**id).is_component);
        let mut meanings = same::Meanings::new(self.api);
        let mut first_of: HashMap<(&str, usize), SchemaId> = HashMap::new();
        for id in components.into_iter().chain(inline) {
            let schema = self.api.schema(id);
            if !schema.is_component && !self.needs_item(id) {
                continue;
            }
            let first = schema.place.first().map_or("", String::as_str);
            let home = match operation_modules.get(first) {
                Some(module) if !reach.shared.contains(&id) => Home::Operations(module.clone()),
                _ => Home::Types(
                    modules
                        .entry(first)
                        .or_insert_with(|| module_names.take(item_name(&[first])))
                        .clone(),
                ),
            };
            if !schema.is_component {
                let known = *first_of.entry((first, meanings.of(id))).or_insert(id);
                if known != id {
                    self.same.insert(id, known);
                    continue;
                }
            }
            if let Home::Types(module) = &home {
                self.modules.entry(module.clone()).or_default().push(id);
            }
            let scope = if matches!(home, Home::Types(_)) {
                &mut names
            } else {
                &mut operation_names
            };
            let mut place = schema.place.clone();
            // The request itself is a struct of that name.
            if matches!(home, Home::Operations(_))
                && place.get(1..).is_some_and(|rest| rest == ["request"])
            {
                place.push("body".to_owned());
            }
            if !config_prefix.is_empty() {
                place.insert(0, config_prefix.to_owned());
            }
            let name = scope.take_either(type_name(&short_place(&place)), type_name(&place));
            self.types.insert(
                id,
                Type {
                    name,
                    home,
                    item: Item::Alias(Expr::Value),
                },
            );
        }
        let mut taken = operation_names;
        operations::name_items(&mut self.tags, &mut taken);
    }

    /// Operation id → the module its tag's operations stand in.
    fn operation_modules(&self) -> HashMap<&'a str, String> {
        let of_tag = |tag: &TagPlan<'a>| {
            let module = tag.module.clone();
            tag.operations
                .iter()
                .map(move |plan| (plan.operation.id.0.as_str(), module.clone()))
                .collect::<Vec<_>>()
        };
        let components: HashSet<&str> = self.api.components.keys().map(String::as_str).collect();
        let modules = self.tags.iter().flat_map(of_tag);
        modules.filter(|(id, _)| !components.contains(id)).collect()
    }

    /// Whether values of the schema are kept out of logs.
    pub(crate) fn is_secret(&self, id: SchemaId) -> bool {
        let schema = self.api.schema(id);
        schema.write_only
            || schema.string.format.as_deref() == Some("password")
            || schema
                .extensions
                .get("x-secret")
                .and_then(counterpart_model::api::Value::as_bool)
                == Some(true)
    }
}
