//! Documents with hostile values, checked and tampered with. Never here: the hub.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use base64::Engine;
use wire::{Lang, v1};

use super::check::carried;
use super::{BASE64, Printed, SHA256, campaign, digest, hazard, inspection};

const HOSTILE: &str = "<script>alert(1)</script>\"'&</td>";

fn visit() -> v1::Inspection {
    let answer = |line: &str, verdict: v1::LineVerdict, finding: &str| v1::ChecklistLine {
        id: line.to_owned(),
        text_zh: "疏散通道畅通".to_owned(),
        text_en: "escape routes are clear".to_owned(),
        basis: "消防法第二十八条".to_owned(),
        answer: Some(v1::LineAnswer {
            line: line.to_owned(),
            verdict: verdict.into(),
            finding: finding.to_owned(),
            ..v1::LineAnswer::default()
        }),
        ..v1::ChecklistLine::default()
    };
    let lines = vec![
        answer("FIRE9-4.1", v1::LineVerdict::Fail, HOSTILE),
        answer("FIRE9-4.2", v1::LineVerdict::Pass, ""),
    ];
    v1::Inspection {
        id: "JI-430421-20231105-0001-X".to_owned(),
        institution_name: format!("某培训学校{HOSTILE}"),
        plan: Some(v1::InspectionPlan {
            on: "2023-11-05".to_owned(),
            tier: 1,
            ..v1::InspectionPlan::default()
        }),
        team: vec![v1::InspectionAttendance { signed: true, ..v1::InspectionAttendance::default() }],
        checklists: vec![v1::Checklist {
            lines,
            agency: 3,
            title_zh: "九项规定".to_owned(),
            ..v1::Checklist::default()
        }],
        hazard_ids: vec!["HZ-430421-20231105-0001-X".to_owned()],
        ..v1::Inspection::default()
    }
}

fn table() -> v1::GetCampaignReportResponse {
    v1::GetCampaignReportResponse {
        campaign_id: "CP-1".to_owned(),
        title: HOSTILE.to_owned(),
        figures: Some(v1::CampaignFigures {
            inst_inspected: Some(156_200),
            ..v1::CampaignFigures::default()
        }),
        posts: 3,
        reported: 1,
        missing: vec![v1::CampaignPost { level: 1, division: "430421".to_owned() }],
        ..v1::GetCampaignReportResponse::default()
    }
}

fn notice() -> v1::Hazard {
    let clock = v1::Clock {
        rule: "hazard-rectify".to_owned(),
        // 24:00 of 20 November in Beijing.
        due_at: Some(prost_types::Timestamp { seconds: 1_700_496_000, nanos: 0 }),
        ..v1::Clock::default()
    };
    v1::Hazard {
        id: "HZ-1".to_owned(),
        notice_number: "衡消责改〔2023〕7号".to_owned(),
        spot: HOSTILE.to_owned(),
        category: 4,
        grade: 1,
        clocks: vec![clock],
        ..v1::Hazard::default()
    }
}

fn all() -> [Printed; 3] {
    [inspection::of(&visit()), hazard::of(&notice(), &[]).unwrap(), campaign::of(&table(), "2024-01-18")]
}

#[test]
fn no_document_has_a_script_or_anything_from_outside_and_every_value_is_escaped() {
    for printed in all() {
        let html = printed.html().unwrap();
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"), "{html}");
        for word in ["<script", "http://", "https://", "src=", "url(", "@import", "<link"] {
            assert!(!html.contains(word), "{word}: {html}");
        }
        assert!(html.contains("@page { size: A4") && html.contains("盖章处"), "{html}");
        assert!(html.contains(&printed.number) && html.contains(&printed.date), "{html}");
    }
}

#[test]
fn a_document_says_what_it_must() {
    let [record, notice, table] = all().map(|printed| printed.html().unwrap());
    assert!(
        record.contains("检查记录表") && record.contains("class=\"failed\"") && record.contains("不合格")
    );
    assert!(record.contains("合格 1 项") && record.contains("HZ-430421-20231105-0001-X"));
    assert!(notice.contains("2023-11-20</b> 前（含当日）"), "24:00 of a day is that day: {notice}");
    assert!(notice.contains("衡消责改〔2023〕7号") && notice.contains("申请复查"));
    assert!(table.contains("156200") && table.contains("430421 衡阳县") && table.contains("另有 1 个单位"));
    let untold = v1::Hazard::default();
    assert!(hazard::of(&untold, &[]).unwrap_err().say(Lang::En).contains("no notice yet"));
}

#[test]
fn the_code_is_that_of_the_content_it_carries_and_a_changed_document_is_found_out() {
    for printed in all() {
        let html = printed.html().unwrap();
        assert_eq!(html, printed.html().unwrap(), "the same content makes the same file");
        assert_eq!(carried(&html).unwrap(), printed);
        let content = html.split("safeguard-content\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        let hash = hex::encode_upper(digest(&SHA256, &BASE64.decode(content).unwrap()));
        let code = printed.code().unwrap();
        assert!(html.contains(&code) && code.replace('-', "") == hash[..16], "anybody can compute {code}");

        let changed = html.replace("盖章处", "已盖章");
        assert!(carried(&changed).unwrap_err().say(Lang::En).contains("was changed"));
        let other = Printed { number: "别的编号".to_owned(), ..printed };
        let mixed = html.replace(content, &BASE64.encode(other.bytes().unwrap()));
        assert!(carried(&mixed).unwrap_err().say(Lang::Zh).contains("已被改动"));
        let older = Printed { layout: 0, ..other };
        assert!(carried(&older.html().unwrap()).unwrap_err().say(Lang::En).contains("version 0"));
    }
    assert!(carried("<html></html>").is_err());
}
