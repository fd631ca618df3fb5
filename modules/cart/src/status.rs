//! The life of a cart. A move that is not drawn here is an error, never nothing.

use crate::api::{CartError, CartStatus};

/// What can be done to a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Its lines, its destination or its owner change.
    Change,
    /// Its lines go to another cart at log-in.
    Merge,
    /// An order was made of it. Also of a merged one: the guest may log in while her order is
    /// being placed, and the order is made all the same.
    Complete,
}

impl CartStatus {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Completed, Self::Merged];

    pub(crate) fn after(self, action: Action) -> Result<Self, CartError> {
        match (self, action) {
            (Self::Open, Action::Change) => Ok(Self::Open),
            (Self::Open, Action::Merge) => Ok(Self::Merged),
            (Self::Open | Self::Merged, Action::Complete) => Ok(Self::Completed),
            (Self::Completed, _) | (Self::Merged, Action::Change | Action::Merge) => {
                Err(CartError::Closed)
            }
        }
    }

    /// The name in tables.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Merged => "merged",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_states_and_all_actions() {
        let actions = [Action::Change, Action::Merge, Action::Complete];
        let mut lines = vec![format!(
            "{:12}{:12}{:12}{:12}",
            "", "Change", "Merge", "Complete"
        )];
        for status in CartStatus::ALL {
            let mut line = format!("{:12}", status.as_str());
            for action in actions {
                line += &format!(
                    "{:12}",
                    status.after(action).map_or("-", CartStatus::as_str)
                );
            }
            lines.push(line);
        }
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn names_round_trip() {
        for status in CartStatus::ALL {
            assert_eq!(CartStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
