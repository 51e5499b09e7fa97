//! An act of an officer and an entry of the queue, in words. Never here: doing or asking.

use domain::actor::Agency;
use wire::texts::word;
use wire::{Lang, v1};

use crate::world::Desk;

use super::screen::{End, Line};

/// An answer that carries a receipt.
pub(super) trait Receipted {
    /// The receipt.
    fn receipt(self) -> Option<v1::CommandReceipt>;
}

macro_rules! receipted {
    ($($answer:ident)+) => {
        $(impl Receipted for v1::$answer {
            fn receipt(self) -> Option<v1::CommandReceipt> {
                self.receipt
            }
        })+
    };
}

receipted! {
    ReportClueResponse RecordCallResponse TriageClueResponse AssignClueResponse StartVerificationResponse
    ConcludeClueResponse TransferClueToPoliceResponse TransferClueToAgencyResponse ConfirmTransferResponse
    OpenAdminCaseResponse DecideFineResponse InformReporterResponse DraftReferralResponse SubmitReferralResponse
    ApproveReferralResponse DeliverReferralResponse SupplementReferralResponse HandOverReferralResponse
    ClaimEntryResponse SignReceiptResponse AcceptTransferResponse GiveFeedbackResponse RequestSupplementResponse
    FileCaseResponse ConcludeCaseResponse ClaimFireTransferResponse SignFireReceiptResponse
    AcceptFireTransferResponse GiveFireFeedbackResponse
}

/// What somebody does, in both languages.
pub(super) struct Act<'a> {
    /// Stable word.
    pub(super) step: &'static str,
    /// Whose desk.
    pub(super) desk: &'a Desk,
    pub(super) zh: String,
    pub(super) en: String,
}

impl<'a> Act<'a> {
    pub(super) fn new(
        step: &'static str,
        desk: &'a Desk,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { step, desk, zh: zh.into(), en: en.into() }
    }

    /// The line of this act, told with who did it.
    pub(super) fn line(&self) -> Line {
        let account = &self.desk.account;
        let end = match account.agency {
            Agency::Police => End::Police,
            Agency::Fire => End::Fire,
            Agency::Education
            | Agency::Market
            | Agency::Science
            | Agency::Culture
            | Agency::Sport
            | Agency::Health
            | Agency::Housing
            | Agency::Civil
            | Agency::Procuratorate
            | Agency::Hub => End::Education,
        };
        Line {
            step: self.step,
            end,
            officer: account.id.clone(),
            zh: format!("{}（{}）{}", account.zh, account.id, self.zh),
            en: format!("The {} {}", account.en, self.en),
            ..Line::default()
        }
    }
}

/// An entry of the queue in words: no personal value is in it.
pub(super) fn queue_words(lang: Lang, entry: &v1::QueueEntry) -> String {
    let kind = match entry.kind() {
        v1::MatterKind::MandatoryReport => "mandatory-report",
        v1::MatterKind::ClueTransfer => "clue-transfer",
        v1::MatterKind::Referral => "referral",
        v1::MatterKind::Unspecified => "",
    };
    let urgency = entry.urgency().as_str_name().trim_start_matches("URGENCY_");
    let kind = word(lang, "matter", kind);
    let urgency = word(lang, "urgency", urgency);
    let from = entry.from.as_ref().map(|unit| unit.name.clone()).unwrap_or_default();
    let holder =
        if entry.claimed_by.is_empty() { String::new() } else { format!(" ← {}", entry.claimed_by) };
    let told = match (lang, entry.escalation) {
        (_, 0) => String::new(),
        (Lang::Zh, step) => format!(" · 升级提醒 {step}"),
        (Lang::En, step) => format!(" · escalation {step}"),
    };
    let place = &entry.institution_name;
    match lang {
        Lang::Zh => format!("{kind}，{urgency}，{from}，{place}{holder}{told}"),
        Lang::En => format!("{kind}, {urgency}, from {from}, {place}{holder}{told}"),
    }
}
