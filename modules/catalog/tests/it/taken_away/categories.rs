//! Categories are renamed, moved and removed.

use super::*;

impl World {
    pub(crate) async fn category(&self, parent: Option<&Category>, name: &str) -> Category {
        let new = NewCategory {
            parent: parent.map(|parent| parent.id),
            name: name.to_owned(),
            names: CategoryNames::default(),
        };
        let made = self.api.create_category(&operator(), new, None).await;
        made.unwrap()
    }

    pub(crate) async fn change(
        &self,
        id: CategoryId,
        change: CategoryChange,
    ) -> Result<Category, CatalogError> {
        self.api.update_category(&operator(), id, change).await
    }
}

pub(crate) fn under(parent: Option<CategoryId>) -> CategoryChange {
    CategoryChange {
        parent: Some(parent),
        ..CategoryChange::default()
    }
}

fn called(name: &str) -> CategoryChange {
    CategoryChange {
        name: Some(name.to_owned()),
        ..CategoryChange::default()
    }
}

#[feira_testkit::test("catalog")]
async fn a_category_is_renamed_and_moved_without_a_circle(world: World) {
    let pets = world.category(None, "Pets").await;
    let dogs = world.category(Some(&pets), "Dogs").await;
    let toys = world.category(Some(&dogs), "Toys").await;
    let renamed = world.change(dogs.id, called(" Hounds ")).await.unwrap();
    assert_eq!((&*renamed.name, &renamed.slug), ("Hounds", &dogs.slug));
    let names = |en, pt_br: Option<&str>| CategoryChange {
        names: CategoryNamesChange {
            en,
            pt_br: Some(pt_br.map(str::to_owned)),
        },
        ..CategoryChange::default()
    };
    let both = names(Some(Some("Good dogs".to_owned())), Some(" Cães "));
    let both = world.change(dogs.id, both).await.unwrap();
    let called_in = |found: &Category| ["en", "pt-BR"].map(|tag| found.name_in(tag).to_owned());
    assert_eq!(called_in(&both), ["Good dogs", "Cães"]);
    // What is not named stays, and what is emptied is gone.
    let one = world.change(dogs.id, names(None, None)).await.unwrap();
    assert_eq!(called_in(&one), ["Good dogs", "Hounds"]);
    let long = "x".repeat(101);
    let long = world.change(dogs.id, names(None, Some(&long))).await;
    assert_eq!(long.unwrap_err().fields()[0].pointer, "/names/pt-BR");
    let late = CategoryChange {
        expected_version: Some(dogs.version.into()),
        ..called("Late")
    };
    let late = world.change(dogs.id, late).await;
    assert!(matches!(late, Err(CatalogError::VersionMismatch)));
    for circle in [pets.id, dogs.id, toys.id] {
        let refused = world.change(pets.id, under(Some(circle))).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.fields()[0].code, "catalog.cycle");
    }
    let nowhere = Some(CategoryId(Uuid::from_u128(404)));
    let refused = world.change(dogs.id, under(nowhere)).await.unwrap_err();
    assert_eq!(refused.fields()[0].code, "request.unknown");
    let mut deep = world.category(None, "One").await;
    for name in ["Two", "Three", "Four"] {
        deep = world.category(Some(&deep), name).await;
    }
    let refused = world
        .change(dogs.id, under(Some(deep.id)))
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].code, "catalog.too_deep");
    world.category(None, "Toys").await;
    let refused = world.change(toys.id, under(None)).await.unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/name");

    // What is below moves along, and everything is found there.
    let new = NewProduct {
        category: Some(toys.id),
        ..product("Ball", 1)
    };
    let ball = world.make(&world.ana, new).await;
    let root = world.change(dogs.id, under(None)).await.unwrap();
    assert_eq!(root.parent, None);
    let key = ProductKey::Id(ball.id);
    let shown = world.api.product(&Actor::stranger(), key).await.unwrap();
    let path: Vec<_> = shown.category_path.iter().map(|c| &*c.name).collect();
    assert_eq!(path, ["Hounds", "Toys"]);
    let added = world.category(Some(&toys), "Balls").await;
    let back = world.change(dogs.id, under(Some(pets.id))).await.unwrap();
    assert_eq!((back.parent, added.parent), (Some(pets.id), Some(toys.id)));

    // Both at once: what it is called is in use where it comes from, and where it goes before.
    let games = world.category(Some(&dogs), "Games").await;
    let at_once = CategoryChange {
        parent: Some(Some(pets.id)),
        ..called("Toys")
    };
    let moved = world.change(games.id, at_once).await.unwrap();
    assert_eq!((&*moved.name, moved.parent), ("Toys", Some(pets.id)));
    assert_eq!((moved.position, moved.version), (2, games.version + 1));
    let at_once = CategoryChange {
        parent: Some(Some(dogs.id)),
        ..called("Games")
    };
    let back = world.change(games.id, at_once).await.unwrap();
    let renamed = world.change(games.id, called("Play")).await.unwrap();
    assert_eq!(renamed.position, back.position, "it stays in its place");
}

#[feira_testkit::test("catalog")]
async fn a_category_is_removed_when_nothing_is_in_it(db: TestDb) {
    let world = World::start(&db).await;
    let (api, boss) = (&*world.api, operator());
    let pets = world.category(None, "Pets").await;
    let dogs = world.category(Some(&pets), "Dogs").await;
    let new = NewProduct {
        category: Some(dogs.id),
        ..product("Ball", 1)
    };
    let ball = world.make(&world.ana, new).await;
    for (full, to_parent) in [(pets.id, false), (pets.id, true), (dogs.id, false)] {
        let refused = api.remove_category(&boss, full, to_parent, None).await;
        assert!(matches!(refused, Err(CatalogError::CategoryInUse)));
    }
    let refused = api.remove_category(&world.ana, dogs.id, true, None).await;
    assert!(matches!(refused, Err(CatalogError::Forbidden)));
    // More than one transaction moves.
    let copies = format!(
        "INSERT INTO products SELECT (jsonb_populate_record(p, jsonb_build_object( \
             'id', gen_random_uuid(), 'slug', 'copy-' || n, 'create_key', NULL))).* \
         FROM products p, generate_series(1, 1200) n WHERE p.id = '{}'",
        ball.id
    );
    let tables = world.env.pool.write();
    tables.execute_unprepared(&copies).await.unwrap();
    api.remove_category(&boss, dogs.id, true, None)
        .await
        .unwrap();
    let again = api.remove_category(&boss, dogs.id, true, None).await;
    assert!(matches!(again, Err(CatalogError::NotFound)));
    let shown = api
        .product(&world.ana, ProductKey::Id(ball.id))
        .await
        .unwrap();
    assert_eq!(shown.category_path.last().map(|c| c.id), Some(pets.id));
    assert_eq!(
        shown.version,
        ball.version + 1,
        "an older form overwrites nothing"
    );

    let gone = "DELETE FROM products WHERE slug LIKE 'copy-%'";
    let gone = tables.execute_unprepared(gone).await.unwrap();
    assert_eq!(gone.rows_affected(), 1_200);

    // Of a root there is no parent to go to.
    let refused = api.remove_category(&boss, pets.id, true, None).await;
    assert!(matches!(refused, Err(CatalogError::CategoryInUse)));
    let change = ProductChange {
        category: Some(None),
        ..ProductChange::default()
    };
    api.update_product(&world.ana, ball.id, change)
        .await
        .unwrap();
    // A rule that is about it would silently stop.
    let percentage = CommissionValue::Percentage {
        percent: Decimal::ONE,
    };
    let rule = |number, category: CategoryId, ends_at| CommissionRule {
        id: CommissionRuleId(Uuid::from_u128(number)),
        position: 1,
        store: None,
        category: Some(category.0),
        value: percentage.clone(),
        ends_at,
        version: 1,
    };
    let (soon, now) = (world.env.now() + Duration::days(1), world.env.now());
    let elsewhere = CategoryId(Uuid::from_u128(404));
    world.stores.add_rule(rule(1, pets.id, Some(now)));
    world.stores.add_rule(rule(2, elsewhere, None));
    world.stores.add_rule(rule(3, pets.id, Some(soon)));
    let refused = api.remove_category(&boss, pets.id, false, None).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "catalog.category_has_rules");
    let named = |number| {
        refused
            .to_string()
            .contains(&Uuid::from_u128(number).to_string())
    };
    assert_eq!([1, 2, 3].map(named), [false, false, true]);
    db.clock().advance(Duration::days(1));
    api.remove_category(&boss, pets.id, false, None)
        .await
        .unwrap();
    let all = api.categories(&Actor::stranger()).await.unwrap();
    assert!(all.iter().all(|c| c.id != pets.id && c.id != dogs.id));
}
