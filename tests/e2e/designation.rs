//! A clue that no unit wants: given back once it is sorted again, given back twice the superior designates 指定管辖, and
//! that binds. Never here: referrals, where the superior designates among the police.

use wire::{Refusal, v1};

use crate::acts::{BESIDE, HERE, ask, clue_in, read, report, token, triage, unit};
use crate::follow::Follower;
use crate::stage::{NEIGHBOURS, Shared, Stage, fields, law, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

async fn sorted(stage: &Stage) -> String {
    let clerk = stage.desk("430405.edu.clerk1");
    let reported = report(&clerk, clue_in(stage, HERE)).await;
    triage(&clerk, &read(&clerk, &reported.clue_id, &token(&reported)).await).await;
    reported.clue_id
}

async fn assign(
    stage: &Stage,
    who: &str,
    clue: &str,
    to: &str,
) -> Result<v1::AssignClueResponse, tonic::Status> {
    ask!(stage.desk(who), education.assign_clue, AssignClueRequest { clue_id: clue, to_unit_id: to })
}

async fn give_back(stage: &Stage, who: &str, clue: &str) -> Result<v1::ReturnClueResponse, tonic::Status> {
    ask!(
        stage.desk(who),
        education.return_clue,
        ReturnClueRequest { clue_id: clue, reason: "不属本部门职责" }
    )
}

#[test]
fn a_clue_given_back_twice_is_designated_by_the_superior_and_that_binds() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (market, own) = (unit("SAMR", HERE), unit("EDU", HERE));
        let clue = &*sorted(stage).await;
        assert_eq!(
            law(assign(stage, "430405.edu.clerk1", clue, &unit("SAMR", BESIDE)).await),
            "UNIT_NOT_COMPETENT"
        );
        assert_eq!(law(give_back(stage, "430405.edu.handler", clue).await), "WRONG_STAGE");
        for round in ["first", "second"] {
            let given = assign(stage, "430405.edu.clerk1", clue, &market).await.unwrap().receipt.unwrap();
            assert_eq!(given.state, "assigned", "{round}");
            assert_eq!(law(give_back(stage, "430405.edu.handler", clue).await), "NOT_YOUR_UNIT");
            let back = give_back(stage, "430405.samr.handler", clue).await.unwrap().receipt.unwrap();
            assert_eq!(back.state, "triaged", "{round}");
        }
        let history = Follower::of(stage, clue).await.history().await;
        let returned: Vec<_> = history.iter().filter(|heard| heard.kind == "clue.returned").collect();
        assert_eq!(returned.len(), 2);
        assert!(returned[0].data["designator"].is_null(), "the first return names nobody");
        assert_eq!(returned[1].data["designator"]["id"], unit("EDU", "430400"));

        for to in [&market, &own] {
            assert_eq!(law(assign(stage, "430405.edu.clerk1", clue, to).await), "DESIGNATOR_ONLY");
        }
        for who in ["430412.edu.clerk1", "430400.psb.leader", "430400.fire.leader", "hub.auditor"] {
            assert_eq!(refused(assign(stage, who, clue, &market).await), Refusal::Permission, "{who}");
        }
        let designated = assign(stage, "430400.edu.leader", clue, &market).await.unwrap().receipt.unwrap();
        assert_eq!(designated.state, "assigned");
        assert_eq!(law(give_back(stage, "430405.samr.handler", clue).await), "DESIGNATION_BINDS");
        let seen = read(&stage.desk("430405.edu.clerk1"), clue, &designated.consistency_token).await;
        assert_eq!((seen.stage.as_str(), seen.assigned.unwrap().id), ("assigned", market));
    });
}

#[test]
fn a_return_says_why() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clue = sorted(stage).await;
        assign(stage, "430405.edu.clerk1", &clue, &unit("SAMR", HERE)).await.unwrap();
        let silent = ask!(
            stage.desk("430405.samr.handler"),
            education.return_clue,
            ReturnClueRequest { clue_id: &*clue, reason: "" }
        );
        assert_eq!(fields(silent), ["reason"]);
    });
}
