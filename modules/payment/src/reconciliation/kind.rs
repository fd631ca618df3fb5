/// What a line of a report, or an entry of the books, tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FactKind {
    Charge,
    Refund,
    /// To the marketplace's bank: the books do not know it.
    Transfer,
    /// A dispute, a correction, or what is not known.
    Other,
}
