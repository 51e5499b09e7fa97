//! The `DirectoryService`: each call in a few lines. Never here: SQL, or what a request becomes.

use std::pin::Pin;

use domain::actor::Role;
use domain::officer::{self, OfficerRule};
use domain::unit::{self, UnitRule};
use futures::Stream;
use hub::answer::Answer;
use hub::call::receipt;
use hub::import::{News, Part, Turns, receive, run};
use hub::refuse;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::directory_service_server::DirectoryService;
use wire::v1::import_institutions_request::Part as Sent;
use wire::v1::import_institutions_response::News as Told;
use wire::violations::Violations;

use crate::{Directory, entries, erasing, import, listing};

#[tonic::async_trait]
impl DirectoryService for Directory {
    type ImportInstitutionsStream =
        Pin<Box<dyn Stream<Item = Result<v1::ImportInstitutionsResponse, Status>> + Send>>;

    async fn register_unit(
        &self,
        request: Request<v1::RegisterUnitRequest>,
    ) -> Answer<v1::RegisterUnitResponse> {
        let shape = |asked: &_, _: &_, faults: &mut _| entries::register_unit(&self.hub, asked, faults);
        let done = self.hub.command::<UnitRule, _>(request, shape).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::RegisterUnitResponse { receipt: receipt::<UnitRule>(&done) }))
    }

    async fn change_competence(
        &self,
        request: Request<v1::ChangeCompetenceRequest>,
    ) -> Answer<v1::ChangeCompetenceResponse> {
        let shape = |asked: &v1::ChangeCompetenceRequest, _: &_, faults: &mut _| {
            let competence = entries::competence(&self.hub, &asked.competence, faults)?;
            Some(unit::Command::ChangeCompetence { competence })
        };
        let done = self.hub.command::<UnitRule, _>(request, shape).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::ChangeCompetenceResponse { receipt: receipt::<UnitRule>(&done) }))
    }

    async fn close_unit(&self, request: Request<v1::CloseUnitRequest>) -> Answer<v1::CloseUnitResponse> {
        let done = self.hub.command::<UnitRule, _>(request, |_, _, _| Some(unit::Command::Close)).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::CloseUnitResponse { receipt: receipt::<UnitRule>(&done) }))
    }

    async fn register_officer(
        &self,
        request: Request<v1::RegisterOfficerRequest>,
    ) -> Answer<v1::RegisterOfficerResponse> {
        Ok(Response::new(entries::register_officer(&self.hub, request).await?))
    }

    async fn change_roles(
        &self,
        request: Request<v1::ChangeRolesRequest>,
    ) -> Answer<v1::ChangeRolesResponse> {
        let shape = |asked: &v1::ChangeRolesRequest, _: &_, faults: &mut Violations| {
            let roles = faults.chosen_many::<Role>("roles", &asked.roles)?;
            Some(officer::Command::ChangeRoles { roles })
        };
        let done = self.hub.command::<OfficerRule, _>(request, shape).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::ChangeRolesResponse { receipt: receipt::<OfficerRule>(&done) }))
    }

    async fn disable_officer(
        &self,
        request: Request<v1::DisableOfficerRequest>,
    ) -> Answer<v1::DisableOfficerResponse> {
        let done =
            self.hub.command::<OfficerRule, _>(request, |_, _, _| Some(officer::Command::Disable)).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::DisableOfficerResponse { receipt: receipt::<OfficerRule>(&done) }))
    }

    async fn enable_officer(
        &self,
        request: Request<v1::EnableOfficerRequest>,
    ) -> Answer<v1::EnableOfficerResponse> {
        let done =
            self.hub.command::<OfficerRule, _>(request, |_, _, _| Some(officer::Command::Enable)).await?;
        Self::shown(&self.hub, &done.token()).await;
        Ok(Response::new(v1::EnableOfficerResponse { receipt: receipt::<OfficerRule>(&done) }))
    }

    async fn reset_password(
        &self,
        request: Request<v1::ResetPasswordRequest>,
    ) -> Answer<v1::ResetPasswordResponse> {
        Ok(Response::new(entries::reset_password(&self.hub, request).await?))
    }

    async fn register_institution(
        &self,
        request: Request<v1::RegisterInstitutionRequest>,
    ) -> Answer<v1::RegisterInstitutionResponse> {
        Ok(Response::new(entries::register_institution(&self.hub, request).await?))
    }

    async fn import_institutions(
        &self,
        request: Request<Streaming<v1::ImportInstitutionsRequest>>,
    ) -> Answer<Self::ImportInstitutionsStream> {
        let caller = self.hub.caller(request.metadata())?;
        // Who may not import at all sends nothing first.
        self.hub.allow(&caller, "institution.register", &caller.own())?;
        let upload = receive(self.hub.gate.records(&caller.actor.unit.id), request.into_inner(), |message| {
            message.part.map(|part| match part {
                Sent::Options(options) => Part::Options(options),
                Sent::Chunk(chunk) => Part::Chunk(chunk),
            })
        })
        .await?;
        let id =
            uuid::Uuid::parse_str(&upload.options.request_id).map_err(|error| refuse::internal(&error))?;
        let call = hub::call::Call { caller, id, occurred: None };
        let (news, told) = mpsc::channel(64);
        let hub = self.hub.clone();
        tokio::spawn(async move {
            let turns = Turns::default();
            let dry = upload.options.dry_run;
            let done = run(
                &upload,
                &news,
                &import::COLUMNS,
                |_| false,
                |fields| import::take(&hub, &call, &turns, dry, fields),
            )
            .await;
            if let Err(refusal) = done {
                // The caller may have gone; then nobody is left to tell.
                let _ = news.send(Err(refusal.into())).await;
            }
        });
        let answers = ReceiverStream::new(told).map(|news| {
            news.map(|news| v1::ImportInstitutionsResponse {
                news: Some(match news {
                    News::BadRow(row) => Told::BadRow(row),
                    News::Progress(progress) => Told::Progress(progress),
                    News::Done(done) => Told::Done(done),
                }),
            })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn get_unit(&self, request: Request<v1::GetUnitRequest>) -> Answer<v1::GetUnitResponse> {
        Ok(Response::new(listing::unit(&self.hub, request).await?))
    }

    async fn list_units(&self, request: Request<v1::ListUnitsRequest>) -> Answer<v1::ListUnitsResponse> {
        Ok(Response::new(listing::units(&self.hub, request).await?))
    }

    async fn list_officers(
        &self,
        request: Request<v1::ListOfficersRequest>,
    ) -> Answer<v1::ListOfficersResponse> {
        Ok(Response::new(listing::officers(&self.hub, request).await?))
    }

    async fn get_institution(
        &self,
        request: Request<v1::GetInstitutionRequest>,
    ) -> Answer<v1::GetInstitutionResponse> {
        Ok(Response::new(listing::institution(&self.hub, request).await?))
    }

    async fn list_institutions(
        &self,
        request: Request<v1::ListInstitutionsRequest>,
    ) -> Answer<v1::ListInstitutionsResponse> {
        Ok(Response::new(listing::institutions(&self.hub, request).await?))
    }

    async fn find_competent_unit(
        &self,
        request: Request<v1::FindCompetentUnitRequest>,
    ) -> Answer<v1::FindCompetentUnitResponse> {
        Ok(Response::new(listing::competent(&self.hub, request).await?))
    }

    async fn list_divisions(
        &self,
        request: Request<v1::ListDivisionsRequest>,
    ) -> Answer<v1::ListDivisionsResponse> {
        Ok(Response::new(listing::divisions(&self.hub, request).await?))
    }

    async fn erase_subject(
        &self,
        request: Request<v1::EraseSubjectRequest>,
    ) -> Answer<v1::EraseSubjectResponse> {
        Ok(Response::new(erasing::erase(&self.hub, request).await?))
    }
}
