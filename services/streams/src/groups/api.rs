//! The gRPC face of the groups: who may use one, and the shape of what is asked. Never here: what a group does.

use std::pin::Pin;

use domain::decider::Scope;
use domain::ids::UnitId;
use futures::Stream;
use hub::answer::{Answer, answer};
use hub::caller::scope_of;
use hub::read_model::Progress;
use hub::{Caller, Hub, page, refuse};
use prost::Message as _;
use tokio::sync::watch as signal;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::service::RoutesBuilder;
use tonic::{Request, Response, Status, Streaming};
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::groups_service_server::{GroupsService, GroupsServiceServer};
use wire::violations::Violations;

use super::{Definition, GroupError, Groups, Known, consume, words};
use crate::deliveries::Seat;
use crate::filter::Filter;
use crate::start::{Asked, Log, place};

/// The groups service; cheap to clone.
#[derive(Clone)]
pub struct GroupsApi {
    pub(super) hub: Hub,
    pub(super) groups: Groups,
    log: Log,
}

impl GroupsApi {
    /// Opens the groups of a hub, whose file lies beside its views; they are served while this instance holds the seat.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn start(hub: &Hub, seat: Seat) -> Result<Self, GroupError> {
        let folder = hub.views.parent().unwrap_or(&hub.views);
        let groups = Groups::open(folder, &hub.log, &hub.time, seat)?;
        Ok(Self { hub: hub.clone(), groups, log: Log::default() })
    }

    /// The groups, for senders in the same process.
    #[must_use]
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Starts looking after the groups; what is wrong with any of them is their health.
    #[must_use]
    pub fn health(&self) -> signal::Receiver<Progress> {
        self.groups.watch(&self.hub)
    }

    /// Adds the gRPC service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes.add_service(GroupsServiceServer::new(self).send_compressed(CompressionEncoding::Gzip));
    }

    /// The scope of a unit's groups: one's own unit when none is named. A unit that does not exist has the scope of
    /// nowhere, so that a stranger is refused in the same words.
    fn scope(&self, caller: &Caller, unit: &str) -> Result<(String, Scope), Refusal> {
        if unit.is_empty() || unit == caller.actor.unit.id.as_str() {
            return Ok((caller.actor.unit.id.to_string(), caller.own()));
        }
        let Ok(id) = unit.parse::<UnitId>() else { return Err(Refusal::Permission) };
        let known = self.hub.roster.unit(&id).map_err(refuse::view)?;
        let scope = known.map(|known| scope_of(&known.unit)).unwrap_or_default();
        Ok((id.to_string(), scope))
    }

    /// A caller who may do this with the groups of a unit, and whose unit it is; where groups are served.
    pub(crate) fn allowed(
        &self,
        badge: &MetadataMap,
        action: &str,
        unit: &str,
    ) -> Result<(Caller, String), Refusal> {
        let caller = self.hub.caller(badge)?;
        let (unit, scope) = self.scope(&caller, unit)?;
        self.hub.allow(&caller, action, &scope)?;
        self.groups.seat().check()?;
        Ok((caller, unit))
    }

    /// The group a request names, for a caller who may do this with it: first the permission, which does not depend
    /// on whether it exists, then the shape, then the group. Faults found before are told together with those here.
    pub(super) async fn known(
        &self,
        badge: &MetadataMap,
        action: &str,
        asked: Option<&v1::GroupRef>,
        mut faults: Violations,
    ) -> Result<(Caller, Known), Refusal> {
        let unit = asked.map_or("", |group| group.unit_id.as_str());
        let (caller, unit) = self.allowed(badge, action, unit)?;
        let name = faults.message("group", asked, |faults, group| words::name(faults, "name", &group.name));
        let name = faults.done(name)?;
        Ok((caller, self.groups.find(&unit, &name).await?))
    }

    async fn shown(&self, known: &Known) -> Result<v1::Group, Refusal> {
        let report = self.groups.report(known).await?;
        Ok(words::group(known, &report, self.hub.time.now()))
    }

    async fn create(&self, badge: &MetadataMap, asked: v1::CreateGroupRequest) -> Result<v1::Group, Refusal> {
        let (caller, _) = self.allowed(badge, "group.create", "")?;
        let mut faults = Violations::new();
        let name = words::name(&mut faults, "name", &asked.name);
        let wanted = asked.filter.clone().unwrap_or_default();
        let filter = faults.within("filter", |faults| Filter::read(faults, &wanted));
        let terms = asked.terms.unwrap_or_default();
        let terms = faults.within("terms", |faults| words::terms(faults, &terms));
        let from = Asked { from: asked.from(), after: &asked.after_position, log: "" };
        let after = place(&self.hub, &self.log, &from, &mut faults).await?;
        let definition = (|| {
            filter?;
            Some(Definition {
                unit: caller.actor.unit.id.clone(),
                name: name?,
                filter: wanted.encode_to_vec(),
                start: format!("{} {}", asked.from().as_str_name(), asked.after_position).trim().to_owned(),
                after: after.map(hub::project::Position::get),
                terms: terms?,
                by: caller.actor.officer.to_string(),
            })
        })();
        let known = self.groups.create(faults.done(definition)?).await?;
        self.shown(&known).await
    }

    async fn list(
        &self,
        badge: &MetadataMap,
        asked: v1::ListGroupsRequest,
    ) -> Result<v1::ListGroupsResponse, Refusal> {
        let (_, unit) = self.allowed(badge, "view.group", &asked.unit_id)?;
        let mut groups = Vec::new();
        for known in self.groups.list(&unit).await? {
            groups.push(self.shown(&known).await?);
        }
        Ok(v1::ListGroupsResponse { groups })
    }

    async fn parked(
        &self,
        badge: &MetadataMap,
        asked: v1::ListParkedRequest,
    ) -> Result<v1::ListParkedResponse, Refusal> {
        let mut faults = Violations::new();
        let size = faults.page_size(asked.page_size);
        let after = page::behind::<u64>(&mut faults, &asked.page_token);
        let (_, known) = self.known(badge, "view.group", asked.group.as_ref(), faults).await?;
        let (Some(size), Some(after)) = (size, after) else { return Err(Refusal::Internal) };
        let mut rows = self.groups.parked(&known, after, u32::from(size) + 1).await?;
        let next = page::cut(&mut rows, size, |row| row.position);
        Ok(v1::ListParkedResponse {
            parked: rows.into_iter().map(words::parked).collect(),
            next_page_token: next.map(|key| page::token(&key)).unwrap_or_default(),
        })
    }

    async fn replay(
        &self,
        badge: &MetadataMap,
        asked: v1::ReplayParkedRequest,
    ) -> Result<v1::ReplayParkedResponse, Refusal> {
        let mut faults = Violations::new();
        let positions = words::positions(&mut faults, &asked.positions);
        // Counting changes nothing: whoever may look may count.
        let action = if asked.dry_run { "view.group" } else { "group.replay" };
        let (_, known) = self.known(badge, action, asked.group.as_ref(), faults).await?;
        let replay = self.groups.replay(&known, positions.unwrap_or_default(), asked.dry_run).await?;
        Ok(v1::ReplayParkedResponse { replayed: replay.events, waiting: replay.waiting })
    }

    async fn discard(
        &self,
        badge: &MetadataMap,
        asked: v1::DiscardParkedRequest,
    ) -> Result<v1::DiscardParkedResponse, Refusal> {
        let mut faults = Violations::new();
        let by = self.hub.caller(badge)?.actor.officer;
        let what = words::discard(&mut faults, &asked, by.as_str());
        let (_, known) = self.known(badge, "group.discard", asked.group.as_ref(), faults).await?;
        let discarded = self.groups.discard(&known, what.ok_or(Refusal::Internal)?).await?;
        Ok(v1::DiscardParkedResponse { discarded })
    }
}

#[tonic::async_trait]
impl GroupsService for GroupsApi {
    type ConsumeStream = Pin<Box<dyn Stream<Item = Result<v1::ConsumeResponse, Status>> + Send>>;

    async fn create_group(
        &self,
        request: Request<v1::CreateGroupRequest>,
    ) -> Answer<v1::CreateGroupResponse> {
        let (badge, _, asked) = request.into_parts();
        let made = self.create(&badge, asked).await;
        answer(made.map(|group| v1::CreateGroupResponse { group: Some(group) }))
    }

    async fn list_groups(&self, request: Request<v1::ListGroupsRequest>) -> Answer<v1::ListGroupsResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.list(&badge, asked).await)
    }

    async fn get_group(&self, request: Request<v1::GetGroupRequest>) -> Answer<v1::GetGroupResponse> {
        let (badge, _, asked) = request.into_parts();
        let known = self.known(&badge, "view.group", asked.group.as_ref(), Violations::new()).await;
        let (_, known) = known?;
        answer(self.shown(&known).await.map(|group| v1::GetGroupResponse { group: Some(group) }))
    }

    async fn delete_group(
        &self,
        request: Request<v1::DeleteGroupRequest>,
    ) -> Answer<v1::DeleteGroupResponse> {
        let (badge, _, asked) = request.into_parts();
        let known = self.known(&badge, "group.delete", asked.group.as_ref(), Violations::new()).await;
        let (caller, known) = known?;
        let deleted = self.groups.delete(&known).await.map_err(Refusal::from);
        tracing::info!(target: "groups", officer = %caller.actor.officer, unit = known.unit, group = known.name, "deleted");
        answer(deleted.map(|()| v1::DeleteGroupResponse {}))
    }

    async fn list_parked(&self, request: Request<v1::ListParkedRequest>) -> Answer<v1::ListParkedResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.parked(&badge, asked).await)
    }

    async fn replay_parked(
        &self,
        request: Request<v1::ReplayParkedRequest>,
    ) -> Answer<v1::ReplayParkedResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.replay(&badge, asked).await)
    }

    async fn discard_parked(
        &self,
        request: Request<v1::DiscardParkedRequest>,
    ) -> Answer<v1::DiscardParkedResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.discard(&badge, asked).await)
    }

    async fn consume(
        &self,
        request: Request<Streaming<v1::ConsumeRequest>>,
    ) -> Result<Response<Self::ConsumeStream>, Status> {
        let (badge, _, said) = request.into_parts();
        let told = consume::start(self.clone(), badge, said).await?;
        Ok(Response::new(told))
    }
}
