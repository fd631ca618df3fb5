use feira_kernel::{Env, Runtime};
pub(crate) struct Settings { pub(crate) base_url: String, pub(crate) api_key: String, pub(crate) webhook_secret: String, pub(crate) webhook_url: String }
pub(crate) struct Sandbox(Env);
impl Sandbox {
    pub(crate) fn new(env: Env, _s: Settings) -> anyhow::Result<Self> { Ok(Self(env)) }
    pub(crate) fn runtime(&self) -> Runtime { Runtime { name: "sandbox", env: self.0.clone(), subscriptions: vec![], jobs: vec![] } }
}
pub(crate) fn configure(_cfg: &mut actix_web::web::ServiceConfig) {}
