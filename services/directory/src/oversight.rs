//! The `OversightService`: who has read what, and who would see what. Never here: what is in a matter, or deciding
//! who sees it.

use domain::actor::{Actor, Role};
use domain::break_glass::Target;
use domain::ids::OfficerId;
use hub::answer::{Answer, moment};
use hub::call::stream_of;
use hub::need::{Place, Seen, Sight};
use hub::page::{behind, cut, token};
use hub::reads::{Asked, Page, Read};
use hub::{Caller, Hub, refuse};
use tonic::{Request, Response};
use wire::convert::OnWire;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::oversight_service_server::OversightService;
use wire::violations::Violations;

use crate::Directory;

/// The officer through whose eyes is looked: nobody.
const NOBODY: &str = "OF-VIEW-AS";

#[tonic::async_trait]
impl OversightService for Directory {
    async fn list_reads(&self, request: Request<v1::ListReadsRequest>) -> Answer<v1::ListReadsResponse> {
        Ok(Response::new(reads(self, request).await?))
    }

    async fn view_as(&self, request: Request<v1::ViewAsRequest>) -> Answer<v1::ViewAsResponse> {
        Ok(Response::new(view_as(&self.hub, request).await?))
    }
}

async fn reads(
    directory: &Directory,
    request: Request<v1::ListReadsRequest>,
) -> Result<v1::ListReadsResponse, Refusal> {
    let hub = &directory.hub;
    let caller = hub.caller(request.metadata())?;
    let wanted = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(wanted.page_size);
    let behind = behind::<Page>(&mut faults, &wanted.page_token);
    let matter = faults.optional_id::<Target>("matter", &wanted.matter);
    let officer = faults.optional_id::<OfficerId>("officer", &wanted.officer);
    let (size, behind) = faults.done(size.zip(behind))?;
    let all = hub.allow(&caller, "view.all-reads", &caller.own()).is_ok();
    if !all {
        hub.allow(&caller, "view.reads", &caller.own())?;
    }
    let asked = Asked {
        owner: (!all).then(|| caller.actor.unit.id.to_string()),
        matter: matter.map(|matter| matter.to_string()),
        officer: officer.map(|officer| officer.to_string()),
        from: wanted.from.map(|from| from.seconds * 1_000_000 + i64::from(from.nanos) / 1_000),
        behind,
        limit: u32::from(size) + 1,
    };
    hub.wait(directory.reads.view(), &caller, &wanted.consistency_token).await?;
    let noted = hub.reads.flush(caller.patience).await.map_err(refuse::reads)?;
    let rows = directory.reads.list(asked, noted, caller.patience).await;
    let mut rows = rows.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&(row.at, row.line)));
    Ok(v1::ListReadsResponse {
        consistency_token: wanted.consistency_token,
        next_page_token: next.unwrap_or_default(),
        reads: rows.into_iter().map(|row| reading(hub, row)).collect(),
    })
}

fn reading(hub: &Hub, row: Read) -> v1::Reading {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let policies = words(&row.policies);
    v1::Reading {
        at: moment(row.at),
        officer: row.officer,
        unit: row.unit,
        agency: domain::actor::Agency::parse(&row.agency).map(OnWire::to_wire).unwrap_or_default(),
        way: row.way,
        matter: row.matter,
        owner: row.owner,
        what: row.what,
        shown: words(&row.classes),
        policies: bases(hub, &policies),
        count: row.count,
    }
}

fn bases(hub: &Hub, policies: &[String]) -> Vec<v1::PolicyBasis> {
    let basis = |policy: &String| v1::PolicyBasis {
        policy: policy.clone(),
        basis: hub.permit.basis(policy).to_owned(),
    };
    policies.iter().map(basis).collect()
}

async fn view_as(hub: &Hub, request: Request<v1::ViewAsRequest>) -> Result<v1::ViewAsResponse, Refusal> {
    let caller = hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let matter = faults.id::<Target>("matter", &asked.matter);
    let eyes = faults.message("eyes", asked.eyes.as_ref(), |look, eyes| read_eyes(hub, look, eyes));
    let other = asked.other.as_ref();
    let other = other.map(|other| faults.within("other", |look| read_eyes(hub, look, other)));
    faults.into_result()?;
    let (Some(matter), Some(eyes), Some(other)) =
        (matter, eyes, other.map_or(Some(None), |eyes| eyes.map(Some)))
    else {
        return Err(refuse::internal(&"a request without faults gave no eyes"));
    };
    let stream = stream_of(&matter)?;
    may_oversee(hub, &caller, &stream).await?;
    let first = hub.sight_as(&eyes.0, eyes.1, &stream).await?;
    let second = match &other {
        None => None,
        Some((actor, named)) => Some(hub.sight_as(actor, *named, &stream).await?),
    };
    let places = hub.places(&stream).await?;
    let values = places
        .iter()
        .map(|place| (place, place.through(&first), second.as_ref().map(|eyes| place.through(eyes))));
    let differs =
        |seen: &Seen, other: &Option<Seen>| other.as_ref().is_some_and(|other| other.shown != seen.shown);
    let values = values.filter(|(_, seen, other)| !asked.only_differences || differs(seen, other));
    Ok(v1::ViewAsResponse {
        consistency_token: asked.consistency_token,
        values: values.map(|(place, seen, other)| value(hub, place, seen, other)).collect(),
        hidden: first.nothing(),
        hidden_other: second.as_ref().is_some_and(Sight::nothing),
    })
}

/// Who answers for a matter, or audits, and may know of it.
async fn may_oversee(hub: &Hub, caller: &Caller, stream: &hub::project::StreamName) -> Result<(), Refusal> {
    hub.sight_of(&caller.actor, stream).await?;
    let matter = hub.matter(stream).await?.ok_or(Refusal::Permission)?;
    hub.allow(caller, "view.as", &matter.scope)
}

fn read_eyes(hub: &Hub, look: &mut Violations, eyes: &v1::Eyes) -> Option<(Actor, bool)> {
    let unit = hub.unit_named(look, "unit_id", &eyes.unit_id);
    let roles = look.chosen_many::<Role>("roles", &eyes.roles);
    let roles = roles.map(|roles| if roles.is_empty() { vec![Role::Handler] } else { roles });
    let officer = NOBODY.parse().ok()?;
    Some((Actor { officer, unit: unit?.unit.clone(), roles: roles? }, eyes.named))
}

fn value(hub: &Hub, place: &Place, seen: Seen, other: Option<Seen>) -> v1::ViewedValue {
    let class = seen.class.code().to_owned();
    let on_wire = |seen: Seen| v1::SeenAs { shown: seen.shown, policies: bases(hub, &seen.policies) };
    v1::ViewedValue {
        kind: place.kind.to_owned(),
        path: place.path.clone(),
        class,
        facet: place.facet.map(|facet| facet.code().to_owned()).unwrap_or_default(),
        seen: Some(on_wire(seen)),
        other: other.map(on_wire),
    }
}
