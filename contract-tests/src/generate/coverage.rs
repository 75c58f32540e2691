//! How much of what a document demands of requests the cases reach.

use super::Generator;
use crate::judge::Judge;
use counterpart_model::{
    Api, Direction,
    api::{Schema, SchemaId, TypeSet},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

/// The keywords that are counted: those that make an instance invalid on their own.
pub(super) const KEYWORDS: [&str; 28] = [
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "items",
    "unevaluatedItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "required",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "additionalProperties",
    "unevaluatedProperties",
    "dependentRequired",
    "oneOf",
    "anyOf",
    "not",
];

/// Formats of text that are asserted.
const ASSERTED: [&str; 18] = [
    "date-time",
    "date",
    "time",
    "duration",
    "uuid",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "byte",
    "regex",
];

/// One keyword's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How often it stands in schemas that requests lead to.
    pub total: usize,
    /// How many of these have a valid case at the limit.
    pub positive: usize,
    /// How many of these have a case that breaks them and nothing else.
    pub negative: usize,
}

/// Which constraints of a document have cases on both sides.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// By keyword, in the order of the specification.
    pub keywords: Vec<(&'static str, Figures)>,
    /// How many schemas requests are made of: parameters and bodies.
    pub roots: usize,
    /// How many valid cases there are.
    pub positive_cases: usize,
    /// How many invalid cases there are.
    pub negative_cases: usize,
    /// The constraints without a valid case at the limit: the schema's pointer in the document, the keyword.
    pub unmet: Vec<(String, &'static str)>,
    /// The constraints without an invalid case: the schema's pointer in the document, the keyword, why.
    pub missing: Vec<(String, &'static str, String)>,
}

impl Coverage {
    /// All keywords together.
    #[must_use]
    pub fn total(&self) -> Figures {
        self.keywords
            .iter()
            .fold(Figures::default(), |sum, (_, one)| Figures {
                total: sum.total + one.total,
                positive: sum.positive + one.positive,
                negative: sum.negative + one.negative,
            })
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24}{:>8}{:>10}{:>10}",
            "keyword", "stands", "valid", "broken"
        )?;
        for (keyword, figures) in self
            .keywords
            .iter()
            .filter(|(_, figures)| figures.total > 0)
        {
            writeln!(
                f,
                "{keyword:<24}{:>8}{:>10}{:>10}",
                figures.total, figures.positive, figures.negative
            )?;
        }
        let all = self.total();
        writeln!(
            f,
            "{:<24}{:>8}{:>10}{:>10}",
            "all", all.total, all.positive, all.negative
        )?;
        writeln!(
            f,
            "{} parameters and bodies, {} valid and {} invalid cases",
            self.roots, self.positive_cases, self.negative_cases
        )
    }
}

/// Counts the constraints of every schema that requests lead to, and the cases for them.
#[must_use]
pub fn coverage(api: &Arc<Api>) -> Coverage {
    let judge = Judge::new(Arc::clone(api));
    let generator = Generator::with_judge(judge, Direction::Request, 1);
    let roots = roots(api);
    let (mut reached, mut met) = (BTreeSet::new(), BTreeSet::new());
    let (mut positive, mut negative) = (BTreeSet::new(), BTreeSet::new());
    let mut reasons = BTreeMap::new();
    let mut coverage = Coverage {
        roots: roots.len(),
        ..Coverage::default()
    };
    for root in roots {
        let mut here = BTreeSet::new();
        reach(api, root, &mut here);
        if generator.example(root).is_some() {
            met.extend(here.iter().copied());
        }
        reached.extend(here);
        let sides = [
            (
                generator.positives(root),
                &mut positive,
                &mut coverage.positive_cases,
            ),
            (
                generator.negatives(root),
                &mut negative,
                &mut coverage.negative_cases,
            ),
        ];
        for (cases, found, count) in sides {
            *count += cases.cases.len();
            found.extend(cases.covered.iter().cloned());
            for skipped in &cases.skipped {
                reasons
                    .entry((Arc::clone(&skipped.schema.pointer), skipped.keyword))
                    .or_insert_with(|| skipped.why.clone());
            }
        }
    }
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    for id in reached {
        let schema = api.schema(id);
        for keyword in keywords(api, schema) {
            let one = figures.entry(keyword).or_default();
            one.total += 1;
            let key = (Arc::clone(&schema.origin.pointer), keyword);
            // A limit wants a case at it; what has no limit is met by any valid instance.
            let limited = keyword.starts_with("min") || keyword.starts_with("max");
            if positive.contains(&key) || (!limited && met.contains(&id)) {
                one.positive += 1;
            } else {
                coverage.unmet.push((key.0.to_string(), keyword));
            }
            if negative.contains(&key) {
                one.negative += 1;
            } else {
                let why = reasons
                    .get(&key)
                    .cloned()
                    .unwrap_or_else(|| "no case leads there".to_owned());
                coverage.missing.push((key.0.to_string(), keyword, why));
            }
        }
    }
    coverage.keywords = KEYWORDS
        .iter()
        .map(|keyword| (*keyword, figures.get(keyword).copied().unwrap_or_default()))
        .collect();
    coverage
}

/// The schemas of all parameters and bodies.
fn roots(api: &Api) -> BTreeSet<SchemaId> {
    let mut roots = BTreeSet::new();
    for operation in &api.operations {
        roots.extend(
            operation
                .parameters
                .iter()
                .filter_map(counterpart_model::api::Parameter::schema),
        );
        let bodies = operation.body.iter().flat_map(|body| body.content.values());
        roots.extend(bodies.filter_map(|content| content.schema));
    }
    roots
}

/// What is hidden from requests.
fn is_hidden(api: &Api, id: SchemaId) -> bool {
    api.schema(id).read_only || api.schema(api.resolve(id)).read_only
}

/// Everything requests by one schema lead to.
fn reach(api: &Api, root: SchemaId, reached: &mut BTreeSet<SchemaId>) {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let schema = api.schema(id);
        // What a client does not send is not demanded of it; what is tried out by `not` and `if` demands nothing;
        // what names have to be is counted as the one keyword it is.
        let tried = [schema.not, schema.condition, schema.object.property_names];
        open.extend(
            schema
                .children()
                .into_iter()
                .filter(|child| !tried.contains(&Some(*child)) && !is_hidden(api, *child)),
        );
    }
}

/// The constraints that stand in one schema.
fn keywords(api: &Api, schema: &Schema) -> Vec<&'static str> {
    let refuses = |id: Option<SchemaId>| id.is_some_and(|id| api.schema(id).boolean == Some(false));
    let (string, number, array, object) = (
        &schema.string,
        &schema.number,
        &schema.array,
        &schema.object,
    );
    let asserted = string
        .format
        .as_deref()
        .is_some_and(|format| matches!(format, "int32" | "int64") || ASSERTED.contains(&format));
    let required = object.required.iter().any(|name| {
        object
            .properties
            .get(name)
            .is_none_or(|id| !is_hidden(api, *id))
    });
    let stands = [
        schema.types != TypeSet::ALL && schema.boolean.is_none(),
        schema.enumeration.is_some(),
        schema.constant.is_some(),
        string.min_length.is_some_and(|limit| limit > 0),
        string.max_length.is_some(),
        string.pattern.is_some(),
        asserted,
        number.minimum.is_some(),
        number.maximum.is_some(),
        number.exclusive_minimum.is_some(),
        number.exclusive_maximum.is_some(),
        number.multiple_of.is_some(),
        refuses(array.items),
        refuses(array.unevaluated_items) && array.items.is_none(),
        array.min_items.is_some_and(|limit| limit > 0),
        array.max_items.is_some(),
        array.unique_items,
        array.contains.is_some(),
        required,
        object.min_properties.is_some_and(|limit| limit > 0),
        object.max_properties.is_some(),
        object.property_names.is_some(),
        refuses(object.additional_properties),
        refuses(object.unevaluated_properties),
        !object.dependent_required.is_empty(),
        !schema.one_of.is_empty(),
        !schema.any_of.is_empty(),
        schema.not.is_some(),
    ];
    KEYWORDS
        .iter()
        .zip(stands)
        .filter(|(_, stands)| *stands)
        .map(|(keyword, _)| *keyword)
        .collect()
}
