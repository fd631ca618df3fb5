use std::collections::BTreeSet;

use feira_kernel::{Actor, FieldError, UserId};

use crate::{UserError, authorise};

const MAX_BATCH: usize = 100;

/// The ids of a batch, each once, if the actor may ask for them.
pub(crate) fn batch(actor: &Actor, ids: Vec<UserId>) -> Result<BTreeSet<UserId>, UserError> {
    if !authorise::may_see_all(actor) {
        return Err(UserError::Forbidden);
    }
    if ids.len() > MAX_BATCH {
        let error = FieldError::new("/ids", "too_many", "at most 100 people at once");
        return Err(UserError::Invalid(vec![error]));
    }
    Ok(ids.into_iter().collect())
}
