//! Erasing one person, for the hub's operator. Never here: which keys are a person's.

use domain::decider::Scope;
use domain::erasure::Basis;
use domain::ids::SubjectId;
use domain::resident_id::ResidentId;
use domain::text::Reason;
use hub::erase::{EraseError, Erasing};
use hub::{Hub, mint, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// Matters listed in an answer; the certificate has all of them.
const LISTED: usize = 1_000;

/// `EraseSubject`.
pub(crate) async fn erase(
    hub: &Hub,
    request: Request<v1::EraseSubjectRequest>,
) -> Result<v1::EraseSubjectResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    hub.allow(&hub.caller(request.metadata())?, "admin.erase", &Scope::default())?;
    let asked = request.into_inner();
    let reason: Option<Reason> = faults.required_text("reason", &asked.reason);
    let basis: Option<Basis> = faults.chosen("basis", asked.basis);
    let today = mint::beijing_day(hub.time.now());
    let subject = if asked.id_number.is_empty() {
        faults.id::<SubjectId>("subject_id", &asked.subject_id)
    } else {
        let number = faults.field("id_number", ResidentId::parse(&asked.id_number, today));
        number.and_then(|number| hub.keys.person_subject(number.expose()).ok())
    };
    let erasing =
        subject.zip(reason).zip(basis).map(|((subject, reason), basis)| Erasing { subject, reason, basis });
    let (call, erasing) = faults.done(call.zip(erasing))?;
    let subject_id = erasing.subject.to_string();
    let done = hub.erase(&call.order(erasing)).await.map_err(|error| match error {
        EraseError::Late => Refusal::Late,
        EraseError::View(error) => refuse::view(error),
        EraseError::Certificate(error) => refuse::handle(error),
        EraseError::Keys(_) | EraseError::Papers(_) | EraseError::Nameless | EraseError::Stopping => {
            refuse::internal(&error)
        }
    })?;
    Ok(v1::EraseSubjectResponse {
        subject_id,
        keys: done.erased.keys as u64,
        matters: done.erased.matters.into_iter().take(LISTED).collect(),
        papers: done.erased.papers as u64,
        certificate: done.certificate.map(|stream| stream.to_string()).unwrap_or_default(),
    })
}
