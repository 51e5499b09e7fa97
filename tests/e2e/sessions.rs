//! Sessions and the people behind them: a token is renewed while its officer serves, a new password ends the older
//! tokens, and nobody lists another agency's people. Never here: how tokens are made.

use safeguard::world::{Account, Desk};
use tonic::Status;
use wire::{Refusal, v1};

use crate::acts::{HERE, done, see, unit};
use crate::stage::{SMALL, Stage, play_alone, refused};

async fn renewed(desk: &Desk) -> Result<v1::RenewSessionResponse, Status> {
    desk.session().renew_session(v1::RenewSessionRequest {}).await.map(tonic::Response::into_inner)
}

fn desk_with(stage: &Stage, account: &Account, token: String) -> Desk {
    Desk::new(stage.world.channel.clone(), &Account { token, ..account.clone() }).unwrap()
}

#[test]
fn a_token_is_renewed_until_its_password_is_changed_and_a_shut_account_gets_none() {
    play_alone(SMALL, async |stage| {
        let first = stage.desk("430405.edu.clerk1");
        let next = desk_with(stage, &first.account, renewed(&first).await.unwrap().token);
        assert_ne!(next.account.token, first.account.token);
        assert!(renewed(&next).await.is_ok() && renewed(&first).await.is_ok(), "the older one still holds");
        let changed = done!(
            first,
            session.change_password,
            ChangePasswordRequest {
                old_password: &*first.account.password,
                new_password: "Plum-blossom 7 and more",
            }
        );
        assert!(!changed.consistency_token.is_empty());
        for ended in [&first, &next] {
            assert_eq!(refused(renewed(ended).await), Refusal::identity("TOKEN_BAD"));
            let list = ended.education().list_clues(v1::ListCluesRequest::default()).await;
            assert_eq!(refused(list), Refusal::identity("TOKEN_BAD"));
        }
        let (admin, second) = (stage.desk("admin"), stage.desk("430405.edu.clerk2"));
        done!(admin, directory.disable_officer, DisableOfficerRequest { officer_id: &*second.account.id });
        assert_eq!(refused(renewed(&second).await), Refusal::identity("TOKEN_BAD"));
    });
}

#[test]
fn people_are_listed_to_their_own_agency_only() {
    play_alone(SMALL, async |stage| {
        let list = async |who: &str, of: &str| {
            let desk = stage.desk(who);
            see!(desk, directory.list_officers, "", ListOfficersRequest { unit_id: of })
        };
        let own = unit("EDU", HERE);
        assert!(!list("430405.edu.clerk1", &own).await.unwrap().officers.is_empty());
        assert!(!list("430405.edu.clerk1", "").await.unwrap().officers.is_empty(), "one's own unit");
        assert!(!list("admin", &own).await.unwrap().officers.is_empty());
        for stranger in ["430405.psb.duty1", "430405.fire.inspector"] {
            assert_eq!(refused(list(stranger, &own).await), Refusal::Permission, "{stranger}");
        }
        let nowhere = list("430405.psb.duty1", "UN-EDU-439999").await;
        assert_eq!(refused(nowhere), Refusal::Permission, "it is not told whether there is such a unit");
    });
}
