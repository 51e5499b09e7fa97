//! View-as: what a unit sees of a matter, value by value, with the policies that decided, and the difference between two
//! units. Never here: the policies themselves.

use domain::ids::ClueId;
use jiff::civil::date;
use wire::{Refusal, v1};

use crate::acts::{BESIDE, HERE, child_hurt_in, named, report, see, unit};
use crate::stage::{NEIGHBOURS, Shared, Stage, fields, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

fn eyes(agency: &str, division: &str, named: bool) -> v1::Eyes {
    let role = if agency == "PSB" { v1::Role::Duty } else { v1::Role::Handler };
    v1::Eyes { unit_id: unit(agency, division), roles: vec![role.into()], named }
}

/// A child was hurt; somebody who wants to stay secret told of it.
async fn secret(stage: &Stage) -> String {
    let teller = Some(named("保密举报人", "13800001234", ""));
    let told = v1::ReportClueRequest { reporter: teller, ..child_hurt_in(stage, HERE) };
    report(&stage.desk("430405.edu.clerk1"), told).await.clue_id
}

async fn view(
    stage: &Stage,
    who: &str,
    matter: &str,
    (eyes, other, only): (v1::Eyes, Option<v1::Eyes>, bool),
) -> Result<v1::ViewAsResponse, tonic::Status> {
    let asked = v1::ViewAsRequest {
        matter: matter.to_owned(),
        eyes: Some(eyes),
        other,
        only_differences: only,
        ..Default::default()
    };
    let answer = stage.desk(who).oversight().view_as(asked).await;
    answer.map(tonic::Response::into_inner)
}

fn of<'a>(values: &'a [v1::ViewedValue], path: &str) -> &'a v1::ViewedValue {
    values.iter().find(|value| value.kind == "clue.reported" && value.path == path).unwrap()
}

fn policies(seen: Option<&v1::SeenAs>) -> Vec<&str> {
    let seen = seen.unwrap();
    assert!(
        seen.policies.iter().all(|policy| policy.policy.starts_with("limit-") || !policy.basis.is_empty())
    );
    seen.policies.iter().map(|policy| policy.policy.as_str()).collect()
}

#[test]
fn each_value_is_told_with_the_policy_that_decides_it() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clue = secret(stage).await;
        let seen =
            view(stage, "430405.edu.leader", &clue, (eyes("EDU", HERE, false), None, false)).await.unwrap();
        assert!(!seen.hidden && seen.values.len() > 30);
        let (narrative, name) = (of(&seen.values, "/narrative"), of(&seen.values, "/persons/*/name"));
        assert_eq!((narrative.class.as_str(), narrative.facet.as_str()), ("P3", ""), "a minor is concerned");
        assert_eq!(policies(narrative.seen.as_ref()), ["see-sensitive"]);
        assert_eq!((name.class.as_str(), name.facet.as_str()), ("P3", "identity"));
        assert!(!name.seen.as_ref().unwrap().shown && policies(name.seen.as_ref()).is_empty());
        assert!(!of(&seen.values, "/reporter/name").seen.as_ref().unwrap().shown);

        let named =
            view(stage, "430405.edu.leader", &clue, (eyes("EDU", HERE, true), None, false)).await.unwrap();
        assert_eq!(policies(of(&named.values, "/persons/*/name").seen.as_ref()), ["see-identity"]);
        assert_eq!(policies(of(&named.values, "/reporter/name").seen.as_ref()), ["see-reporter"]);
        let city =
            view(stage, "hub.auditor", &clue, (eyes("EDU", "430400", false), None, false)).await.unwrap();
        assert!(!city.hidden && !of(&city.values, "/narrative").seen.as_ref().unwrap().shown);
        assert_eq!(policies(of(&city.values, "/category").seen.as_ref()), ["see-superior"]);
        let operator =
            v1::Eyes { unit_id: "UN-HUB".to_owned(), roles: vec![v1::Role::Auditor.into()], named: false };
        let operator = view(stage, "hub.auditor", &clue, (operator, None, false)).await.unwrap();
        let forbidden = policies(of(&operator.values, "/narrative").seen.as_ref()).join(" ");
        assert!(forbidden.contains("limit-operator-sees-no-class"), "{forbidden}");
    });
}

#[test]
fn two_units_differ_in_what_their_policies_say() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clue = secret(stage).await;
        let both = (eyes("PSB", HERE, false), Some(eyes("EDU", HERE, false)), true);
        let seen = view(stage, "430405.edu.head", &clue, both).await.unwrap();
        assert!(!seen.values.is_empty());
        for value in &seen.values {
            let (one, other) = (value.seen.as_ref().unwrap(), value.other.as_ref().unwrap());
            assert!(
                one.shown && !other.shown,
                "the police see who a child is, and the police file: {value:?}"
            );
        }
        assert_eq!(policies(of(&seen.values, "/persons/*/name").seen.as_ref()), ["see-identity"]);
        let both = (eyes("EDU", HERE, false), Some(eyes("EDU", BESIDE, false)), false);
        let seen = view(stage, "430405.edu.head", &clue, both).await.unwrap();
        assert!(!seen.hidden && seen.hidden_other);
        assert!(seen.values.iter().all(|value| !value.other.as_ref().unwrap().shown));
    });
}

#[test]
fn a_stranger_may_not_ask_and_learns_nothing_by_asking() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clue = secret(stage).await;
        let look = || (eyes("EDU", HERE, true), None, false);
        for who in ["430412.edu.head", "430412.psb.leader", "430405.edu.clerk1", "430405.samr.head", "admin"]
        {
            assert_eq!(refused(view(stage, who, &clue, look()).await), Refusal::Permission, "{who}");
        }
        let nowhere = ClueId::new(HERE.parse().unwrap(), date(2026, 11, 23), 42).to_string();
        assert_eq!(refused(view(stage, "430405.edu.leader", &nowhere, look()).await), Refusal::Permission);
        let unknown = v1::Eyes { unit_id: unit("EDU", "439999"), ..v1::Eyes::default() };
        let faults = view(stage, "430405.edu.leader", &clue, (unknown, None, false)).await;
        assert_eq!(fields(faults), ["eyes.unit_id"]);
        let system =
            see!(stage.desk("hub.auditor"), oversight.list_reads, "", ListReadsRequest { matter: &*clue });
        assert!(system.unwrap().reads.is_empty(), "looking through another's eyes shows no value");
    });
}
