use std::sync::{Arc, Mutex};

use feira_kernel::{
    Actor, Permission, Runner, StoreId, Subscription, Surface, UserId, outbox::Event,
};
use feira_store::{
    Deps, MANAGE_COMMISSION, MANAGE_STORE, REVIEW_STORES, Settings, Store, StoreChanged, Stores,
    start, testing::application,
};
use feira_testkit::{FromTestDb, TestDb};
use feira_user::testing::{FakeUsers, person};
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) api: Arc<dyn Stores>,
    pub(crate) users: Arc<FakeUsers>,
    pub(crate) runner: Runner,
    pub(crate) events: Arc<Mutex<Vec<StoreChanged>>>,
}

impl FromTestDb for World {
    async fn start(db: &TestDb) -> Self {
        world_with(db, Settings::default())
    }
}

/// The module with its events written down by a listener.
pub(crate) fn world_with(db: &TestDb, settings: Settings) -> World {
    let users = Arc::new(FakeUsers::new());
    let deps = Deps {
        users: users.clone(),
    };
    let mut module = start(db.env("stores"), deps, settings);
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    let listener = Subscription::new(
        "test.probe",
        "store",
        &[StoreChanged::NAME],
        move |envelope| {
            let seen = seen.clone();
            async move {
                let event = envelope.decode::<StoreChanged>()?;
                seen.lock().unwrap().push(event);
                Ok::<_, feira_kernel::outbox::DecodeError>(())
            }
        },
    );
    module.runtime.subscriptions.push(listener);
    World {
        api: module.api,
        users,
        runner: Runner::new(&[module.runtime]),
        events,
    }
}

impl World {
    /// A person who can apply.
    pub(crate) fn person(&self, number: u128) -> UserId {
        self.users.add(person(number))
    }

    pub(crate) async fn pending(&self, number: u128, name: &str) -> Store {
        let actor = Actor::customer(self.person(number));
        self.api
            .apply(&actor, application(name), None)
            .await
            .unwrap()
    }

    pub(crate) async fn approved(&self, number: u128, name: &str) -> Store {
        let store = self.pending(number, name).await;
        self.api.approve(&operator(), store.id, None).await.unwrap()
    }

    /// What was published so far, in the order of the versions.
    pub(crate) async fn published(&self) -> Vec<StoreChanged> {
        self.runner.settle().await.unwrap();
        let mut events = self.events.lock().unwrap().clone();
        events.sort_by_key(|event| (event.store, event.version));
        events
    }
}

pub(crate) fn operator() -> Actor {
    on(Surface::Admin, None, &[REVIEW_STORES, MANAGE_COMMISSION])
}

/// A member of the store with the permission to manage it.
pub(crate) fn manager(store: StoreId) -> Actor {
    on(Surface::Seller, Some(store), &[MANAGE_STORE])
}

pub(crate) fn on(surface: Surface, store: Option<StoreId>, permissions: &'static [&str]) -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(0x0b0)),
        surface,
        store,
        permissions: permissions.iter().map(|p| Permission::new(p)).collect(),
    }
}
