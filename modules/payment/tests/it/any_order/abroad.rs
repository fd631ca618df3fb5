//! What is paid in another currency.

use feira_kernel::{Currency, Money};
use feira_payment::testing;
use proptest::sample::Index;

use super::shop::Shop;

impl Shop<'_> {
    pub(super) async fn capture_abroad(&mut self, parts: &[(Index, i64)]) {
        let split = |(store, cents): &(Index, i64)| {
            testing::split(*store.get(&self.stores), testing::random(), *cents)
        };
        let splits = parts.iter().map(split).collect();
        let card = testing::card("tok_approved");
        let mut start = testing::start(testing::random(), card, splits);
        let usd = |money: &mut Money| {
            *money = Money::from_minor(money.minor(), Currency::USD).unwrap();
        };
        usd(&mut start.amount);
        for split in &mut start.splits {
            usd(&mut split.amount);
            usd(&mut split.commission);
            usd(&mut split.earning);
        }
        self.pay(start).await;
    }
}
