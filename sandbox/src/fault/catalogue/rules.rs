//! Repeated writes, states and gates.

use super::Group;
use crate::fault::{Fault, Switch as S};
use axum::http::{HeaderValue, StatusCode};
use serde_json::json;

pub(super) fn faults() -> Vec<Fault> {
    let mut all = idempotency();
    all.extend(lifecycle());
    all.extend(gates());
    all
}

fn idempotency() -> Vec<Fault> {
    let g = Group("idempotency");
    vec![
        g.ask(
            "idempotency-not-required",
            "idempotency.required",
            "writes need no Idempotency-Key",
            |q| {
                if q.method != "GET" && !q.headers.contains_key("idempotency-key") {
                    let key = uuid::Uuid::new_v4().to_string();
                    if let Ok(value) = HeaderValue::from_str(&key) {
                        q.headers.insert("idempotency-key", value);
                    }
                }
            },
        ),
        g.act(
            "idempotency-not-replayed",
            "idempotency.replay",
            "a repeated write happens again",
            S::NoReplay,
        ),
        g.answer(
            "idempotency-no-header",
            "idempotency.replay_header",
            "replays come without Idempotency-Replayed",
            |_, a, _| {
                a.headers.remove("idempotency-replayed");
            },
        ),
        g.act(
            "idempotency-mismatch-replayed",
            "idempotency.mismatch",
            "another request with a used key gets the first one's answer",
            S::MismatchReplayed,
        ),
        g.act(
            "idempotency-mismatch-repeated",
            "idempotency.mismatch",
            "another request with a used key happens",
            S::MismatchRepeated,
        ),
        g.act(
            "idempotency-concurrent",
            "idempotency.concurrent",
            "equal requests at once happen several times",
            S::ConcurrentTwice,
        ),
        g.act(
            "idempotency-fresh-body",
            "idempotency.replay",
            "replays tell another id than the first answer",
            S::ReplayFresh,
        ),
        g.answer(
            "idempotency-replay-status",
            "idempotency.replay",
            "replays of 201 answer 200",
            |_, a, _| {
                if a.headers.contains_key("idempotency-replayed") && a.status == StatusCode::CREATED
                {
                    a.status = StatusCode::OK;
                }
            },
        ),
        g.act(
            "idempotency-delete-forgotten",
            "idempotency.replay",
            "a repeated deletion answers 404",
            S::DeleteNotReplayed,
        ),
        g.act(
            "idempotency-failures-kept",
            "idempotency.retains",
            "failures are remembered as well: their key cannot be used again",
            S::FailureRetained,
        ),
        g.answer(
            "idempotency-mismatch-422",
            "idempotency.mismatch",
            "another request with a used key answers 422",
            |_, a, _| {
                if a.status == StatusCode::CONFLICT {
                    a.status = StatusCode::UNPROCESSABLE_ENTITY;
                    a.error(|error| {
                        error.insert("status".into(), json!(422));
                        error.insert("type".into(), json!("unprocessable_error"));
                    });
                }
            },
        ),
    ]
}

fn lifecycle() -> Vec<Fault> {
    let g = Group("lifecycle");
    vec![
        g.act(
            "lifecycle-submit-activates",
            "lifecycle.transition",
            "submitting a draft makes it active at once",
            S::SubmitActivates,
        ),
        g.act(
            "lifecycle-submit-any",
            "lifecycle.otherwise",
            "customers in any status that is not terminal can be submitted",
            S::SubmitAnyState,
        ),
        g.act(
            "lifecycle-terminal-revived",
            "lifecycle.otherwise",
            "rejected and closed customers can be submitted again",
            S::TerminalRevived,
        ),
        g.act(
            "lifecycle-kyb-inconsistent",
            "response.invariant",
            "submitted customers keep the KYB status not_started",
            S::KybInconsistent,
        ),
        g.act(
            "lifecycle-submit-forgotten",
            "lifecycle.effect",
            "submitting answers as it should and changes nothing",
            S::SubmitForgotten,
        ),
        g.act(
            "lifecycle-submit-under-review",
            "lifecycle.transition",
            "submitting a draft puts it under review at once",
            S::SubmitSkipsKyb,
        ),
        g.act(
            "lifecycle-close-forgotten",
            "lifecycle.effect",
            "closing answers as it should and changes nothing",
            S::CloseForgotten,
        ),
        g.act(
            "lifecycle-close-twice",
            "lifecycle.otherwise",
            "a closed account can be closed again",
            S::CloseTwice,
        ),
        g.act(
            "lifecycle-review-jumps",
            "lifecycle.event",
            "reviews suspend submitted customers, a step the lifecycle does not have",
            S::ReviewJumps,
        ),
        g.answer(
            "lifecycle-born-processing",
            "lifecycle.initial",
            "a new onboarding is `processing` from the start",
            |q, a, _| {
                if q.is(&["createOnboarding"]) && a.status == StatusCode::CREATED {
                    a.edit(|body| {
                        if let Some(status) = body.get_mut("status") {
                            *status = json!("processing");
                        }
                    });
                }
            },
        ),
        g.answer(
            "lifecycle-wrong-code",
            "lifecycle.otherwise",
            "transitions that do not exist answer with the code `conflict`",
            |_, a, _| {
                if a.status == StatusCode::UNPROCESSABLE_ENTITY {
                    a.error(|error| {
                        if error.get("code") == Some(&json!("invalid_state_transition")) {
                            error.insert("code".into(), json!("conflict"));
                        }
                    });
                }
            },
        ),
    ]
}

fn gates() -> Vec<Fault> {
    let g = Group("gates");
    vec![
        g.act(
            "gate-inactive-customer",
            "lifecycle.gate",
            "customers that are not active can open accounts",
            S::AnyCustomerOpensAccounts,
        ),
        g.act(
            "gate-capability",
            "lifecycle.gate",
            "accounts need no capability",
            S::CapabilityIgnored,
        ),
        g.act(
            "gate-kyb",
            "lifecycle.gate",
            "deposit instructions need no approved KYB status",
            S::KybIgnored,
        ),
        g.act(
            "gate-crypto",
            "lifecycle.gate",
            "blockchain addresses need no capability",
            S::CryptoCapabilityIgnored,
        ),
        g.act(
            "gate-account-type",
            "lifecycle.gate",
            "wallets can have account numbers",
            S::AnyAccountType,
        ),
        g.act(
            "gate-account-status",
            "lifecycle.gate",
            "accounts in any status can have deposit instructions",
            S::AnyAccountStatus,
        ),
        g.act(
            "gate-asset-chain",
            "lifecycle.gate",
            "addresses may be for another asset or chain than the account's",
            S::AnyAssetAndChain,
        ),
        g.act(
            "gate-close-balance",
            "lifecycle.gate",
            "accounts with money in them can be closed",
            S::CloseWithBalance,
        ),
        g.act(
            "gate-close-pending",
            "lifecycle.gate",
            "accounts with pending transactions can be closed",
            S::CloseWithPending,
        ),
        g.act(
            "gate-order",
            "lifecycle.gate",
            "capabilities are looked at before the customer's status",
            S::GateOrder,
        ),
    ]
}
