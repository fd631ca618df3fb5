//! Examples of what operations answer: real answers, which a story of the system's tests keeps beside this file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{
    Content, Ref, RefOr, Schema, example::Example, path::Operation, schema::ArrayItems,
};

/// Each schema that is answered, and the operation whose answer is shown of it.
macro_rules! answers {
    ($($schema:ident: $operation:ident),+ $(,)?) => {
        const ANSWERS: &[(&str, &str)] = &[$((
            stringify!($schema),
            include_str!(concat!("answers/", stringify!($operation), ".snap")),
        )),+];
    };
}

answers! {
    AddingMethodView: post_me_payment_methods,
    BankStatementLineView: post_admin_bank_statement_lines_id_match,
    BankStatementReportView: get_admin_bank_statements_id,
    BooksView: get_admin_books,
    CartView: get_carts_id,
    CategoryView: get_categories_key,
    CheckoutView: post_checkouts,
    ClaimView: post_carts_id_claim,
    DisputeDetailsView: get_admin_disputes_id,
    ImageView: post_seller_products_id_images,
    ImportView: post_seller_imports,
    InvoiceView: post_admin_ledger_invoices,
    LevelView: post_seller_inventory_variant_id_movements,
    List_AlarmView: get_admin_payment_alarms,
    List_BalanceView: get_seller_balance,
    List_BankStatementLineView: get_admin_bank_statement_lines,
    List_BankStatementView: get_admin_bank_statements,
    List_CardView: get_products,
    List_DebtView: get_admin_ledger_debts,
    List_DeliveryView: get_admin_events,
    List_DisputeView: get_admin_disputes,
    List_EarningView: get_seller_earnings,
    List_EntryView: get_admin_ledger_entries,
    List_ImportNoteView: get_seller_imports_id_notes,
    List_InvoiceView: get_admin_ledger_invoices,
    List_LedgerLineView: get_seller_ledger,
    List_MethodLimitView: get_admin_method_limits,
    List_MonthView: get_admin_ledger_months,
    List_MovementView: get_seller_inventory_variant_id_movements,
    List_NextPayoutView: get_seller_next_payouts,
    List_OrderSummaryView: get_admin_orders,
    List_PartRefundView: get_seller_orders_id_refunds_sent,
    List_PaymentView: get_admin_payments,
    List_PayoutView: get_admin_payouts,
    List_ProviderAccountView: get_seller_provider_accounts,
    List_ProviderView: get_admin_providers,
    List_ReserveView: get_admin_ledger_reserves,
    List_RuleView: get_admin_commission_rules,
    List_SavedMethodView: get_me_payment_methods,
    List_SellerOrderSummaryView: get_seller_orders,
    List_SellerProductView: get_seller_products,
    List_SettlementView: get_admin_ledger_settlements,
    List_ShippingMethodView: get_seller_shipping_methods,
    List_SplitAccountView: get_admin_stores_id_split_accounts,
    List_StoreView: get_admin_stores,
    MethodLimitView: get_admin_method_limits_id,
    NewCartView: post_carts,
    OffersView: get_carts_id_payment_methods,
    OnboardingView: post_seller_provider_accounts,
    OrderRefundView: post_seller_orders_id_refunds,
    OrderView: get_admin_orders_id,
    OwnPayoutAccountView: get_seller_payout_account,
    OwnStoreView: get_seller_store,
    PaymentDetailsView: get_admin_payments_id,
    PaymentView: get_payments_id,
    PayoutAccountView: post_seller_payout_account,
    PayoutDetailsView: get_admin_payouts_id,
    PayoutFileView: post_admin_payout_files,
    PayoutView: post_admin_payouts_id_paid,
    ProductView: get_products_key,
    ProviderCheckView: get_admin_providers_name_check,
    ProviderView: get_admin_providers_name,
    ReconciliationView: post_admin_ledger_reconciliations,
    RefundPreviewView: get_admin_orders_id_refunds_preview,
    RefundView: post_seller_refunds_id_mark_sent,
    ReserveView: post_admin_ledger_reserves,
    RuleView: get_admin_commission_rules_id,
    SavedMethodView: get_me_payment_methods_id,
    SellerOrderView: get_seller_orders_id,
    SettlementView: post_admin_ledger_write_offs,
    ShippingMethodView: get_seller_shipping_methods_id,
    StoreStatementReportView: post_seller_bank_statements,
    StoreView: get_stores_key,
    TokensView: post_auth_login,
    TransactionView: get_admin_ledger_transactions_id,
    UserView: get_me,
}

/// Where the examples stand that answers refer to.
const EXAMPLES: &str = "#/components/examples/";

/// By the names of their schemas.
pub(super) fn examples() -> BTreeMap<String, RefOr<Example>> {
    let examples = ANSWERS.iter().map(|(schema, kept)| {
        let mut example = Example::new();
        example.value = Some(value(kept));
        ((*schema).to_owned(), RefOr::T(example))
    });
    examples.collect()
}

/// What is kept, below the lines that say where it comes from.
fn value(kept: &str) -> Value {
    let (_, json) = kept.split_once("\n---\n").expect("a head");
    serde_json::from_str(json).expect("JSON")
}

fn known(schema: &Ref) -> Option<(&'static str, &'static str)> {
    let mut all = ANSWERS.iter();
    let name = schema.ref_location.rsplit('/').next()?;
    all.find(|(known, _)| *known == name).copied()
}

/// Shows of each answer in JSON the example of its schema.
pub(super) fn show(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && let Some(RefOr::T(content)) = response.content.get_mut("application/json")
        {
            show_one(content);
        }
    }
}

fn show_one(content: &mut Content) {
    match &content.schema {
        Some(RefOr::Ref(schema)) => {
            if let Some((name, _)) = known(schema) {
                let example = Ref::new(format!("{EXAMPLES}{name}"));
                content
                    .examples
                    .insert("real".to_owned(), RefOr::Ref(example));
            }
        }
        Some(RefOr::T(Schema::Array(list))) => {
            if let ArrayItems::RefOrSchema(item) = &list.items
                && let RefOr::Ref(item) = &**item
                && let Some((_, kept)) = known(item)
            {
                content.example = Some(json!([value(kept)]));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ANSWERS;
    use crate::openapi::document;

    /// The example of a schema is an answer of an operation that has it.
    #[test]
    fn each_schema_that_is_answered_in_json_has_a_real_answer() {
        let document = serde_json::to_value(document()).expect("JSON");
        let mut answered = BTreeSet::new();
        for item in document["paths"].as_object().expect("paths").values() {
            for operation in item.as_object().expect("methods").values() {
                let responses = operation["responses"].as_object().expect("answers").iter();
                for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
                    let schema = &response["content"]["application/json"]["schema"];
                    let of = schema["$ref"].as_str().or(schema["items"]["$ref"].as_str());
                    answered.extend(of.and_then(|of| of.rsplit('/').next()).map(str::to_owned));
                }
            }
        }
        let shown = ANSWERS.iter().map(|(schema, _)| (*schema).to_owned());
        assert_eq!(answered, shown.collect());
    }
}
