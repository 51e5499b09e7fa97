//! A campaign of the size of 2023 (handbook 5.5): how fast its view takes in records, and how soon the national table, a
//! county's row and the recount are there. Never here: how records come in, or noise among them.

mod fill;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use domain::actor::{Agency, Level, Role};
use domain::campaign::workload::{Scale, Workload};
use education::{CampaignTables, Education};
use hub::config::Config;
use hub::open::{Opened, open};
use hub::{Hub, Time, clocks, read_model, serve};
use tonic::Request;
use tonic::service::RoutesBuilder;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;
use wire::v1;
use wire::v1::campaign_service_client::CampaignServiceClient;

use crate::bench::ground::{enter_officer, enter_unit, settle, unit_of};
use crate::bench::{Figures, millis, quantile};

/// Rows read for a median.
const ROWS: usize = 200;
/// The longest the views may take to come to the end of the log.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// Measures `campaign_apply_per_s`, `campaign_report_ms`, `campaign_county_ms`, `campaign_page_ms` and
/// `campaign_verify_s`.
///
/// # Errors
/// When the hub cannot be started, a call is refused, or the table is not that of the workload.
pub async fn measure(data: &Path, scale: Scale, figures: &mut Figures) -> anyhow::Result<()> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let work = Workload::new(7, scale, fill::LAST_DAY);
    let opened = open(&config, Time::system()).await?;
    let campaign = fill::fill(&opened.hub.log, &work).await?;
    opened.hub.log.close().await;
    drop(opened);
    rebuild(&config, figures).await?;

    let opened = open(&config, Time::system()).await?;
    people(&opened.hub).await?;
    let client = serving(&opened).await?;
    let desk = Desk { hub: &opened.hub, client, campaign };
    desk.report(&work, figures).await?;
    desk.rows(&work, figures).await?;
    desk.verify(figures).await?;
    opened.hub.log.close().await;
    Ok(())
}

/// The view alone, folded from the start.
async fn rebuild(config: &Config, figures: &mut Figures) -> anyhow::Result<()> {
    let log = hub::open::log(config).await?;
    let events = log.head().await?.map_or(0, |position| position.get()) as f64;
    let start = Instant::now();
    read_model::rebuild(&config.views(), CampaignTables::default(), &log, |_| {}).await?;
    let rate = events / start.elapsed().as_secs_f64();
    log.close().await;
    figures.keep("campaign_apply_per_s", rate, format!("at least 20000, of {events:.0} events"));
    Ok(())
}

/// The leading office with two officers.
async fn people(hub: &Hub) -> anyhow::Result<()> {
    let operator = clocks::service_actor().map_err(|error| anyhow::anyhow!(error))?;
    let operator = domain::actor::Actor { roles: vec![Role::Administrator], ..operator };
    let nation = unit_of(Agency::Education, Level::Nation, fill::NATION)?;
    enter_unit(hub, &operator, nation.clone(), None).await?;
    for officer in ["OF-B-LEAD", "OF-B-LEAD-2"] {
        enter_officer(hub, &operator, officer.parse()?, nation.clone(), vec![Role::Handler]).await?;
    }
    settle(hub).await
}

/// Serves education and waits until its views show the whole log.
async fn serving(opened: &Opened) -> anyhow::Result<CampaignServiceClient<Channel>> {
    let education = Education::start(&opened.hub)?;
    let views = [education.view(), education.referrals_view(), education.campaigns_view()].map(Clone::clone);
    let mut routes = RoutesBuilder::default();
    education.add_to(&mut routes);
    let bound = serve::bind(std::net::SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = bound.address();
    let hub = opened.hub.clone();
    let stopped = async move { hub.stopped().await };
    tokio::spawn(serve::serve(bound, routes, Default::default(), Vec::new(), stopped));
    for view in views {
        ensure!(view.wait_for_head(PATIENCE).await?, "a view did not catch up");
    }
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
    Ok(CampaignServiceClient::new(endpoint.tcp_nodelay(true).connect().await?))
}

/// Who asks.
struct Desk<'a> {
    hub: &'a Hub,
    client: CampaignServiceClient<Channel>,
    campaign: String,
}

impl Desk<'_> {
    fn ask<T>(&self, officer: &str, message: T) -> anyhow::Result<Request<T>> {
        let issued = self.hub.tokens.issue(&officer.parse()?, self.hub.time.now())?;
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", format!("Bearer {}", issued.text).parse()?);
        Ok(request)
    }

    /// The national table, the first question to a view just opened.
    async fn report(&self, work: &Workload, figures: &mut Figures) -> anyhow::Result<()> {
        let campaign_id = self.campaign.clone();
        let asked = v1::GetCampaignReportRequest { campaign_id, ..Default::default() };
        let request = self.ask("OF-B-LEAD", asked)?;
        let start = Instant::now();
        let report = self.client.clone().get_campaign_report(request).await?.into_inner();
        figures.keep("campaign_report_ms", millis(start.elapsed()), "at most 1000, the first question");
        let wanted = wire::show::campaign::figures(&work.tally().figures);
        ensure!(report.figures == Some(wanted), "the table is not the workload's: {report:?}");
        Ok(())
    }

    /// A county's row, and a page of 500 of them.
    async fn rows(&self, work: &Workload, figures: &mut Figures) -> anyhow::Result<()> {
        let counties: Vec<_> = work.places().iter().flat_map(|place| &place.counties).collect();
        let mut spans = Vec::with_capacity(ROWS);
        for county in counties.iter().cycle().step_by(7).take(ROWS) {
            let level = v1::Level::County.into();
            let post = Some(v1::CampaignPost { level, division: county.division.to_string() });
            let campaign_id = self.campaign.clone();
            let asked = v1::GetPostFiguresRequest { campaign_id, post, ..Default::default() };
            let request = self.ask("OF-B-LEAD", asked)?;
            let start = Instant::now();
            let row = self.client.clone().get_post_figures(request).await?.into_inner().row;
            spans.push(millis(start.elapsed()));
            let row = row.context("no row")?;
            ensure!(
                row.inspected == county.institutions && row.met,
                "not all of {}: {row:?}",
                county.division
            );
        }
        figures.keep("campaign_county_ms", quantile(&mut spans, 0.5), "at most 20");
        let campaign_id = self.campaign.clone();
        let asked = v1::GetCampaignProgressRequest {
            campaign_id,
            level: v1::Level::County.into(),
            page_size: 500,
            ..Default::default()
        };
        let request = self.ask("OF-B-LEAD", asked)?;
        let start = Instant::now();
        let page = self.client.clone().get_campaign_progress(request).await?.into_inner();
        let goal = format!("{} counties on one page", page.rows.len());
        figures.keep("campaign_page_ms", millis(start.elapsed()), goal);
        Ok(())
    }

    /// Freezing, and counting it all again from the log.
    async fn verify(&self, figures: &mut Figures) -> anyhow::Result<()> {
        let (campaign_id, request_id) = (self.campaign.clone(), Uuid::now_v7().to_string());
        let freeze = v1::FreezeCampaignRequest { request_id, campaign_id, occurred_at: None };
        self.client.clone().freeze_campaign(self.ask("OF-B-LEAD", freeze)?).await?;
        let (campaign_id, request_id) = (self.campaign.clone(), Uuid::now_v7().to_string());
        let missing_reason = "实测".to_owned();
        let verify = v1::VerifyCampaignRequest { request_id, campaign_id, missing_reason, occurred_at: None };
        let start = Instant::now();
        self.client.clone().verify_campaign(self.ask("OF-B-LEAD-2", verify)?).await?;
        figures.keep("campaign_verify_s", start.elapsed().as_secs_f64(), "counted again from the log");
        Ok(())
    }
}
