//! The states of a cart. An action that is not in the table is an error, never ignored.

use crate::api::CartStatus;

/// What can be done to a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Its lines, its destination or its owner change.
    Change,
    /// Its lines go to another cart: at log-in, or because its order has ended.
    Merge,
    /// An order is being made of it.
    Hold,
    /// Its order has ended, and its owner has no other open cart.
    Release,
    /// Its order is paid. An open or a merged one: its order was placed before carts were held.
    Complete,
}

impl CartStatus {
    /// `None` if it may not be done.
    pub(crate) fn after(self, action: Action) -> Option<Self> {
        match (self, action) {
            (Self::Open, Action::Change) | (Self::Held, Action::Release) => Some(Self::Open),
            (Self::Open, Action::Hold) => Some(Self::Held),
            (Self::Open | Self::Held, Action::Merge) => Some(Self::Merged),
            (Self::Open | Self::Held | Self::Merged, Action::Complete) => Some(Self::Completed),
            (Self::Open, Action::Release)
            | (Self::Held, Action::Change | Action::Hold)
            | (Self::Merged, Action::Change | Action::Merge | Action::Hold | Action::Release)
            | (Self::Completed, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_states_and_all_actions() {
        let actions = [
            Action::Change,
            Action::Merge,
            Action::Hold,
            Action::Release,
            Action::Complete,
        ];
        let mut lines = vec![format!(
            "{:12}{:12}{:12}{:12}{:12}{:12}",
            "", "Change", "Merge", "Hold", "Release", "Complete"
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
