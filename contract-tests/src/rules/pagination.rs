//! `x-pagination`: how a list is paged.

use super::{Answer, Pointer, RuleError, Stated, infer, of_operation, told::is_denied};
use counterpart_model::{
    Document,
    api::{Api, Operation},
};
use indexmap::IndexMap;
use serde::Deserialize;

/// The extension.
pub(crate) const NAME: &str = "x-pagination";

/// How a list is paged.
#[derive(Clone, Debug, Deserialize)]
pub struct Pagination {
    /// The family.
    pub style: PagingStyle,
    /// The query parameters.
    pub parameters: Parameters,
    /// Where things stand in a page.
    pub response: Places,
    /// Where in an item its cursor stands.
    pub cursor: Option<Pointer>,
    /// What the list is sorted by.
    pub order: Option<Order>,
    /// The number of the first page.
    #[serde(default = "one", rename = "firstPage")]
    pub first_page: u64,
    /// The offset of the first item.
    #[serde(default, rename = "firstOffset")]
    pub first_offset: u64,
    /// Parameters of which at most one may be given.
    #[serde(default)]
    pub exclusive: Vec<Vec<String>>,
    /// Promised refusals.
    #[serde(default)]
    pub errors: Refusals,
    /// Whether the parameters are properties of a JSON body, not of the query.
    #[serde(default)]
    pub in_body: bool,
    /// What identifies an item, where no cursor does; its `id` where nobody says.
    #[serde(default)]
    pub identity: Option<Pointer>,
    /// Whether pages that hand out tokens or links are said to be full as well, unless nothing is left.
    #[serde(default)]
    pub full: bool,
    /// Whether the first page, and no other, is said to have nothing that leads back.
    #[serde(skip)]
    pub first_has_none: bool,
    /// Whether a token is said to be good only for the order and the filters that it was handed out with.
    #[serde(default, rename = "tokensAreBound")]
    pub tokens_are_bound: bool,
    /// The parameter that asks for the total, and its value, where pages tell none otherwise.
    #[serde(skip)]
    pub count_asked: Option<(String, String)>,
}

const fn one() -> u64 {
    1
}

/// The families of pagination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PagingStyle {
    /// A cursor names an item.
    Cursor,
    /// The server hands out opaque tokens.
    PageToken,
    /// So many items are skipped.
    Offset,
    /// Pages are numbered.
    Page,
    /// A page links to the next one.
    Link,
    /// There is one page.
    Whole,
}

/// Names of query parameters.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Parameters {
    /// The size of a page.
    pub limit: Option<String>,
    /// Continue after this cursor.
    pub forward: Option<String>,
    /// Continue before this cursor.
    pub backward: Option<String>,
    /// How many items to skip.
    pub offset: Option<String>,
    /// Which page.
    pub page: Option<String>,
    /// The size of a page, in APIs that call it so.
    pub size: Option<String>,
    /// The token of the next page.
    pub token: Option<String>,
}

impl Parameters {
    /// The parameter for the size of a page.
    #[must_use]
    pub fn size(&self) -> Option<&str> {
        self.limit.as_deref().or(self.size.as_deref())
    }

    /// All parameters that page.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let all = [
            &self.limit,
            &self.forward,
            &self.backward,
            &self.offset,
            &self.page,
            &self.size,
            &self.token,
        ];
        all.into_iter().flatten().map(String::as_str)
    }
}

/// Where things stand in a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Places {
    /// The array of items.
    pub items: Pointer,
    /// Whether there is more in this direction.
    pub has_more: Option<Pointer>,
    /// What continues in the same direction.
    pub next_cursor: Option<Pointer>,
    /// What goes back: a cursor or a token.
    pub previous_cursor: Option<Pointer>,
    /// URL or token of the next page.
    pub next: Option<Pointer>,
    /// How many items there are on all pages.
    pub total: Option<Pointer>,
    /// Whether this is the last page.
    pub is_last: Option<Pointer>,
    /// How many pages there are.
    pub pages: Option<Pointer>,
    /// The response header that says how many items there are on all pages.
    pub total_header: Option<String>,
    /// Whether the `Link` header leads to the next page (RFC 8288).
    #[serde(default)]
    pub links: bool,
    /// Whether links are said to lead on exactly while more items follow.
    #[serde(skip)]
    pub link_ends: bool,
    /// Whether the total is said to count what filters leave out, too.
    #[serde(skip)]
    pub total_of_all: bool,
    /// Links in the body, beside other ways to page: relation → where.
    #[serde(default)]
    pub relations: IndexMap<String, Pointer>,
    /// Parameters that a page repeats: name → where.
    #[serde(default)]
    pub echoes: IndexMap<String, Pointer>,
    /// Whether the last page says so by having nothing that continues.
    #[serde(default)]
    pub ends: bool,
    /// Whether what continues is said to be nothing on the last page, by its own description.
    #[serde(skip)]
    pub goes: bool,
}

/// What a list is sorted by.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    /// Where in an item that stands.
    pub by: Pointer,
    /// Which way.
    #[serde(default)]
    pub direction: Sorted,
    /// What items with the same value there are sorted by.
    #[serde(default)]
    pub then: Option<Box<Order>>,
    /// Where items stand that have no value there, whichever way it is sorted; unknown where nothing is said.
    #[serde(default)]
    pub absent: Option<Stands>,
}

/// Where some items of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sorted {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Promised refusals.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusals {
    /// To a cursor that is well-formed and names no item of the list.
    pub unknown_cursor: Option<Answer>,
    /// To parameters that exclude each other.
    pub exclusive: Option<Answer>,
}

impl Pagination {
    /// Whether the document says of an operation how it is paged, or its names do.
    #[must_use]
    pub fn is_stated(api: &Api, operation: &Operation) -> bool {
        !is_denied(operation, NAME)
            && (operation.extensions.contains_key(NAME) || Self::inferred(api, operation).is_some())
    }

    /// How an operation is paged by the names it uses, and what tells so.
    #[must_use]
    pub fn inferred(api: &Api, operation: &Operation) -> Option<(Self, String)> {
        if is_denied(operation, NAME) {
            return None;
        }
        infer::pagination(api, operation)
    }

    /// A list that is not paged, as one page; `None` where it is none, or paged.
    #[must_use]
    pub fn whole(api: &Api, operation: &Operation) -> Option<Stated<Self>> {
        let stated = operation.extensions.contains_key(NAME) || is_denied(operation, NAME);
        let (rule, why) = infer::whole(api, operation).filter(|_| !stated)?;
        Some(Stated::inferred(rule, operation, why))
    }

    /// How an operation is paged, where the document says it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(
        api: &Api,
        document: Option<&Document>,
        operation: &Operation,
    ) -> Result<Option<Stated<Self>>, RuleError> {
        if !operation.extensions.contains_key(NAME) || is_denied(operation, NAME) {
            return Ok(Self::inferred(api, operation)
                .map(|(rule, why)| Stated::inferred(rule, operation, why)));
        }
        let Some(stated) = of_operation::<Self>(document, operation, NAME)? else {
            return Ok(None);
        };
        let lacks = |what: &str| {
            Err(RuleError {
                name: NAME,
                origin: stated.origin.clone(),
                reason: format!("this style needs `{what}`"),
            })
        };
        let rule = &stated.rule;
        match rule.style {
            PagingStyle::Cursor if rule.cursor.is_none() => lacks("cursor"),
            PagingStyle::Cursor if rule.parameters.forward.is_none() => lacks("parameters.forward"),
            PagingStyle::PageToken if rule.parameters.token.is_none() => lacks("parameters.token"),
            PagingStyle::PageToken if rule.response.next.is_none() => lacks("response.next"),
            PagingStyle::Offset if rule.parameters.offset.is_none() => lacks("parameters.offset"),
            PagingStyle::Page if rule.parameters.page.is_none() => lacks("parameters.page"),
            _ => Ok(Some(stated)),
        }
    }

    /// Whether a page that is not the last one has as many items as were asked for. Tokens and links
    /// leave that to the server.
    #[must_use]
    pub const fn fills_pages(&self) -> bool {
        let counts = matches!(
            self.style,
            PagingStyle::Cursor | PagingStyle::Offset | PagingStyle::Page
        );
        counts || self.full
    }
}

impl PagingStyle {
    /// What pages are told apart by, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::PageToken => "token",
            Self::Offset => "offset",
            Self::Page => "number",
            Self::Link => "link",
            Self::Whole => "nothing",
        }
    }
}

impl Sorted {
    /// How two neighbours compare that stand the wrong way round.
    #[must_use]
    pub const fn wrong(self) -> std::cmp::Ordering {
        match self {
            Self::Ascending => std::cmp::Ordering::Greater,
            Self::Descending => std::cmp::Ordering::Less,
        }
    }

    /// The word for it in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}
