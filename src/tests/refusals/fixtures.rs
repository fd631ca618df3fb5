//! Something of everything, as the first store, its customer and the operators have it.

use time::Duration;

use super::{
    kept::Kept,
    money::{Earned, Money},
    things::Things,
    waiting::Waiting,
};
use crate::repeats::World;

pub(crate) struct Fixtures {
    money: Money,
    kept: Kept,
    waiting: Waiting,
}

impl Fixtures {
    /// Who signed in before must do so again: it takes weeks.
    pub(crate) async fn of(world: &mut World<'_>) -> Self {
        let earned = Earned::of(world.market, &world.a).await;
        world.sign_in().await;
        let money = Money::of(world.market, &world.operator, &world.a, earned).await;
        let people = (&world.operator, &world.buyer);
        let kept = Kept::of(world.market, people, &world.a).await;
        let waiting = Waiting::of(world).await;
        world.sign_in().await;
        Self {
            money,
            kept,
            waiting,
        }
    }

    /// Nothing of it waits for anybody any more.
    pub(crate) async fn finish(&self, world: &World<'_>) {
        self.waiting.finish(world).await;
        world.market.pass(Duration::minutes(5)).await;
    }

    /// The route's path with the ids of what is there, beside which these things are somebody's.
    pub(crate) fn at(&self, route: &str, things: &Things) -> Option<String> {
        let part = route.strip_prefix("/api/v1/admin/store-orders/{id}");
        let of_part =
            part.and_then(|rest| things.at(&format!("/api/v1/seller/orders/{{id}}{rest}")));
        let of_part = of_part.map(|path| path.replace("/seller/orders/", "/admin/store-orders/"));
        let found = self.waiting.at(route).or_else(|| self.money.at(route));
        let found = found.or_else(|| self.kept.at(route)).or(of_part);
        found.or_else(|| things.at(route))
    }

    /// Of the fields that name a thing in a body, the ids.
    pub(crate) fn named(&self, route: &str, things: &Things) -> [(&'static str, String); 2] {
        let mut named = things.named();
        if let Some(payment) = self.waiting.payment(route) {
            named[1].1 = payment;
        }
        named
    }
}
