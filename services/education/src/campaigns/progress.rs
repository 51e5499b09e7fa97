//! What each unit has to do, has done and has reported: a row a post. Targets are the shares of the phase as it holds
//! in the post's area, rounded up. A unit without a return is missing, which is not zero. Never here: counting.

use std::collections::{BTreeMap, HashMap};

use domain::actor::Level;
use domain::campaign::figures::Figures;
use domain::campaign::places::Places;
use domain::campaign::ratio::{Group, Target, Tier, tiers};
use domain::campaign::{Addition, PhaseKind, Plan, Post, Return};
use domain::decider::Scope;
use domain::division::{DivisionCode, Divisions};
use domain::ids::CampaignId;
use hub::page::{behind, token};
use hub::{Caller, refuse};
use rusqlite::{Connection, params};
use tonic::Request;
use wire::refusal::Refusal;
use wire::show::campaign as show;
use wire::v1;
use wire::violations::Violations;

use super::counted::{Tally, institutions, range, tallies};
use super::tables::{json, number_of, plan_of, post_of};
use super::{Campaigns, shape};
use crate::clues::area;

impl Campaigns {
    /// Rows of the posts below a division.
    pub(super) async fn progress(
        &self,
        request: Request<v1::GetCampaignProgressRequest>,
    ) -> Result<v1::GetCampaignProgressResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let id = self.seen(&caller, (&asked.campaign_id, "GetCampaignProgress")).await?;
        let mut look = Violations::new();
        let level: Option<Level> = look.optional_chosen("level", asked.level);
        let place = (asked.division.as_str(), asked.page_size, asked.page_token.as_str());
        let (area, size, behind) = self.page_of(look, &caller, place)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let wanted = |post: &Post| level.is_none_or(|level| post.level == level);
        let (posts, next) = self.posts(&id, (area, behind, size), wanted).await?;
        let rows = self.rows(&id, posts).await?;
        let (consistency_token, next_page_token) = (asked.consistency_token, next);
        Ok(v1::GetCampaignProgressResponse { consistency_token, next_page_token, rows })
    }

    /// The posts below a division that have not reported.
    pub(super) async fn missing(
        &self,
        request: Request<v1::ListMissingReturnsRequest>,
    ) -> Result<v1::ListMissingReturnsResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let id = self.seen(&caller, (&asked.campaign_id, "ListMissingReturns")).await?;
        let place = (asked.division.as_str(), asked.page_size, asked.page_token.as_str());
        let (area, size, behind) = self.page_of(Violations::new(), &caller, place)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let name = id.to_string();
        let returned = self.view.read(move |tables| returned(tables, &name, (0, i64::MAX)));
        let returned = returned.await.map_err(refuse::view)?;
        let wanted = |post: &Post| !returned.contains_key(post);
        let (posts, next_page_token) = self.posts(&id, (area, behind, size), wanted).await?;
        Ok(v1::ListMissingReturnsResponse {
            consistency_token: asked.consistency_token,
            next_page_token,
            posts: posts.into_iter().map(show::post).collect(),
        })
    }

    /// One post.
    pub(super) async fn post_figures(
        &self,
        request: Request<v1::GetPostFiguresRequest>,
    ) -> Result<v1::GetPostFiguresResponse, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let id = self.seen(&caller, (&asked.campaign_id, "GetPostFigures")).await?;
        let mut look = Violations::new();
        let post = shape::post(&mut look, asked.post.as_ref());
        let post = look.done(post)?;
        self.hub.allow(&caller, "view.statistics", &lying_in(post.division))?;
        if !self.hub.campaign_posts(&id).await?.is_some_and(|posts| posts.contains(&post)) {
            let flaw = wire::flaw::Flaw::new("CAMPAIGN_POST").with("post", post);
            return Err(Refusal::shape("post", &flaw));
        }
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let row = self.rows(&id, vec![post]).await?.into_iter().next();
        Ok(v1::GetPostFiguresResponse { consistency_token: asked.consistency_token, row })
    }

    /// The area that is asked about, when its figures are the caller's to see, the size of a page, and the post behind
    /// which it begins.
    fn page_of(
        &self,
        mut look: Violations,
        caller: &Caller,
        (division, size, page): (&str, i32, &str),
    ) -> Result<(DivisionCode, usize, i64), Refusal> {
        let area = area(&mut look, division, caller.actor.unit.division);
        let (size, behind) = (look.page_size(size), behind::<i64>(&mut look, page));
        let (area, (size, behind)) = look.done(area.zip(size.zip(behind)))?;
        self.hub.allow(caller, "view.statistics", &lying_in(area))?;
        Ok((area, usize::from(size), behind.unwrap_or(-1)))
    }

    /// A page of posts below a division, and the token of the next.
    async fn posts(
        &self,
        id: &CampaignId,
        (area, behind, size): (DivisionCode, i64, usize),
        wanted: impl Fn(&Post) -> bool,
    ) -> Result<(Vec<Post>, String), Refusal> {
        let all = self.hub.campaign_posts(id).await?.unwrap_or_default();
        let inside = |post: &&Post| Divisions::standard().is_within(post.division, area);
        let from = all.iter().filter(|post| number_of(**post) > behind);
        let mut page: Vec<Post> =
            from.filter(|post| wanted(post)).filter(inside).take(size + 1).copied().collect();
        let more = page.len() > size;
        page.truncate(size);
        let next = page.last().filter(|_| more).map(|post| token(&number_of(*post)));
        Ok((page, next.unwrap_or_default()))
    }

    /// The rows of some posts, in their order.
    async fn rows(&self, id: &CampaignId, posts: Vec<Post>) -> Result<Vec<v1::CampaignProgress>, Refusal> {
        let id = id.to_string();
        let rows = self.view.read(move |tables| {
            let step = tables.unchecked_transaction()?;
            let Some((campaign, plan)) = plan_of(&step, &id)? else { return Ok(Vec::new()) };
            let board = Board::read(&step, (campaign, plan), &posts)?;
            let returned = returned(&step, &id, range(&posts).unwrap_or((0, -1)))?;
            let counted = counted(&step, campaign, &posts)?;
            let row = |post: &Post| {
                let tally = counted.get(post).copied().unwrap_or_default();
                board.row(*post, tally, returned.get(post))
            };
            Ok(posts.iter().map(row).collect())
        });
        rows.await.map_err(refuse::view)
    }
}

/// Figures of an area.
fn lying_in(division: DivisionCode) -> Scope {
    Scope { division: Some(division), ..Scope::default() }
}

/// What was counted of some posts, read level by level: posts of one level stand side by side.
fn counted(tables: &Connection, campaign: i64, posts: &[Post]) -> rusqlite::Result<BTreeMap<Post, Tally>> {
    let mut all = BTreeMap::new();
    for level in posts.chunk_by(|one, next| one.level == next.level) {
        if let Some(range) = range(level) {
            all.extend(tallies(tables, campaign, range)?);
        }
    }
    Ok(all)
}

/// What the posts between two reported.
fn returned(
    tables: &Connection,
    id: &str,
    (first, last): (i64, i64),
) -> rusqlite::Result<HashMap<Post, Return>> {
    let mut find = tables.prepare_cached(
        "SELECT post, body FROM returned
         WHERE campaign = (SELECT number FROM campaign WHERE id = ?1) AND post BETWEEN ?2 AND ?3",
    )?;
    let rows = find.query_map(params![id, first, last], |row| Ok((row.get::<_, i64>(0)?, json(row, 1)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<(i64, Return)>>>()?;
    Ok(rows.into_iter().filter_map(|(post, one)| Some((post_of(post)?, one))).collect())
}

/// What is asked of whom.
struct Board {
    plan: Plan,
    additions: Vec<Addition>,
    tiers: Vec<Tier>,
    /// Institutions of each county.
    institutions: HashMap<DivisionCode, u64>,
}

impl Board {
    /// As far as some posts need it: the institutions of their provinces.
    fn read(tables: &Connection, (campaign, plan): (i64, Plan), posts: &[Post]) -> rusqlite::Result<Self> {
        let mut find =
            tables.prepare_cached("SELECT body FROM addition WHERE campaign = ?1 ORDER BY number")?;
        let additions = find.query_map([campaign], |row| json(row, 0))?.collect::<rusqlite::Result<_>>()?;
        let places = Places::of(&plan);
        let mut counted = HashMap::new();
        if let Some(span) = provinces(posts) {
            for (division, count) in institutions(tables, span)? {
                if let Some(county) = places.county(division) {
                    *counted.entry(county).or_default() += count;
                }
            }
        }
        let tiers = tiers(Divisions::standard(), plan.closes);
        Ok(Self { plan, additions, tiers, institutions: counted })
    }

    fn row(&self, post: Post, tally: Tally, returned: Option<&Return>) -> v1::CampaignProgress {
        let Tally { figures, counties } = tally;
        let (total, target) = self.target(post);
        v1::CampaignProgress {
            post: Some(show::post(post)),
            institutions: total,
            target_institutions: target.institutions,
            inspected: figures.inst_inspected,
            target_counties: target.counties.unwrap_or_default(),
            sampled_counties: counties,
            met: target.met(counties, figures.inst_inspected),
            counted: Some(show::figures(&figures)),
            missing: returned.is_none(),
            returned: returned.map(show::returned),
            differs: returned.map(|one| differing(&figures, &one.figures)).unwrap_or_default(),
        }
    }

    /// The institutions of a post's area, and what it must reach.
    fn target(&self, post: Post) -> (u64, Target) {
        let within = |tier: &&Tier| match post.level {
            Level::County => false,
            Level::City => tier.division == post.division && tier.group != Group::Municipality,
            Level::Province | Level::Nation => tier.province == post.division,
        };
        let of = |county: &DivisionCode| self.institutions.get(county).copied().unwrap_or_default();
        let area: Vec<&Tier> = self.tiers.iter().filter(within).collect();
        let total = match post.level {
            Level::County => of(&post.division),
            Level::City | Level::Province | Level::Nation => {
                area.iter().flat_map(|tier| &tier.counties).map(of).sum()
            }
        };
        let own = match post.level {
            // A province's counties are those of all its groups.
            Level::Province | Level::Nation => {
                let whole = area.first().map(|first| Tier {
                    counties: area.iter().flat_map(|tier| tier.counties.iter().copied()).collect(),
                    ..(*first).clone()
                });
                self.share(kind_of(post.level), post.division, total, whole.as_ref())
            }
            Level::County | Level::City => {
                self.share(kind_of(post.level), post.division, total, area.first().copied())
            }
        };
        // A municipality spot-checks as a province what it would as a city: what asks for more holds.
        let target = match area.first() {
            Some(tier) if post.level == Level::Province && tier.group == Group::Municipality => {
                let city = self.share(PhaseKind::CitySpotCheck, post.division, total, Some(tier));
                let counties = own.counties.max(city.counties);
                Target { counties, institutions: own.institutions.max(city.institutions) }
            }
            _ => own,
        };
        (total, target)
    }

    /// What a phase asks of an area with so many institutions.
    fn share(&self, kind: PhaseKind, area: DivisionCode, total: u64, tier: Option<&Tier>) -> Target {
        let none = Target { counties: None, institutions: 0 };
        let Some(phase) = self.plan.phase_in(&self.additions, kind, area) else { return none };
        let Some(institutions) = phase.institutions else { return none };
        match tier {
            Some(tier) => tier.target(phase.counties, institutions, total),
            None => Target { counties: None, institutions: institutions.of(total) },
        }
    }
}

/// The phase in which a level has its own work.
const fn kind_of(level: Level) -> PhaseKind {
    match level {
        Level::County => PhaseKind::CountyInspection,
        Level::City => PhaseKind::CitySpotCheck,
        Level::Province | Level::Nation => PhaseKind::ProvincialSpotCheck,
    }
}

/// The keys of figures that are not the same.
fn differing(counted: &Figures, returned: &Figures) -> Vec<String> {
    let pairs = counted.rows().into_iter().zip(returned.rows());
    pairs.filter(|((_, one), (_, other))| one != other).map(|((key, _), _)| key.to_owned()).collect()
}

/// From the first to the last division of the provinces of some posts.
fn provinces(posts: &[Post]) -> Option<(DivisionCode, DivisionCode)> {
    let province = |post: &Post, rest: &str| -> Option<DivisionCode> {
        format!("{}{rest}", post.division.as_str().get(..2)?).parse().ok()
    };
    let first = posts.iter().filter_map(|post| province(post, "0000")).min()?;
    Some((first, posts.iter().filter_map(|post| province(post, "9999")).max()?))
}
