//! Reverse referrals: police or procuratorate hand a case back to the agency, which signs, handles and reports
//! (Order 310 art. 13). Never here: sending one.

use domain::ids::{ReverseId, UnitId};
use domain::reverse_referral::{Command, ReverseRule};
use hub::answer::Answer;
use hub::call::{Call, receipt, stream_of};
use hub::page::{behind, cut, token};
use hub::reads::Way;
use hub::{history, refuse};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::show;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use crate::referrals::{Referrals, stages, works};

/// The words of all stages, for filters.
const STAGES: [&str; 4] = ["sent", "receipted", "handled", "reported"];

/// What is asked, checked.
struct Asked {
    size: u16,
    behind: Option<(i64, ReverseId)>,
    stages: Vec<String>,
    one: Option<ReverseId>,
}

impl Referrals {
    /// One command on the reverse referral that a request names.
    async fn on_reverse<R: CommandRequest>(
        &self,
        request: Request<R>,
        shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<Command>,
    ) -> Result<Option<CommandReceipt>, Refusal> {
        let handled = self.hub.command::<ReverseRule, R>(request, shape).await?;
        Ok(receipt::<ReverseRule>(&handled))
    }

    /// Signs for a reverse referral.
    pub async fn receive_reverse_referral(
        &self,
        request: Request<v1::ReceiveReverseReferralRequest>,
    ) -> Answer<v1::ReceiveReverseReferralResponse> {
        let receipt = self.on_reverse(request, |request, _, look| {
            Some(Command::SignReceipt {
                number: look.required_text("receipt_number", &request.receipt_number)?,
            })
        });
        Ok(Response::new(v1::ReceiveReverseReferralResponse { receipt: receipt.await? }))
    }

    /// Records how the agency handled it.
    pub async fn handle_reverse_referral(
        &self,
        request: Request<v1::HandleReverseReferralRequest>,
    ) -> Answer<v1::HandleReverseReferralResponse> {
        let receipt = self.on_reverse(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let outcome = look.required_text("outcome", &request.outcome);
            Some(Command::Handle { number: number?, outcome: outcome? })
        });
        Ok(Response::new(v1::HandleReverseReferralResponse { receipt: receipt.await? }))
    }

    /// Reports the result to the sender.
    pub async fn report_reverse_referral(
        &self,
        request: Request<v1::ReportReverseReferralRequest>,
    ) -> Answer<v1::ReportReverseReferralResponse> {
        let receipt = self.on_reverse(request, |request, _, look| {
            Some(Command::Report { number: look.id("number", &request.number)? })
        });
        Ok(Response::new(v1::ReportReverseReferralResponse { receipt: receipt.await? }))
    }

    /// The reverse referrals to or from the reader's unit, newest first.
    pub async fn list_reverse_referrals(
        &self,
        request: Request<v1::ListReverseReferralsRequest>,
    ) -> Answer<v1::ListReverseReferralsResponse> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let wanted = read(&asked, &mut look);
        let wanted = look.done(wanted)?;
        works(&self.hub, &caller)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let size = wanted.size;
        let unit = caller.actor.unit.id.clone();
        let mut rows =
            self.view.read(move |tables| page(tables, &unit, &wanted)).await.map_err(refuse::view)?;
        let next = cut(&mut rows, size, token);
        let mut reverse_referrals = Vec::with_capacity(rows.len());
        let way = (Way::Query, "ListReverseReferrals");
        for (_, id) in &rows {
            let stream = stream_of(id)?;
            let told = history::<ReverseRule>(&self.hub, &stream).await?;
            let shown = self.hub.show(&caller, &stream, way, |eyes| show::reverse(&told, eyes));
            reverse_referrals.push(shown.await?);
        }
        Ok(Response::new(v1::ListReverseReferralsResponse {
            consistency_token: asked.consistency_token,
            next_page_token: next.unwrap_or_default(),
            reverse_referrals,
        }))
    }
}

fn read(asked: &v1::ListReverseReferralsRequest, look: &mut Violations) -> Option<Asked> {
    let size = look.page_size(asked.page_size);
    let behind = behind(look, &asked.page_token);
    let stages = stages(&asked.stages, &STAGES, look);
    let one = look.optional_id("reverse_id", &asked.reverse_id);
    Some(Asked { size: size?, behind: behind?, stages: stages?, one })
}

/// One row more than a page: when it was sent, and its id.
fn page(tables: &Connection, unit: &UnitId, asked: &Asked) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut values: Vec<Value> = vec![unit.as_str().to_owned().into()];
    let mut wanted = "(from_unit = ?1 OR to_unit = ?1)".to_owned();
    if let Some((sent, id)) = &asked.behind {
        values.extend([Value::from(*sent), Value::from(id.to_string())]);
        wanted.push_str(" AND (sent, id) < (?2, ?3)");
    }
    if let Some(id) = &asked.one {
        values.push(id.as_str().to_owned().into());
        wanted.push_str(&format!(" AND id = ?{}", values.len()));
    }
    if !asked.stages.is_empty() {
        let first = values.len() + 1;
        values.extend(asked.stages.iter().cloned().map(Value::from));
        let places: Vec<String> = (first..=values.len()).map(|place| format!("?{place}")).collect();
        wanted.push_str(&format!(" AND stage IN ({})", places.join(", ")));
    }
    values.push(i64::from(asked.size.saturating_add(1)).into());
    let sql = format!(
        "SELECT sent, id FROM reverse WHERE {wanted} ORDER BY sent DESC, id DESC LIMIT ?{}",
        values.len()
    );
    let mut find = tables.prepare_cached(&sql)?;
    find.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
