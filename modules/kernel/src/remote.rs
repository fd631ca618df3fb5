//! RPC between processes: server and client of a module's trait from one declaration.
//!
//! [`remote!`](crate::remote!) takes the trait itself and adds a client that implements it over
//! a [`Transport`], a dispatcher that calls it by method name, and the service's implementation.
//! Requests are signed with a key that both processes share, so the actor inside can be trusted.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Clock, ModuleError, token::TokenKey};

/// The header that carries `<unix seconds>.<mac>`.
pub const SIGNATURE_HEADER: &str = "x-feira-signature";
/// How old a signed request may be.
pub const TOLERANCE_SECONDS: i64 = 300;

/// The answer of a dispatched call: the method's own result.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T, E> {
    Ok(T),
    Err(E),
}

/// Why a call was not dispatched.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    #[error("no such method")]
    NoSuchMethod,
    #[error("the arguments do not fit the method: {0}")]
    Arguments(String),
    #[error("the answer cannot be written: {0}")]
    Answer(String),
}

/// Signs and checks requests between processes.
#[derive(Clone, Debug)]
pub struct Signer {
    key: TokenKey,
    clock: Clock,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Signer {
    pub fn new(key: TokenKey, clock: Clock) -> Self {
        Self { key, clock }
    }

    pub fn sign(&self, path: &str, body: &[u8]) -> String {
        let at = self.clock.now().unix_timestamp();
        format!("{at}.{}", self.mac(at, path, body))
    }

    pub fn verify(&self, header: &str, path: &str, body: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        let Some((at, mac)) = header.split_once('.') else {
            return false;
        };
        let Ok(at) = at.parse::<i64>() else {
            return false;
        };
        let fresh = (self.clock.now().unix_timestamp() - at).abs() <= TOLERANCE_SECONDS;
        fresh && bool::from(self.mac(at, path, body).as_bytes().ct_eq(mac.as_bytes()))
    }

    fn mac(&self, at: i64, path: &str, body: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.key.mac(&[
            b"rpc",
            at.to_string().as_bytes(),
            path.as_bytes(),
            body,
        ]))
    }
}

/// Carries calls to the process that has the module.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base_url: String,
    module: String,
    signer: Signer,
}

impl Transport {
    /// `base_url` without a trailing slash; every call has the deadline.
    pub fn new(
        base_url: &str,
        module: impl Into<String>,
        signer: Signer,
        deadline: Duration,
    ) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .timeout(deadline)
            .connect_timeout(deadline.min(Duration::from_secs(2)))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self(Arc::new(Inner {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            module: module.into(),
            signer,
        })))
    }

    /// Calls a method. A call whose answer is lost may have had its effect; commands carry an
    /// idempotency key, so that the caller may repeat them.
    pub async fn call<
        A: Serialize + Sync,
        T: DeserializeOwned,
        E: ModuleError + DeserializeOwned,
    >(
        &self,
        method: &str,
        arguments: &A,
    ) -> Result<T, E> {
        let answer: Answer<T, E> = self.post(method, arguments).await.map_err(E::unavailable)?;
        match answer {
            Answer::Ok(value) => Ok(value),
            Answer::Err(error) => Err(error),
        }
    }

    async fn post<A: Serialize + Sync, T: DeserializeOwned>(
        &self,
        method: &str,
        arguments: &A,
    ) -> Result<T, String> {
        let inner = &self.0;
        let path = format!("/rpc/{}/{method}", inner.module);
        let body = serde_json::to_vec(arguments).map_err(|e| e.to_string())?;
        let signature = inner.signer.sign(&path, &body);
        let response = inner
            .http
            .post(format!("{}{path}", inner.base_url))
            .header(SIGNATURE_HEADER, signature)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .map_err(|e| format!("{} does not answer: {e}", inner.module))?;
        if !response.status().is_success() {
            return Err(format!(
                "{} answered {} to {method}",
                inner.module,
                response.status()
            ));
        }
        let bytes = response
            .bytes()
            .await
            .map_err(|e| format!("{} broke off: {e}", inner.module))?;
        serde_json::from_slice(&bytes)
            .map_err(|e| format!("{} answered something else to {method}: {e}", inner.module))
    }
}

/// Declares a module's trait together with everything that repeats its methods: the remote client,
/// the dispatcher, the delegation to the module's service, and for tests `faults::Faulty`.
///
/// Every method is `async fn name(&self, actor: &Actor, owned: Arguments...) -> Result<T, E>`. The
/// `service`, if there is one, has methods of its own of the same names and arguments. A fake
/// leaves out what it does not support: it answers that with `internal`. Only where tests are built
/// is there such an answer: elsewhere who forgets a method does not compile.
#[macro_export]
macro_rules! remote {
    (
        $(#[$trait_meta:meta])*
        pub trait $trait:ident, client $client:ident, dispatch $dispatch:ident, service $service:ty { $($methods:tt)+ }
    ) => {
        $crate::remote! {
            $(#[$trait_meta])*
            pub trait $trait, client $client, dispatch $dispatch { $($methods)+ }
        }
        $crate::remote! { @delegate $trait, $dispatch, $service { $($methods)+ } }
    };

    (
        @delegate $trait:ident, $calls:ident, $service:ty {
            $(
                $(#[$meta:meta])*
                async fn $method:ident(&self, $actor:ident: &$who:ident $(, $arg:ident: $ty:ty)* $(,)?) -> Result<$ok:ty, $err:ty>;
            )+
        }
    ) => {
        /// In a module without the trait in scope: a method that the service lacks would otherwise
        /// call itself without end.
        mod $calls {
            use super::*;

            #[allow(dead_code, reason = "it only hides the trait of this name")]
            enum $trait {}

            $(
                pub(super) async fn $method(service: &$service, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err> {
                    service.$method($actor $(, $arg)*).await
                }
            )+
        }

        #[$crate::__private::async_trait]
        impl $trait for $service {
            $(
                async fn $method(&self, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err> {
                    $calls::$method(self, $actor $(, $arg)*).await
                }
            )+
        }
    };

    (
        $(#[$trait_meta:meta])*
        pub trait $trait:ident, client $client:ident, dispatch $dispatch:ident {
            $(
                $(#[$meta:meta])*
                async fn $method:ident(&self, $actor:ident: &$who:ident $(, $arg:ident: $ty:ty)* $(,)?) -> Result<$ok:ty, $err:ty>;
            )+
        }
    ) => {
        $(#[$trait_meta])*
        #[cfg(not(any(test, feature = "testing")))]
        #[$crate::__private::async_trait]
        pub trait $trait: Send + Sync + 'static {
            $(
                $(#[$meta])*
                async fn $method(&self, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err>;
            )+
        }

        $(#[$trait_meta])*
        #[cfg(any(test, feature = "testing"))]
        #[allow(unused_variables, reason = "named for the documentation")]
        #[$crate::__private::async_trait]
        pub trait $trait: Send + Sync + 'static {
            $(
                $(#[$meta])*
                async fn $method(&self, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err> {
                    Err(<$err as $crate::ModuleError>::internal(
                        concat!("this fake does not support ", stringify!($method)).to_owned(),
                    ))
                }
            )+
        }

        /// The same trait, answered by another process.
        #[derive(Clone)]
        pub struct $client($crate::remote::Transport);

        impl $client {
            pub fn new(transport: $crate::remote::Transport) -> Self {
                Self(transport)
            }
        }

        #[$crate::__private::async_trait]
        impl $trait for $client {
            $(
                async fn $method(&self, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err> {
                    self.0.call(stringify!($method), &($actor, ($($arg,)*))).await
                }
            )+
        }

        #[cfg(feature = "testing")]
        #[$crate::__private::async_trait]
        impl $trait for $crate::faults::Faulty<dyn $trait> {
            $(
                async fn $method(&self, $actor: &$who $(, $arg: $ty)*) -> Result<$ok, $err> {
                    self.faults.call(stringify!($method), self.inner.$method($actor $(, $arg)*)).await
                }
            )+
        }

        /// Calls the named method with arguments as the client writes them.
        pub async fn $dispatch(api: &dyn $trait, method: &str, body: &[u8]) -> Result<Vec<u8>, $crate::remote::DispatchError> {
            use $crate::remote::{Answer, DispatchError};
            match method {
                $(
                    stringify!($method) => {
                        let ($actor, ($($arg,)*)): ($crate::Actor, ($($ty,)*)) = $crate::__private::serde_json::from_slice(body)
                            .map_err(|e| DispatchError::Arguments(e.to_string()))?;
                        let answer: Answer<$ok, $err> = match api.$method(&$actor $(, $arg)*).await {
                            Ok(value) => Answer::Ok(value),
                            Err(error) => Answer::Err(error),
                        };
                        $crate::__private::serde_json::to_vec(&answer).map_err(|e| DispatchError::Answer(e.to_string()))
                    }
                )+
                _ => Err(DispatchError::NoSuchMethod),
            }
        }
    };
}
