//! The document's enumerations that rules are about, with their state machines. A test holds the machines to the
//! document's `x-lifecycle`.

use serde::{Deserialize, Serialize};

macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub(crate) enum $name {
            $(#[serde(rename = $text)] $variant),*
        }

        impl $name {
            /// Every value, in the document's order.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text of the value.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),*
                }
            }

            /// The value of a text.
            pub(crate) fn of(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

values! {
    /// Whether an entity is a person or a business.
    EntityType { Individual = "individual", Business = "business" }
}
values! {
    /// Where a customer is in its life.
    CustomerStatus {
        Draft = "draft", Submitted = "submitted", UnderReview = "under_review", Active = "active",
        Rejected = "rejected", Suspended = "suspended", Closed = "closed",
    }
}
values! {
    /// Where the verification of a customer stands.
    KybStatus {
        NotStarted = "not_started", Pending = "pending", Approved = "approved", Rejected = "rejected",
        RequiresInfo = "requires_info",
    }
}
values! {
    /// What a customer may do.
    Capability { Accounts = "accounts", Payments = "payments", Fx = "fx", Crypto = "crypto" }
}
values! {
    /// How far an onboarding is.
    OnboardingStatus { Pending = "pending", Processing = "processing", Completed = "completed", Failed = "failed" }
}
values! {
    /// The flavor of an account.
    AccountType { DemandDeposit = "demand_deposit", Wallet = "wallet", Virtual = "virtual" }
}
values! {
    /// Where an account is in its life.
    AccountStatus { Pending = "pending", Active = "active", Suspended = "suspended", Closed = "closed" }
}
values! {
    /// A blockchain.
    Chain {
        Ethereum = "ethereum", Solana = "solana", Tron = "tron", Base = "base", Polygon = "polygon", Ink = "ink",
        Sui = "sui",
    }
}
values! {
    /// The kind of deposit instructions.
    NumberType {
        UsAch = "us_ach", UsFedwire = "us_fedwire", Iban = "iban", UkSortCode = "uk_sort_code", Virtual = "virtual",
    }
}

impl CustomerStatus {
    /// Whether the lifecycle leads from here to there in one step.
    pub(crate) fn can_become(self, next: Self) -> bool {
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

impl KybStatus {
    /// Whether the lifecycle leads from here to there in one step.
    pub(crate) fn can_become(self, next: Self) -> bool {
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

impl OnboardingStatus {
    /// Whether the lifecycle leads from here to there in one step.
    pub(crate) fn can_become(self, next: Self) -> bool {
        use OnboardingStatus::{Completed, Failed, Pending, Processing};
        matches!(
            (self, next),
            (Pending, Processing) | (Processing, Completed | Failed)
        )
    }
}

impl AccountStatus {
    /// Whether the lifecycle leads from here to there in one step.
    pub(crate) fn can_become(self, next: Self) -> bool {
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

    fn holds_to_the_document<T: Copy>(
        schema: &str,
        all: &[T],
        name: fn(T) -> &'static str,
        can: fn(T, T) -> bool,
    ) {
        let schema = &crate::http::document::document()["components"]["schemas"][schema];
        let texts: Vec<&str> = schema["enum"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap())
            .collect();
        assert_eq!(texts, all.iter().map(|&v| name(v)).collect::<Vec<_>>());
        let listed = |from: &str, to: &str| {
            let transitions = schema["x-lifecycle"]["transitions"].as_array().unwrap();
            transitions
                .iter()
                .any(|t: &Value| t["from"] == from && t["to"] == to)
        };
        for &from in all {
            for &to in all {
                assert_eq!(
                    can(from, to),
                    listed(name(from), name(to)),
                    "{} to {}",
                    name(from),
                    name(to)
                );
            }
        }
    }

    #[test]
    fn the_state_machines_are_those_of_the_document() {
        holds_to_the_document(
            "CustomerStatus",
            CustomerStatus::ALL,
            CustomerStatus::as_str,
            CustomerStatus::can_become,
        );
        holds_to_the_document(
            "KybStatus",
            KybStatus::ALL,
            KybStatus::as_str,
            KybStatus::can_become,
        );
        holds_to_the_document(
            "OnboardingStatus",
            OnboardingStatus::ALL,
            OnboardingStatus::as_str,
            OnboardingStatus::can_become,
        );
        holds_to_the_document(
            "AccountStatus",
            AccountStatus::ALL,
            AccountStatus::as_str,
            AccountStatus::can_become,
        );
    }
}
