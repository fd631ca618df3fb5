//! Every method of the modules' traits: what it writes down, why nothing, or that it only reads.

use std::{collections::BTreeSet, fs, path::Path};

use super::acts;
use crate::boundaries::files;

/// What they write down.
const AUDITED: &[(&str, &str)] = &[
    ("catalog.create_category", "catalog.category_added"),
    ("catalog.import", "catalog.product_archived"),
    ("catalog.remove_category", "catalog.category_removed"),
    ("catalog.remove_image", "catalog.image_removed"),
    ("catalog.remove_variant", "catalog.variant_removed"),
    ("catalog.update_category", "catalog.category_changed"),
    ("catalog.update_product", "catalog.product_archived"),
    ("kernel.retry", "event.retried"),
    ("notification.resend", "notification.message_resent"),
    ("order.cancel", "order.cancelled"),
    ("order.set_fiscal_document", "order.fiscal_document_set"),
    ("payment.add_provider", "payment.provider_added"),
    ("payment.change_provider", "payment.provider_changed"),
    (
        "payment.ignore_bank_statement_line",
        "payment.statement_line_ignored",
    ),
    (
        "payment.import_bank_statement",
        "payment.statement_imported",
    ),
    ("payment.hold_reserve", "payment.reserve_held"),
    ("order.refund", "order.refunded"),
    ("payment.close_dispute", "payment.dispute_closed"),
    ("payment.change_payment", "payment.notes_changed"),
    ("payment.import_store_statement", "payment.leg_paid"),
    ("payment.mark_payment_paid", "payment.marked_paid"),
    ("payment.settle_leg", "payment.leg_paid"),
    ("payment.settle_split", "payment.split_settled"),
    ("payment.mark_payout_paid", "payment.payout_paid"),
    ("payment.cancel_payout", "payment.payout_cancelled"),
    ("payment.pay_store", "payment.payout_made"),
    ("payment.payout_file", "payment.payout_file_made"),
    ("payment.payout_target", "payment.payout_account_seen"),
    ("payment.return_payout", "payment.payout_returned"),
    ("payment.mark_refund_sent", "payment.refund_sent"),
    ("payment.settle_refund", "payment.refund_settled"),
    ("payment.withdraw_refund", "payment.refund_withdrawn"),
    ("payment.return_refund", "payment.refund_returned"),
    (
        "payment.remove_method_limit",
        "payment.method_limit_removed",
    ),
    ("payment.remove_provider", "payment.provider_removed"),
    ("payment.match_bank_statement_line", "payment.marked_paid"),
    (
        "payment.remove_saved_method",
        "payment.saved_method_removed",
    ),
    ("payment.run_payouts", "payment.payout_made"),
    ("payment.set_method_limit", "payment.method_limit_set"),
    ("payment.release_reserve", "payment.reserve_released"),
    ("payment.invoice_debt", "payment.debt_invoiced"),
    ("payment.end_invoice", "payment.invoice_ended"),
    ("payment.settle_debt", "payment.debt_settled"),
    ("payment.write_off_debt", "payment.debt_written_off"),
    ("payment.open_dispute", "payment.dispute_opened"),
    ("payment.put_evidence", "payment.evidence_removed"),
    ("payment.send_evidence", "payment.evidence_sent"),
    ("store.add_commission_rule", "store.commission_rule_added"),
    ("store.approve", "store.approved"),
    (
        "store.change_payout_account",
        "store.payout_account_changed",
    ),
    ("store.reject", "store.rejected"),
    (
        "store.remove_commission_rule",
        "store.commission_rule_removed",
    ),
    (
        "store.remove_shipping_method",
        "store.shipping_method_removed",
    ),
    ("store.suspend", "store.suspended"),
    (
        "store.update_commission_rule",
        "store.commission_rule_changed",
    ),
    ("user.accept_operator_invitation", "user.operator_made"),
    ("user.create", "user.operator_made"),
];

/// What a method that stands above writes instead, by what is said.
const BESIDE: &[(&str, &str)] = &[("payment.settle_leg", "payment.leg_unpaid")];

/// Commands that write nothing down, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("cart.add_item", HER_LIST),
    ("cart.claim", HER_LIST),
    ("cart.close", "order asks, when it is bought"),
    ("cart.create", HER_LIST),
    ("cart.hold", "order asks, before it is placed"),
    ("cart.release", "order asks, when it is cancelled"),
    ("cart.remove_item", HER_LIST),
    ("cart.set_quantity", HER_LIST),
    ("cart.set_shipping", HER_LIST),
    ("catalog.add_image", HER_OFFER),
    ("catalog.add_variant", HER_OFFER),
    ("catalog.adjust_stock", "a movement says who, and is kept"),
    ("catalog.commit_reservation", "order asks"),
    ("catalog.create_product", HER_OFFER),
    ("catalog.order_images", HER_OFFER),
    ("catalog.release_reservation", "order asks"),
    ("catalog.reserve", "order asks"),
    ("catalog.restock", "order asks"),
    ("catalog.update_variant", HER_OFFER),
    ("kernel.read", "how far a module has read"),
    ("order.accept", HISTORY),
    ("order.checkout", HISTORY),
    ("order.confirm_delivery", HISTORY),
    ("order.deliver", HISTORY),
    ("order.mark_collected", "payment says who said it"),
    ("order.mark_not_collected", "payment says who said it"),
    ("order.retry_payment", "the buyer pays: the books say it"),
    ("order.ship", HISTORY),
    ("payment.add_saved_method", HERSELF),
    ("payment.cancel", "order asks, and says who cancelled"),
    (
        "payment.cancel_unpaid",
        "order asks, where its buyer pays in another way",
    ),
    ("payment.change_saved_method", HERSELF),
    (
        "payment.check_provider",
        "it asks the provider and changes nothing",
    ),
    ("payment.finish_saved_method", HERSELF),
    (
        "payment.open_store_account",
        "nothing is paid there: the change of the payout account is written down",
    ),
    ("payment.poll", "time does it: the exchanges say it"),
    ("payment.provider_webhook", "the provider's: it is kept"),
    ("payment.refund", "order asks, and says who gave it back"),
    (
        "payment.release_earning",
        "order asks, when time has passed",
    ),
    ("payment.start", "order asks"),
    ("store.add_shipping_method", HER_OFFER),
    ("store.apply", "for herself; operators decide on it"),
    ("store.update_shipping_method", HER_OFFER),
    ("store.update_store", HER_OFFER),
    ("user.change_email", HERSELF),
    ("user.change_password", HERSELF),
    ("user.forgot_password", HERSELF),
    ("user.invite_first_operator", "who accepts is written down"),
    ("user.log_in", HERSELF),
    ("user.log_in_by_link", HERSELF),
    ("user.log_out", HERSELF),
    ("user.open_browser_session", HERSELF),
    ("user.open_browser_session_by_link", HERSELF),
    ("user.refresh", HERSELF),
    ("user.register", HERSELF),
    ("user.request_sign_in_link", HERSELF),
    ("user.resend_confirmation", HERSELF),
    ("user.reset_password", HERSELF),
    ("user.verify_email", HERSELF),
];

const HER_LIST: &str = "the buyer's own list, of which nothing follows";
const HER_OFFER: &str = "what the seller's own store offers: nothing is taken away";
const HERSELF: &str = "a person's own account";
const HISTORY: &str = "the history of the order says who";

/// What changes nothing.
const READS: &[&str] = &[
    "cart.cart",
    "cart.for_checkout",
    "cart.held",
    "catalog.cards",
    "catalog.categories",
    "catalog.category",
    "catalog.image_file",
    "catalog.import_notes",
    "catalog.import_report",
    "catalog.movements",
    "catalog.product",
    "catalog.search",
    "catalog.sellables",
    "catalog.seller_products",
    "kernel.deliveries",
    "kernel.entries",
    "kernel.lag",
    "notification.message",
    "notification.messages",
    "notification.sends",
    "order.fiscal_file",
    "order.market_sales",
    "order.numbers",
    "order.may_refund",
    "order.order",
    "order.order_for_message",
    "order.orders",
    "order.payment",
    "order.preview_refund",
    "order.seller_figures",
    "order.store_order",
    "order.store_order_numbers",
    "order.store_orders",
    "payment.accepts",
    "payment.alarms",
    "payment.balance",
    "payment.books",
    "payment.by_references",
    "payment.debt_invoice",
    "payment.debt_invoices",
    "payment.debt_settlements",
    "payment.debts",
    "payment.details",
    "payment.dispute",
    "payment.disputes",
    "payment.earnings",
    "payment.evidence_file",
    "payment.exchanges",
    "payment.ledger",
    "payment.method_limits",
    "payment.ledger_entries",
    "payment.ledger_export",
    "payment.ledger_months",
    "payment.ledger_transaction",
    "payment.methods",
    "payment.offers",
    "payment.operations",
    "payment.payment",
    "payment.payments",
    "payment.part_refunds",
    "payment.payable_account",
    "payment.split_accounts",
    "payment.store_accounts",
    "payment.next_payouts",
    "payment.payout",
    "payment.payouts",
    "payment.quarter_sums",
    "payment.provider_names",
    "payment.providers",
    "payment.preview_refund",
    "payment.reference_of",
    "payment.parts_to_expect",
    "payment.references_named",
    "payment.refundable",
    "payment.statement",
    "payment.statement_lines",
    "payment.bank_statement_lines",
    "payment.bank_statement_report",
    "payment.bank_statements",
    "payment.reconcile",
    "payment.reserves",
    "payment.saved_methods",
    "payment.store_tasks",
    "payment.stuck",
    "payment.waiting_by_hand",
    "store.commission_rules",
    "store.list",
    "store.memberships",
    "store.not_purchasable",
    "store.payees",
    "store.payout_account",
    "store.people",
    "store.people_who_may",
    "store.quote_commission",
    "store.quote_shipping",
    "store.shipping_methods",
    "store.store",
    "store.stores",
    "user.account_link",
    "user.authenticate",
    "user.browser_principal",
    "user.confirm_password",
    "user.confirmation_token",
    "user.is_empty",
    "user.operator_invitation",
    "user.operators",
    "user.user",
    "user.users",
];

struct Method {
    /// `<crate>.<method>`.
    name: String,
    /// Whether its caller names the effect.
    keyed: bool,
}

/// Of every trait that is declared with `remote!`, wherever it stands.
fn methods() -> Vec<Method> {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("modules");
    let mut found = Vec::new();
    for path in files(&modules, &[".rs"]) {
        let below = path.strip_prefix(&modules).expect("below the modules");
        let mut names = below.iter().filter_map(|name| name.to_str());
        let (module, of_source) = (names.next().expect("a crate"), names.next());
        if of_source == Some("src") {
            let text = fs::read_to_string(&path).expect("a text file");
            found.extend(declared(module, &text));
        }
    }
    found
}

fn declared(module: &str, text: &str) -> Vec<Method> {
    let (mut found, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        // The macro's own lines are indented.
        let begins = line.ends_with("remote! {") && !line.starts_with([' ', '/']);
        inside = begins || (inside && line != "}");
        if let Some(rest) = line.trim_start().strip_prefix("async fn ")
            && inside
        {
            let (name, arguments) = rest.split_once('(').expect("a method");
            found.push(Method {
                name: format!("{module}.{name}"),
                keyed: arguments.contains("IdempotencyKey"),
            });
        }
    }
    found
}

#[test]
fn every_method_is_audited_or_excepted_or_reads() {
    let found = methods();
    assert!(found.len() > 100, "the traits are read: {}", found.len());
    let commands = AUDITED.iter().chain(EXCEPTIONS).map(|(method, _)| *method);
    let mut listed: Vec<&str> = commands.chain(READS.iter().copied()).collect();
    listed.sort_unstable();
    let mut names: Vec<&str> = found.iter().map(|method| method.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, listed, "each in one list, once");
    for Method { name, keyed } in &found {
        let reads = READS.contains(&name.as_str());
        assert!(
            !(reads && *keyed),
            "{name} takes a key, so it does something"
        );
    }
}

#[test]
fn every_act_is_written_by_a_method() {
    let known: BTreeSet<&str> = acts().iter().map(|act| act.name).collect();
    let written = AUDITED.iter().chain(BESIDE).map(|(_, act)| *act);
    let written: BTreeSet<&str> = written.collect();
    assert_eq!(known, written);
}

#[test]
fn a_method_is_found_wherever_its_trait_is_declared() {
    let text = "feira_kernel::remote! {\n    pub trait Chats {\n        \
                async fn close(&self, actor: &Actor, key: Option<IdempotencyKey>) -> R;\n        \
                async fn chat(&self, actor: &Actor) -> R;\n    }\n}\n\
                impl Service {\n    async fn help(&self) {}\n}\n";
    let found = declared("chat", text);
    let found: Vec<_> = found.iter().map(|m| (m.name.as_str(), m.keyed)).collect();
    assert_eq!(found, [("chat.close", true), ("chat.chat", false)]);
}
