//! The document's enumerations, with the state machines of those that have one. A test holds the machines to the
//! document's `x-lifecycle`.

pub(crate) use openfx::types::{
    AccountNumberType as NumberType, AccountStatus, AccountType, Capability, Chain, CustomerStatus,
    EntityType, KybStatus, OnboardingStatus,
};

/// States of which not every one leads to every other.
pub(crate) trait Lifecycle: Copy {
    /// Whether the lifecycle leads from here to there in one step.
    fn can_become(self, next: Self) -> bool;
}

impl Lifecycle for CustomerStatus {
    fn can_become(self, next: Self) -> bool {
        use CustomerStatus::{Active, Closed, Draft, Rejected, Submitted, Suspended, UnderReview};
        matches!(
            (self, next),
            (Draft, Submitted)
                | (Submitted, UnderReview | Active)
                | (UnderReview, Active | Rejected)
                | (Active, Suspended | Closed)
                | (Suspended, Active | Rejected | Closed)
        )
    }
}

impl Lifecycle for KybStatus {
    fn can_become(self, next: Self) -> bool {
        use KybStatus::{Approved, NotStarted, Pending, Rejected, RequiresInfo};
        matches!(
            (self, next),
            (NotStarted, Pending)
                | (Pending, Approved | Rejected | RequiresInfo)
                | (RequiresInfo, Pending)
                | (Approved, RequiresInfo)
        )
    }
}

impl Lifecycle for OnboardingStatus {
    fn can_become(self, next: Self) -> bool {
        use OnboardingStatus::{Completed, Failed, Pending, Processing};
        matches!(
            (self, next),
            (Pending, Processing) | (Processing, Completed | Failed)
        )
    }
}

impl Lifecycle for AccountStatus {
    fn can_become(self, next: Self) -> bool {
        use AccountStatus::{Active, Closed, Pending, Suspended};
        matches!(
            (self, next),
            (Pending, Active | Closed)
                | (Active, Suspended | Closed)
                | (Suspended, Active | Closed)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn holds_to_the_document<T: Lifecycle>(schema: &str, all: &[T], name: fn(&T) -> &'static str) {
        let schema = &crate::http::document::document()["components"]["schemas"][schema];
        let transitions = schema["x-lifecycle"]["transitions"].as_array().unwrap();
        let mut steps = 0;
        for from in all {
            for to in all {
                let listed = transitions
                    .iter()
                    .any(|t: &Value| t["from"] == name(from) && t["to"] == name(to));
                assert_eq!(
                    from.can_become(*to),
                    listed,
                    "{} to {}",
                    name(from),
                    name(to)
                );
                steps += usize::from(listed);
            }
        }
        assert_eq!(steps, transitions.len());
    }

    #[test]
    fn the_state_machines_are_those_of_the_document() {
        holds_to_the_document(
            "CustomerStatus",
            CustomerStatus::ALL,
            CustomerStatus::as_str,
        );
        holds_to_the_document("KybStatus", KybStatus::ALL, KybStatus::as_str);
        holds_to_the_document(
            "OnboardingStatus",
            OnboardingStatus::ALL,
            OnboardingStatus::as_str,
        );
        holds_to_the_document("AccountStatus", AccountStatus::ALL, AccountStatus::as_str);
    }
}
