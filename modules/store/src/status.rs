//! The state machine of a store. A transition that is not listed is an error.

use crate::api::{StoreError, StoreStatus};

/// What can be done to a store's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Submit,
    Approve,
    Reject,
    Suspend,
    #[cfg_attr(not(test), expect(dead_code, reason = "no page closes a store yet"))]
    Close,
}

impl Action {
    #[cfg(test)]
    const ALL: [Self; 5] = [
        Self::Submit,
        Self::Approve,
        Self::Reject,
        Self::Suspend,
        Self::Close,
    ];

    /// The next state, if the action is allowed.
    fn target(self) -> StoreStatus {
        match self {
            Self::Submit => StoreStatus::Pending,
            Self::Approve => StoreStatus::Approved,
            Self::Reject => StoreStatus::Rejected,
            Self::Suspend => StoreStatus::Suspended,
            Self::Close => StoreStatus::Closed,
        }
    }
}

impl StoreStatus {
    pub(crate) fn after(self, action: Action) -> Result<Self, StoreError> {
        let allowed = match action {
            Action::Submit => matches!(self, Self::Draft | Self::Rejected),
            Action::Approve => matches!(self, Self::Pending | Self::Suspended),
            Action::Reject => matches!(self, Self::Pending),
            Action::Suspend => matches!(self, Self::Approved),
            Action::Close => matches!(self, Self::Suspended),
        };
        let to = action.target();
        if allowed {
            Ok(to)
        } else {
            Err(StoreError::IllegalMove { from: self, to })
        }
    }

    /// The one state in which its goods can be bought.
    pub fn is_purchasable(self) -> bool {
        self == Self::Approved
    }

    /// Whether its people may publish products. They may before approval, because products are not
    /// visible until then.
    pub fn may_publish(self) -> bool {
        match self {
            Self::Draft | Self::Pending | Self::Approved => true,
            Self::Rejected | Self::Suspended | Self::Closed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_states_and_all_actions() {
        let mut grid = format!("{:12}", "");
        for action in Action::ALL {
            grid += &format!("{:12}", format!("{action:?}"));
        }
        for status in StoreStatus::ALL {
            grid += &format!("\n{:12}", status.as_str());
            for action in Action::ALL {
                let to = status.after(action).map_or("-", StoreStatus::as_str);
                grid += &format!("{to:12}");
            }
        }
        let grid: Vec<&str> = grid.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(grid.join("\n"));
    }

    #[test]
    fn names_round_trip() {
        for status in StoreStatus::ALL {
            assert_eq!(StoreStatus::parse(status.as_str()), Some(status));
            let wire = serde_json::to_value(status).unwrap();
            assert_eq!(wire, status.as_str(), "tables and the wire agree");
        }
        assert_eq!(StoreStatus::parse("open"), None);
    }
}
