//! What makes a request one of many.

use std::sync::Arc;

use super::eval::Eval;
use crate::compile::BulkPlan;

/// What makes a request one of many.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub(crate) plan: Arc<BulkPlan>,
    /// Whose request it is, in lower case.
    pub(crate) key: String,
}

impl Bulk {
    /// That of a request; without a key it can only be made alone.
    pub(super) fn of<'a>(plan: &'a Arc<BulkPlan>, eval: &Eval<'a>) -> Option<Self> {
        let key = eval.quiet().row(&plan.key).ok().flatten()?.scalar_text(eval.arena())?;
        Some(Bulk { plan: plan.clone(), key: key.to_lowercase() })
    }
}

impl PartialEq for Bulk {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.plan, &other.plan) && self.key == other.key
    }
}
