//! What the kinds of providers can do, as README.md says it: made from their capabilities.

use std::{fs, path::Path};

use feira_kernel::{Currency, Env};
use feira_testkit::TestDb;

use super::{
    Capabilities, DisputesBegin, Plans, TellsFees, config::ProviderConfig, fields::Installation,
};
use crate::{KindName, MethodKind};

const BEGIN: &str = "<!-- What providers can do, from their capabilities. -->\n";
const END: &str = "<!-- End. -->";

/// Without these no adapter of its kind can be made, or it takes nothing.
const NEEDED: [&str; 4] = ["url", "pix_key", "pix_name", "pix_city"];

/// One that has all that its kind may have, or only what it must have.
fn configured(kind: KindName, whole: bool) -> ProviderConfig {
    let secret = "0123456789abcdefghijklmnopqrstuv";
    let (api_key, webhook_secret) = (format!("sk_live_{secret}"), format!("whsec_{secret}"));
    let fields: &[(&str, &str)] = match kind {
        KindName::Manual => &[
            ("pix_key", "ana@feira.example"),
            ("pix_name", "Ana"),
            ("pix_city", "Recife"),
            ("transfer", "Bank 001"),
            ("whatsapp", "+55 81 91234-5678"),
            ("on_delivery", "Cash, or PIX at the door"),
        ],
        KindName::MercadoPago => &[
            ("api_key", api_key.as_str()),
            ("webhook_secret", secret),
            ("account", "987654321"),
            ("takes", "BRL 0.50"),
            ("instalments", "12"),
            ("instalment_plans", "plans?amount={amount}"),
            ("payer_email", "payer@feira.example"),
        ],
        KindName::Paypal => &[
            ("client_id", "client"),
            ("client_secret", secret),
            ("account", "MERCHANT1"),
            ("takes", "BRL 0.50"),
            ("return_url", "https://feira.example/thanks"),
            ("webhook_id", "WH-1"),
        ],
        KindName::PixApi => &[
            ("url", "https://pix.bank.example"),
            ("token_url", "https://pix.bank.example/token"),
            ("client_id", "client"),
            ("client_secret", "secret"),
            ("pix_key", "ana@feira.example"),
            ("pix_name", "Ana"),
            ("pix_city", "Recife"),
            ("webhook_secret", secret),
        ],
        KindName::Sandbox => &[
            ("url", "http://localhost:1"),
            ("api_key", secret),
            ("webhook_secret", secret),
        ],
        KindName::Stripe => &[
            ("api_key", api_key.as_str()),
            ("webhook_secret", webhook_secret.as_str()),
            ("takes", "BRL 0.50"),
            ("instalments", "12"),
            ("connect", "yes"),
        ],
        KindName::Woovi => &[("api_key", api_key.as_str()), ("splits", "yes")],
    };
    let empty = ProviderConfig::new(kind);
    let needed = |name: &str| {
        let required = kind.field(name).is_some_and(|field| field.required);
        whole || required || NEEDED.contains(&name)
    };
    let set = fields.iter().filter(|(name, _)| needed(name));
    set.fold(empty, |config, (name, text)| config.with(name, text))
}

fn cells(kind: KindName, can: &Capabilities, tells_fees: TellsFees) -> [String; 14] {
    let taken = |method: &MethodKind| can.limits(*method, Currency::BRL).is_some();
    let ways = MethodKind::ALL.into_iter().filter(taken);
    let ways: Vec<String> = ways
        .map(|method| match method {
            MethodKind::Pix => "PIX".to_owned(),
            MethodKind::Paypal => "PayPal".to_owned(),
            MethodKind::Whatsapp => "WhatsApp".to_owned(),
            other => other.as_str().replace('_', " "),
        })
        .collect();
    let payee = match can.to_stores.is_empty() {
        true => "the marketplace",
        false if kind.field("payee").is_some() => "the marketplace, or each store if set so",
        false => "the marketplace, or each store",
    };
    let parts = if can.partial_refunds { "yes" } else { "no" };
    let until = can.refund_window.map_or_else(
        || "always".to_owned(),
        |window| format!("for {} days", window.whole_days()),
    );
    let open = match can.voids {
        true => "are ended at once",
        false => "end at their time",
    };
    let kept = if can.saved_cards { "yes" } else { "no" };
    let divided = match can.instalments.as_ref().map(|can| can.plans) {
        None => "no",
        Some(Plans::Untold) => "yes",
        Some(Plans::Likely | Plans::Binding) => "yes, with plans",
    };
    let paid = match (can.pays_stores, can.splits.is_some()) {
        (true, _) => "by transfer",
        (false, true) => "by splits",
        (false, false) => "no",
    };
    let who = match can.by_hand {
        true => "an operator",
        false => "the provider",
    };
    let disputes = match can.disputes {
        DisputesBegin::Told => "the provider",
        DisputesBegin::ByHand => "an operator",
        DisputesBegin::ByHandThenTold => "an operator, then the provider",
    };
    let evidence = match can.evidence {
        true => "is sent",
        false => "is handed over",
    };
    let fees = match tells_fees {
        TellsFees::Always => "yes",
        TellsFees::Financed => "of instalments",
        TellsFees::Never => "no",
    };
    // What is only authorized at first is a setting of the kind.
    let later = match kind.field("capture") {
        Some(_) => "if set so",
        None => "no",
    };
    let keys = can.keys_kept.map_or_else(
        || "always".to_owned(),
        |kept| format!("for {} hours", kept.whole_hours()),
    );
    let (ways, until, keys) = (ways.join(", "), until.as_str(), keys.as_str());
    [
        &ways, payee, kept, divided, parts, until, open, who, disputes, evidence, fees, later,
        keys, paid,
    ]
    .map(str::to_owned)
}

/// What only a setting turns on is marked.
fn row(kind: KindName, env: &Env) -> String {
    let [whole, least] = [true, false].map(|whole| {
        let provider = configured(kind, whole).provider(&Installation::default());
        let adapter = provider.unwrap().adapter("one", env).unwrap();
        cells(kind, adapter.capabilities(), adapter.tells_fees())
    });
    let cells = whole.iter().zip(&least);
    let cells = cells.map(|(whole, least)| match whole == least {
        true => whole.clone(),
        false => format!("{whole}, if set so"),
    });
    let cells: Vec<String> = cells.collect();
    format!("| `{}` | {} |\n", kind.as_str(), cells.join(" | "))
}

fn table(env: &Env) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut table = "| kind | ways to pay | whom they pay | saved cards | instalments | refunds in part | refunds | open charges | who says that it was paid | who tells of disputes | evidence | tells its fees | captured later | a key is known | pays stores |\n\
                     |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for kind in KindName::ALL {
        table.push_str(&row(kind, env));
    }
    table
}

#[feira_testkit::test("payments")]
async fn the_readme_says_what_providers_can_do(db: TestDb) {
    let table = table(&db.env("payments"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(path).unwrap();
    let (_, rest) = readme.split_once(BEGIN).unwrap();
    let (said, _) = rest.split_once(END).unwrap();
    assert_eq!(
        said, table,
        "README.md must say between its marks:\n{table}"
    );
}
