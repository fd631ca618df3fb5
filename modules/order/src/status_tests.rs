use std::fmt::Write;

use proptest::prelude::*;

use super::*;

const STEPS: [Step; 6] = [
    Step::Accept,
    Step::Pack,
    Step::Ship,
    Step::Deliver,
    Step::Return,
    Step::Cancel,
];
const MONEY: [MoneyStep; 8] = [
    MoneyStep::Pay,
    MoneyStep::Agree,
    MoneyStep::Collect,
    MoneyStep::GiveUp,
    MoneyStep::RefundPart,
    MoneyStep::RefundAll,
    MoneyStep::ReturnPart,
    MoneyStep::ReturnAll,
];

fn part(fulfilment: Fulfilment, settlement: Settlement) -> StoreOrderState {
    StoreOrderState {
        fulfilment,
        settlement,
        completed: false,
    }
}

fn shown(result: Result<&'static str, Illegal>) -> &'static str {
    result.unwrap_or("-")
}

fn wire(state: impl serde::Serialize) -> String {
    let json = serde_json::to_value(state).unwrap();
    json.as_str().unwrap().to_owned()
}

#[test]
fn a_state_has_one_name_in_tables_and_on_the_wire() {
    for state in Fulfilment::ALL {
        assert_eq!(wire(state), state.as_str());
        assert_eq!(Fulfilment::parse(state.as_str()), Some(state));
    }
    for state in Settlement::ALL {
        assert_eq!(wire(state), state.as_str());
        assert_eq!(Settlement::parse(state.as_str()), Some(state));
    }
    for name in [
        "pending",
        "confirmed",
        "partially_shipped",
        "shipped",
        "partially_delivered",
        "delivered",
        "completed",
        "cancelled",
        "refunded",
    ] {
        let status = OrderStatus::parse(name).unwrap();
        assert_eq!((status.as_str(), wire(status)), (name, name.to_owned()));
    }
    assert_eq!(OrderStatus::parse("lost"), None);
}

#[test]
fn all_states_and_all_moves() {
    let mut grid = String::new();
    for settlement in Settlement::ALL {
        writeln!(grid, "goods, while {}", settlement.as_str()).unwrap();
        for fulfilment in Fulfilment::ALL {
            write!(grid, "  {:<10}", fulfilment.as_str()).unwrap();
            for step in STEPS {
                let moved = part(fulfilment, settlement).step(step);
                let moved = shown(moved.map(|p| p.fulfilment.as_str()));
                write!(grid, " {}:{moved:<9}", step.name()).unwrap();
            }
            grid.push('\n');
        }
    }
    for fulfilment in Fulfilment::ALL {
        writeln!(grid, "money, while {}", fulfilment.as_str()).unwrap();
        for settlement in Settlement::ALL {
            write!(grid, "  {:<18}", settlement.as_str()).unwrap();
            for money in MONEY {
                let moved = part(fulfilment, settlement).settle(money);
                let moved = shown(moved.map(|p| p.settlement.as_str()));
                write!(grid, " {money:?}:{moved:<18}").unwrap();
            }
            grid.push('\n');
        }
    }
    let trimmed: Vec<_> = grid.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(trimmed.join("\n"));
}

#[test]
fn the_projection_of_one_and_of_two_parts() {
    use Fulfilment as F;
    let paid = |f| part(f, Settlement::Paid);
    let unpaid = |f| part(f, Settlement::Unpaid);
    let done = |f| StoreOrderState {
        completed: true,
        ..paid(f)
    };
    let agreed = |f| part(f, Settlement::OnDelivery);
    let cases: [(&[StoreOrderState], OrderStatus); 19] = [
        (&[], OrderStatus::Cancelled),
        (&[unpaid(F::Pending)], OrderStatus::Pending),
        (&[paid(F::Pending)], OrderStatus::Confirmed),
        (
            &[paid(F::Packed), paid(F::Accepted)],
            OrderStatus::Confirmed,
        ),
        (
            &[paid(F::Shipped), paid(F::Pending)],
            OrderStatus::PartiallyShipped,
        ),
        (&[paid(F::Shipped), paid(F::Shipped)], OrderStatus::Shipped),
        (
            &[paid(F::Shipped), paid(F::Cancelled)],
            OrderStatus::Shipped,
        ),
        (
            &[paid(F::Delivered), paid(F::Pending)],
            OrderStatus::PartiallyDelivered,
        ),
        (
            &[paid(F::Delivered), paid(F::Shipped)],
            OrderStatus::PartiallyDelivered,
        ),
        (
            &[paid(F::Delivered), paid(F::Delivered)],
            OrderStatus::Delivered,
        ),
        (
            &[done(F::Delivered), paid(F::Delivered)],
            OrderStatus::Delivered,
        ),
        (
            &[done(F::Delivered), done(F::Delivered)],
            OrderStatus::Completed,
        ),
        (
            &[unpaid(F::Cancelled), paid(F::Cancelled)],
            OrderStatus::Cancelled,
        ),
        (
            &[part(F::Returned, Settlement::Refunded)],
            OrderStatus::Refunded,
        ),
        (&[agreed(F::Pending)], OrderStatus::Confirmed),
        (
            &[agreed(F::Shipped), paid(F::Delivered)],
            OrderStatus::PartiallyDelivered,
        ),
        (&[agreed(F::Delivered)], OrderStatus::Delivered),
        (
            &[unpaid(F::Returned), done(F::Delivered)],
            OrderStatus::Completed,
        ),
        (&[unpaid(F::Returned)], OrderStatus::Cancelled),
    ];
    for (parts, expected) in cases {
        assert_eq!(project(parts), expected, "{parts:?}");
    }
}

fn any_part() -> impl Strategy<Value = StoreOrderState> {
    (
        prop::sample::select(Fulfilment::ALL.to_vec()),
        prop::sample::select(Settlement::ALL.to_vec()),
        any::<bool>(),
    )
        .prop_map(|(fulfilment, settlement, completed)| StoreOrderState {
            fulfilment,
            settlement,
            completed,
        })
}

/// How far along; states off the main road have none.
fn rank(status: OrderStatus) -> Option<usize> {
    use OrderStatus as S;
    let road = [
        S::Pending,
        S::Confirmed,
        S::PartiallyShipped,
        S::Shipped,
        S::PartiallyDelivered,
        S::Delivered,
        S::Completed,
    ];
    road.iter().position(|s| *s == status)
}

proptest! {
    #[test]
    fn the_order_of_parts_does_not_matter(mut parts in prop::collection::vec(any_part(), 0..6)) {
        let status = project(&parts);
        parts.reverse();
        prop_assert_eq!(project(&parts), status);
        let by = parts.len().min(1);
        parts.rotate_left(by);
        prop_assert_eq!(project(&parts), status);
    }

    #[test]
    fn gone_parts_do_not_count_beside_living_ones(parts in prop::collection::vec(any_part(), 1..6)) {
        let live: Vec<_> = parts.iter().copied().filter(|p| !p.is_gone()).collect();
        prop_assert_eq!(project(&parts), project(&live));
    }

    /// On the road from paying to completing, one part's step never takes the order back.
    #[test]
    fn the_main_road_goes_forward(moves in prop::collection::vec((0_usize..3, 0_usize..6), 0..40)) {
        let mut parts = vec![part(Fulfilment::Pending, Settlement::Unpaid); 3];
        let mut before = project(&parts);
        let paid: Vec<_> = parts.iter().map(|p| p.settle(MoneyStep::Pay).unwrap()).collect();
        parts = paid;
        for (index, action) in moves {
            let moved = match action {
                0 => parts[index].step(Step::Accept),
                1 => parts[index].step(Step::Pack),
                2 => parts[index].step(Step::Ship),
                3 => parts[index].step(Step::Deliver),
                4 => parts[index].complete(),
                _ => parts[index].settle(MoneyStep::Pay),
            };
            if let Ok(moved) = moved {
                parts[index] = moved;
            }
            let now = project(&parts);
            prop_assert!(rank(now) >= rank(before), "{:?} after {:?}", now, before);
            before = now;
        }
    }

    /// Goods are never sent without money, but where it is paid on delivery, and money never comes twice.
    #[test]
    fn nothing_is_sent_unpaid(parts in any_part()) {
        if parts.step(Step::Ship).is_ok() {
            let secured = [Settlement::Paid, Settlement::PartiallyRefunded, Settlement::OnDelivery];
            prop_assert!(secured.contains(&parts.settlement));
        }
        if let Ok(paid) = parts.settle(MoneyStep::Pay) {
            prop_assert!(paid.settle(MoneyStep::Pay).is_err());
        }
    }
}
