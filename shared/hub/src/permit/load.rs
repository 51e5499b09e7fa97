//! Reading the policies: parsing, naming, strict validation, and sorting them by action.
//! Never here: a decision.

use std::collections::HashMap;

use cedar_policy::{
    ActionConstraint, Authorizer, EntityId, EntityTypeName, EntityUid, Policy, PolicyId, PolicySet, Schema,
    ValidationMode, Validator,
};

use super::{Permit, REMEMBERED, Rules};
use crate::recent::Answers;

/// What policies may look at, and every action.
pub(super) const SCHEMA: &str = include_str!("../../policies/permit.cedarschema");

/// Every policy file with its name.
pub(super) const POLICIES: [(&str, &str); 12] = [
    ("clue.cedar", include_str!("../../policies/clue.cedar")),
    ("referral.cedar", include_str!("../../policies/referral.cedar")),
    ("inspection.cedar", include_str!("../../policies/inspection.cedar")),
    ("hazard.cedar", include_str!("../../policies/hazard.cedar")),
    ("campaign.cedar", include_str!("../../policies/campaign.cedar")),
    ("directory.cedar", include_str!("../../policies/directory.cedar")),
    ("views.cedar", include_str!("../../policies/views.cedar")),
    ("see.cedar", include_str!("../../policies/see.cedar")),
    ("access.cedar", include_str!("../../policies/access.cedar")),
    ("streams.cedar", include_str!("../../policies/streams.cedar")),
    ("webhooks.cedar", include_str!("../../policies/webhooks.cedar")),
    ("limits.cedar", include_str!("../../policies/limits.cedar")),
];

/// Why the policies do not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    /// The schema cannot be read.
    #[error("the schema of the policies cannot be read: {detail}")]
    Schema {
        /// What the parser said.
        detail: String,
    },
    /// A file cannot be read.
    #[error("policy file {file} cannot be read: {detail}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the parser said.
        detail: String,
    },
    /// A policy has no `@id`, so a denial could not name it.
    #[error("a policy of {file} has no @id")]
    Unnamed {
        /// The file.
        file: String,
    },
    /// Two policies bear one name.
    #[error("policy {policy} exists twice")]
    Twice {
        /// The name.
        policy: String,
    },
    /// Strict validation found a fault, e.g. an attribute or action that does not exist.
    #[error("the policies are not valid: {detail}")]
    Invalid {
        /// Every fault found.
        detail: String,
    },
}

impl Permit {
    pub(super) fn load(schema: &str, files: &[(&str, &str)]) -> Result<Self, PermitError> {
        let (schema, warnings) = Schema::from_cedarschema_str(schema).map_err(|error| unreadable(&error))?;
        let doubts: Vec<String> = warnings.map(|warning| warning.to_string()).collect();
        if !doubts.is_empty() {
            return Err(PermitError::Schema { detail: doubts.join("; ") });
        }
        let policies = parse(files)?;
        validate(&schema, &policies)?;
        let rules = schema
            .actions()
            .map(|action| Ok((action.id().unescaped().to_owned(), rules(action, &policies)?)))
            .collect::<Result<HashMap<_, _>, PermitError>>()?;
        let basis = |policy: &Policy| Some((policy.id().to_string(), policy.annotation("basis")?.to_owned()));
        let matter: EntityTypeName = "Matter".parse().map_err(|error| unreadable(&error))?;
        Ok(Self {
            authorizer: Authorizer::new(),
            rules,
            officer: "Officer".parse().map_err(|error| unreadable(&error))?,
            matter: EntityUid::from_type_name_and_id(matter, EntityId::new("matter")),
            bases: policies.policies().filter_map(basis).collect(),
            decided: Answers::new(REMEMBERED),
        })
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> PermitError {
    PermitError::Schema { detail: error.to_string() }
}

/// Every policy under the name of its `@id`.
fn parse(files: &[(&str, &str)]) -> Result<PolicySet, PermitError> {
    let mut all = PolicySet::new();
    for (file, text) in files {
        let read: PolicySet = text.parse().map_err(|error: cedar_policy::ParseErrors| {
            PermitError::Unreadable { file: (*file).to_owned(), detail: error.to_string() }
        })?;
        for policy in read.policies() {
            let name = policy
                .annotation("id")
                .filter(|name| !name.is_empty())
                .ok_or_else(|| PermitError::Unnamed { file: (*file).to_owned() })?;
            all.add(policy.new_id(PolicyId::new(name)))
                .map_err(|_| PermitError::Twice { policy: name.to_owned() })?;
        }
    }
    Ok(all)
}

fn validate(schema: &Schema, policies: &PolicySet) -> Result<(), PermitError> {
    let found = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if found.validation_passed_without_warnings() {
        return Ok(());
    }
    let faults: Vec<String> = found
        .validation_errors()
        .map(ToString::to_string)
        .chain(found.validation_warnings().map(ToString::to_string))
        .collect();
    Err(PermitError::Invalid { detail: faults.join("; ") })
}

/// The policies whose head admits this action.
fn rules(action: &EntityUid, all: &PolicySet) -> Result<Rules, PermitError> {
    let applies = |policy: &&Policy| match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::In(named) => named.contains(action),
        ActionConstraint::Eq(named) => named == *action,
    };
    let policies = PolicySet::from_policies(all.policies().filter(applies).cloned())
        .map_err(|error| PermitError::Invalid { detail: error.to_string() })?;
    Ok(Rules { action: action.clone(), policies })
}
