//! Entering the directory over gRPC as its administrator does: units from the top down, officers without credential,
//! institutions as files. Never here: which ones there are.

use anyhow::{Context, anyhow};
use domain::actor::Level;
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Status;
use uuid::Uuid;
use wire::convert::{OnWire, numbers};
use wire::v1::directory_service_client::DirectoryServiceClient;
use wire::v1::import_institutions_request::Part;
use wire::v1::import_institutions_response::News;
use wire::{Lang, v1};

use super::record::{Office, Officer};
use super::send::{Line, Sender, ask, passing};
use crate::world::{ADMINISTRATOR, said};

/// Calls under way at once.
const AT_ONCE: usize = 32;
/// Imports under way at once: as many as a hub takes.
const IMPORTS: usize = 2;
/// Lines of one import.
const LINES: usize = 10_000;
/// Bytes sent at once.
const CHUNK: usize = 256 * 1024;
/// How often a part that broke off comes again.
const AGAIN: u32 = 5;
/// What institutions are counted under.
const KIND: &str = "institutions";

fn refused(status: &Status) -> anyhow::Error {
    anyhow!(said(status, Lang::En))
}

impl Sender {
    fn directory(&self) -> anyhow::Result<DirectoryServiceClient<Line>> {
        Ok(DirectoryServiceClient::new(self.line(ADMINISTRATOR)?))
    }

    /// Enters units, each level before the one below.
    ///
    /// # Errors
    /// The first refusal, with the unit.
    pub(super) async fn offices(&self, offices: &[Office]) -> anyhow::Result<()> {
        for level in [Level::Nation, Level::Province, Level::City, Level::County] {
            let of_level = offices.iter().filter(|office| office.level == level);
            let entered = stream::iter(of_level).map(|office| self.office(office)).buffer_unordered(AT_ONCE);
            entered.try_collect::<Vec<()>>().await?;
        }
        Ok(())
    }

    async fn office(&self, office: &Office) -> anyhow::Result<()> {
        let competence = v1::Competence { division: office.division.clone(), ..Default::default() };
        let request = v1::RegisterUnitRequest {
            request_id: office.request_id.to_string(),
            unit_id: office.id.clone(),
            name: office.name.clone(),
            agency: office.agency.to_wire(),
            level: office.level.to_wire(),
            division: office.division.clone(),
            superior: office.superior.clone(),
            competence: vec![competence],
            ..Default::default()
        };
        let directory = self.directory()?;
        let answer = ask!(directory.clone(), register_unit, request);
        let receipt = answer.map_err(|status| refused(&status)).with_context(|| office.id.clone())?;
        let receipt = receipt.receipt.unwrap_or_default();
        self.told.rows("units", (1, u64::from(!receipt.repeated), u64::from(receipt.repeated)));
        // Units below refer to it.
        let consistency_token = receipt.consistency_token;
        let shown = v1::GetUnitRequest { consistency_token, unit_id: office.id.clone() };
        ask!(directory, get_unit, shown).map_err(|status| refused(&status))?;
        Ok(())
    }

    /// Enters officers.
    ///
    /// # Errors
    /// The first refusal, with the officer.
    pub(super) async fn officers(&self, officers: &[Officer]) -> anyhow::Result<()> {
        let entered = stream::iter(officers).map(|one| self.officer(one)).buffer_unordered(AT_ONCE);
        entered.try_collect::<Vec<()>>().await.map(|_| ())
    }

    async fn officer(&self, officer: &Officer) -> anyhow::Result<()> {
        let request = v1::RegisterOfficerRequest {
            request_id: officer.request_id.to_string(),
            officer_id: officer.id.clone(),
            unit_id: officer.unit.clone(),
            name: officer.name.clone(),
            roles: numbers(&officer.roles),
            without_credential: true,
            ..Default::default()
        };
        let answer = ask!(self.directory()?, register_officer, request);
        let answer = answer.map_err(|status| refused(&status)).with_context(|| officer.id.clone())?;
        let again = answer.receipt.unwrap_or_default().repeated;
        self.told.rows("officers", (1, u64::from(!again), u64::from(again)));
        Ok(())
    }

    /// Imports a file of institutions in parts; bad rows are counted and leave the others alone.
    ///
    /// # Errors
    /// The hub cannot be reached, or refuses a part as a whole.
    pub(super) async fn institutions(&self, csv: &[u8], request_id: Uuid) -> anyhow::Result<()> {
        let mut lines = csv.split_inclusive(|byte| *byte == b'\n');
        let header = lines.next().unwrap_or_default();
        let lines: Vec<&[u8]> = lines.collect();
        let parts = (0_u32..).zip(lines.chunks(LINES)).map(|(number, lines)| {
            let bytes = [header].into_iter().chain(lines.iter().copied()).collect::<Vec<_>>().concat();
            self.import(Uuid::new_v5(&request_id, &number.to_be_bytes()), bytes)
        });
        stream::iter(parts).buffer_unordered(IMPORTS).try_collect::<Vec<()>>().await.map(|_| ())
    }

    async fn import(&self, request_id: Uuid, csv: Vec<u8>) -> anyhow::Result<()> {
        let mut attempts = 0;
        let done = loop {
            match self.import_once(request_id, &csv).await {
                Ok(done) => break done,
                // Rows of a part that broke off are there already when it comes again.
                Err(broken) if passing(&broken) && attempts < AGAIN => attempts += 1,
                Err(status) => return Err(refused(&status)),
            }
        };
        let Done { figures, bad, consistency_token } = done;
        self.told.rows(KIND, (figures.read, figures.imported, figures.repeated));
        bad.iter().for_each(|reason| self.told.refused(KIND, reason));
        // Records that follow name these institutions.
        let shown = v1::GetUnitRequest { consistency_token, unit_id: "UN-HUB".to_owned() };
        ask!(self.directory()?, get_unit, shown).map_err(|status| refused(&status))?;
        Ok(())
    }

    async fn import_once(&self, request_id: Uuid, csv: &[u8]) -> Result<Done, Status> {
        let options = v1::ImportOptions {
            request_id: request_id.to_string(),
            format: v1::ImportFormat::Csv.into(),
            file_name: "institutions.csv".to_owned(),
            dry_run: false,
        };
        let chunks = csv.chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec()));
        let parts: Vec<_> = std::iter::once(Part::Options(options)).chain(chunks).collect();
        let parts = stream::iter(parts).map(|part| v1::ImportInstitutionsRequest { part: Some(part) });
        let mut directory = self.directory().map_err(|error| Status::unauthenticated(error.to_string()))?;
        let mut news = directory.import_institutions(parts).await?.into_inner();
        let (mut bad, mut last) = (Vec::new(), 0);
        while let Some(told) = news.message().await? {
            match told.news {
                // A row with two faults is one row.
                Some(News::BadRow(row)) if row.line != last => {
                    last = row.line;
                    bad.push(format!("{}: {}", row.field, row.reason_en));
                }
                Some(News::Done(done)) => {
                    let figures = done.figures.unwrap_or_default();
                    return Ok(Done { figures, bad, consistency_token: done.consistency_token });
                }
                Some(News::BadRow(_) | News::Progress(_)) | None => {}
            }
        }
        Err(Status::unavailable("the import ended without an answer"))
    }
}

/// What became of a part of a file.
struct Done {
    figures: v1::ImportProgress,
    bad: Vec<String>,
    consistency_token: String,
}
