//! The refund form of operators and sellers: the input, then the figures for confirmation, then the
//! refund.

use actix_web::web::Path;
use askama::Template;
use feira_kernel::{Currency, Money};
use feira_order::{
    OrderError, OrderRefund, OrderRefundPartPreview, OrderRefundPreview, OrderRefundState,
    RefundOf, RefundReason, RefundRequest,
};
use feira_payment::BorneBy;
use feira_web::{auth::CsrfForm, error::PageError, idempotent::of_form};
use uuid::Uuid;

use crate::page::{
    self, Answer, Choice, Fields, Flash, Form, Lang, Page, PageCaller, Registered, Unread, act_and,
    parse_money, respond,
};

/// Hidden fields while the figures are shown.
const KEPT: [&str; 6] = ["of", "amount", "reason", "note", "borne_by", "key"];

/// The form's buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Show the figures.
    Look,
    /// Back to the input.
    Edit,
    Give,
}

/// What was typed, and the figures that it came to.
pub(crate) type Asked = (Form, Option<OrderRefundPreview>);

/// An operator, of an order, or a member of a store, of her part.
pub(crate) trait RefundCaller: PageCaller {
    const PAGE: &'static Registered;
    type Order;

    /// What there is to give back of, for who may.
    async fn order(&self, id: Uuid) -> Result<Self::Order, PageError>;

    fn currency(order: &Self::Order) -> Currency;

    /// Of what she chose.
    fn of(order: &Self::Order, chosen: &str) -> RefundOf;

    /// The page of the order.
    fn address(id: Uuid) -> String;

    fn view(p: Page, order: &Self::Order, asked: Asked) -> RefundPage;
}

#[derive(Template)]
#[template(path = "refund.html")]
pub(crate) struct RefundPage {
    pub(crate) p: Page,
    pub(crate) action: String,
    pub(crate) form: Form,
    pub(crate) currency: Currency,
    /// The parts that can be refunded; empty if there is only one.
    pub(crate) of: Vec<Choice>,
    reasons: Vec<Choice>,
    /// The choices of who bears it; empty if the store does.
    bearers: Vec<Choice>,
    /// The figures, once they were asked for.
    figures: Option<Figures>,
    kept: Vec<(&'static str, String)>,
}

/// The figures of a refund, and what each side loses over all stores.
struct Figures {
    preview: OrderRefundPreview,
    earning: Money,
    commission: Money,
    promotion: Money,
}

impl Figures {
    fn of(preview: OrderRefundPreview) -> Self {
        let sum = |side: fn(&OrderRefundPartPreview) -> Money| {
            let all = preview.parts.iter().map(side);
            Money::sum(preview.amount.currency(), all).unwrap_or(preview.amount)
        };
        Self {
            earning: sum(|part| part.earning),
            commission: sum(|part| part.commission),
            promotion: sum(|part| part.promotion),
            preview,
        }
    }
}

impl RefundPage {
    pub(crate) fn new(
        p: Page,
        action: String,
        currency: Currency,
        (form, preview): (Form, Option<OrderRefundPreview>),
    ) -> Self {
        let words = |kind: &str, all: &[&str]| -> Vec<Choice> {
            let choice = |code: &&str| Choice::new(*code, p.word(kind, code));
            all.iter().map(choice).collect()
        };
        let reasons = RefundReason::ALL.map(RefundReason::as_str);
        let kept = KEPT.map(|name| (name, form.text(name)));
        Self {
            reasons: words("refund-reason", &reasons),
            bearers: Vec::new(),
            of: Vec::new(),
            kept: kept.into(),
            p,
            action,
            form,
            currency,
            figures: preview.map(Figures::of),
        }
    }

    /// Adds the choice of who bears it.
    pub(crate) fn borne_by_either(mut self) -> Self {
        let choice = |by: BorneBy| {
            let word = self.p.word("refund-borne", by.as_str());
            Choice::new(by.as_str(), word)
        };
        self.bearers = BorneBy::ALL.map(choice).into();
        self
    }
}

/// GET the form.
pub(crate) async fn show<C: RefundCaller>(caller: C, id: Path<Uuid>) -> Answer {
    let order = caller.order(*id).await?;
    let key = Uuid::from_bytes(caller.caller().state.entropy.bytes());
    index(&caller, &order, (blank(key), None)).await
}

async fn index<C: RefundCaller>(caller: &C, order: &C::Order, asked: Asked) -> Answer {
    let p = caller.framed(C::PAGE).await;
    let status = asked.0.status();
    respond(caller.caller().request, status, &C::view(p, order, asked))
}

/// POST the form: shows the figures, or what was typed, or gives it back.
pub(crate) async fn send<C: RefundCaller>(
    caller: C,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let order = caller.order(*id).await?;
    let mut form = Form::new(form.0);
    let step = step(&form);
    if step == Step::Edit {
        return index(&caller, &order, (form, None)).await;
    }
    let of = caller.caller();
    let chosen = C::of(&order, form.value("of"));
    let asked = read(of.lang, C::currency(&order), &mut form, chosen);
    let orders = &of.state.orders;
    let p = caller.framed(C::PAGE).await;
    let refuse = |form: &mut Form, error: OrderError| match refused(&p, form, &error) {
        true => Ok(()),
        false => form.take(of.lang, error),
    };
    let again = async |form: Form| index(&caller, &order, (form, None)).await;
    if step == Step::Look {
        let look = orders.preview_refund(of.actor, asked);
        let then = async |told: OrderRefundPreview, form: Form| {
            index(&caller, &order, (form, Some(told))).await
        };
        return act_and(form, look, refuse, then, again).await;
    }
    let key = of_form(of.request, form.value("key"), form.fields());
    let give = orders.refund(of.actor, asked, key);
    let then = async |refund: OrderRefund, _: Form| {
        Ok(page::done(of.state, &C::address(*id), &done(&refund)))
    };
    act_and(form, give, refuse, then, again).await
}

fn step(form: &Form) -> Step {
    match form.value("step") {
        "give" => Step::Give,
        "edit" => Step::Edit,
        _ => Step::Look,
    }
}

/// An empty form; the idempotency key gives a form sent twice one refund.
pub(crate) fn blank(key: Uuid) -> Form {
    Form::new(Fields::default().with("key", key.to_string()))
}

/// Reads the form. Faults are added to it, and what is returned then is not used.
fn read(lang: Lang, currency: Currency, form: &mut Form, of: RefundOf) -> RefundRequest {
    let amount = match form.optional("amount") {
        Some(text) => parse_money(lang, &text, currency).map(Some),
        None => Ok(None),
    };
    let amount = amount.unwrap_or_else(|unread| {
        let said = match unread {
            Unread::Ambiguous => "field-money-ambiguous",
            Unread::Wrong(_) => "field-money",
        };
        form.refuse("amount", lang.text(said));
        None
    });
    let reason = RefundReason::parse(form.value("reason"));
    if reason.is_none() {
        form.refuse("reason", lang.text("field-required"));
    }
    RefundRequest {
        of,
        amount,
        reason: reason.unwrap_or(RefundReason::Other),
        note: form.optional("note"),
        borne_by: BorneBy::parse(form.value("borne_by")).unwrap_or(BorneBy::Store),
    }
}

/// Moves the fault about the remaining amount to the amount's field.
fn refused(p: &Page, form: &mut Form, error: &OrderError) -> bool {
    let OrderError::RefundTooLarge { left } = error else {
        return false;
    };
    form.refuse("amount", p.t1("refund-left-only", p.money(left)));
    true
}

/// The message after the refund.
fn done(refund: &OrderRefund) -> Flash {
    match refund.state {
        OrderRefundState::Completed => Flash::good("refund-done-flash"),
        OrderRefundState::Failed => Flash::bad("refund-failed-flash"),
        OrderRefundState::Requested | OrderRefundState::Asked => Flash::good("refund-asked-flash"),
    }
}
