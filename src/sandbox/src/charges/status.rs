feira_kernel::text_enum! {
    /// What became of a charge.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ChargeStatus {
        Pending = "pending",
        Captured = "captured",
        Declined = "declined",
        Cancelled = "cancelled",
    }
}
