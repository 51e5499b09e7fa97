//! Short forms that people write: code words, papers, members, checklists, answers, posts. Never here: whether they fit.

use domain::actor::{Agency, Level};
use domain::campaign::PhaseKind;
use domain::hazard::{Category, Grade};
use domain::inspection::{Tier, Verdict};
use domain::paper::PaperKind;
use prost::Message;
use prost_reflect::EnumDescriptor;
use wire::v1;

use crate::cli::order::given;
use crate::cli::words::either;

/// The number of a code word: as stored, in Chinese, or as the contract names it.
pub(super) fn code(list: &EnumDescriptor, text: &str) -> Option<i32> {
    let word = match list.name() {
        "Agency" => either::<Agency>(text),
        "Level" => either::<Level>(text),
        "PaperKind" => either::<PaperKind>(text),
        "PhaseKind" => either::<PhaseKind>(text),
        "HazardCategory" => either::<Category>(text),
        "HazardGrade" => either::<Grade>(text),
        "InspectionTier" => either::<Tier>(text),
        "LineVerdict" => either::<Verdict>(text),
        _ => None,
    };
    let named = || list.values().find(|value| value.name() == text && value.number() != 0);
    word.or_else(|| named().map(|value| value.number()))
}

/// The bytes of a message in its short form; none when it has none, or the text is not one.
pub(super) fn message(name: &str, text: &str) -> Option<Vec<u8>> {
    match name {
        "PaperRef" => given(text).ok()?.stored().map(|paper| paper.encode_to_vec()),
        "InspectionMember" => member(text).ok().map(|member| member.encode_to_vec()),
        "InspectionSheet" => sheet(text).ok().map(|sheet| sheet.encode_to_vec()),
        "LineAnswer" => answer(text).ok().map(|answer| answer.encode_to_vec()),
        "CampaignPost" => post(text).ok().map(|post| post.encode_to_vec()),
        _ => None,
    }
}

/// `OFFICER[=CERTIFICATE[=DELEGATION]]`.
pub(crate) fn member(text: &str) -> Result<v1::InspectionMember, String> {
    let mut parts = text.split('=').map(|part| part.trim().to_owned());
    Ok(v1::InspectionMember {
        officer_id: parts.next().unwrap_or_default(),
        certificate: parts.next().unwrap_or_default(),
        fire_delegation: parts.next().unwrap_or_default(),
    })
}

/// `AGENCY=CHECKLIST[@VERSION]`, the newest when no version is named.
pub(crate) fn sheet(text: &str) -> Result<v1::InspectionSheet, String> {
    let wrong = || {
        "请写成 部门=检查表[@版本]，如 FIRE=fire-nine-rules | write AGENCY=CHECKLIST[@VERSION], e.g. \
         FIRE=fire-nine-rules"
            .to_owned()
    };
    let (agency, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (checklist, version) = rest.split_once('@').unwrap_or((rest, "0"));
    Ok(v1::InspectionSheet {
        agency: either::<Agency>(agency.trim()).ok_or_else(wrong)?,
        checklist: checklist.trim().to_owned(),
        version: version.trim().parse().map_err(|_| wrong())?,
    })
}

/// `LINE=VERDICT[=FINDING]`.
pub(crate) fn answer(text: &str) -> Result<v1::LineAnswer, String> {
    let wrong = || {
        "请写成 检查项=结论[=现状]，结论为 pass、fail、fail-fixed、not-applicable 或 not-checked | write \
         LINE=VERDICT[=FINDING]; the verdict is pass, fail, fail-fixed, not-applicable or not-checked"
            .to_owned()
    };
    let mut parts = text.splitn(3, '=').map(str::trim);
    let line = parts.next().filter(|line| !line.is_empty()).ok_or_else(wrong)?.to_owned();
    let verdict = parts.next().and_then(either::<Verdict>).ok_or_else(wrong)?;
    let finding = parts.next().unwrap_or_default().to_owned();
    Ok(v1::LineAnswer { line, verdict, finding, ..v1::LineAnswer::default() })
}

/// `LEVEL:DIVISION`.
pub(crate) fn post(text: &str) -> Result<v1::CampaignPost, String> {
    let wrong = || "请写成 county:430421 | write LEVEL:DIVISION, e.g. county:430421".to_owned();
    let (level, division) = text.split_once(':').ok_or_else(wrong)?;
    let level = either::<Level>(level.trim()).ok_or_else(wrong)?;
    Ok(v1::CampaignPost { level, division: division.trim().to_owned() })
}
