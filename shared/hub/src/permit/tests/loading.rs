//! Faulty policies stop the program at its start.

use super::*;

fn load(schema: &str, policy: &str) -> PermitError {
    Permit::load(schema, &[("test.cedar", policy)]).err().unwrap()
}

#[test]
fn the_policies_hold_together() {
    let permit = Permit::standard().unwrap();
    assert!(permit.rules.len() > 70, "{}", permit.rules.len());
    for (action, rules) in &permit.rules {
        let count = rules.policies.num_of_policies();
        // What of a matter may be seen is asked once for many rows, so it may have more.
        let most = if action.starts_with("see.") { 9 } else { 6 };
        assert!((2..=most).contains(&count), "{action} has {count} policies to evaluate");
        let permits =
            rules.policies.policies().filter(|policy| policy.effect() == cedar_policy::Effect::Permit);
        assert!(permits.count() > 0, "nobody may ever do {action}");
    }
}

#[test]
fn a_policy_that_names_what_does_not_exist_is_refused_at_the_start() {
    for fault in [
        r#"@id("x") permit (principal, action == Action::"clue.shred", resource);"#,
        r#"@id("x") permit (principal, action, resource) when { principal.rank > 3 };"#,
        r#"@id("x") permit (principal, action, resource) when { resource.level == "county" };"#,
        r#"@id("x") permit (principal, action, resource) when { false };"#,
    ] {
        assert!(matches!(load(load::SCHEMA, fault), PermitError::Invalid { .. }), "{fault}");
    }
    assert!(matches!(load(load::SCHEMA, "permit (principal"), PermitError::Unreadable { .. }));
    assert!(matches!(load("entity {", ""), PermitError::Schema { .. }));
}

#[test]
fn every_policy_has_a_name_of_its_own() {
    let plain = "permit (principal, action, resource);";
    assert!(matches!(load(load::SCHEMA, plain), PermitError::Unnamed { .. }));
    let twice = format!("@id(\"x\") {plain} @id(\"x\") {plain}");
    assert_eq!(load(load::SCHEMA, &twice), PermitError::Twice { policy: "x".to_owned() });
}
