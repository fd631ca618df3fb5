//! What lists show.

use feira_kernel::{Currency, StoreId};
use feira_notification::{MessageId, MessageStatus, MessageSummary};
use feira_order::{
    Fulfilment, OrderId, OrderStatus, OrderSummary, Sales, SellerOrderSummary, Settlement,
    StoreOrderId,
};
use feira_payment::{
    AccountWithdrawal, Balance, DebtInvoice, DebtSettlement, InvoiceId, InvoiceStatus, KindName,
    LedgerKind, PayTo, Payout, PayoutDetails, PayoutId, PayoutItem, PayoutReversal, PayoutStatus,
    PayoutTransfer, Reserve, ReserveId, ReserveStatus, ReversalState, SplitAccount, StoreAccount,
    StoreAccountState, TransferState, WithdrawalKept, WithdrawalState,
};
use feira_store::{PayoutAccount, PayoutAccountKind, PayoutDestination};

use super::{ago, brl, id, totals};

pub(crate) fn balance() -> Balance {
    Balance {
        store: StoreId(id(3)),
        currency: Currency::BRL,
        pending: brl(45_600).into(),
        payable: brl(123_450).into(),
        held: brl(2_000).into(),
        in_payout: brl(0).into(),
        disputed: brl(0).into(),
        refunding: brl(1_990).into(),
        reserved: brl(20_000).into(),
        owed: brl(0).into(),
        billed: brl(0).into(),
        paid: brl(987_654).into(),
    }
}

pub(crate) fn reserves() -> Vec<Reserve> {
    let reserve = |n, status, minor| Reserve {
        id: ReserveId(id(n)),
        store: StoreId(id(3)),
        amount: brl(minor),
        reason: "Muitas devoluções em março".to_owned(),
        status,
        release_at: ago(-60 * 24 * 30),
        released_at: (status == ReserveStatus::Released).then(|| ago(600)),
        created_at: ago(6_000),
    };
    vec![
        reserve(1, ReserveStatus::Held, 20_000),
        reserve(2, ReserveStatus::Released, 5_000),
    ]
}

/// One that is open, and one that was paid.
pub(crate) fn invoices() -> Vec<DebtInvoice> {
    let invoice = |number: u128, status| DebtInvoice {
        id: InvoiceId(id(70 + number)),
        number: i64::try_from(number).unwrap_or_default(),
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        business_name: "Maria Souza ME".to_owned(),
        tax_id: "11.222.333/0001-81".to_owned(),
        amount: brl(12_300),
        note: "Reembolsos de maio <2026>".to_owned(),
        due_on: "2026-06-17".to_owned(),
        status,
        ended_note: (status == InvoiceStatus::Paid).then(|| "PIX E123".to_owned()),
        ended_at: (status == InvoiceStatus::Paid).then(|| ago(60)),
        created_at: ago(6_000),
    };
    vec![
        invoice(12, InvoiceStatus::Open),
        invoice(11, InvoiceStatus::Paid),
    ]
}

pub(crate) fn settlements() -> Vec<DebtSettlement> {
    let settlement = |n, kind, note: &str| DebtSettlement {
        id: id(n),
        store: StoreId(id(3)),
        kind,
        amount: brl(2_000),
        note: note.to_owned(),
        at: ago(60),
    };
    vec![
        settlement(1, LedgerKind::SettledByStore, "PIX E123"),
        settlement(2, LedgerKind::WriteOff, "It has closed"),
    ]
}

pub(crate) fn seller_orders() -> Vec<SellerOrderSummary> {
    let states = [
        (Fulfilment::Pending, Settlement::Paid),
        (Fulfilment::Accepted, Settlement::Paid),
        (Fulfilment::Pending, Settlement::Unpaid),
        (Fulfilment::Shipped, Settlement::Paid),
        (Fulfilment::Delivered, Settlement::Paid),
        (Fulfilment::Cancelled, Settlement::Refunded),
    ];
    (1..)
        .zip(states)
        .map(|(n, (fulfilment, settlement))| {
            let total = 12_345 * i64::try_from(n).expect("small");
            let delivered = fulfilment == Fulfilment::Delivered;
            SellerOrderSummary {
                id: StoreOrderId(id(n)),
                number: format!("FR-7K3{n}-A"),
                fulfilment,
                settlement,
                total: brl(total),
                units: 3,
                recipient: "João Pereira da Silva".to_owned(),
                placed_at: ago(35 * i64::try_from(n * n * n).expect("small")),
                totals: totals(total - 1_990, 1_990),
                commission: brl(total / 10),
                earning: brl(total - total / 10),
                return_window_ends_at: delivered.then(|| ago(-5_000)),
                completed_at: None,
                documented: delivered,
                lacks_document: false,
            }
        })
        .collect()
}

pub(crate) fn orders() -> Vec<OrderSummary> {
    let states = [
        OrderStatus::Pending,
        OrderStatus::Confirmed,
        OrderStatus::PartiallyShipped,
        OrderStatus::Completed,
    ];
    (1..)
        .zip(states)
        .map(|(n, status)| OrderSummary {
            id: OrderId(id(n)),
            number: format!("FR-7K3{n}"),
            status,
            total: brl(125_970),
            stores: 2,
            placed_at: ago(60 * i64::try_from(n * n).expect("small")),
        })
        .collect()
}

/// One that waits and one that was paid.
pub(crate) fn payouts() -> Vec<Payout> {
    let payout = |n: u128, status, reference: Option<&str>| Payout {
        id: PayoutId(id(n)),
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        amount: brl(113_572).into(),
        status,
        reference: reference.map(str::to_owned),
        items: 4,
        account: Some("a***@feira.example".to_owned()),
        created_at: ago(3_000),
        paid_at: reference.map(|_| ago(100)),
        ended_at: None,
        ended_why: None,
        filed_at: reference.is_none().then(|| ago(60)),
        provider: None,
    };
    vec![
        payout(1, PayoutStatus::Pending, None),
        payout(2, PayoutStatus::Paid, Some("E1234567")),
    ]
}

/// One that waits, of more than is shown.
pub(crate) fn payout_details() -> PayoutDetails {
    let item = |kind, part, amount| PayoutItem {
        kind,
        part,
        amount: brl(amount).into(),
    };
    PayoutDetails {
        payout: payouts().swap_remove(0),
        items: vec![
            item(LedgerKind::Release, Some(id(2)), 123_572),
            item(LedgerKind::Refund, Some(id(2)), -8_000),
            item(LedgerKind::WriteOff, None, -2_000),
        ],
        transfer: None,
    }
}

/// One that a provider has made, of which a part came back and another did not.
pub(crate) fn payout_transfer() -> PayoutTransfer {
    let reversal = |n: u128, state, reference: Option<&str>, why: Option<&str>| PayoutReversal {
        id: id(n),
        amount: brl(2_000),
        state,
        reference: reference.map(str::to_owned),
        refused_why: why.map(str::to_owned),
        created_at: ago(50),
        ended_at: Some(ago(40)),
    };
    PayoutTransfer {
        provider: "stripe".to_owned(),
        state: TransferState::Made,
        orphaned: false,
        trouble: None,
        told: None,
        next_attempt_at: None,
        reversed: brl(2_000),
        reversals: vec![
            reversal(
                21,
                ReversalState::Refused,
                None,
                Some("balance_insufficient"),
            ),
            reversal(20, ReversalState::Made, Some("trr_1"), None),
        ],
    }
}

fn withdrawal(minor: i64) -> AccountWithdrawal {
    AccountWithdrawal {
        amount: brl(minor),
        state: WithdrawalState::Made,
        reference: Some("withdrawal-1".to_owned()),
        created_at: ago(60),
        ended_at: Some(ago(59)),
    }
}

pub(crate) fn split_account(minor: i64, kept: Option<WithdrawalKept>) -> SplitAccount {
    SplitAccount {
        provider: "woovi".to_owned(),
        account: Some("loja@feira.example".to_owned()),
        balance: Some(brl(minor)),
        withdrawals: vec![withdrawal(minor)],
        retired_at: None,
        kept,
    }
}

/// One of each state.
pub(crate) fn store_accounts() -> Vec<StoreAccount> {
    let account = |state, missing: &[&str], why: Option<&str>| StoreAccount {
        provider: "stripe".to_owned(),
        kind: Some(KindName::Stripe),
        state,
        missing: missing.iter().map(|field| (*field).to_owned()).collect(),
        split: None,
        retired: Vec::new(),
        disabled_reason: why.map(str::to_owned),
        looked_at: (state != StoreAccountState::None).then(|| ago(1)),
    };
    let late = Some("requirements.past_due");
    let old = SplitAccount {
        account: Some("antiga@feira.example".to_owned()),
        retired_at: Some(ago(500)),
        ..split_account(700, Some(WithdrawalKept::Owes))
    };
    let split = |state, missing: &[&str], balance: Option<i64>| StoreAccount {
        provider: "woovi".to_owned(),
        kind: Some(KindName::Woovi),
        split: Some(match balance {
            Some(minor) if state == StoreAccountState::Ready => split_account(minor, None),
            Some(minor) => split_account(minor, Some(WithdrawalKept::OtherKey)),
            None => SplitAccount::default(),
        }),
        retired: balance.iter().map(|_| old.clone()).collect(),
        ..account(state, missing, None)
    };
    vec![
        split(StoreAccountState::None, &["pix_key"], None),
        split(
            StoreAccountState::Incomplete,
            &["pix_key_changed"],
            Some(9_000),
        ),
        split(StoreAccountState::Ready, &[], Some(113_572)),
        account(StoreAccountState::None, &[], None),
        account(StoreAccountState::Incomplete, &["external_account"], late),
        account(StoreAccountState::Checking, &[], None),
        account(StoreAccountState::Restricted, &["company.tax_id"], late),
        account(StoreAccountState::Ready, &[], None),
    ]
}

pub(crate) fn payout_account() -> PayoutAccount {
    PayoutAccount {
        kind: PayoutAccountKind::Pix,
        masked: "a***@feira.example".to_owned(),
        version: 1,
        changed_at: ago(5_000),
    }
}

pub(crate) fn pay_to() -> PayTo {
    PayTo {
        holder: "Maria Souza ME".to_owned(),
        tax_id: Some("11222333000181".to_owned()),
        destination: PayoutDestination::Iban {
            iban: "DE89370400440532013000".to_owned(),
            bic: Some("COBADEFF".to_owned()),
            holder: "Maria Souza ME".to_owned(),
        },
    }
}

pub(crate) fn message(n: u128, status: MessageStatus) -> MessageSummary {
    MessageSummary {
        id: MessageId(id(n)),
        kind: "order_confirmed".to_owned(),
        recipient: "joao@example.com".to_owned(),
        subject: "Pedido FR-7K3M confirmado".to_owned(),
        status,
        attempts: 1,
        created_at: ago(30),
        sent_at: (status == MessageStatus::Sent).then(|| ago(29)),
    }
}

pub(crate) fn sales() -> Vec<Sales> {
    let sales = |days, turnover, commission| Sales {
        days,
        turnover: brl(turnover).into(),
        commission: brl(commission).into(),
        refunded: brl(if days > 1 { 4_990 } else { 0 }).into(),
    };
    vec![
        sales(1, 15_445, 1_158),
        sales(7, 234_560, 17_592),
        sales(30, 924_535, 69_340),
    ]
}
