mod authorise;
mod rules;

pub mod api;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use api::*;
