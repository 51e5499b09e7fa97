//! The stored words of every code list: a word that was stored once keeps its meaning for ever. Words are
//! added, never changed. Never here: what readers see (that is `wire`).

use std::fmt::Debug;

use domain::actor::{Agency, Level, Role};
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::event::{Conclusion, Part, TransferOutcome};
use domain::institution::InstitutionKind;
use domain::paper::PaperKind;
use domain::period::Who;
use domain::referral::event::WithdrawalReason;
use domain::sealed::Cipher;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[track_caller]
fn stored<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T], words: &str) {
    let found: Vec<String> = values
        .iter()
        .map(|value| {
            let json = serde_json::to_string(value).unwrap();
            assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
            json.trim_matches('"').to_owned()
        })
        .collect();
    assert_eq!(found.join(" "), words);
}

#[test]
fn words_of_matters_stay_as_they_were_stored() {
    stored(&Urgency::ALL, "U1 U2 U3 U4");
    stored(
        &Category::ALL,
        "minor-sexual-harm minor-abuse severe-bullying minor-missing minor-danger fire-exit fire-other \
         premises staff-access fee-fraud illegal-operation food bus-traffic perimeter other",
    );
    stored(
        &Channel::ALL,
        "walk-in phone letter parent-app school inspection online-patrol superior other-agency media",
    );
    stored(&[Minor::None, Minor::Minor, Minor::Under14], "none minor under14");
    stored(&[Harm::Injury, Harm::Sexual, Harm::Danger], "injury sexual danger");
    stored(&[Part::Victim, Part::Witness, Part::Suspect], "victim witness suspect");
    stored(
        &[Conclusion::Substantiated, Conclusion::Unsubstantiated, Conclusion::Unverifiable],
        "substantiated unsubstantiated unverifiable",
    );
    use TransferOutcome as Of;
    stored(
        &[Of::FiledCriminal, Of::FiledAdministrative, Of::NotPursued, Of::Handled],
        "filed-criminal filed-administrative not-pursued handled",
    );
    use WithdrawalReason as Why;
    stored(
        &[
            Why::NoCriminalFacts,
            Why::ClearlyMinor,
            Why::TimeBarred,
            Why::Amnesty,
            Why::SuspectDied,
            Why::NoLiability,
        ],
        "no-criminal-facts clearly-minor time-barred amnesty suspect-died no-liability",
    );
    stored(&PaperKind::ALL, "letter report items appraisal other receipt decision notice evidence hand-over");
}

#[test]
fn words_of_people_and_places_stay_as_they_were_stored() {
    stored(&Agency::ALL, "EDU PSB FIRE SAMR SCI CULT SPORT HEALTH HOUSING CIVIL PROC HUB");
    stored(&Level::ALL, "county city province nation");
    stored(&Role::ALL, "handler triage leader head duty auditor administrator service");
    stored(
        &InstitutionKind::ALL,
        "kindergarten primary junior senior vocational special subject-training non-subject-training",
    );
    stored(
        &[
            Who::Handler,
            Who::Leader,
            Who::Superior,
            Who::Procuratorate,
            Who::CityDuty,
            Who::PoliceSuperior,
            Who::Fallback,
        ],
        "handler leader superior procuratorate city-duty police-superior fallback",
    );
    stored(&[Cipher::Aes256Gcm], "A256GCM");
}

#[test]
fn the_code_that_files_and_pages_use_is_the_stored_word() {
    fn same<T: Serialize + Copy>(values: &[T], code: fn(T) -> &'static str) {
        for value in values {
            assert_eq!(serde_json::to_value(value).unwrap(), code(*value));
        }
    }
    same(&Urgency::ALL, Urgency::code);
    same(&Category::ALL, Category::code);
    same(&Channel::ALL, Channel::code);
    same(&Agency::ALL, Agency::code);
    same(&Level::ALL, Level::code);
    same(&Role::ALL, Role::code);
    same(&InstitutionKind::ALL, InstitutionKind::code);
}

#[test]
fn words_of_hazards_stay_as_they_were_stored() {
    use domain::hazard::{Category, Grade};
    stored(
        &Category::ALL,
        "site structure facility fire-evacuation fire-equipment fire-source fire-management gas-electric \
         staff-access insurance security bus-traffic food gathering perimeter fee drill other",
    );
    stored(&Grade::ALL, "general major");
}

#[test]
fn words_of_inspections_stay_as_they_were_stored() {
    use domain::inspection::{Tier, Verdict, Why};
    stored(&Tier::ALL, "county city province look-back");
    stored(&Verdict::ALL, "pass fail fail-fixed not-applicable not-checked");
    stored(&[Why::Deadline, Why::Requested], "deadline requested");
    stored(&[domain::draw::Algorithm::SplitMix64Shuffle], "splitmix64-shuffle-1");
}
