use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{StoreId, UserId, token::TokenHash};

crate::text_enum! {
    /// Where a person signed in; a credential is valid on its own surface only.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Surface {
        Shop = "shop",
        Seller = "seller",
        Admin = "admin",
    }
}

/// A right, named `<module>.<verb or noun>`; which role holds it is data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permission(pub Cow<'static, str>);

impl Permission {
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

/// The caller of a command. The gateway authenticates a person; the module that owns a thing
/// authorises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person; on the seller surface with the store that she works in.
    Person {
        user: UserId,
        surface: Surface,
        store: Option<StoreId>,
        permissions: BTreeSet<Permission>,
    },
    /// Somebody without an account, holding at most one opaque token (of a cart or an order).
    Guest { token: Option<TokenHash> },
    /// A module of this or a trusted process, optionally on behalf of a person.
    System {
        module: Cow<'static, str>,
        on_behalf_of: Option<UserId>,
    },
}

impl Actor {
    /// A guest without any token.
    pub fn stranger() -> Self {
        Self::Guest { token: None }
    }

    pub fn guest(token: TokenHash) -> Self {
        Self::Guest { token: Some(token) }
    }

    pub const fn system(module: &'static str) -> Self {
        Self::System {
            module: Cow::Borrowed(module),
            on_behalf_of: None,
        }
    }

    /// A customer of the shop.
    pub fn customer(user: UserId) -> Self {
        Self::Person {
            user,
            surface: Surface::Shop,
            store: None,
            permissions: BTreeSet::new(),
        }
    }

    /// The person asking, or on whose behalf a module asks.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Person { user, .. } => Some(*user),
            Self::System { on_behalf_of, .. } => *on_behalf_of,
            Self::Guest { .. } => None,
        }
    }

    /// The store that a seller works in, on the seller surface only.
    pub fn store(&self) -> Option<StoreId> {
        match self {
            Self::Person {
                surface: Surface::Seller,
                store,
                ..
            } => *store,
            _ => None,
        }
    }

    pub fn guest_token(&self) -> Option<&TokenHash> {
        match self {
            Self::Guest { token } => token.as_ref(),
            _ => None,
        }
    }

    /// Whether a person on the admin surface holds the permission.
    pub fn is_operator(&self, permission: &str) -> bool {
        matches!(self, Self::Person { surface: Surface::Admin, permissions, .. }
            if permissions.contains(&Permission(Cow::Owned(permission.to_owned()))))
    }

    /// The seller's store, if she holds the permission in it.
    pub fn seller_store(&self, permission: &str) -> Option<StoreId> {
        match self {
            Self::Person {
                surface: Surface::Seller,
                store: Some(store),
                permissions,
                ..
            } if permissions.contains(&Permission(Cow::Owned(permission.to_owned()))) => {
                Some(*store)
            }
            _ => None,
        }
    }

    /// Whether this is one of the named modules.
    pub fn is_system(&self, callers: &[&str]) -> bool {
        matches!(self, Self::System { module, .. } if callers.contains(&module.as_ref()))
    }

    /// The scope of an idempotency key: a person on one surface and in one store, a token, or a module.
    /// All guests without a token share one.
    pub fn caller(&self) -> String {
        match self {
            Self::Person {
                user,
                surface,
                store,
                ..
            } => {
                let store = store.map(|s| format!(":{s}")).unwrap_or_default();
                format!("{}:{user}{store}", surface.as_str())
            }
            Self::Guest { token } => {
                let token = token.as_ref().map_or("", |t| t.0.as_str());
                format!("guest:{token}")
            }
            Self::System { module, .. } => format!("system:{module}"),
        }
    }

    /// A short name for movement and history rows: `user:<id>`, `guest`, `system:order`.
    pub fn label(&self) -> String {
        match self {
            Self::Person { user, .. } => format!("user:{user}"),
            Self::Guest { .. } => "guest".to_owned(),
            Self::System { module, .. } => format!("system:{module}"),
        }
    }
}
