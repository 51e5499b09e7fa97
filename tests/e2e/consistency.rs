//! Promises of every service: the token of any answer opens every query, and pages are complete and without repeats while
//! others write. Never here: what the commands mean.

use std::collections::BTreeSet;

use futures::StreamExt;
use wire::v1;

use crate::acts::{HERE, child_hurt_in, clue_in, done, report, see, token, unit};
use crate::stage::{SMALL, Shared, Stage, fields, play, play_alone};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// Every query of every service with this token; each must answer with a token, its own or a newer one.
async fn every_query_with(stage: &Stage, token: &str, clue: &str) {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    let fire = stage.desk("430405.fire.inspector");
    macro_rules! carries {
        ($($asked:tt)*) => {
            assert!(see!($($asked)*).unwrap().consistency_token.contains('@'))
        };
    }
    carries!(clerk, education.get_clue, token, GetClueRequest { clue_id: clue });
    carries!(clerk, education.list_clues, token, ListCluesRequest {});
    carries!(clerk, education.get_statistics, token, GetStatisticsRequest {});
    carries!(clerk, education.list_clocks, token, ListClocksRequest {});
    carries!(clerk, education.list_referrals, token, ListReferralsRequest {});
    carries!(clerk, education.list_reverse_referrals, token, ListReverseReferralsRequest {});
    carries!(duty, police.list_queue, token, ListQueueRequest {});
    carries!(duty, police.get_queue_statistics, token, GetQueueStatisticsRequest {});
    carries!(duty, police.get_queue_entry, token, GetQueueEntryRequest { matter: clue });
    carries!(fire, fire.list_inbox, token, ListInboxRequest {});
    carries!(clerk, directory.get_unit, token, GetUnitRequest { unit_id: unit("EDU", HERE) });
    carries!(clerk, directory.list_units, token, ListUnitsRequest {});
    carries!(clerk, directory.list_officers, token, ListOfficersRequest { unit_id: unit("EDU", HERE) });
    carries!(clerk, directory.list_institutions, token, ListInstitutionsRequest {});
    carries!(
        clerk,
        directory.get_institution,
        token,
        GetInstitutionRequest { institution: &*stage.world.institutions[0].credit_code }
    );
    carries!(clerk, directory.list_divisions, token, ListDivisionsRequest { parent: "430400" });
    carries!(
        clerk,
        directory.find_competent_unit,
        token,
        FindCompetentUnitRequest { agency: v1::Agency::Police, division: HERE, category: v1::Category::Food }
    );
    let watch = v1::WatchQueueRequest { consistency_token: token.to_owned(), ..Default::default() };
    duty.police().watch_queue(watch).await.unwrap();
}

#[test]
fn the_token_of_any_answer_opens_every_query() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        every_query_with(stage, &token(&reported), clue).await;
        let claimed = done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        every_query_with(stage, &claimed.consistency_token, clue).await;
        let entered = done!(
            stage.desk("admin"),
            directory.change_competence,
            ChangeCompetenceRequest {
                unit_id: unit("FIRE", HERE),
                competence: vec![v1::Competence { division: HERE.to_owned(), ..Default::default() }],
            }
        );
        every_query_with(stage, &entered.consistency_token, clue).await;
    });
}

#[test]
fn a_token_that_is_none_is_a_fault_of_the_request() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        for wrong in ["rubbish", "@1", "CL-1@", "CL-1@x", "$all@1"] {
            let answer = see!(clerk, education.list_clues, wrong, ListCluesRequest {});
            assert_eq!(fields(answer), ["consistency_token"], "{wrong}");
        }
    });
}

/// Reads a list to its end, page by page, and checks that nothing comes twice.
macro_rules! all_pages {
    ($desk:expr, $service:ident.$method:ident, $request:ident, $entries:ident, $key:ident) => {{
        let mut found = BTreeSet::new();
        let mut page_token = String::new();
        loop {
            let page =
                see!($desk, $service.$method, "", $request { page_size: 7, page_token: page_token }).unwrap();
            assert!(page.$entries.len() <= 7);
            for entry in page.$entries {
                assert!(found.insert(entry.$key.clone()), "{} came twice", entry.$key);
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break found;
            }
        }
    }};
}

#[test]
fn pages_are_complete_and_without_repeats_while_others_write() {
    play_alone(SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let write = async |number: usize| {
            let request =
                if number.is_multiple_of(2) { child_hurt_in(stage, HERE) } else { clue_in(stage, HERE) };
            report(&clerk, request).await
        };
        let before: Vec<_> = futures::stream::iter(0..60).map(write).buffer_unordered(16).collect().await;
        for reported in &before {
            let page = see!(duty, police.list_queue, token(reported), ListQueueRequest { page_size: 1 });
            see!(clerk, education.list_clues, token(reported), ListCluesRequest { page_size: 1 }).unwrap();
            page.unwrap();
        }
        let writing = futures::stream::iter(0..60).map(write).buffer_unordered(4).collect::<Vec<_>>();
        let reading = async {
            let clues = all_pages!(clerk, education.list_clues, ListCluesRequest, clues, id);
            let queue = all_pages!(duty, police.list_queue, ListQueueRequest, entries, matter);
            (clues, queue)
        };
        let (_, (clues, queue)) = futures::future::join(writing, reading).await;
        for reported in &before {
            assert!(clues.contains(&reported.clue_id), "{} fell between two pages", reported.clue_id);
            assert_eq!(queue.contains(&reported.clue_id), reported.call_110);
        }
    });
}
