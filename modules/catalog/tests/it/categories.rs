use std::collections::BTreeSet;

use feira_catalog::{CategoryId, CategoryKey, CategoryNames, MANAGE_CATEGORIES, NewCategory};
use feira_kernel::{Actor, ErrorKind, ModuleError, Permission, Surface, UserId};
use uuid::Uuid;

use crate::support::World;

#[feira_testkit::test("catalog")]
async fn the_tree_grows(world: World) {
    let operator = Actor::Person {
        user: UserId(Uuid::from_u128(6)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::from([Permission::new(MANAGE_CATEGORIES)]),
    };
    let names = async || {
        let all = world.api.categories(&Actor::stranger()).await.unwrap();
        all.into_iter().map(|c| c.name).collect::<Vec<_>>()
    };
    insta::assert_json_snapshot!("seeded_categories", names().await);
    let new = |parent, name: &str| NewCategory {
        parent,
        name: name.to_owned(),
        names: CategoryNames::default(),
    };
    let pets = world
        .api
        .create_category(&operator, new(None, "Pets"), None)
        .await
        .unwrap();
    assert_eq!(pets.position, 9);
    let mut parent = pets.id;
    for (depth, name) in ["Dogs", "Small dogs", "Toys", "Balls"].iter().enumerate() {
        let made = world
            .api
            .create_category(&operator, new(Some(parent), name), None)
            .await
            .unwrap();
        assert_eq!((made.parent, made.position), (Some(parent), 1), "{depth}");
        parent = made.id;
    }
    let all = names().await;
    assert_eq!(
        all[all.len() - 5..],
        ["Pets", "Dogs", "Small dogs", "Toys", "Balls"]
    );
    let shoes = world
        .api
        .create_category(&operator, new(Some(pets.id), "Shoes"), None)
        .await
        .unwrap();
    assert!(
        shoes.slug.starts_with("shoes-"),
        "a slug is never given twice"
    );
    let fish = NewCategory {
        names: CategoryNames {
            en: Some(" ".to_owned()),
            pt_br: Some(" Peixes ".to_owned()),
        },
        ..new(Some(pets.id), "Fish")
    };
    let fish = world.api.create_category(&operator, fish, None).await;
    let fish = fish.unwrap();
    let called = ["en", "pt-BR", "fr"].map(|language| fish.name_in(language));
    assert_eq!(called, ["Fish", "Peixes", "Fish"]);
    let seeded = CategoryKey::Slug("kitchen".to_owned());
    let seeded = world.api.category(&operator, seeded).await.unwrap();
    assert_eq!(seeded.name_in("pt-BR"), "Cozinha");
    let long = NewCategory {
        names: CategoryNames {
            pt_br: Some("x".repeat(101)),
            ..CategoryNames::default()
        },
        ..new(None, "Long")
    };
    for (bad, pointer) in [
        (long, "/names/pt-BR"),
        (new(Some(parent), "Too deep"), "/parent_id"),
        (
            new(Some(CategoryId(Uuid::from_u128(1))), "Orphan"),
            "/parent_id",
        ),
        (new(None, "Pets"), "/name"),
        (new(None, " "), "/name"),
    ] {
        let refused = world
            .api
            .create_category(&operator, bad, None)
            .await
            .unwrap_err();
        assert_eq!(refused.fields()[0].pointer, pointer);
    }
}

#[feira_testkit::test("catalog")]
async fn a_category_is_found_by_id_and_by_slug(world: World) {
    let stranger = Actor::stranger();
    let all = world.api.categories(&stranger).await.unwrap();
    let first = &all[0];
    for key in [
        CategoryKey::Id(first.id),
        CategoryKey::Slug(first.slug.clone()),
    ] {
        let found = world.api.category(&stranger, key).await.unwrap();
        assert_eq!(found, *first);
    }
    let unknown = CategoryKey::Slug("no-such-thing".to_owned());
    let refused = world.api.category(&stranger, unknown).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
}

#[feira_testkit::test("catalog")]
async fn only_operators_make_categories(world: World) {
    let new = NewCategory {
        parent: None,
        name: "No".to_owned(),
        names: CategoryNames::default(),
    };
    for actor in [
        Actor::stranger(),
        world.ana.clone(),
        Actor::system("gateway"),
    ] {
        let refused = world.api.create_category(&actor, new.clone(), None).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    }
}
