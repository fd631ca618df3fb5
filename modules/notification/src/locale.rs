feira_kernel::text_enum! {
    /// A language that mails are written in, by its tag.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Locale {
        En = "en",
        PtBr = "pt-BR",
    }
}

impl Locale {
    /// Any Portuguese is served in Brazil's; everything else in English.
    pub(crate) fn of(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("pt") {
            Self::PtBr
        } else {
            Self::En
        }
    }
}
