//! A module's settings from the configuration's sections.

use std::time::Duration;

use feira_kernel::{Env, Money, token::TokenKey};
use feira_sandbox::Sandbox;

use crate::{
    config::{Capture, Config, Provider, ProviderKind, TokenRequest},
    keys::Keys,
};

/// The marketplace's account at the simulated provider.
const PAYEE: &str = "feira";
/// Stripe's own address.
const STRIPE: &str = "https://api.stripe.com";
/// How much longer than one exchange a caller waits, so that it is the exchange which ends and says
/// why.
const BEYOND_TIMEOUT: Duration = Duration::from_secs(1);
/// How often a message is tried before it waits for an operator.
const MESSAGE_ATTEMPTS: u32 = 10;

pub(super) fn user(config: &Config, keys: &Keys) -> feira_user::Settings {
    let sign_in = &config.sign_in;
    let throttle = feira_user::ThrottleSettings {
        account_tries: sign_in.account_tries,
        client_tries: sign_in.client_tries,
        network_tries: sign_in.network_tries,
        longest_wait: time::Duration::seconds(i64::from(sign_in.longest_wait_seconds)),
        ..Default::default()
    };
    feira_user::Settings {
        throttle,
        default_locale: config.marketplace.language.clone(),
        ..feira_user::Settings::new(keys.jwt.clone(), config.base_url(), keys.token.clone())
    }
}

pub(super) fn catalog(config: &Config) -> feira_catalog::Settings {
    feira_catalog::Settings {
        low_stock_threshold: config.marketplace.low_stock_threshold,
        cache_bytes: u64::from(config.catalog.cache_mib) << 20,
        ..feira_catalog::Settings::new(config.data_dir.join("files"))
    }
}

pub(super) fn cart(config: &Config) -> feira_cart::Settings {
    feira_cart::Settings {
        currency: config.marketplace.currency,
        ..Default::default()
    }
}

pub(super) fn store(config: &Config) -> anyhow::Result<feira_store::Settings> {
    let market = &config.marketplace;
    Ok(feira_store::Settings {
        auto_approve: market.auto_approve_stores,
        default_commission_percent: market.commission_percent.parse()?,
        default_shipping_price: Money::parse(&market.default_shipping_price, market.currency)?,
        currency: market.currency,
        time_zone: market.time_zone.clone(),
    })
}

/// The simulated provider of this process, as the one that is configured so; how long it holds and
/// delays is its own affair.
pub(super) fn sandbox(
    config: &Config,
    (name, provider): (&String, &Provider),
    env: Env,
    self_url: &str,
) -> anyhow::Result<Sandbox> {
    let settings = feira_sandbox::Settings {
        api_key: provider.api_key.reveal().to_owned(),
        webhook_url: Some(format!("{self_url}/webhooks/{name}")),
        webhook_secret: provider.webhook_secret.reveal().to_owned(),
        public_url: config.base_url(),
        payee: PAYEE.to_owned(),
        hold: charge_timeout(config) + Duration::from_secs(5),
        delay: time::Duration::seconds(20),
        deliver_at_once: env.clock.is_running(),
    };
    Sandbox::new(env, settings).map_err(anyhow::Error::msg)
}

fn charge_timeout(config: &Config) -> Duration {
    Duration::from_secs(config.payments.charge_timeout_seconds.into())
}

fn provider(
    config: &Config,
    provider: &Provider,
    self_url: &str,
) -> anyhow::Result<feira_payment::ProviderKind> {
    Ok(match provider.kind {
        ProviderKind::Manual => {
            let transfer = &provider.transfer;
            feira_payment::ProviderKind::Manual(feira_payment::ManualSettings {
                currency: config.marketplace.currency,
                pix: provider.pix_account()?,
                transfer: (!transfer.is_empty()).then(|| transfer.clone()),
            })
        }
        ProviderKind::PixApi => {
            feira_payment::ProviderKind::PixApi(Box::new(pix_api(config, provider)))
        }
        ProviderKind::Sandbox => {
            let base = match provider.url.as_str() {
                "" => self_url,
                url => url,
            };
            feira_payment::ProviderKind::Sandbox(feira_payment::SandboxSettings {
                base_url: format!("{}/sandbox", base.trim_end_matches('/')),
                api_key: provider.api_key.reveal().to_owned(),
                webhook_secrets: vec![provider.webhook_secret.reveal().to_owned()],
                payee: PAYEE.to_owned(),
                timeout: charge_timeout(config),
            })
        }
        ProviderKind::Stripe => feira_payment::ProviderKind::Stripe(stripe(config, provider)),
    })
}

fn pix_api(config: &Config, provider: &Provider) -> feira_payment::PixApiSettings {
    feira_payment::PixApiSettings {
        url: provider.url.clone(),
        token_url: provider.token_url.clone(),
        token_request: match provider.token_request {
            TokenRequest::Basic => feira_payment::TokenRequest::Basic,
            TokenRequest::Form => feira_payment::TokenRequest::Form,
            TokenRequest::Json => feira_payment::TokenRequest::Json,
        },
        client_id: provider.client_id.clone(),
        client_secret: provider.client_secret.reveal().to_owned(),
        scopes: provider.scopes.clone(),
        api_key: provider.api_key.reveal().to_owned(),
        api_key_header: provider.api_key_header.clone(),
        certificate: provider.certificate.reveal().to_owned(),
        certificate_key: provider.certificate_key.reveal().to_owned(),
        authority: provider.authority.clone(),
        pix_key: provider.pix_key.clone(),
        pix_name: provider.pix_name.clone(),
        pix_city: provider.pix_city.clone(),
        webhook_token: provider.webhook_secret.reveal().to_owned(),
        timeout: charge_timeout(config),
    }
}

fn stripe(config: &Config, provider: &Provider) -> feira_payment::StripeSettings {
    feira_payment::StripeSettings {
        base_url: match provider.url.as_str() {
            "" => STRIPE.to_owned(),
            url => url.to_owned(),
        },
        secret_key: provider.api_key.reveal().to_owned(),
        webhook_secrets: vec![provider.webhook_secret.reveal().to_owned()],
        // They were looked at when the settings were read.
        takes: provider.least().unwrap_or_default(),
        manual_capture: provider.capture == Capture::Manual,
        return_url: Some(provider.return_url.clone()).filter(|url| !url.is_empty()),
        timeout: charge_timeout(config),
    }
}

pub(super) fn payment(config: &Config, self_url: &str) -> anyhow::Result<feira_payment::Settings> {
    let providers = config.payments.in_order();
    let providers = providers.map(|(name, one, takes_new)| {
        Ok(feira_payment::ProviderSettings {
            name: name.clone(),
            takes_new,
            stores: one.stores.clone(),
            kind: provider(config, one, self_url)?,
        })
    });
    Ok(feira_payment::Settings {
        providers: providers.collect::<anyhow::Result<_>>()?,
        payout_every: time::Duration::days(i64::from(config.payments.payout_every_days)),
        charge_deadline: charge_timeout(config) + BEYOND_TIMEOUT,
        ..Default::default()
    })
}

pub(super) fn order(config: &Config, token_key: &TokenKey) -> feira_order::Settings {
    let minutes = |count: u32| time::Duration::minutes(count.into());
    let by_hand = time::Duration::hours(config.orders.by_hand_hours.into());
    feira_order::Settings {
        pix_expiry: match config.payments.confirms_pix_by_hand() {
            true => by_hand,
            false => minutes(config.orders.pix_minutes),
        },
        card_expiry: minutes(config.orders.card_minutes),
        transfer_expiry: by_hand,
        return_window: time::Duration::days(i64::from(config.orders.return_window_days)),
        ..feira_order::Settings::new(token_key.clone())
    }
}

/// What the module refuses of its settings, by the name of the key that it came from.
pub(super) fn mail_key(config: &Config, error: feira_notification::SettingsError) -> anyhow::Error {
    use feira_notification::SettingsError as E;
    let key = match &error {
        E::From(_) => "mail.from",
        E::Smtp(_) => "mail.smtp_url",
        E::BaseUrl(_) => "server.base_url",
        E::ShopName => "marketplace.name",
        // Not of the configuration: our own constant, and the data directory.
        E::MaxAttempts | E::Mailbox { .. } => return error.into(),
    };
    anyhow::anyhow!("{} cannot be used: {error}", config.setting(key))
}

pub(super) fn notification(config: &Config) -> feira_notification::Settings {
    use feira_notification::Transport as Mail;
    let transport = if config.mail.smtp_url.is_empty() {
        Mail::Mailbox {
            dir: config.data_dir.join("mail"),
        }
    } else {
        Mail::Smtp {
            url: config.mail.smtp_url.reveal().to_owned(),
        }
    };
    feira_notification::Settings {
        transport,
        from: config.mail.from.clone(),
        base_url: config.base_url(),
        shop_name: config.marketplace.name.clone(),
        time_zone: config.marketplace.time_zone.clone(),
        max_attempts: MESSAGE_ATTEMPTS,
        daily: feira_notification::DailyBounds {
            security: config.mail.daily_security_per_address,
            buyer: config.mail.daily_per_address,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Profile, Sources};

    #[test]
    fn a_charge_is_given_up_when_the_setting_says() {
        for seconds in [1, 10, 60] {
            let sources = Sources {
                profile: Some(Profile::Development),
                overrides: vec![format!("[payments]\ncharge_timeout_seconds = {seconds}")],
                ..Sources::default()
            };
            let config = Config::load(&sources, "data".into()).unwrap();
            let payment = payment(&config, "http://127.0.0.1:8080").unwrap();
            let feira_payment::ProviderKind::Sandbox(sandbox) = &payment.providers[0].kind else {
                panic!("{payment:?}");
            };
            assert_eq!(sandbox.timeout, Duration::from_secs(seconds));
            assert_eq!(payment.charge_deadline, Duration::from_secs(seconds + 1));
        }
    }
    #[test]
    fn what_a_person_confirms_may_take_hours() {
        const HAND: &str = "[payments.providers.hand]\nkind = \"manual\"\n";
        let pix = "pix_key = \"52998224725\"\npix_name = \"Ana\"\npix_city = \"Recife\"";
        let transfer = "transfer = \"Bank 001\"";
        let (half_an_hour, days) = (time::Duration::minutes(30), time::Duration::hours(72));
        for (settings, order, expected) in [
            (pix, "\"hand\", \"sandbox\"", days),
            (pix, "\"sandbox\", \"hand\"", half_an_hour),
            (pix, "\"sandbox\"", half_an_hour),
            // It takes no PIX.
            (transfer, "\"hand\", \"sandbox\"", half_an_hour),
        ] {
            let hours = "[orders]\nby_hand_hours = 72";
            let sources = Sources {
                profile: Some(Profile::Development),
                overrides: vec![
                    format!("[payments]\norder = [{order}]\n{HAND}{settings}"),
                    hours.to_owned(),
                ],
                ..Sources::default()
            };
            let config = Config::load(&sources, "data".into()).unwrap();
            let key = TokenKey::new(vec![1; 32]).unwrap();
            let orders = super::order(&config, &key);
            assert_eq!(orders.pix_expiry, expected, "{settings} {order}");
            assert_eq!(orders.transfer_expiry, days);
        }
    }
}
