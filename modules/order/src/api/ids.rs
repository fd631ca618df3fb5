use feira_kernel::id;

id! {
    OrderId,
    /// One seller's part of an order.
    StoreOrderId,
    /// A resumable checkout; also the key of its stock reservation.
    CheckoutId,
    ShipmentId,
}
