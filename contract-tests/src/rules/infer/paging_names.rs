//! What APIs call the parts of their pages.

use super::snake;

/// Names in the order in which they are looked for.
pub(super) const SIZES: &[&str] = &[
    "limit",
    "page_size",
    "per_page",
    "page_limit",
    "pagesize",
    "perpage",
    "max_results",
    "max_page_size",
    "size",
    "results_per_page",
    "items_per_page",
    "page_count",
    "take",
    "top",
    "first",
    "rows",
    "count",
    "max",
];
/// Those that can mean nothing else.
pub(super) const PLAIN_SIZES: &[&str] = &[
    "limit",
    "page_size",
    "per_page",
    "page_limit",
    "max_results",
    "max_page_size",
    "results_per_page",
    "items_per_page",
];
pub(super) const TOKENS: &[&str] = &[
    "page_token",
    "next_page_token",
    "next_token",
    "continuation_token",
    "pagination_token",
    "continuation",
    "page_cursor",
    "cursor",
    "next_cursor",
    "start_cursor",
    "pagination_cursor",
    "marker",
    "page_marker",
    "after_cursor",
    "scroll_id",
    "after",
    "start_after",
    "next",
];
pub(super) const FORWARD: &[&str] = &[
    "starting_after",
    "start_after",
    "after_id",
    "after",
    "since_id",
];
pub(super) const BACKWARD: &[&str] = &[
    "ending_before",
    "end_before",
    "before_id",
    "before",
    "until_id",
];
pub(super) const OFFSETS: &[&str] = &[
    "offset",
    "skip",
    "page_offset",
    "start_index",
    "start_at",
    "start",
];
pub(super) const PAGES: &[&str] = &[
    "page",
    "page_number",
    "page_no",
    "page_num",
    "page_index",
    "pageno",
];
pub(super) const MORE: &[&str] = &[
    "has_more",
    "has_next",
    "has_next_page",
    "more",
    "has_more_items",
    "is_truncated",
    "truncated",
];
pub(super) const LAST: &[&str] = &["last", "is_last", "is_last_page", "last_page_reached"];
pub(super) const NEXT: &[&str] = &[
    "next_page_token",
    "next_token",
    "next_cursor",
    "continuation_token",
    "next_page_cursor",
    "next_page",
    "next_marker",
    "pagination_token",
    "next_url",
    "next_link",
    "next_uri",
    "odata_next_link",
    "next_page_url",
    "next_page_link",
    "next_href",
    "end_cursor",
    "next",
    "after",
    "cursor",
    "marker",
];
pub(super) const PREVIOUS: &[&str] = &[
    "previous_page_token",
    "prev_page_token",
    "previous_token",
    "prev_token",
    "previous_cursor",
    "prev_cursor",
    "start_cursor",
    "previous",
    "prev",
    "before",
];
pub(super) const TOTALS: &[&str] = &[
    "total",
    "total_count",
    "total_items",
    "total_results",
    "total_elements",
    "total_size",
    "total_records",
    "total_entries",
    "total_rows",
    "total_hits",
    "total_matches",
    "odata_count",
];
pub(super) const LISTS: &[&str] = &[
    "data",
    "items",
    "results",
    "values",
    "value",
    "records",
    "entries",
    "content",
    "rows",
    "elements",
    "list",
    "resources",
    "hits",
    "members",
    "nodes",
];
/// How many pages there are.
pub(super) const PAGE_COUNTS: &[&str] = &[
    "total_pages",
    "num_pages",
    "page_count",
    "pages_count",
    "pages_total",
    "meta_page_count",
    "meta_total_pages",
    "pages",
    "meta_pages",
    "page_total_pages",
];
/// Objects in the body of a search in which it is said how it is paged.
pub(super) const ASKED_IN: &[&str] = &["page", "paging", "pagination", "pager", "options"];
/// Objects in the body of a search, or in a query, in which it is said what is searched for.
pub(super) const FILTERED_IN: &[&str] = &[
    "filter", "filters", "where", "query", "criteria", "match", "q",
];
/// Objects in which answers keep what is about paging.
pub(super) const HOLDERS: &[&str] = &[
    "meta",
    "metadata",
    "pagination",
    "paging",
    "page",
    "page_info",
    "links",
    "cursors",
    "cursor",
    "response_metadata",
    "pager",
];

/// Whether a parameter that takes text is, by its name, for what a list hands out: a token, or the id of an item.
pub(crate) fn is_handed_out(name: &str) -> bool {
    let name = snake(name);
    let known = TOKENS.iter().chain(FORWARD).chain(BACKWARD);
    known.clone().any(|known| *known == name)
        || name.ends_with("_token")
        || name.ends_with("_cursor")
}
