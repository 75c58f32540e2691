//! Lists: filters and pages.

use super::Deployment;
use super::auth::Caller;
use crate::failure::Failure;
use crate::fault::{Faults, Switch};
use crate::store::Connection;
use crate::store::page::{Compare, Cursor, Order, Page, Query, page};
use crate::store::record::{Cell, Record};
use serde_json::json;

/// What a list is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) limit: i64,
    pub(crate) starting_after: Option<String>,
    pub(crate) ending_before: Option<String>,
    /// What the consumer filters by.
    pub(crate) filters: Vec<(&'static str, Compare, Cell)>,
    /// What the list is about in the first place, such as one account.
    pub(crate) scope: Option<(&'static str, String)>,
}

impl Asked {
    /// So many items at most, from the start of the list.
    pub(crate) fn new(limit: i64) -> Self {
        Self {
            limit,
            starting_after: None,
            ending_before: None,
            filters: Vec::new(),
            scope: None,
        }
    }

    /// The same from a cursor.
    pub(crate) fn cursors(self, starting_after: Option<&str>, ending_before: Option<&str>) -> Self {
        let (starting_after, ending_before) = (
            starting_after.map(str::to_owned),
            ending_before.map(str::to_owned),
        );
        Self {
            starting_after,
            ending_before,
            ..self
        }
    }

    /// The same, only items that have this value.
    pub(crate) fn filter(mut self, column: &'static str, value: Option<&str>) -> Self {
        self.filters
            .extend(value.map(|value| (column, Compare::Is, Cell::from(value))));
        self
    }

    /// The same, only items on this side of a time, itself included.
    pub(crate) fn bound(
        mut self,
        column: &'static str,
        side: Compare,
        time: Option<String>,
    ) -> Self {
        self.filters
            .extend(time.map(|time| (column, side, Cell::Integer(bound(&time, side)))));
        self
    }
}

/// A time as a bound for whole milliseconds: a start rounds up, an end rounds down. Times beyond what the clock
/// knows are before or after everything.
fn bound(time: &str, side: Compare) -> i64 {
    let Ok(time) = time.parse::<jiff::Timestamp>() else {
        return if time.starts_with('9') {
            i64::MAX
        } else {
            i64::MIN
        };
    };
    let nanos = time.as_nanosecond();
    let millis = match side {
        Compare::AtLeast => {
            nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) != 0)
        }
        _ => nanos.div_euclid(1_000_000),
    };
    i64::try_from(millis).unwrap_or(i64::MAX)
}

impl Deployment {
    /// A page of a list, as the document shows it.
    pub(crate) async fn list<R: Record>(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        asked: Asked,
    ) -> Result<String, Failure> {
        let (parameter, cursor) = match (asked.starting_after.clone(), asked.ending_before.clone())
        {
            (Some(_), Some(_)) if !self.faults.lie(Switch::BothCursors) => {
                return Err(Failure::both_cursors());
            }
            (Some(id), _) => ("starting_after", Cursor::After(id)),
            (None, Some(id)) => ("ending_before", Cursor::Before(id)),
            (None, None) => ("", Cursor::Start),
        };
        let mut query = Query {
            org: caller.org,
            everybody: self.faults.lie(Switch::OtherOrgListed),
            filters: filters(self.faults, &asked),
            limit: asked.limit,
            cursor,
            order: Order::OldestFirst,
            drift: 0,
            by_time: self.faults.lie(Switch::CursorByTime),
        };
        distort(self.faults, &mut query);
        if self.faults.lie(Switch::PageShifted) && just_grew::<R>(connection, &query).await? {
            query.drift = -1;
        }
        let found = match page::<R>(connection, &query).await? {
            Some(found) => found,
            None if self.faults.lie(Switch::UnknownCursorEmpty) => Page {
                items: Vec::new(),
                has_more: false,
            },
            None if self.faults.lie(Switch::UnknownCursorStarts) => {
                query.cursor = Cursor::Start;
                page::<R>(connection, &query).await?.unwrap_or(Page {
                    items: Vec::new(),
                    has_more: false,
                })
            }
            None => return Err(Failure::unknown_cursor(parameter)),
        };
        let backward = matches!(query.cursor, Cursor::Before(_));
        Ok(self.show(found, asked.limit, backward))
    }

    fn show<R: Record>(&self, mut found: Page<R>, limit: i64, backward: bool) -> String {
        if self.faults.lie(Switch::MoreWhenFull) && i64::try_from(found.items.len()) == Ok(limit) {
            found.has_more = true;
        }
        let end = if backward {
            found.items.first()
        } else {
            found.items.last()
        };
        let next = end.filter(|_| found.has_more).map(Record::id);
        let pagination = json!({ "hasMore": found.has_more, "nextCursor": next });
        let items: Vec<String> = found.items.iter().map(Record::encode).collect();
        format!(
            "{{\"items\":[{}],\"pagination\":{pagination}}}",
            items.join(",")
        )
    }
}

/// The conditions of a list.
fn filters(faults: Faults, asked: &Asked) -> Vec<(&'static str, Compare, Cell)> {
    let mut filters = asked.filters.clone();
    let later = asked.starting_after.is_some() || asked.ending_before.is_some();
    if faults.lie(Switch::FilterIgnored) || faults.lie(Switch::FilterFirstPageOnly) && later {
        filters.clear();
    }
    if faults.lie(Switch::FiltersOr) && filters.len() > 1 {
        filters.drain(..filters.len() - 1);
    }
    for (_, compare, cell) in &mut filters {
        match (*compare, cell) {
            (Compare::Is, _) if faults.lie(Switch::FilterInverted) => *compare = Compare::IsNot,
            (Compare::AtLeast, Cell::Integer(end)) if faults.lie(Switch::RangeExclusive) => {
                *end = end.saturating_add(1);
            }
            (Compare::AtMost, Cell::Integer(end)) if faults.lie(Switch::RangeExclusive) => {
                *end = end.saturating_sub(1);
            }
            _ => {}
        }
    }
    if let Some((column, value)) = &asked.scope {
        filters.push((column, Compare::Is, Cell::from(value.as_str())));
    }
    filters
}

/// Lies about where a page begins.
fn distort(faults: Faults, query: &mut Query<'_>) {
    let backward = matches!(query.cursor, Cursor::Before(_));
    if faults.lie(Switch::NewestFirst) {
        query.order = Order::NewestFirst;
    }
    if faults.lie(Switch::PageRepeatsCursor) && !backward
        || faults.lie(Switch::BackwardIncludesCursor) && backward
    {
        query.drift = -1;
    }
    if faults.lie(Switch::PageSkipsOne) && !backward {
        query.drift = 1;
    }
    if faults.lie(Switch::BackwardFromStart) && backward {
        query.cursor = Cursor::Start;
    }
}

/// Whether the newest item is of this second, and the page is not the first.
async fn just_grew<R: Record>(
    connection: &mut Connection,
    query: &Query<'_>,
) -> Result<bool, Failure> {
    if !matches!(query.cursor, Cursor::After(_)) {
        return Ok(false);
    }
    let mut newest = query.clone();
    newest.cursor = Cursor::Start;
    newest.order = Order::NewestFirst;
    newest.limit = 1;
    let found = page::<R>(connection, &newest).await?;
    let made = found
        .as_ref()
        .and_then(|page| page.items.first())
        .and_then(|item| item.id().rsplit('_').next()?.parse::<uuid::Uuid>().ok())
        .and_then(|id| id.get_timestamp())
        .map(|time| time.to_unix().0);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    Ok(made.is_some_and(|made| now.saturating_sub(made) <= 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_round_to_the_inside() {
        let at = |time: &str, side| bound(time, side);
        assert_eq!(at("1970-01-01T00:00:01Z", Compare::AtLeast), 1_000);
        assert_eq!(at("1970-01-01T02:00:01+02:00", Compare::AtMost), 1_000);
        assert_eq!(at("1970-01-01T00:00:01.0005Z", Compare::AtLeast), 1_001);
        assert_eq!(at("1970-01-01T00:00:01.0005Z", Compare::AtMost), 1_000);
        assert_eq!(at("1969-12-31T23:59:59.9995Z", Compare::AtMost), -1);
        assert_eq!(at("9999-12-31T23:59:59Z", Compare::AtMost), i64::MAX);
    }
}
