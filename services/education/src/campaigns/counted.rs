//! Figures counted from the rows of the view: of posts, of the whole campaign, with the frame and the digest. All of
//! one answer is read in one transaction, so that it is of one place in the log. Never here: how rows come about.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_lc_rs::digest::{Context, SHA256, digest};
use domain::campaign::figures::{EQUIPMENT, EVACUATION, FIRE, Figures, INSPECTED, SAFETY, canonical};
use domain::campaign::{Post, Snapshot};
use domain::division::{DivisionCode, Divisions};
use domain::text::Text;
use hub::project::Position;
use hub::refuse;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};
use wire::refusal::Refusal;

use super::tables::{code_of, division_of, number_of, post_of};

/// What was counted of one post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// The figures.
    pub(super) figures: Figures,
    /// Counties in which institutions were inspected.
    pub(super) counties: u64,
}

/// A whole campaign as counted up to a place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    /// The place; none in an empty log.
    pub(super) position: Option<Position>,
    /// The list of institutions counted against.
    pub(super) frame: String,
    /// The figures of the campaign.
    pub(super) total: Figures,
    /// The figures of every post that has any.
    pub(super) posts: BTreeMap<Post, Figures>,
}

impl Counted {
    /// The version of the table of divisions.
    pub(super) fn divisions() -> &'static str {
        Divisions::standard().version()
    }

    /// SHA-256 of the canonical text: of what was found, and of nothing else that the log holds, such as who read it.
    pub(super) fn digest(&self) -> String {
        let text = canonical(&self.frame, Self::divisions(), &self.total, &self.posts);
        hex::encode(digest(&SHA256, text.as_bytes()))
    }

    /// What is frozen.
    ///
    /// # Errors
    /// Never in practice: the parts are written here.
    pub(super) fn snapshot(&self) -> Result<Snapshot, Refusal> {
        let place = self.position.map_or(0, Position::get).to_string();
        let parts = (|| {
            Some(Snapshot {
                position: Text::parse(&place).ok()?,
                frame: Text::parse(&self.frame).ok()?,
                divisions: Text::parse(Self::divisions()).ok()?,
                figures: self.total,
                digest: self.digest().parse().ok()?,
            })
        })();
        parts.ok_or_else(|| refuse::internal(&"a snapshot that cannot be written"))
    }
}

/// The frame: a list of institutions, told by their number and a hash.
pub(super) struct Frame {
    hash: Context,
    count: u64,
}

impl Frame {
    pub(super) fn new() -> Self {
        Self { hash: Context::new(&SHA256), count: 0 }
    }

    /// Takes in the next institution; they come by id.
    pub(super) fn take(&mut self, institution: &str, division: &str) {
        for part in [institution, "@", division, "\n"] {
            self.hash.update(part.as_bytes());
        }
        self.count += 1;
    }

    /// `<how many>-<first 16 digits>`.
    pub(super) fn version(self) -> String {
        let hash = hex::encode(self.hash.finish());
        format!("{}-{}", self.count, hash.get(..16).unwrap_or_default())
    }
}

/// Counts the whole campaign of an area.
pub(super) fn whole(tables: &Connection, campaign: i64, area: DivisionCode) -> rusqlite::Result<Counted> {
    let step = tables.unchecked_transaction()?;
    let position: Option<String> =
        step.query_row("SELECT position FROM checkpoint WHERE one = 1", [], |row| row.get(0)).optional()?;
    let position = position.and_then(|text| text.parse().ok());
    let posts: BTreeMap<Post, Figures> =
        tallies(&step, campaign, (0, i64::MAX))?.into_iter().map(|(post, one)| (post, one.figures)).collect();
    let total = total(&step, campaign, &posts)?;
    Ok(Counted { position, frame: frame(&step, area)?, total, posts })
}

/// Counts the posts between two, both included, by their numbers. Who has no records is not among them.
pub(super) fn tallies(
    tables: &Connection,
    campaign: i64,
    (first, last): (i64, i64),
) -> rusqlite::Result<BTreeMap<Post, Tally>> {
    let mut found: BTreeMap<Post, Tally> = BTreeMap::new();
    let range = params![campaign, first, last];
    let mut marks = tables.prepare_cached(
        "SELECT post, COUNT(*), SUM((bits & 2) <> 0), SUM((bits & 4) <> 0), SUM((bits & 8) <> 0),
             SUM((bits & 16) <> 0), COUNT(DISTINCT county)
         FROM mark WHERE campaign = ?1 AND post BETWEEN ?2 AND ?3 GROUP BY post",
    )?;
    let mut rows = marks.query(range)?;
    while let Some(row) = rows.next()? {
        let Some(post) = post_of(row.get(0)?) else { continue };
        let figures = Figures {
            inst_inspected: count(row, 1)?,
            inst_safety_hazard: count(row, 2)?,
            inst_fire_hazard: count(row, 3)?,
            inst_fire_evacuation: count(row, 4)?,
            inst_fire_equipment: count(row, 5)?,
            ..Figures::default()
        };
        found.insert(post, Tally { figures, counties: count(row, 6)? });
    }
    let mut each = |sql: &str, take: fn(&mut Figures, u64)| -> rusqlite::Result<()> {
        let mut query = tables.prepare_cached(sql)?;
        let mut rows = query.query(range)?;
        while let Some(row) = rows.next()? {
            let Some(post) = post_of(row.get(0)?) else { continue };
            take(&mut found.entry(post).or_default().figures, count(row, 1)?);
        }
        Ok(())
    };
    each(
        "SELECT post, SUM(persons) FROM dispatch WHERE campaign = ?1 AND post BETWEEN ?2 AND ?3 GROUP BY post",
        |figures, persons| figures.dispatch_person_times = persons,
    )?;
    each(
        "SELECT post, COUNT(*) FROM staff WHERE campaign = ?1 AND post BETWEEN ?2 AND ?3 GROUP BY post",
        |figures, persons| figures.staff_queried = persons,
    )?;
    Ok(found)
}

/// The whole: an institution or person that several posts have is one.
fn total(tables: &Connection, campaign: i64, posts: &BTreeMap<Post, Figures>) -> rusqlite::Result<Figures> {
    let mut marks: HashMap<String, u8> = HashMap::new();
    let mut query = tables.prepare_cached("SELECT institution, bits FROM mark WHERE campaign = ?1")?;
    let mut rows = query.query([campaign])?;
    while let Some(row) = rows.next()? {
        let (institution, bits) = (row.get_ref(0)?.as_str()?, row.get::<_, u8>(1)?);
        match marks.get_mut(institution) {
            Some(known) => *known |= bits,
            None => {
                marks.insert(institution.to_owned(), bits);
            }
        }
    }
    let with = |mark: u8| marks.values().filter(|bits| **bits & mark != 0).count() as u64;
    Ok(Figures {
        dispatch_person_times: posts.values().map(|one| one.dispatch_person_times).sum(),
        inst_inspected: with(INSPECTED),
        inst_safety_hazard: with(SAFETY),
        inst_fire_hazard: with(FIRE),
        inst_fire_evacuation: with(EVACUATION),
        inst_fire_equipment: with(EQUIPMENT),
        staff_queried: persons(tables, campaign)?,
    })
}

fn persons(tables: &Connection, campaign: i64) -> rusqlite::Result<u64> {
    let mut persons: HashSet<[u8; 16]> = HashSet::new();
    let mut query = tables.prepare_cached("SELECT person FROM staff WHERE campaign = ?1")?;
    let mut rows = query.query([campaign])?;
    while let Some(row) = rows.next()? {
        if let ValueRef::Blob(person) = row.get_ref(0)?
            && let Ok(person) = person.try_into()
        {
            persons.insert(person);
        }
    }
    Ok(persons.len() as u64)
}

fn frame(tables: &Connection, area: DivisionCode) -> rusqlite::Result<String> {
    let mut frame = Frame::new();
    // Most institutions stand beside others of their division; each division is looked up once.
    let mut known: HashMap<i64, Option<DivisionCode>> = HashMap::new();
    let mut query = tables.prepare_cached("SELECT id, division FROM institution ORDER BY id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let code: i64 = row.get(1)?;
        let inside = known.entry(code).or_insert_with(|| {
            division_of(code).filter(|division| Divisions::standard().is_within(*division, area))
        });
        if let Some(division) = inside {
            frame.take(row.get_ref(0)?.as_str()?, division.as_str());
        }
    }
    Ok(frame.version())
}

/// How many institutions each division between two has, both included.
pub(super) fn institutions(
    tables: &Connection,
    (first, last): (DivisionCode, DivisionCode),
) -> rusqlite::Result<Vec<(DivisionCode, u64)>> {
    let mut query = tables.prepare_cached(
        "SELECT division, COUNT(*) FROM institution WHERE division BETWEEN ?1 AND ?2 GROUP BY division",
    )?;
    let rows = query.query_map([code_of(first), code_of(last)], |row| Ok((row.get(0)?, count(row, 1)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<(i64, u64)>>>()?;
    Ok(rows.into_iter().filter_map(|(code, count)| Some((division_of(code)?, count))).collect())
}

/// A count, which is never negative.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::unsigned_abs)
}

/// The numbers of the first and the last of some posts of one level.
pub(super) fn range(posts: &[Post]) -> Option<(i64, i64)> {
    Some((posts.iter().copied().map(number_of).min()?, posts.iter().copied().map(number_of).max()?))
}
