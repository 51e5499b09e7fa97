//! Bad requests: every fault is named at once by the path of its field, in both languages, and the log does not grow by
//! any of it. Never here: what is wrong below the requests; that is `hostile`.

use safeguard::world::Desk;
use tonic::{Code, Status};
use wire::{Refusal, v1};

use crate::acts::{HERE, ask, clue_in, see, unit};
use crate::stage::{SMALL, Shared, Stage, fields, id, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const LATER: i64 = 4_102_444_800;

async fn reported(desk: &Desk, request: v1::ReportClueRequest) -> Result<v1::ReportClueResponse, Status> {
    desk.education().report_clue(request).await.map(tonic::Response::into_inner)
}

fn at(seconds: i64, nanos: i32) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos })
}

/// The reason a field is refused for.
#[track_caller]
fn reason<T: std::fmt::Debug>(answer: Result<T, Status>, field: &str) -> String {
    let Refusal::Shape(violations) = refused(answer) else { panic!("the shape must be refused") };
    let found = violations.iter().find(|violation| violation.field == field);
    let found = found.unwrap_or_else(|| panic!("{field} is not among {violations:?}"));
    assert!(!found.zh.is_empty() && !found.en.is_empty() && found.zh != found.en);
    found.reason.clone()
}

#[test]
fn a_report_that_is_wrong_everywhere_is_told_so_everywhere_at_once() {
    play(&STAGE, SMALL, async |stage| {
        let before = stage.head().await;
        let person = v1::PersonStatement { id_number: "110101199913311234".to_owned(), ..Default::default() };
        let paper =
            v1::PaperRef { hash: "xyz".to_owned(), number: "第1号".to_owned(), ..Default::default() };
        let named =
            v1::NamedReporter { phone: "12345".to_owned(), id_number: "1".to_owned(), ..Default::default() };
        let wrong = v1::ReportClueRequest {
            request_id: "not-a-uuid".to_owned(),
            occurred_at: at(LATER, 0),
            channel: 0,
            category: 99,
            situation: 12,
            urgency: -1,
            minor: 77,
            harm: vec![0, 1],
            division: "439999".to_owned(),
            institution: "91430405MA0000000X".to_owned(),
            received_at: at(LATER, 0),
            narrative: " ".to_owned(),
            place: "一".repeat(201),
            reporter: Some(v1::ReporterStatement { who: Some(v1::reporter_statement::Who::Named(named)) }),
            persons: vec![person],
            papers: vec![paper],
            source: "a".repeat(101),
        };
        let found = fields(reported(&stage.desk("430405.edu.clerk1"), wrong).await);
        let expected = [
            "category",
            "channel",
            "division",
            "harm[0]",
            "institution",
            "minor",
            "narrative",
            "occurred_at",
            "papers[0].hash",
            "papers[0].kind",
            "papers[0].number",
            "persons[0].id_number",
            "persons[0].name",
            "persons[0].part",
            "place",
            "received_at",
            "reporter.named.id_number",
            "reporter.named.name",
            "reporter.named.phone",
            "request_id",
            "situation",
            "source",
            "urgency",
        ];
        assert_eq!(found, expected);
        assert_eq!(stage.head().await, before);
    });
}

/// Field, reason, and a request with this one fault.
type Wrong = Vec<(&'static str, &'static str, v1::ReportClueRequest)>;

fn wrong_keys(stage: &Stage) -> Wrong {
    let fine = || clue_in(stage, HERE);
    vec![
        ("request_id", "REQUIRED", v1::ReportClueRequest { request_id: String::new(), ..fine() }),
        ("request_id", "UUID", v1::ReportClueRequest { request_id: "0".repeat(40), ..fine() }),
        ("request_id", "UUID", v1::ReportClueRequest { request_id: uuid::Uuid::nil().to_string(), ..fine() }),
        ("received_at", "REQUIRED", v1::ReportClueRequest { received_at: None, ..fine() }),
        ("received_at", "TIME_IMPOSSIBLE", v1::ReportClueRequest { received_at: at(i64::MAX, 0), ..fine() }),
        ("received_at", "TIME_IMPOSSIBLE", v1::ReportClueRequest { received_at: at(0, -5), ..fine() }),
        ("received_at", "TIME_FUTURE", v1::ReportClueRequest { received_at: at(LATER, 0), ..fine() }),
        ("received_at", "TIME_ORDER", v1::ReportClueRequest { received_at: at(0, 0), ..fine() }),
        ("division", "REQUIRED", v1::ReportClueRequest { division: String::new(), ..fine() }),
        ("division", "DIVISION_CODE", v1::ReportClueRequest { division: "4304O5".to_owned(), ..fine() }),
        ("division", "DIVISION_UNKNOWN", v1::ReportClueRequest { division: "430499".to_owned(), ..fine() }),
        ("division", "DIVISION_ABOLISHED", v1::ReportClueRequest { division: "500112".to_owned(), ..fine() }),
        ("division", "NO_COMPETENT_UNIT", v1::ReportClueRequest { division: "110101".to_owned(), ..fine() }),
    ]
}

fn wrong_contents(stage: &Stage) -> Wrong {
    let fine = || clue_in(stage, HERE);
    vec![
        ("narrative", "TEXT_TOO_LONG", v1::ReportClueRequest { narrative: "长".repeat(4_001), ..fine() }),
        ("narrative", "TEXT_CONTROL", v1::ReportClueRequest { narrative: "前\u{7}后".to_owned(), ..fine() }),
        ("place", "TEXT_CONTROL", v1::ReportClueRequest { place: "前\u{0}后".to_owned(), ..fine() }),
        ("source", "TEXT_CONTROL", v1::ReportClueRequest { source: "a\u{1b}[31m".to_owned(), ..fine() }),
        ("harm", "TWICE", v1::ReportClueRequest { harm: vec![1, 1], ..fine() }),
        ("persons", "TOO_MANY", v1::ReportClueRequest { persons: vec![Default::default(); 51], ..fine() }),
        ("reporter", "REQUIRED", v1::ReportClueRequest { reporter: None, ..fine() }),
        ("reporter", "REQUIRED", v1::ReportClueRequest { reporter: Some(Default::default()), ..fine() }),
        (
            "papers[0].hash",
            "NOT_UPLOADED",
            v1::ReportClueRequest {
                papers: vec![v1::PaperRef { kind: 1, hash: "ab".repeat(32), ..Default::default() }],
                ..fine()
            },
        ),
    ]
}

#[test]
fn one_wrong_field_is_refused_with_the_reason_that_fits() {
    play(&STAGE, SMALL, async |stage| {
        let before = stage.head().await;
        let clerk = stage.desk("430405.edu.clerk1");
        for (field, expected, request) in wrong_keys(stage).into_iter().chain(wrong_contents(stage)) {
            assert_eq!(reason(reported(&clerk, request).await, field), expected, "{field}");
        }
        assert_eq!(stage.head().await, before);
    });
}

#[test]
fn unknown_units_officers_and_places_are_named_by_every_service() {
    play(&STAGE, SMALL, async |stage| {
        let before = stage.head().await;
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let clue = nobodys_clue();
        let unknown = || unit("EDU", "439999");
        let assigned =
            ask!(clerk, education.assign_clue, AssignClueRequest { clue_id: &*clue, to_unit_id: unknown() });
        assert_eq!(reason(assigned, "to_unit_id"), "UNIT_UNKNOWN");
        let forwarded = ask!(
            duty,
            police.forward_entry,
            ForwardEntryRequest {
                matter: &*clue,
                to_unit_id: unknown(),
                reason: " ",
                number: "湘公〔2026〕1号",
            }
        );
        assert_eq!(fields(forwarded), ["number", "reason", "to_unit_id"]);
        let team = vec!["OF-NOBODY".to_owned(), clerk.account.id.clone()];
        let started = ask!(
            clerk,
            education.start_verification,
            StartVerificationRequest { clue_id: &*clue, team: team }
        );
        assert_eq!(reason(started, "team[0]"), "OFFICER_UNKNOWN");
        let drafted = ask!(
            clerk,
            education.draft_referral,
            DraftReferralRequest {
                clue_id: "CL-430405-20261123-AAAAAA-0",
                team: vec!["x".to_owned()],
                charges: vec!["9999".to_owned()],
            }
        );
        let found = fields(drafted);
        for field in ["clue_id", "facts", "charges[0]", "number"] {
            assert!(found.iter().any(|one| one == field), "{field} is not among {found:?}");
        }
        assert_eq!(stage.head().await, before);
    });
}

#[test]
fn impossible_dates_and_wrong_entries_of_the_directory_are_named() {
    play(&STAGE, SMALL, async |stage| {
        let before = stage.head().await;
        let (clerk, admin) = (stage.desk("430405.edu.clerk1"), stage.desk("admin"));
        let unknown = || unit("EDU", "439999");
        let entered = ask!(
            admin,
            directory.register_unit,
            RegisterUnitRequest {
                unit_id: "430405",
                agency: 99,
                division: "439999",
                superior: unknown(),
                competence: vec![v1::Competence {
                    division: "x".to_owned(),
                    categories: vec![77],
                    ..Default::default()
                }],
            }
        );
        assert_eq!(
            fields(entered),
            [
                "agency",
                "competence[0].categories[0]",
                "competence[0].division",
                "division",
                "level",
                "name",
                "superior",
                "unit_id",
            ]
        );
        let entered = ask!(admin, directory.register_institution, RegisterInstitutionRequest { lead: 99 });
        assert_eq!(fields(entered), ["address", "credit_code", "division", "kind", "lead", "name"]);
        let listed =
            see!(clerk, directory.list_divisions, "", ListDivisionsRequest { on_date: "2026-02-30" });
        assert_eq!(reason(listed, "on_date"), "DATE");
        let figures = see!(
            clerk,
            education.get_statistics,
            "",
            GetStatisticsRequest {
                received_from: prost_types::Timestamp { seconds: 10, nanos: 0 },
                received_until: prost_types::Timestamp { seconds: 5, nanos: 0 },
            }
        );
        assert_eq!(reason(figures, "received_until"), "TIME_ORDER");
        assert_eq!(stage.head().await, before);
    });
}

fn nobodys_clue() -> String {
    domain::ids::ClueId::new(HERE.parse().unwrap(), jiff::civil::date(2026, 11, 23), 7).to_string()
}

#[test]
fn pages_that_no_list_gave_out_and_sizes_out_of_range_are_refused() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        for wrong in ["rubbish ~", "1~2~3", "6100", "zz", "'; DROP TABLE clue; --"] {
            let answers = [
                fields(see!(clerk, education.list_clues, "", ListCluesRequest { page_token: wrong })),
                fields(see!(clerk, education.list_clocks, "", ListClocksRequest { page_token: wrong })),
                fields(see!(clerk, education.list_referrals, "", ListReferralsRequest { page_token: wrong })),
                fields(see!(duty, police.list_queue, "", ListQueueRequest { page_token: wrong })),
            ];
            assert!(answers.iter().all(|fields| fields.iter().any(|field| field == "page_token")), "{wrong}");
        }
        for size in [-1, 501, i32::MAX] {
            assert_eq!(
                fields(see!(clerk, education.list_clues, "", ListCluesRequest { page_size: size })),
                ["page_size"]
            );
            assert_eq!(
                fields(see!(duty, police.list_queue, "", ListQueueRequest { page_size: size })),
                ["page_size"]
            );
            assert_eq!(
                fields(see!(clerk, directory.list_units, "", ListUnitsRequest { page_size: size })),
                ["page_size"]
            );
        }
        let stages = vec!["sleeping".to_owned()];
        let listed =
            see!(clerk, education.list_clues, "", ListCluesRequest { stages: stages, urgencies: vec![9] });
        assert_eq!(fields(listed), ["stages[0]", "urgencies[0]"]);
    });
}

/// Sends an import of clues whose parts are given.
async fn import(
    desk: &Desk,
    parts: Vec<v1::import_clues_request::Part>,
) -> Result<Vec<v1::ImportBadRow>, Status> {
    let parts = parts.into_iter().map(|part| v1::ImportCluesRequest { part: Some(part) });
    let parts: Vec<_> = parts.collect();
    let mut news = desk.education().import_clues(futures::stream::iter(parts)).await?.into_inner();
    let mut rows = Vec::new();
    while let Some(told) = news.message().await? {
        if let Some(v1::import_clues_response::News::BadRow(row)) = told.news {
            rows.push(row);
        }
    }
    Ok(rows)
}

#[test]
fn an_import_of_rubbish_names_every_line_and_records_nothing() {
    use v1::import_clues_request::Part;
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let before = stage.head().await;
        let options = || {
            Part::Options(v1::ImportOptions {
                request_id: id(),
                format: v1::ImportFormat::JsonLines.into(),
                file_name: "rubbish.jsonl".to_owned(),
                dry_run: false,
            })
        };
        let lines =
            b"{\"narrative\":\"\xff\xfe\"}\n[1,2]\n\n{\"narrative\":\"a\n{\"nobody\":1}\n\x00\n".to_vec();
        let rows = import(&clerk, vec![options(), Part::Chunk(lines)]).await.unwrap();
        let mut found: Vec<u64> = rows.iter().map(|row| row.line).collect();
        found.dedup();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, [1, 2, 4, 5, 6], "{rows:?}");
        assert!(rows.iter().all(|row| !row.reason_zh.is_empty() && !row.reason_en.is_empty()));
        let nothing = import(&clerk, vec![options()]).await.unwrap();
        assert!(nothing.is_empty());
        for parts in [vec![], vec![Part::Chunk(b"x".to_vec())], vec![options(), options()]] {
            assert_eq!(refused(import(&clerk, parts).await).code(), Code::InvalidArgument);
        }
        let nameless = Part::Options(v1::ImportOptions { request_id: "x".to_owned(), ..Default::default() });
        assert_eq!(fields(import(&clerk, vec![nameless]).await), ["format", "request_id"]);
        assert_eq!(stage.head().await, before);
    });
}
