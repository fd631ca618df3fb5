use feira_catalog::{
    CategoryId, CategoryKey, NewProduct, ProductCard, ProductChange, ProductStatus, Search,
    SellerFilter, Sort, StockChange,
};
use feira_kernel::{Actor, Cursor, ErrorKind, ModuleError, PageRequest};
use uuid::Uuid;

use crate::support::{World, adjust, brl, product};

#[path = "search/sellers.rs"]
mod sellers;

fn category(tail: &str) -> CategoryId {
    CategoryId(
        format!("01990000-0000-7000-8000-000000000{tail}")
            .parse()
            .unwrap(),
    )
}

fn priced(name: &str, price: i64, category_id: Option<CategoryId>) -> NewProduct {
    let mut new = product(name, 1);
    new.variants[0].price = brl(price);
    new.variants[1].price = brl(price + 500);
    new.category = category_id;
    new
}

async fn shop(world: &World) {
    let clothing = Some(category("101"));
    for (name, price, category_id) in [
        ("Camiseta de algodão azul", 4_990, clothing),
        ("Camiseta de linho", 7_990, clothing),
        ("Sandália de couro", 12_990, Some(category("102"))),
        ("Caneca de cerâmica", 3_500, Some(category("301"))),
    ] {
        world
            .make(&world.ana, priced(name, price, category_id))
            .await;
    }
    let mut tagged = priced("Vaso pequeno", 2_000, Some(category("302")));
    tagged.tags = vec!["cerâmica".to_owned()];
    tagged.description = "Combina com a camiseta.".to_owned();
    world.make(&world.bia, tagged).await;
    let mut draft = priced("Camiseta secreta", 100, clothing);
    draft.status = ProductStatus::Draft;
    world.make(&world.bia, draft).await;
}

async fn all(world: &World, query: Search) -> Vec<ProductCard> {
    let found = world
        .api
        .search(&Actor::stranger(), query, PageRequest::first(100))
        .await;
    found.unwrap().items
}

async fn titles(world: &World, query: Search) -> Vec<String> {
    all(world, query)
        .await
        .into_iter()
        .map(|c| c.title)
        .collect()
}

fn text(q: &str) -> Search {
    Search {
        q: Some(q.to_owned()),
        ..Search::default()
    }
}

#[feira_testkit::test("catalog")]
async fn words_are_found_whatever_their_accents_and_endings(world: World) {
    shop(&world).await;
    assert_eq!(
        titles(&world, text("algodao")).await,
        ["Camiseta de algodão azul"]
    );
    assert_eq!(
        titles(&world, text("CERÂMICA")).await,
        ["Caneca de cerâmica", "Vaso pequeno"],
        "the name counts more than a tag"
    );
    let shirts = titles(&world, text("camisetas")).await;
    assert_eq!(shirts.len(), 3, "{shirts:?}");
    assert_eq!(shirts[2], "Vaso pequeno", "the description counts least");
    assert_eq!(
        titles(&world, text("camiseta - algodao azul")).await,
        ["Camiseta de algodão azul"]
    );
    assert_eq!(
        titles(&world, text("camizeta")).await.len(),
        2,
        "a typing error"
    );
    assert_eq!(
        titles(&world, text("sandalha")).await,
        ["Sandália de couro"]
    );
    assert!(titles(&world, text("xyzzyx")).await.is_empty());
    assert_eq!(
        titles(&world, text("   ")).await.len(),
        5,
        "no words are no filter"
    );
    for odd in [
        "' OR 1=1 --",
        "a & | ! ( )",
        "\u{0}\u{1}",
        "%_\\",
        "\"",
        "<->:*",
    ] {
        titles(&world, text(odd)).await;
    }
}

#[feira_testkit::test("catalog")]
async fn what_a_buyer_types_is_words(world: World) {
    for name in [
        "Garrafa Azul - Vidro",
        "Caneca \"Or\" (esmaltada): 350 ml",
        "Tábua & faca",
        "Guarda-chuva",
    ] {
        world.make(&world.ana, product(name, 1)).await;
    }
    let mut jug = product("Jarra", 1);
    jug.description = "Em azul petróleo, sem alça.".to_owned();
    world.make(&world.bia, jug).await;
    for (typed, found) in [
        ("azul-petróleo", "Jarra"),
        ("jarra (sem-alça)", "Jarra"),
        ("Garrafa Azul - Vidro", "Garrafa Azul - Vidro"),
        ("garrafa -azul", "Garrafa Azul - Vidro"),
        ("\"vidro garrafa\"", "Garrafa Azul - Vidro"),
        ("garrafa* :azul", "Garrafa Azul - Vidro"),
        (
            "Caneca \"Or\" (esmaltada): 350 ml",
            "Caneca \"Or\" (esmaltada): 350 ml",
        ),
        ("caneca OR esmaltada", "Caneca \"Or\" (esmaltada): 350 ml"),
        ("!faca | (ta\u{301}bua)", "Tábua & faca"),
        ("\u{200b}faca\u{a0}tábua", "Tábua & faca"),
        ("Azul \u{2013} Vidro", "Garrafa Azul - Vidro"),
        ("garrafa-azul", "Garrafa Azul - Vidro"),
        ("vidro:* & azul", "Garrafa Azul - Vidro"),
        ("'caneca' || esmaltada", "Caneca \"Or\" (esmaltada): 350 ml"),
        ("tábua <-> !!faca", "Tábua & faca"),
        ("guarda chuva", "Guarda-chuva"),
        ("GUARDA\u{2011}CHUVA", "Guarda-chuva"),
    ] {
        assert_eq!(titles(&world, text(typed)).await, [found], "{typed}");
    }
}

#[feira_testkit::test("catalog")]
async fn what_is_changed_is_found_by_its_new_words(world: World) {
    let made = world.make(&world.ana, product("Vaso", 1)).await;
    let mut change = ProductChange {
        name: Some("Jarra".to_owned()),
        brand: Some(Some("Olaria".to_owned())),
        ..ProductChange::default()
    };
    for (word, found) in [("jarra", true), ("olaria", true), ("olaria", false)] {
        if !found {
            change.brand = Some(None);
        }
        let changed = world
            .api
            .update_product(&world.ana, made.id, change.clone());
        changed.await.unwrap();
        assert_eq!(
            titles(&world, text(word)).await == ["Jarra"],
            found,
            "{word}"
        );
    }
}

#[feira_testkit::test("catalog")]
async fn a_category_is_named_by_id_or_slug(world: World) {
    shop(&world).await;
    let in_category = |key| Search {
        category: Some(key),
        ..Search::default()
    };
    let by_slug = CategoryKey::Slug("fashion".to_owned());
    let by_slug = titles(&world, in_category(by_slug)).await;
    let by_id = CategoryKey::Id(category("001"));
    assert_eq!(by_slug, titles(&world, in_category(by_id)).await);
    assert_eq!(by_slug.len(), 3);
}

#[feira_testkit::test("catalog")]
async fn filters_narrow(world: World) {
    shop(&world).await;
    let in_category = |id| Search {
        category: Some(CategoryKey::Id(id)),
        sort: Sort::PriceAscending,
        ..Search::default()
    };
    let fashion = titles(&world, in_category(category("001"))).await;
    assert_eq!(
        fashion,
        [
            "Camiseta de algodão azul",
            "Camiseta de linho",
            "Sandália de couro"
        ]
    );
    assert_eq!(
        titles(&world, in_category(category("102"))).await,
        ["Sandália de couro"]
    );
    let unknown = in_category(CategoryId(Uuid::from_u128(1)));
    let refused = world
        .api
        .search(&Actor::stranger(), unknown, PageRequest::default())
        .await;
    assert_eq!(refused.unwrap_err().fields()[0].pointer, "/category");
    let of_store = Search {
        store: Some(world.second),
        ..Search::default()
    };
    assert_eq!(titles(&world, of_store).await, ["Vaso pequeno"]);
    let between = |min, max| Search {
        price_min: Some(brl(min)),
        price_max: Some(brl(max)),
        sort: Sort::PriceDescending,
        ..Search::default()
    };
    let middle = titles(&world, between(4_000, 8_000)).await;
    assert_eq!(
        middle,
        [
            "Camiseta de linho",
            "Camiseta de algodão azul",
            "Caneca de cerâmica"
        ],
        "a price range that touches is enough"
    );
    let refused = world
        .api
        .search(&Actor::stranger(), between(9, 1), PageRequest::default())
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    let vase = all(&world, text("vaso")).await.remove(0);
    assert!(vase.in_stock);
    let shown = world
        .api
        .product(&world.bia, feira_catalog::ProductKey::Id(vase.id))
        .await
        .unwrap();
    for variant in shown.variants {
        let none = adjust(variant.id, StockChange::To(0));
        world
            .api
            .adjust_stock(&world.bia, none, None)
            .await
            .unwrap();
    }
    assert!(!all(&world, text("vaso")).await[0].in_stock);
    let mut stocked = text("vaso");
    stocked.in_stock = true;
    assert!(titles(&world, stocked).await.is_empty());
}

#[feira_testkit::test("catalog")]
async fn pages_follow_each_other_in_every_order(world: World) {
    for number in 0..11 {
        let price = 1_000 + 100 * (number / 3);
        world
            .make(&world.ana, priced(&format!("Prato {number}"), price, None))
            .await;
    }
    let sorts = [
        Sort::Relevance,
        Sort::Newest,
        Sort::PriceAscending,
        Sort::PriceDescending,
    ];
    for sort in sorts {
        for q in [None, Some("prato"), Some("pratto")] {
            let query = Search {
                q: q.map(str::to_owned),
                sort,
                ..Search::default()
            };
            let whole: Vec<_> = all(&world, query.clone())
                .await
                .iter()
                .map(|c| c.id)
                .collect();
            assert_eq!(whole.len(), 11, "{sort:?} {q:?}");
            let (mut paged, mut cursor) = (Vec::new(), None);
            loop {
                let request = PageRequest::new(Some(4), cursor).unwrap();
                let page = world
                    .api
                    .search(&Actor::stranger(), query.clone(), request)
                    .await
                    .unwrap();
                paged.extend(page.items.iter().map(|c| c.id));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(paged, whole, "{sort:?} {q:?}");
        }
    }
    let cheap = all(
        &world,
        Search {
            sort: Sort::PriceAscending,
            ..Search::default()
        },
    )
    .await;
    assert!(cheap.is_sorted_by_key(|card| card.price_from.amount()));
    let request = PageRequest::new(None, Some(Cursor("bm9uc2Vuc2U".to_owned()))).unwrap();
    let refused = world
        .api
        .search(&Actor::stranger(), Search::default(), request)
        .await;
    assert_eq!(refused.unwrap_err().fields()[0].pointer, "/cursor");
}

#[feira_testkit::test("catalog")]
async fn cards_come_in_the_callers_order(world: World) {
    shop(&world).await;
    let mut ids: Vec<_> = all(&world, Search::default())
        .await
        .iter()
        .map(|c| c.id)
        .collect();
    ids.reverse();
    let mut asked = ids.clone();
    asked.push(feira_catalog::ProductId(Uuid::from_u128(1)));
    asked.push(ids[0]);
    let cards = world.api.cards(&Actor::stranger(), asked).await.unwrap();
    assert_eq!(cards.iter().map(|c| c.id).collect::<Vec<_>>(), ids);
    for card in &cards {
        let of_bia = card.title == "Vaso pequeno";
        let store = if of_bia { "Brinquedos" } else { "Ateliê" };
        assert_eq!(card.store_name, store, "{}", card.title);
    }
    let many = (0..101)
        .map(|n| feira_catalog::ProductId(Uuid::from_u128(n)))
        .collect();
    let refused = world.api.cards(&Actor::stranger(), many).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
}
