//! What the demo's stores offer.

use feira_catalog::{CategoryId, NewProduct, NewVariant, OptionValue, ProductStatus, StockPolicy};
use feira_kernel::{Currency, Money};

pub(super) struct DemoStore {
    pub(super) name: &'static str,
    pub(super) business_name: &'static str,
    pub(super) tax_id: &'static str,
    pub(super) description: &'static str,
    pub(super) city: &'static str,
    pub(super) state: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) items: &'static [Item],
}

pub(super) struct Item {
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    description: &'static str,
    option: &'static str,
    /// Value, price in minor units, quantity on hand.
    variants: &'static [(&'static str, i64, u32)],
    weight_grams: u32,
}

impl Item {
    pub(super) fn to_product(
        &self,
        currency: Currency,
        category: Option<CategoryId>,
    ) -> anyhow::Result<NewProduct> {
        let mut variants = Vec::with_capacity(self.variants.len());
        for (value, minor, quantity) in self.variants {
            variants.push(NewVariant {
                sku: None,
                options: vec![OptionValue {
                    name: self.option.to_owned(),
                    value: (*value).to_owned(),
                }],
                price: Money::from_minor(*minor, currency)?,
                compare_at: None,
                weight_grams: self.weight_grams,
                barcode: None,
                quantity: *quantity,
                stock_policy: StockPolicy::Counted,
            });
        }
        Ok(NewProduct {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            category,
            status: ProductStatus::Active,
            variants,
            ..NewProduct::default()
        })
    }
}

pub(super) static CERAMICS: DemoStore = DemoStore {
    name: "Ana Cerâmica",
    business_name: "Ana Cerâmica LTDA",
    tax_id: "11.222.333/0001-81",
    description: "Stoneware thrown by hand in Cunha.",
    city: "Cunha",
    state: "SP",
    postal_code: "12530-000",
    items: &[
        Item {
            name: "Clay mug",
            category: "Home and Garden",
            description: "A mug of 300 ml, glazed inside, raw outside.",
            option: "Colour",
            variants: &[("Sand", 4990, 40), ("Night blue", 5490, 25)],
            weight_grams: 420,
        },
        Item {
            name: "Serving bowl",
            category: "Home and Garden",
            description: "Wide and low, for salads and fruit.",
            option: "Size",
            variants: &[("Medium", 11_900, 12), ("Large", 16_900, 6)],
            weight_grams: 1300,
        },
        Item {
            name: "Bud vase",
            category: "Home and Garden",
            description: "For one flower.",
            option: "Colour",
            variants: &[("White", 3990, 30), ("Moss", 3990, 2)],
            weight_grams: 250,
        },
        Item {
            name: "Dinner plate",
            category: "Home and Garden",
            description: "27 cm, safe in the dishwasher.",
            option: "Colour",
            variants: &[("Sand", 7990, 60), ("Charcoal", 7990, 48)],
            weight_grams: 700,
        },
        Item {
            name: "Incense holder",
            category: "Home and Garden",
            description: "A small mountain.",
            option: "Colour",
            variants: &[("White", 2990, 20), ("Terracotta", 2990, 20)],
            weight_grams: 150,
        },
        Item {
            name: "Planter",
            category: "Home and Garden",
            description: "With a hole and a saucer.",
            option: "Size",
            variants: &[("15 cm", 6990, 15), ("22 cm", 9990, 10)],
            weight_grams: 900,
        },
    ],
};

pub(super) static COFFEE: DemoStore = DemoStore {
    name: "Café do Bento",
    business_name: "Bento Rocha Cafés ME",
    tax_id: "529.982.247-25",
    description: "Coffee from one farm in the Serra da Mantiqueira.",
    city: "Cristina",
    state: "MG",
    postal_code: "37476-000",
    items: &[
        Item {
            name: "Yellow Bourbon",
            category: "Food and Drink",
            description: "Natural process; caramel and orange.",
            option: "Grind",
            variants: &[("Whole bean", 4590, 80), ("Filter", 4590, 50)],
            weight_grams: 270,
        },
        Item {
            name: "Red Catuaí",
            category: "Food and Drink",
            description: "Pulped natural; chocolate and nuts.",
            option: "Grind",
            variants: &[("Whole bean", 3990, 80), ("Filter", 3990, 50)],
            weight_grams: 270,
        },
        Item {
            name: "Tasting box",
            category: "Food and Drink",
            description: "Four coffees of 100 g.",
            option: "Grind",
            variants: &[("Whole bean", 6990, 20), ("Filter", 6990, 20)],
            weight_grams: 450,
        },
        Item {
            name: "Cloth filter",
            category: "Home and Garden",
            description: "Cotton, with a wooden handle.",
            option: "Size",
            variants: &[("Small", 1990, 100), ("Large", 2490, 100)],
            weight_grams: 60,
        },
        Item {
            name: "Glass server",
            category: "Home and Garden",
            description: "Heatproof, 600 ml.",
            option: "Size",
            variants: &[("600 ml", 8990, 18), ("1 l", 10_990, 9)],
            weight_grams: 380,
        },
        Item {
            name: "Hand grinder",
            category: "Home and Garden",
            description: "Steel burrs, 25 g.",
            option: "Colour",
            variants: &[("Steel", 24_900, 7), ("Black", 24_900, 5)],
            weight_grams: 540,
        },
    ],
};
