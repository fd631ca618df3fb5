//! A module's settings from the configuration's sections.

use std::time::Duration;

use feira_kernel::{Env, Money, token::TokenKey};
use feira_payment::ProviderConfig;
use feira_sandbox::Sandbox;

use crate::{
    config::{Config, FeeBorneBy, Profile},
    keys::Keys,
};

/// The marketplace's account at the simulated provider.
const PAYEE: &str = "feira";
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
        hash_cost: feira_user::HashCost {
            memory_kib: sign_in.hash_kib,
            ..Default::default()
        },
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
    (name, provider): (&String, &ProviderConfig),
    env: Env,
    self_url: &str,
) -> anyhow::Result<Sandbox> {
    let settings = feira_sandbox::Settings {
        api_key: provider.text("api_key").to_owned(),
        webhook_url: Some(format!("{self_url}/webhooks/{name}")),
        webhook_secret: provider.text("webhook_secret").to_owned(),
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

/// What of the installation providers are made with, those of files and those of the page.
pub(super) fn installation(
    config: &Config,
    self_url: &str,
    key: &TokenKey,
) -> feira_payment::Installation {
    feira_payment::Installation {
        key: Some(key.clone()),
        production: config.profile == Profile::Production,
        currency: config.marketplace.currency,
        sandbox_url: self_url.to_owned(),
        public_url: config.base_url(),
        timeout: charge_timeout(config),
    }
}

pub(super) fn payment(
    config: &Config,
    self_url: &str,
    key: &TokenKey,
) -> anyhow::Result<feira_payment::Settings> {
    let installation = installation(config, self_url, key);
    let providers = config.payments.in_order();
    let providers = providers.map(|(name, one, takes_new)| {
        let kind = one.provider(&installation).map_err(|refusal| {
            let field = format!("payments.providers.{name}.{}", refusal.field);
            anyhow::anyhow!("{} {}", config.setting(&field), refusal.why)
        })?;
        Ok(feira_payment::ProviderSettings {
            name: name.clone(),
            takes_new,
            stores: one.stores(),
            kind,
        })
    });
    Ok(feira_payment::Settings {
        providers: providers.collect::<anyhow::Result<_>>()?,
        installation,
        provider_fee_borne_by: fee_bearer(config.payments.provider_fee_borne_by),
        charge_deadline: charge_timeout(config) + BEYOND_TIMEOUT,
        document_before_payout: config.orders.no_fiscal_document_no_payout,
        refund_keeps_commission: config.payments.refund_keeps_commission,
        refund_fee_borne_by: config.payments.refund_fee_borne_by,
        refunds_watched_for: time::Duration::days(config.payments.refund_watch_days.into()),
        dispute_fee_borne_by: fee_bearer(config.payments.dispute_fee_borne_by),
        instalments: config.payments.instalments(),
        sellers_send_evidence: config.payments.sellers_send_evidence,
        exchange_texts_for: time::Duration::days(config.payments.exchange_texts_days.into()),
        ..payouts(config)
    })
}

fn fee_bearer(by: FeeBorneBy) -> feira_payment::FeeBearer {
    match by {
        FeeBorneBy::Marketplace => feira_payment::FeeBearer::Marketplace,
        FeeBorneBy::Store => feira_payment::FeeBearer::Store,
    }
}

/// When stores are paid, and what keeps them from it.
fn payouts(config: &Config) -> feira_payment::Settings {
    let payments = &config.payments;
    let days = |count: u32| time::Duration::days(count.into());
    // Both were looked at when the settings were read.
    let weekday = payments.weekday().unwrap_or_default();
    feira_payment::Settings {
        payout_every: days(payments.payout_every_days),
        payout_at: weekday.map(|weekday| feira_payment::PayoutSlot {
            weekday,
            hour: payments.payout_hour,
            time_zone: config.marketplace.time_zone.clone(),
        }),
        minimum_payout: payments.minimum_payouts().unwrap_or_default(),
        payout_account_hold: time::Duration::hours(payments.payout_account_hold_hours.into()),
        payout_hold: days(payments.payout_hold_days),
        new_store_hold: days(payments.new_store_hold_days),
        new_store_for: days(payments.new_store_days),
        pays_suspended_stores: payments.pay_suspended_stores,
        ..Default::default()
    }
}

pub(super) fn order(config: &Config, token_key: &TokenKey) -> feira_order::Settings {
    let minutes = |count: u32| time::Duration::minutes(count.into());
    let by_hand = time::Duration::hours(config.orders.by_hand_hours.into());
    feira_order::Settings {
        order_pages: format!("{}/l/order", config.base_url()),
        part_pages: format!("{}/seller/orders", config.base_url()),
        pix_expiry: minutes(config.orders.pix_minutes),
        card_expiry: minutes(config.orders.card_minutes),
        transfer_expiry: by_hand,
        sellers_refund: config.payments.sellers_refund,
        return_window: time::Duration::days(i64::from(config.orders.return_window_days)),
        document_before_payout: config.orders.no_fiscal_document_no_payout,
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
    use crate::config::Sources;

    #[test]
    fn a_charge_is_given_up_when_the_setting_says() {
        for seconds in [1, 10, 60] {
            let sources = Sources {
                profile: Some(Profile::Development),
                overrides: vec![format!("[payments]\ncharge_timeout_seconds = {seconds}")],
                ..Sources::default()
            };
            let config = Config::load(&sources, "data".into()).unwrap();
            let key = TokenKey::new(vec![1; 32]).unwrap();
            let payment = payment(&config, "http://127.0.0.1:8080", &key).unwrap();
            let feira_payment::ProviderKind::Sandbox(sandbox) = &payment.providers[0].kind else {
                panic!("{payment:?}");
            };
            assert_eq!(sandbox.timeout, Duration::from_secs(seconds));
            assert_eq!(payment.charge_deadline, Duration::from_secs(seconds + 1));
        }
    }
}
