//! Filters.

use super::Group;
use crate::fault::{Fault, Switch};

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("filters");
    vec![
        g.ask(
            "filter-status-ignored",
            "filter.applied",
            "customers are listed whatever the status asked for",
            |q| {
                const KNOWN: &[&str] = &[
                    "draft",
                    "submitted",
                    "under_review",
                    "active",
                    "rejected",
                    "suspended",
                    "closed",
                ];
                if q.is(&["listCustomers"])
                    && q.param("status")
                        .is_some_and(|status| KNOWN.contains(&status))
                {
                    q.drop_param("status");
                }
            },
        ),
        g.act(
            "filter-inverted",
            "filter.applied",
            "filters by equality give what does not match",
            Switch::FilterInverted,
        ),
        g.act(
            "filter-all-ignored",
            "filter.applied",
            "no list heeds its filters",
            Switch::FilterIgnored,
        ),
        g.ask(
            "filter-unknown-value",
            "request.rejected",
            "a status that does not exist is left aside",
            |q| {
                const KNOWN: &[&str] = &[
                    "draft",
                    "submitted",
                    "under_review",
                    "active",
                    "rejected",
                    "suspended",
                    "closed",
                ];
                if q.is(&["listCustomers"])
                    && q.param("status")
                        .is_some_and(|status| !KNOWN.contains(&status))
                {
                    q.drop_param("status");
                }
            },
        ),
        g.act(
            "filter-only-last",
            "filter.combined",
            "of several filters only the last one counts",
            Switch::FiltersOr,
        ),
        g.act(
            "filter-lost-on-page-two",
            "filter.pages",
            "filters count on the first page only",
            Switch::FilterFirstPageOnly,
        ),
        g.act(
            "filter-range-exclusive",
            "filter.range",
            "the ends of a time range are left out",
            Switch::RangeExclusive,
        ),
        g.ask(
            "filter-range-end-ignored",
            "filter.applied",
            "createdAt[lte] is left aside",
            |q| q.drop_param("createdAt[lte]"),
        ),
        g.ask(
            "filter-customer-ignored",
            "filter.applied",
            "transactions are listed whatever the customer asked for",
            |q| {
                if q.is(&["listTransactions"]) {
                    q.drop_param("customerId");
                }
            },
        ),
        g.answer(
            "filter-loses-one",
            "filter.complete",
            "filtered lists of accounts leave out their first match",
            |q, a, _| {
                let filtered = ["customerId", "type", "status"]
                    .iter()
                    .any(|name| q.param(name).is_some());
                if a.ok()
                    && q.is(&["listAccounts"])
                    && filtered
                    && q.param("starting_after").is_none()
                {
                    a.items(|items| {
                        if items.len() > 1 {
                            items.remove(0);
                        }
                    });
                }
            },
        ),
    ]
}
