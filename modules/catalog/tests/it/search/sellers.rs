//! What a seller finds among her own.

use super::*;

#[feira_testkit::test("catalog")]
async fn a_seller_lists_her_own(world: World) {
    shop(&world).await;
    let list = async |actor: &Actor, filter: SellerFilter| {
        let page = world
            .api
            .seller_products(actor, filter, PageRequest::first(2))
            .await
            .unwrap();
        let mut items = page.items;
        if let Some(cursor) = page.next_cursor {
            let rest = PageRequest::new(Some(100), Some(cursor)).unwrap();
            let rest = world
                .api
                .seller_products(actor, SellerFilter::default(), rest)
                .await
                .unwrap();
            items.extend(rest.items);
        }
        items.into_iter().map(|p| p.name).collect::<Vec<_>>()
    };
    assert_eq!(list(&world.ana, SellerFilter::default()).await.len(), 4);
    let drafts = SellerFilter {
        status: Some(ProductStatus::Draft),
        ..SellerFilter::default()
    };
    assert_eq!(list(&world.bia, drafts).await, ["Camiseta secreta"]);
    let named = SellerFilter {
        q: Some("CERAMICA".to_owned()),
        ..SellerFilter::default()
    };
    assert_eq!(list(&world.ana, named).await, ["Caneca de cerâmica"]);
    let mut coded = product("Vaso azul", 1);
    coded.variants[0].sku = Some("Vaso\u{2011}Az-01".to_owned());
    coded.variants[1].barcode = Some("789 1234 567895".to_owned());
    world.make(&world.ana, coded).await;
    for code in [
        "VASO-AZ-01",
        "vaso-az-01 ",
        "7891234567895",
        "789-1234567895",
    ] {
        let coded = SellerFilter {
            q: Some(code.to_owned()),
            ..SellerFilter::default()
        };
        assert_eq!(
            list(&world.ana, coded.clone()).await,
            ["Vaso azul"],
            "{code}"
        );
        assert!(list(&world.bia, coded).await.is_empty(), "{code}");
    }
    let sold_out = SellerFilter {
        sold_out: true,
        ..SellerFilter::default()
    };
    assert!(list(&world.ana, sold_out).await.is_empty());
    for actor in [Actor::stranger(), Actor::system("order")] {
        let refused =
            world
                .api
                .seller_products(&actor, SellerFilter::default(), PageRequest::default());
        assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::Forbidden);
    }
}
