use feira_kernel::id;

id! {
    /// A thing that a store offers, in one or more variants.
    ProductId,
    /// What is priced, stocked and bought: a product in one combination of options.
    VariantId,
    /// A node of the category tree.
    CategoryId,
    /// An image of a product.
    ImageId,
}
