//! The fields that many requests share: request ids, times, pages, places, papers.
//! Never here: what only one request has.

use domain::division::{DivisionCode, Divisions};
use domain::paper::Paper;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::Violations;
use crate::convert;
use crate::flaw::Flaw;
use crate::v1;

/// Entries a page when the caller does not say.
const PAGE: u16 = 50;
/// Entries a page at most.
const PAGE_MAX: u16 = 500;
/// Bytes of a paper at most: 20 MiB.
pub const PAPER_MAX: u64 = 20 * 1024 * 1024;
/// Papers in one request at most.
const PAPERS_MAX: usize = 50;

impl Violations {
    /// The id of a command, made by the client.
    pub fn request_id(&mut self, text: &str) -> Option<Uuid> {
        let id: Uuid = self.id("request_id", text)?;
        if id.is_nil() {
            // What a client sends that has forgotten to make one; two of them would pass for one command.
            self.add("request_id", &Flaw::new("UUID"));
            return None;
        }
        Some(id)
    }

    /// When a command really happened: `now` when not stated, never after it.
    pub fn occurred_at(&mut self, at: Option<&prost_types::Timestamp>, now: Timestamp) -> Option<Timestamp> {
        match at {
            Some(_) => self.past("occurred_at", at, now),
            None => Some(now),
        }
    }

    /// A time that must be stated and may not lie after `now`.
    pub fn past(
        &mut self,
        field: &str,
        at: Option<&prost_types::Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if at.is_none() {
            self.add(field, &Flaw::new("REQUIRED"));
        }
        let at = self.optional_time(field, at)?;
        if at > now {
            self.add(field, &Flaw::new("TIME_FUTURE").with("now", now));
            return None;
        }
        Some(at)
    }

    /// A time, or nothing.
    pub fn optional_time(&mut self, field: &str, at: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
        let at = at?;
        let moment = convert::moment(at);
        if moment.is_none() {
            self.add(field, &Flaw::new("TIME_IMPOSSIBLE"));
        }
        moment
    }

    /// A span of two optional times, the second after the first; `fields` are their names.
    pub fn span(
        &mut self,
        fields: (&str, &str),
        from: Option<&prost_types::Timestamp>,
        until: Option<&prost_types::Timestamp>,
    ) -> (Option<Timestamp>, Option<Timestamp>) {
        let span = (self.optional_time(fields.0, from), self.optional_time(fields.1, until));
        if let (Some(from), Some(until)) = span
            && until <= from
        {
            self.add(fields.1, &Flaw::new("TIME_ORDER").with("after", from));
        }
        span
    }

    /// A day written `YYYY-MM-DD`, or nothing.
    pub fn optional_date(&mut self, field: &str, text: &str) -> Option<Date> {
        self.optional_id(field, text)
    }

    /// A division in force on a day; 100000 stands for the whole country.
    pub fn division(&mut self, field: &str, text: &str, on: Date) -> Option<DivisionCode> {
        let code: DivisionCode = self.id(field, text)?;
        if code == DivisionCode::NATION {
            return Some(code);
        }
        self.field(field, Divisions::standard().on(code, on)).map(|_| code)
    }

    /// A division in force on a day, or nothing.
    pub fn optional_division(&mut self, field: &str, text: &str, on: Date) -> Option<DivisionCode> {
        if text.trim().is_empty() { None } else { self.division(field, text, on) }
    }

    /// The codes whose records belong to a division as of a day, or nothing: the one in force first, then those merged
    /// into it. An abolished one means its successor; 100000 stands for the whole country.
    pub fn optional_area(&mut self, field: &str, text: &str, on: Date) -> Option<Vec<DivisionCode>> {
        if text.trim().is_empty() {
            return None;
        }
        let code: DivisionCode = self.id(field, text)?;
        let divisions = Divisions::standard();
        if code != DivisionCode::NATION && divisions.successor(code, on).is_none() {
            return self.field(field, divisions.on(code, on)).and(None);
        }
        Some(divisions.answers_for(code, on))
    }

    /// A paper that must be there.
    pub fn paper(&mut self, field: &str, paper: Option<&v1::PaperRef>) -> Option<Paper> {
        self.message(field, paper, Self::paper_parts)
    }

    /// The papers of a request, from `least` to 50.
    pub fn papers(&mut self, field: &str, papers: &[v1::PaperRef], least: usize) -> Option<Vec<Paper>> {
        let papers = self.each(field, (papers, PAPERS_MAX), Self::paper_parts)?;
        if papers.len() < least {
            self.add(field, &Flaw::new("TOO_FEW").with("count", papers.len()).with("min", least));
            return None;
        }
        Some(papers)
    }

    fn paper_parts(&mut self, paper: &v1::PaperRef) -> Option<Paper> {
        let kind = self.chosen("kind", paper.kind);
        let number = self.optional_id("number", &paper.number);
        let hash = self.id("hash", &paper.hash);
        let size = self.whole("size", paper.size, (0, PAPER_MAX));
        Some(Paper { kind: kind?, number, hash: hash?, size: size? })
    }

    /// A whole number between two bounds, both allowed.
    pub fn whole(&mut self, field: &str, number: u64, (min, max): (u64, u64)) -> Option<u64> {
        if (min..=max).contains(&number) {
            return Some(number);
        }
        self.add(field, &Flaw::new("OUT_OF_RANGE").with("min", min).with("max", max));
        None
    }

    /// The size of a page: 50 when not stated, at most 500.
    pub fn page_size(&mut self, size: i32) -> Option<u16> {
        match u16::try_from(size) {
            Ok(0) => Some(PAGE),
            Ok(size) if size <= PAGE_MAX => Some(size),
            Ok(_) | Err(_) => {
                self.add("page_size", &Flaw::new("OUT_OF_RANGE").with("min", 1).with("max", PAGE_MAX));
                None
            }
        }
    }

    /// A field that must stay empty here.
    pub fn must_be_empty(&mut self, field: &str, is_empty: bool) {
        if !is_empty {
            self.add(field, &Flaw::new("MUST_BE_EMPTY"));
        }
    }
}
