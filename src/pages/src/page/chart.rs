use feira_kernel::Total;
use feira_order::DaySales;

use super::Page;

const WIDTH: i64 = 600;
const HEIGHT: i64 = 132;
const TOP: i64 = 8;

/// Bars of sales per day, as numbers for an inline picture and rows for its table.
pub(crate) struct Chart {
    pub(crate) bars: Vec<Bar>,
    pub(crate) top: String,
    pub(crate) total: String,
    pub(crate) orders: u64,
}

pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) day: String,
    pub(crate) total: String,
    pub(crate) orders: u32,
}

impl Chart {
    /// `None` when there is nothing to show.
    pub(crate) fn of(page: &Page, days: &[DaySales]) -> Option<Self> {
        let currency = days.first()?.total.currency();
        let largest = days
            .iter()
            .map(|day| day.total.minor())
            .max()
            .filter(|most| *most > 0)?;
        let step = WIDTH / i64::try_from(days.len()).ok()?.max(1);
        let bars = days.iter().zip(0_i64..).map(|(day, index)| {
            let height = bar_height(day.total.minor(), largest);
            Bar {
                x: index * step + step / 8,
                y: HEIGHT - height,
                width: (step - step / 4).max(2),
                height,
                day: page.day(&day.day),
                total: page.total(&day.total),
                orders: day.orders,
            }
        });
        let total = Total::sum(currency, days.iter().map(|day| day.total)).ok()?;
        let top = days
            .iter()
            .map(|day| day.total)
            .max_by_key(|total| total.minor())?;
        Some(Self {
            bars: bars.collect(),
            top: page.total(&top),
            total: page.total(&total),
            orders: days.iter().map(|day| u64::from(day.orders)).sum(),
        })
    }

    pub(crate) fn first(&self) -> &str {
        self.bars.first().map_or("", |bar| &bar.day)
    }

    pub(crate) fn last(&self) -> &str {
        self.bars.last().map_or("", |bar| &bar.day)
    }
}

/// The height in whole units, at least one for a day with sales.
fn bar_height(minor: i128, largest: i128) -> i64 {
    if minor <= 0 {
        return 0;
    }
    let room = i128::from(HEIGHT - TOP);
    let height = minor * room / largest;
    i64::try_from(height).unwrap_or(HEIGHT - TOP).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_picture_and_never_vanish() {
        assert_eq!(bar_height(0, 100), 0);
        assert_eq!(bar_height(100, 100), HEIGHT - TOP);
        // The largest possible sum.
        let most = (1 << 96) - 1;
        assert_eq!(bar_height(1, most), 2);
        assert_eq!(bar_height(most, most), HEIGHT - TOP);
    }
}
