//! A token is worth no more than the officer behind it is now: forged, unsigned and expired ones open nothing, roles change
//! with the next call, and a shut account loses everything. Never here: how tokens are made.

use safeguard::world::{Account, Desk};
use tonic::{Code, Status};
use wire::{Refusal, v1};

use crate::acts::{BESIDE, HERE, ask, clue_in, done, report, see, unit};
use crate::follow::Watcher;
use crate::need_to_know::told;
use crate::stage::{NEIGHBOURS, Shared, Stage, play, refused};
use crate::tokens;

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// A desk with another token.
fn desk_with(stage: &Stage, who: &str, token: String) -> Desk {
    let account = Account { token, ..stage.world.officer(who).unwrap().clone() };
    Desk::new(stage.world.channel.clone(), &account).unwrap()
}

#[test]
fn a_token_that_is_forged_unsigned_or_expired_opens_nothing() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clerk = stage.world.officer("430405.edu.clerk1").unwrap();
        let mut forged = tokens::unsigned(stage, &clerk.id);
        forged.push(tokens::of_another_key(stage, &clerk.id));
        forged.push(tokens::home_made(stage));
        forged.push(tokens::renamed(&clerk.token, "OF-ADMIN"));
        forged.push(tokens::touched(&clerk.token));
        forged.extend(["x".to_owned(), "a.b.c".to_owned(), "e".repeat(4_000)]);
        for token in forged {
            let desk = desk_with(stage, "430405.edu.clerk1", token.clone());
            for answer in opened(stage, &desk).await {
                assert_eq!(refused(answer), Refusal::identity("TOKEN_BAD"), "{token}");
            }
        }
        let late = desk_with(stage, "430405.edu.clerk1", tokens::expired(stage, &clerk.id));
        for answer in opened(stage, &late).await {
            assert_eq!(refused(answer), Refusal::identity("TOKEN_EXPIRED"));
        }
        let nobody =
            wire::v1::education_service_client::EducationServiceClient::new(stage.world.channel.clone());
        let answer = nobody.clone().list_clues(v1::ListCluesRequest::default()).await;
        assert_eq!(refused(answer), Refusal::identity("TOKEN_MISSING"));
    });
}

/// What a desk gets from each service.
async fn opened(stage: &Stage, desk: &Desk) -> Vec<Result<(), Status>> {
    vec![
        desk.education().report_clue(clue_in(stage, HERE)).await.map(|_| ()),
        desk.education().list_clues(v1::ListCluesRequest::default()).await.map(|_| ()),
        desk.police().list_queue(v1::ListQueueRequest::default()).await.map(|_| ()),
        desk.police().watch_queue(v1::WatchQueueRequest::default()).await.map(|_| ()),
        desk.fire().list_inbox(v1::ListInboxRequest::default()).await.map(|_| ()),
        desk.directory().list_units(v1::ListUnitsRequest::default()).await.map(|_| ()),
        desk.streams().get_head(v1::GetHeadRequest::default()).await.map(|_| ()),
        desk.session().who_am_i(v1::WhoAmIRequest::default()).await.map(|_| ()),
    ]
}

#[test]
fn a_change_of_roles_holds_from_the_next_call_whatever_the_token_said() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (admin, clerk) = (stage.desk("admin"), stage.desk("430412.edu.clerk2"));
        let first = report(&clerk, clue_in(stage, BESIDE)).await;
        let sort = async || {
            ask!(
                clerk,
                education.triage_clue,
                TriageClueRequest {
                    clue_id: &*first.clue_id,
                    category: v1::Category::FeeFraud,
                    urgency: v1::Urgency::U3,
                    minor: v1::Minor::None,
                }
            )
        };
        let changed = done!(
            admin,
            directory.change_roles,
            ChangeRolesRequest { officer_id: &*clerk.account.id, roles: vec![v1::Role::Auditor.into()] }
        );
        see!(
            admin,
            directory.get_unit,
            changed.consistency_token,
            GetUnitRequest { unit_id: unit("EDU", BESIDE) }
        )
        .unwrap();
        assert_eq!(refused(sort().await), Refusal::Permission);
        assert_eq!(refused(clerk.education().report_clue(clue_in(stage, BESIDE)).await), Refusal::Permission);
        let back = done!(
            admin,
            directory.change_roles,
            ChangeRolesRequest { officer_id: &*clerk.account.id, roles: vec![v1::Role::Triage.into()] }
        );
        see!(
            admin,
            directory.get_unit,
            back.consistency_token,
            GetUnitRequest { unit_id: unit("EDU", BESIDE) }
        )
        .unwrap();
        assert_eq!(sort().await.unwrap().receipt.unwrap().state, "triaged");
    });
}

#[test]
fn a_shut_account_loses_its_token_its_password_and_its_watch() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (admin, duty) = (stage.desk("admin"), stage.desk("430412.psb.duty2"));
        let mut watch = Watcher::open(&duty).await;
        watch.snapshot().await;
        let shut =
            done!(admin, directory.disable_officer, DisableOfficerRequest { officer_id: &*duty.account.id });
        see!(
            admin,
            directory.get_unit,
            shut.consistency_token,
            GetUnitRequest { unit_id: unit("PSB", BESIDE) }
        )
        .unwrap();
        for answer in opened(stage, &duty).await {
            assert_eq!(refused(answer), Refusal::identity("TOKEN_BAD"));
        }
        let sign_in = |password: &str| {
            let request =
                v1::SignInRequest { officer: duty.account.id.clone(), password: password.to_owned() };
            let mut session = stage.desk("admin").session();
            async move { session.sign_in(request).await.unwrap_err() }
        };
        let (right, wrong) = (sign_in(&duty.account.password).await, sign_in("Wrong-password-1").await);
        assert_eq!(told(&right), told(&wrong), "a shut account does not tell that its password was right");
        let end = loop {
            match watch.next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the watch must end with a refusal"),
                Err(status) => break status,
            }
        };
        assert!(matches!(end.code(), Code::PermissionDenied | Code::Unauthenticated), "{end:?}");
    });
}
