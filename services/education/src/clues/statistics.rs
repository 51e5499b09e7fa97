//! Figures of a division and of those right below it, counted in one pass over the rows of the period. Never
//! here: counting (that is `tally`), or which figures are hidden (that is `suppress`).
//!
//! What is counted as the police's receipt time: from the moment a clue was handed to the police, by transfer
//! or by the duty to report that opened, to the first receipt they signed.

use std::collections::HashMap;

use domain::actor::Agency;
use domain::decider::Scope;
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use hub::answer::Answer;
use hub::{Hub, View, mint, refuse};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::v1::{DivisionStatistics, GetStatisticsRequest, GetStatisticsResponse};
use wire::violations::Violations;

use super::page;
use super::suppress::{Family, Veil, veils};
use super::tally::{Counted, Tally};

/// What is asked, checked.
struct Asked {
    division: DivisionCode,
    from: i64,
    until: i64,
    today: jiff::civil::Date,
    hide_small: bool,
}

/// `GetStatistics`.
pub(crate) async fn get(
    hub: &Hub,
    view: &View,
    request: Request<GetStatisticsRequest>,
) -> Answer<GetStatisticsResponse> {
    let caller = hub.caller(request.metadata())?;
    let request = request.into_inner();
    let hide_small = caller.actor.unit.agency != Agency::Education;
    let today = mint::beijing_day(hub.time.now());
    let asked = asked(&request, caller.actor.unit.division, (today, hide_small))?;
    let scope = Scope { division: Some(asked.division), ..Scope::default() };
    hub.allow(&caller, "view.statistics", &scope)?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let rows = view.read(move |tables| count(tables, &asked)).await.map_err(refuse::view)?;
    Ok(Response::new(GetStatisticsResponse { consistency_token: request.consistency_token, rows }))
}

fn asked(
    request: &GetStatisticsRequest,
    own: DivisionCode,
    (today, hide_small): (jiff::civil::Date, bool),
) -> Result<Asked, Refusal> {
    let mut look = Violations::new();
    let division = page::area(&mut look, &request.division, own);
    let fields = ("received_from", "received_until");
    let (from, until) = look.span(fields, request.received_from.as_ref(), request.received_until.as_ref());
    let asked = division.map(|division| Asked {
        division,
        from: from.map_or(i64::MIN, Timestamp::as_microsecond),
        until: until.map_or(i64::MAX, Timestamp::as_microsecond),
        today,
        hide_small,
    });
    look.done(asked)
}

/// The rows to fill: the division asked for, then those right below it by code.
struct Rows {
    asked: DivisionCode,
    whole: Tally,
    /// What lies in none of the parts: at the division itself.
    rest: Tally,
    below: Vec<(DivisionCode, String, Tally)>,
    places: HashMap<String, Option<usize>>,
}

impl Rows {
    fn new(asked: DivisionCode, today: jiff::civil::Date) -> Self {
        let table = Divisions::standard();
        let parent = if asked == DivisionCode::NATION { None } else { Some(asked) };
        let levels = [DivisionLevel::Province, DivisionLevel::City, DivisionLevel::County];
        let children = levels.into_iter().flat_map(|level| table.of_level(level, today));
        let mut below: Vec<_> = children
            .filter(|division| division.parent == parent)
            .map(|division| (division.code, division.name.clone(), Tally::default()))
            .collect();
        below.sort_by_key(|(code, _, _)| *code);
        Self { asked, whole: Tally::default(), rest: Tally::default(), below, places: HashMap::new() }
    }

    /// Counts into the whole and into the row of the part that the place belongs to.
    fn add(&mut self, place: String, count: impl Fn(&mut Tally)) {
        count(&mut self.whole);
        let (asked, below) = (self.asked, &self.below);
        let part = *self.places.entry(place).or_insert_with_key(|place| part(place, asked, below));
        match part.and_then(|part| self.below.get_mut(part)) {
            Some((_, _, tally)) => count(tally),
            None => count(&mut self.rest),
        }
    }

    /// The rows as they are shown; for readers of another agency without what would tell of single persons.
    fn shown(self, hide_small: bool) -> Vec<DivisionStatistics> {
        let veils = |of: fn(&Tally) -> Family| match hide_small {
            true => {
                let below: Vec<Family> = self.below.iter().map(|(_, _, tally)| of(tally)).collect();
                veils(&below, &of(&self.rest))
            }
            false => vec![Veil::NONE; 1 + self.below.len()],
        };
        let veils: Vec<_> = veils(Tally::clues).into_iter().zip(veils(Tally::referrals)).collect();
        let name =
            Divisions::standard().find(self.asked).map(|division| division.name.clone()).unwrap_or_default();
        let rows = std::iter::once((self.asked, name, self.whole)).chain(self.below);
        let shown =
            |((code, name, tally), (clues, referrals)): ((DivisionCode, String, Tally), &(Veil, Veil))| {
                tally.row((code.as_str(), &name), (clues, referrals))
            };
        rows.zip(&veils).map(shown).collect()
    }
}

/// Which of the parts a place belongs to; none when it is the division asked for itself.
fn part(place: &str, asked: DivisionCode, below: &[(DivisionCode, String, Tally)]) -> Option<usize> {
    let place: DivisionCode = place.parse().ok().filter(|place| *place != asked)?;
    let chain = Divisions::standard().chain(place);
    chain.iter().find_map(|division| below.iter().position(|(code, _, _)| *code == division.code))
}

fn count(tables: &Connection, asked: &Asked) -> rusqlite::Result<Vec<DivisionStatistics>> {
    let mut rows = Rows::new(asked.division, asked.today);
    let within = |place| Divisions::standard().is_within(place, asked.division);
    let places = page::places(tables, "clue", within)?;
    let mut clues = tables.prepare_cached(
        "SELECT division, channel, category, urgency, stage, conclusion, anonymous, obligation, transferred,
             CASE WHEN receipted IS NOT NULL AND handed IS NOT NULL THEN MAX(receipted - handed, 0) / 1000000 END,
             EXISTS (SELECT 1 FROM clock WHERE clock.matter = clue.id AND standing = 3)
         FROM clue WHERE division IN (SELECT value FROM json_each(?1)) AND received >= ?2 AND received < ?3",
    )?;
    let mut found = clues.query(params![places, asked.from, asked.until])?;
    while let Some(row) = found.next()? {
        let clue = counted(row)?;
        rows.add(row.get(0)?, |tally| tally.add(&clue));
    }
    let places = page::places(tables, "referral", within)?;
    let mut referrals = tables.prepare_cached(
        "SELECT division, step FROM referral
         WHERE division IN (SELECT value FROM json_each(?1)) AND received >= ?2 AND received < ?3",
    )?;
    let mut found = referrals.query(params![places, asked.from, asked.until])?;
    while let Some(row) = found.next()? {
        let step: String = row.get(1)?;
        rows.add(row.get(0)?, |tally| tally.add_referral(&step));
    }
    Ok(rows.shown(asked.hide_small))
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    Ok(Counted {
        channel: row.get(1)?,
        category: row.get(2)?,
        urgency: row.get(3)?,
        stage: row.get(4)?,
        conclusion: row.get(5)?,
        anonymous: row.get(6)?,
        obligation: row.get(7)?,
        transferred: row.get(8)?,
        receipt: row.get::<_, Option<i64>>(9)?.and_then(|seconds| u64::try_from(seconds).ok()),
        overdue: row.get(10)?,
    })
}
