use feira_kernel::Total;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerFigures {
    pub to_ship: u32,
    pub awaiting_payment: u32,
    /// Sent, or there, and to be paid on delivery: nobody has said yet whether they were.
    #[serde(default)]
    pub to_collect: u32,
    /// Paid, and without the fiscal document that their earnings wait for; 0 where none is asked for.
    #[serde(default)]
    pub undocumented: u32,
    /// Paid sales per day of the last 30, oldest first.
    pub days: Vec<DaySales>,
    /// Those of today, and of the last 7 and 30 days.
    pub sales: Vec<Sales>,
}

/// What was paid, and not cancelled since, in the last days of a time zone; today is one of them. What went back
/// of a part of it is not in it, but for what the marketplace bears: that is what payment says of each such part
/// ([`Earning`](feira_payment::Earning)), of the newest 10,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sales {
    pub days: u32,
    /// Less `refunded`.
    pub turnover: Total,
    /// What the marketplace keeps of it.
    pub commission: Total,
    /// What went back, or is on its way back, of what was not paid back as a whole.
    pub refunded: Total,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySales {
    /// ISO date in the store's time zone.
    pub day: String,
    pub orders: u32,
    /// Less what went back of it, as [`Sales`] says.
    pub total: Total,
}
