/// What a line of a report, or an entry of the books, tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FactKind {
    Charge,
    Refund,
    /// To the marketplace's bank: the books do not know it; or, where a report has one word for both, to a store.
    Transfer,
    /// To a store's account at the provider, or back from it.
    ToStore,
    /// A dispute, a correction, or what is not known.
    Other,
    /// To a store, from the marketplace's bank.
    Payout,
    /// What a bank says of its lines: not more than which way they went.
    CameIn,
    WentOut,
}

impl FactKind {
    /// Which kinds of facts a line of this kind may tell of, the likelier ones first.
    pub(crate) fn meant(&self) -> &[FactKind] {
        match self {
            Self::Transfer => &[Self::ToStore],
            Self::CameIn => &[Self::Charge, Self::Other],
            Self::WentOut => &[Self::Refund, Self::Payout, Self::Other],
            one => std::slice::from_ref(one),
        }
    }

    /// Whether it says no more than which way the money went.
    pub(crate) fn is_of_a_bank(self) -> bool {
        matches!(self, Self::CameIn | Self::WentOut)
    }
}
