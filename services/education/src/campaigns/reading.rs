//! Campaigns as they are answered: the list, one of them, the published table. What a campaign asks for and what was
//! reported is no secret inside government; who sees nothing of campaigns sees none of these. Never here: who has
//! done what (that is `progress`).

use domain::campaign::{CampaignRule, Snapshot, Stage};
use domain::ids::CampaignId;
use hub::call::stream_of;
use hub::page::{behind, cut, token};
use hub::reads::Way;
use hub::{Caller, Token, refuse};
use rusqlite::{Connection, OptionalExtension, params};
use tonic::Request;
use wire::convert::{OnWire, numbers};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show::campaign as show;
use wire::v1;
use wire::violations::Violations;

use super::Campaigns;
use super::tables::{json, number_of};

/// Missing units that a report names; a list of all of them is its own question.
const NAMED: usize = 100;

impl Campaigns {
    /// The campaigns, newest first.
    pub(super) async fn list(
        &self,
        request: Request<v1::ListCampaignsRequest>,
    ) -> Result<v1::ListCampaignsResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let (size, behind) = (look.page_size(asked.page_size), behind::<i64>(&mut look, &asked.page_token));
        let (size, behind) = look.done(size.zip(behind))?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let page = self.view.read(move |tables| page(tables, behind.unwrap_or(i64::MAX), size));
        let mut rows = page.await.map_err(refuse::view)?;
        let next = cut(&mut rows, size, |(number, _)| token(number));
        let mut campaigns = Vec::new();
        for (_, row) in rows {
            // One the reader may not see is left out; anything else that is wrong ends the call.
            match self.hub.sight_of(&caller.actor, &stream_of(&row.id)?).await {
                Ok(_) => campaigns.push(row),
                Err(Refusal::Permission) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(v1::ListCampaignsResponse {
            consistency_token: asked.consistency_token,
            next_page_token: next.unwrap_or_default(),
            campaigns,
        })
    }

    /// One campaign, read from the log itself.
    pub(super) async fn get(
        &self,
        request: Request<v1::GetCampaignRequest>,
    ) -> Result<v1::GetCampaignResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let id = look.id::<CampaignId>("campaign_id", &asked.campaign_id);
        let stream = stream_of(&look.done(id)?)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let (state, end) = self.hub.state::<CampaignRule>(&stream).await.map_err(refuse::handle)?;
        let revision = end.ok_or(Refusal::Permission)?;
        let shown = self.hub.show(&caller, &stream, (Way::Query, "GetCampaign"), |eyes| {
            let campaign = state.known()?;
            let posts = campaign.plan().posts();
            let reported = posts.iter().filter(|post| campaign.returns().contains_key(post)).count();
            let (signed, begun) = signed_and_begun(campaign.stage());
            Some(v1::GetCampaignResponse {
                consistency_token: Token { stream: stream.clone(), revision }.to_string(),
                plan: Some(show::plan(campaign.plan(), eyes)),
                stage: campaign.stage().word().to_owned(),
                begun,
                signed,
                additions: campaign.additions().iter().map(show::addition).collect(),
                snapshots: (1..).zip(campaign.snapshots()).map(|(n, one)| show::snapshot(n, one)).collect(),
                posts: u32::try_from(posts.len()).unwrap_or(u32::MAX),
                reported: u32::try_from(reported).unwrap_or(u32::MAX),
            })
        });
        shown.await
    }

    /// The published table, counted now or as frozen.
    pub(super) async fn report(
        &self,
        request: Request<v1::GetCampaignReportRequest>,
    ) -> Result<v1::GetCampaignReportResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let id = self.seen(&caller, (&asked.campaign_id, "GetCampaignReport")).await?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let head = self.head(&id, asked.version).await?;
        let snapshot = if asked.version == 0 {
            self.counted(&id).await?.snapshot()?
        } else {
            let Some(frozen) = self.frozen(head.number, asked.version).await? else {
                return Err(Refusal::shape(
                    "version",
                    &Flaw::new("CAMPAIGN_VERSION")
                        .with("version", asked.version)
                        .with("count", head.versions),
                ));
            };
            frozen
        };
        let posts = self.hub.campaign_posts(&id).await?.unwrap_or_default();
        let missing = posts.iter().copied().filter(|post| !head.returned.contains(&number_of(*post)));
        let missing: Vec<_> = missing.collect();
        Ok(v1::GetCampaignReportResponse {
            consistency_token: asked.consistency_token,
            campaign_id: id.to_string(),
            title: head.title,
            stage: head.stage,
            version: asked.version,
            figures: Some(show::figures(&snapshot.figures)),
            digest: snapshot.digest.to_string(),
            frame: snapshot.frame.to_string(),
            divisions: snapshot.divisions.to_string(),
            position: snapshot.position.to_string(),
            posts: u32::try_from(posts.len()).unwrap_or(u32::MAX),
            reported: u32::try_from(posts.len() - missing.len()).unwrap_or(u32::MAX),
            missing: missing.into_iter().take(NAMED).map(show::post).collect(),
        })
    }

    /// The campaign that a request names, when the caller may see campaigns.
    pub(super) async fn seen(
        &self,
        caller: &Caller,
        (text, what): (&str, &'static str),
    ) -> Result<CampaignId, Refusal> {
        let mut look = Violations::new();
        let id = look.id::<CampaignId>("campaign_id", text);
        let id = look.done(id)?;
        self.hub.show(caller, &stream_of(&id)?, (Way::Query, what), |_| Some(())).await?;
        Ok(id)
    }

    async fn head(&self, id: &CampaignId, version: u32) -> Result<Head, Refusal> {
        let id = id.to_string();
        let head = self.view.read(move |tables| head(tables, &id, version)).await.map_err(refuse::view)?;
        // The log has it; the view has not come so far.
        head.ok_or(Refusal::Late)
    }

    async fn frozen(&self, campaign: i64, version: u32) -> Result<Option<Snapshot>, Refusal> {
        let frozen = self.view.read(move |tables| {
            let mut find =
                tables.prepare_cached("SELECT body FROM snapshot WHERE campaign = ?1 AND version = ?2")?;
            find.query_row(params![campaign, version], |row| json(row, 0)).optional()
        });
        frozen.await.map_err(refuse::view)
    }
}

/// A campaign's row.
struct Head {
    number: i64,
    title: String,
    stage: String,
    versions: u32,
    returned: std::collections::HashSet<i64>,
}

/// With those who had reported when a version was frozen, or who have by now.
fn head(tables: &Connection, id: &str, version: u32) -> rusqlite::Result<Option<Head>> {
    let found = tables
        .prepare_cached(
            "SELECT number, title, stage, (SELECT COUNT(*) FROM snapshot WHERE campaign = number)
             FROM campaign WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let (number, title, stage, versions) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Head { number, title, stage, versions, returned: Default::default() })
        })
        .optional()?;
    let Some(mut head) = found else { return Ok(None) };
    let mut returned = tables.prepare_cached(
        "SELECT post FROM returned WHERE campaign = ?1 AND since <= coalesce(
             (SELECT change FROM snapshot WHERE campaign = ?1 AND version = ?2), since)",
    )?;
    head.returned = returned
        .query_map(params![head.number, version], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(head))
}

fn signed_and_begun(stage: &Stage) -> (Vec<i32>, Vec<i32>) {
    match stage {
        Stage::Drafting { signed } => (signed.iter().map(|agency| agency.to_wire()).collect(), Vec::new()),
        Stage::Running { begun } => (Vec::new(), numbers(&begun.iter().copied().collect::<Vec<_>>())),
        Stage::Approved
        | Stage::Deployed
        | Stage::DataFrozen { .. }
        | Stage::Verified
        | Stage::Published
        | Stage::Closed => (Vec::new(), Vec::new()),
    }
}

fn page(tables: &Connection, before: i64, size: u16) -> rusqlite::Result<Vec<(i64, v1::CampaignSummary)>> {
    let mut find = tables.prepare_cached(
        "SELECT number, id, title, stage, lead, division, opens, closes FROM campaign
         WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
    )?;
    let rows = find.query_map(params![before, u32::from(size) + 1], |row| {
        let summary = v1::CampaignSummary {
            id: row.get(1)?,
            title: row.get(2)?,
            stage: row.get(3)?,
            lead: row.get(4)?,
            division: row.get(5)?,
            opens: row.get(6)?,
            closes: row.get(7)?,
        };
        Ok((row.get(0)?, summary))
    })?;
    rows.collect()
}
