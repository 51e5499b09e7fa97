//! Which unit is competent for what: an area and the categories handled there, with a fallback owner.
//! Never here: finding the unit (that is a directory query).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::division::{DivisionCode, Divisions};

/// One row of competence of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jurisdiction {
    /// The area, with everything below it.
    pub division: DivisionCode,
    /// The categories; empty means all.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Whether the unit takes matters of the area that no one else owns in time.
    #[serde(default)]
    pub fallback: bool,
}

impl Jurisdiction {
    /// Whether this row covers a matter.
    #[must_use]
    pub fn covers(&self, division: DivisionCode, category: Category) -> bool {
        (self.categories.is_empty() || self.categories.contains(&category))
            && Divisions::standard().is_within(division, self.division)
    }
}

#[cfg(test)]
mod tests;
