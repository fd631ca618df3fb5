/// A demo account, shown on the terminal and on the sign-in pages of a demo.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    pub role: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
}

/// Who can sign in to the demo.
pub const ACCOUNTS: [Account; 4] = [
    Account {
        role: "operator",
        email: "operator@demo.example",
        password: "feira-demo-operator",
        first_name: "Olga",
        last_name: "Prado",
    },
    Account {
        role: "seller",
        email: "ana@demo.example",
        password: "feira-demo-seller",
        first_name: "Ana",
        last_name: "Lima",
    },
    Account {
        role: "seller",
        email: "bento@demo.example",
        password: "feira-demo-seller",
        first_name: "Bento",
        last_name: "Rocha",
    },
    Account {
        role: "buyer",
        email: "clara@demo.example",
        password: "feira-demo-buyer",
        first_name: "Clara",
        last_name: "Nunes",
    },
];
