//! Records of files, good and bad. Never here: sending them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use wire::v1;
use wire::v1::ImportFormat::{Csv, JsonLines};
use wire::v1::work_hazards_request::Step;

use super::{Bulk, Read, read};

fn faults<M: Bulk>(read: &Read<M>) -> Vec<(u64, Vec<(&str, &str)>)> {
    read.bad
        .iter()
        .map(|(line, faults)| {
            (*line, faults.iter().map(|fault| (fault.field.as_str(), fault.reason.as_str())).collect())
        })
        .collect()
}

#[test]
fn a_row_fills_a_message_by_the_names_of_its_columns() {
    let rows = "institution_id,tier,on,sheets,members.1,members.2.officer_id,members.2.certificate,from,until,answers\r\n\
                IN-1,county,2023-11-05,EDU=facility-safety;FIRE=fire-nine-rules@1,OF-1=证1,OF-2,证2,2023-11-05T09:00,2023-11-05T10:30+08:00,FIRE9-4.1=fail=通道堵塞;FIRE9-5.1=fail-fixed=过期\r\n";
    let given = [("report.plan.campaign_id", "CP-1".to_owned())];
    let read = read::<v1::ReportInspectionsRequest>(Csv, rows.as_bytes(), &given).unwrap();
    assert_eq!(faults(&read), []);
    let record = read.good[&2].clone();
    let report = record.report.unwrap();
    let plan = report.plan.unwrap();
    assert_eq!((record.number, plan.institution_id.as_str(), plan.campaign_id.as_str()), (2, "IN-1", "CP-1"));
    assert_eq!(plan.tier(), v1::InspectionTier::County);
    assert_eq!((plan.sheets[1].agency(), plan.sheets[1].version), (v1::Agency::Fire, 1));
    let members: Vec<_> =
        report.members.iter().map(|one| (one.officer_id.as_str(), one.certificate.as_str())).collect();
    assert_eq!(members, [("OF-1", "证1"), ("OF-2", "证2")]);
    assert_eq!((report.until.unwrap().seconds - report.from.unwrap().seconds), 90 * 60, "Beijing time");
    assert_eq!(
        (report.answers[0].verdict(), report.answers[0].finding.as_str()),
        (v1::LineVerdict::Fail, "通道堵塞")
    );
}

#[test]
fn a_row_names_its_step_and_a_line_of_json_is_the_message() {
    let rows = "hazard_id,step,grade,reason,present,papers\r\n\
                HZ-1,grade,major,危险,,\r\n\
                HZ-1,verify,,,OF-1;OF-2,evidence=HASH\r\n\
                HZ-1,approve_void,,,,\r\n\
                HZ-1,nap,,,OF-1,\r\n"
        .replace("HASH", &"ab".repeat(32));
    let read = read::<v1::WorkHazardsRequest>(Csv, rows.as_bytes(), &[]).unwrap();
    let step = |line: u64| read.good[&line].step.clone().unwrap();
    assert!(matches!(step(2), Step::Grade(one) if one.grade == 2 && one.reason == "危险"));
    assert!(matches!(step(3), Step::Verify(one) if one.present.len() == 2 && one.papers.len() == 1));
    assert!(matches!(step(4), Step::ApproveVoid(_)));
    assert_eq!(faults(&read), [(5, vec![("present", "COLUMN")])]);

    let lines = r#"{"hazard_id":"HZ-1","grade":{"grade":"HAZARD_GRADE_MAJOR","reason":"危险"}}
{"hazardId":"HZ-1","verify":{"present":["OF-1"],"visit":1}}
{"hazard_id":5,"grade":{"grade":"huge"},"occurred_at":"soon"}
not json"#;
    let read = super::read::<v1::WorkHazardsRequest>(JsonLines, lines.as_bytes(), &[]).unwrap();
    assert!(matches!(read.good[&1].step.clone().unwrap(), Step::Grade(one) if one.grade == 2));
    let told = faults(&read);
    assert_eq!(told[0], (2, vec![("verify.visit", "COLUMN")]));
    assert_eq!(told[1], (3, vec![("grade.grade", "WORD"), ("occurred_at", "WORD")]));
    assert_eq!(told[2].1[0].1, "NOT_JSON_OBJECT");
}

#[test]
fn mixed_encodings_formulas_and_bad_numbers_are_refused_by_line_and_field_and_the_rest_is_kept() {
    let mut rows = "campaign_id,post,on,persons,institution_ids\r\n\
                    CP-1,county:430421,2023-11-05,2,IN-1;IN-2\r\n\
                    CP-1,county:430421,2023-11-05,=1+1,IN-1\r\n\
                    CP-1,village:430421,2023-11-05,two,IN-1\r\n\
                    '@CP-1,县级:430421,2023-11-05,-3,IN-1\r\n"
        .as_bytes()
        .to_vec();
    rows.extend(b"CP-1,county:430421,2023-11-05,2,\xBA\xE2\xD1\xF4\r\n");
    rows.extend("CP-1,city:430400,2023-11-05,'4,IN-9\r\n".as_bytes());
    let read = read::<v1::ReportDispatchesRequest>(Csv, &rows, &[]).unwrap();
    assert_eq!(read.good.keys().copied().collect::<Vec<_>>(), [2, 5, 7]);
    assert_eq!(read.good[&2].institution_ids, ["IN-1", "IN-2"]);
    let minus = &read.good[&5];
    assert_eq!((minus.campaign_id.as_str(), minus.persons), ("@CP-1", -3), "the hub judges it");
    assert_eq!(read.good[&7].persons, 4, "the mark of our own files is taken off");
    let told = faults(&read);
    assert_eq!(told[0], (3, vec![("persons", "FORMULA")]));
    assert_eq!(told[1], (4, vec![("persons", "INTEGER"), ("post", "WORD")]));
    assert_eq!(told[2], (6, vec![("", "NOT_UTF8")]));
}

#[test]
fn the_same_record_read_again_has_the_same_id_and_its_twin_another() {
    let text = "hazard_id,step\r\nHZ-1,ask_resume\r\nHZ-1,ask_resume\r\nHZ-2,ask_resume\r\n";
    let ids = || -> Vec<String> {
        let read = read::<v1::WorkHazardsRequest>(Csv, text.as_bytes(), &[]).unwrap();
        read.good.into_values().map(|one| one.request_id).collect()
    };
    let first = ids();
    assert_eq!(first, ids());
    assert!(first[0] != first[1] && first[1] != first[2]);
    assert!(first.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()));
    let own = r#"{"hazard_id":"HZ-1","request_id":"0198a000-0000-7000-8000-000000000001","ask_resume":{}}"#;
    let read = super::read::<v1::WorkHazardsRequest>(JsonLines, own.as_bytes(), &[]).unwrap();
    assert_eq!(read.good[&1].request_id, "0198a000-0000-7000-8000-000000000001");
}
