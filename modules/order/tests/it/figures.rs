//! Numbers by the days of a time zone: a seller's of her own, an operator's of the marketplace's.

use feira_kernel::Total;
use feira_order::{RefundOf, RefundReason, RefundRequest, Sales};
use feira_payment::{BorneBy, Method};
use feira_testkit::TestDb;
use time::{Duration, macros::datetime};

use crate::support::{World, brl, card, code, guest, operator, person, seller, treasurer};

#[feira_testkit::test("orders")]
async fn days_begin_at_the_stores_midnight(db: TestDb, world: World) {
    // 02:30 UTC on the 3rd is 23:30 on the 2nd in São Paulo.
    db.clock().set(datetime!(2026-03-03 02:30 UTC));
    world.buy(&person(), card("tok_approved")).await;
    db.clock().advance(Duration::hours(1));
    world.buy(&person(), card("tok_approved")).await;
    let cancelled = world.buy(&person(), card("tok_approved")).await.order.id;
    world.cancel(&person(), cancelled, "").await;
    world.buy(&guest("ana"), Method::Pix {}).await;
    let figures = world
        .orders
        .seller_figures(&seller(world.serra.id))
        .await
        .unwrap();
    assert_eq!((figures.to_ship, figures.awaiting_payment), (2, 1));
    assert_eq!(figures.days.len(), 30);
    assert_eq!(figures.days[0].day, "2026-02-02");
    let last: Vec<_> = figures.days[27..]
        .iter()
        .map(|d| (d.day.as_str(), d.orders, d.total))
        .collect();
    let expected = [
        ("2026-03-01", 0, Total::from(brl(0))),
        ("2026-03-02", 1, Total::from(brl(5990))),
        ("2026-03-03", 1, Total::from(brl(5990))),
    ];
    assert_eq!(last, expected);
    let sales = |days, turnover, commission| Sales {
        days,
        turnover: brl(turnover).into(),
        commission: brl(commission).into(),
        refunded: brl(0).into(),
    };
    let of_store = [
        sales(1, 5990, 449),
        sales(7, 11980, 898),
        sales(30, 11980, 898),
    ];
    assert_eq!(figures.sales, of_store);
    // Of both stores.
    for (zone, today) in [
        ("America/Sao_Paulo", sales(1, 9695, 670)),
        ("UTC", sales(1, 19390, 1340)),
    ] {
        let all = world
            .orders
            .market_sales(&operator(), zone.to_owned())
            .await;
        let expected = [today, sales(7, 19390, 1340), sales(30, 19390, 1340)];
        assert_eq!(all.unwrap(), expected, "{zone}");
    }
    // What came back was not sold, nor what was paid back.
    for (change, back) in [
        ("fulfilment = 'returned'", "fulfilment = 'pending'"),
        ("settlement = 'refunded'", "settlement = 'paid'"),
    ] {
        let set = async |change: &str| {
            let today = "fulfilment <> 'cancelled' AND paid_at >= '2026-03-03 03:00Z'";
            let sql = format!("UPDATE orders.store_orders SET {change} WHERE {today}");
            let owner = db.owner().await;
            feira_kernel::db::exec(&owner, &sql, Vec::new())
                .await
                .unwrap();
        };
        set(change).await;
        let zone = "America/Sao_Paulo".to_owned();
        let all = world.orders.market_sales(&operator(), zone).await.unwrap();
        assert_eq!(all[1], sales(7, 9695, 670), "{change}");
        let store = world.orders.seller_figures(&seller(world.serra.id)).await;
        assert_eq!(store.unwrap().sales[1], sales(7, 5990, 449), "{change}");
        set(back).await;
    }
    for other in [person(), seller(world.serra.id)] {
        let refused = world.orders.market_sales(&other, "UTC".to_owned()).await;
        assert_eq!(code(refused), "order.forbidden");
    }
    assert_eq!(
        code(world.orders.seller_figures(&person()).await),
        "order.forbidden"
    );
}

#[feira_testkit::test("orders")]
async fn what_went_back_of_a_part_is_not_sold(db: TestDb, world: World) {
    db.clock().set(datetime!(2026-03-03 15:00 UTC));
    let order = world.buy(&person(), card("tok_approved")).await.order;
    db.clock().advance(Duration::days(2));
    let sales = |days, turnover, commission, refunded| Sales {
        days,
        turnover: brl(turnover).into(),
        commission: brl(commission).into(),
        refunded: brl(refunded).into(),
    };
    let serra = order
        .store_orders
        .iter()
        .find(|part| part.store == world.serra.id);
    let of = RefundOf::StoreOrder(serra.expect("a part").id);
    let request = RefundRequest {
        of,
        amount: Some(brl(1000)),
        reason: RefundReason::Damaged,
        note: None,
        borne_by: BorneBy::Store,
    };
    let given = world.orders.refund(&treasurer(), request, None).await;
    given.unwrap();
    let zone = "UTC".to_owned();
    let market = world.orders.market_sales(&operator(), zone).await.unwrap();
    let month = sales(30, 9695 - 1000, 670 - 75, 1000);
    let week = Sales {
        days: 7,
        ..month.clone()
    };
    assert_eq!(market, [sales(1, 0, 0, 0), week, month]);
    let own = world.orders.seller_figures(&seller(world.serra.id)).await;
    let own = own.unwrap();
    assert_eq!(own.sales[2], sales(30, 4990, 449 - 75, 1000));
    let day = own.days.iter().find(|day| day.day == "2026-03-03");
    let day = day.expect("its day");
    assert_eq!((day.orders, day.total), (1, Total::from(brl(4990))));
}
