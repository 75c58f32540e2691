//! Named places where the rules can be made not to hold.

use super::{Fault, Lie};

/// A rule that is not kept while its switch is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    // Lists.
    PageRepeatsCursor,
    PageSkipsOne,
    PageShifted,
    CursorByTime,
    BackwardFromStart,
    BackwardIncludesCursor,
    NewestFirst,
    UnknownCursorStarts,
    UnknownCursorEmpty,
    BothCursors,
    MoreWhenFull,
    FilterIgnored,
    FilterInverted,
    FiltersOr,
    FilterFirstPageOnly,
    RangeExclusive,
    // Credentials.
    AnyBearer,
    NoBearerNeeded,
    NoSignatureNeeded,
    AnySignature,
    AnyRsaSignature,
    NoTimestampNeeded,
    StaleTimestamp,
    FutureTimestamp,
    TimestampUnsigned,
    PathUnsigned,
    QueryUnsigned,
    BodyUnsigned,
    MethodUnsigned,
    OwnPublicKeyUnchecked,
    ReadKeyWrites,
    OtherOrgReads,
    OtherOrgListed,
    // Repeated writes.
    NoReplay,
    MismatchReplayed,
    MismatchRepeated,
    ConcurrentTwice,
    ReplayFresh,
    FailureRetained,
    DeleteNotReplayed,
    // States.
    SubmitActivates,
    SubmitAnyState,
    TerminalRevived,
    KybInconsistent,
    SubmitForgotten,
    SubmitSkipsKyb,
    CloseForgotten,
    CloseTwice,
    ReviewJumps,
    // Gates.
    AnyCustomerOpensAccounts,
    CapabilityIgnored,
    KybIgnored,
    CryptoCapabilityIgnored,
    AnyAccountType,
    AnyAccountStatus,
    AnyAssetAndChain,
    CloseWithBalance,
    CloseWithPending,
    GateOrder,
    // Storage.
    MetadataLost,
    // Deliveries.
    Unsigned,
    WrongSecret,
    Reserialised,
    SignatureBase64,
    WrongEventId,
    NoTimestamp,
    NoRetry,
    RetryNewId,
    NoPreviousAttributes,
    PreviousIsCurrent,
    SnapshotPartial,
    EventNotLogged,
    EventNotSent,
    DeletedReceives,
    AllTypesSent,
    OldSecretKept,
    SnapshotStale,
}

/// What the code that keeps the rules asks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults(Option<Switch>);

impl Faults {
    /// The switch of a fault, if it turns one.
    pub(crate) fn of(fault: Option<&Fault>) -> Self {
        match fault.map(|fault| fault.lie) {
            Some(Lie::Act(switch)) => Self(Some(switch)),
            _ => Self(None),
        }
    }

    /// Whether this rule is to be broken.
    pub(crate) fn lie(self, switch: Switch) -> bool {
        self.0 == Some(switch)
    }
}
