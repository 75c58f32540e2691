//! Loans: cursors in both directions, idempotency keys, and states.

use crate::answer::{Asked, Reply};
use crate::state::{State, position};
use serde_json::{Value, json};

pub(crate) fn operate(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    match asked.operation.as_str() {
        "listLoans" => list(state, asked, is),
        "createLoan" => create(state, asked, is),
        other => {
            let Some(at) = position(&state.loans, asked.id()) else {
                return Reply::error(404, "there is no such loan", None);
            };
            match other {
                "getLoan" => Reply::json(200, state.loans[at].clone()),
                "deleteLoan" => {
                    state.loans.remove(at);
                    state.forgotten += 1;
                    Reply::empty(204)
                }
                "sendReminder" | "extendLoan" if state.loans[at]["status"] == "cancelled" => {
                    Reply::error(409, "its state does not allow it", None)
                }
                "sendReminder" => Reply::json(
                    201,
                    json!({ "id": state.count(), "channel": "email", "status": "queued" }),
                ),
                "extendLoan" => {
                    let days = state.loans[at]["days"].as_u64().unwrap_or_default();
                    state.loans[at]["days"] = (days + 7).min(365).into();
                    Reply::json(200, state.loans[at].clone())
                }
                "approveLoan" => {
                    let allowed =
                        state.loans[at]["status"] == "requested" || is("loan-approve-any");
                    change(state, at, allowed, "approved", is)
                }
                _ => {
                    let allowed =
                        state.loans[at]["status"] != "cancelled" || is("loan-cancel-twice");
                    change(state, at, allowed, "cancelled", is)
                }
            }
        }
    }
}

fn change(
    state: &mut State,
    at: usize,
    allowed: bool,
    to: &str,
    is: &dyn Fn(&str) -> bool,
) -> Reply {
    if !allowed {
        if is("loan-refused-400") {
            return Reply::error(400, "its state does not allow it", None);
        }
        if is("loan-refused-changes") {
            state.loans[at]["status"] = to.into();
        }
        return Reply::error(409, "its state does not allow it", None);
    }
    let mut loan = state.loans[at].clone();
    loan["status"] = if is("loan-wrong-status") {
        "requested"
    } else {
        to
    }
    .into();
    if !is("loan-change-forgotten") {
        state.loans[at] = loan.clone();
    }
    Reply::json(200, loan)
}

fn list(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let mut size = asked
        .number("limit")
        .unwrap_or(if is("loan-default-limit") { 5 } else { 10 });
    if is("loan-limit-minus-one") && size > 2 {
        size -= 1;
    }
    let mut loans = state.loans.clone();
    if !is("loan-oldest-first") {
        loans.reverse();
    }
    if let Some(status) = asked
        .query("status")
        .filter(|_| !is("filter-loan-status-ignored"))
    {
        let after = asked.query("starting_after").is_some() && is("loan-filter-first-page");
        loans.retain(|loan| after || loan["status"] == status);
    }
    let (after, before) = (asked.query("starting_after"), asked.query("ending_before"));
    if after.is_some() && before.is_some() && !is("loan-both-directions") {
        return Reply::error(400, "not both at once", Some("ending_before"));
    }
    let total = loans.len();
    let place = |id: &str| position(&loans, id);
    let (first, last) = match (after, before) {
        (Some(id), _) => match place(id) {
            Some(at) if is("loan-forgotten-shifts") => {
                ((at + 1 + state.forgotten).min(total), total)
            }
            Some(at) => (at + usize::from(!is("loan-after-inclusive")), total),
            None if is("loan-unknown-starts") => (0, total),
            None if is("loan-unknown-empty") => (total, total),
            None => {
                return Reply::error(
                    400,
                    "there is no such loan in this list",
                    Some("starting_after"),
                );
            }
        },
        (None, Some(id)) => match place(id) {
            Some(at) if is("loan-before-from-start") => (0, at.min(size)),
            Some(at) => (
                at.saturating_sub(size),
                at + usize::from(is("loan-before-inclusive")),
            ),
            None => {
                return Reply::error(
                    400,
                    "there is no such loan in this list",
                    Some("ending_before"),
                );
            }
        },
        (None, None) => (0, total),
    };
    let (first, last) = if is("loan-before-ignored") && before.is_some() {
        (0, total)
    } else {
        (first, last)
    };
    let mut data: Vec<Value> = loans
        .get(first..last.min(first + size))
        .unwrap_or_default()
        .to_vec();
    let mut more = if before.is_some() {
        first > 0
    } else {
        first + data.len() < total
    };
    if is("loan-more-always") {
        more = true;
    }
    if is("loan-more-never") {
        more = false;
    }
    if is("loan-more-when-full") {
        more = data.len() == size;
    }
    if is("loan-before-reversed") && before.is_some() {
        data.reverse();
    }
    if is("loan-duplicate")
        && let Some(first) = data.first().cloned().filter(|_| data.len() > 2)
    {
        data.push(first);
        data.remove(1);
    }
    Reply::json(200, json!({ "data": data, "has_more": more }))
}

fn create(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let key = asked.header("idempotency-key").map(str::to_owned);
    if let Some((body, loan)) = key.as_ref().and_then(|key| state.keys.get(key)) {
        if *body != asked.body && !is("idempotency-mismatch-replayed") {
            if !is("idempotency-mismatch-made") {
                return Reply::error(409, "this key was used for another loan", None);
            }
        } else if !is("idempotency-ignored") {
            let status = if is("idempotency-replay-200") {
                200
            } else {
                201
            };
            return Reply::json(status, loan.clone());
        }
    }
    let mut loan = asked.body.clone();
    loan["id"] = state.loan_id().into();
    loan["status"] = if is("loan-born-approved") {
        "approved"
    } else {
        "requested"
    }
    .into();
    loan["created_at"] = state.now().into();
    if loan.get("insurance").is_none() {
        loan["insurance"] = if is("loan-default-insurance") {
            "none"
        } else {
            "basic"
        }
        .into();
    }
    state.loans.push(loan.clone());
    if let Some(key) = key {
        state.keys.insert(key, (asked.body.clone(), loan.clone()));
    }
    Reply::json(201, loan)
}
