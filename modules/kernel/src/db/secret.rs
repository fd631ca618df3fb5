use std::fmt;

/// A column whose content never shows in a log: a password's hash, a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Secret {
    fn as_str(&self) -> &str {
        &self.0
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "columns of text are made by a function that may refuse"
    )]
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

crate::text_columns!(Secret);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_show_itself() {
        let shown = format!("{:?}", Some(Secret("hash".to_owned())));
        assert_eq!(shown, "Some(***)");
    }
}
