//! Counting a campaign again from the log itself, page by page up to a place, by the law's own [`Count`] and without
//! the view: what the view counted is held against it. Only what counts is kept, never a page. Never here: a table.

use std::collections::{BTreeMap, HashMap};

use domain::campaign::figures::{Count, Figures, Finding, Record};
use domain::campaign::places::Places;
use domain::campaign::{self, Post};
use domain::dispatch;
use domain::division::{DivisionCode, Divisions};
use domain::event::{CodecError, Stored, decode};
use domain::hazard::Draft;
use domain::ids::InstitutionId;
use domain::inspection::{self, Planned};
use domain::institution;
use domain::staff_count;
use hub::HandleError;
use hub::project::{EventLog, Position, Positioned, ReadError};
use hub::refuse;
use wire::refusal::Refusal;

use super::counted::{Counted, Frame};

/// Events read at once.
const PAGE: usize = 2_000;

/// Counts a campaign up to a place in the log, that one included.
///
/// # Errors
/// When the log cannot be read, or an event cannot be understood.
pub(super) async fn recount(log: &EventLog, campaign: &str, until: Position) -> Result<Counted, Refusal> {
    let mut tally = Tally { campaign: campaign.to_owned(), ..Tally::default() };
    let mut after = None;
    while after < Some(until) {
        let page = log.read_all(after, PAGE).await.map_err(HandleError::Read).map_err(refuse::handle)?;
        let Some(last) = page.last().map(|event| event.position) else { break };
        after = Some(last);
        // Decoding is work for a thread that may be busy.
        let counted = tokio::task::spawn_blocking(move || {
            let taken =
                page.iter().filter(|event| event.position <= until).try_for_each(|event| tally.take(event));
            taken.map(|()| tally)
        });
        let counted = counted.await.map_err(|_| refuse::handle(HandleError::Read(ReadError::Closed)))?;
        tally = counted.map_err(|error| refuse::handle(HandleError::Codec(error)))?;
    }
    let counted = tokio::task::spawn_blocking(move || tally.counted(until)).await;
    counted.map_err(|error| refuse::internal(&error))
}

/// What was heard of so far.
#[derive(Default)]
struct Tally {
    campaign: String,
    /// The campaign's map and area, once its drafting was heard of.
    places: Option<(Places, DivisionCode)>,
    /// The frame.
    institutions: BTreeMap<String, DivisionCode>,
    /// Visits under way, by inspection.
    visits: HashMap<String, (Post, InstitutionId)>,
    /// Where hazards, dispatches and staff counts were counted, by id.
    at: HashMap<String, Post>,
    posts: BTreeMap<Post, Count>,
}

impl Tally {
    fn take(&mut self, event: &Positioned) -> Result<(), CodecError> {
        let (kind, stream) = (event.event.kind.as_str(), event.event.stream.as_str());
        match kind {
            "institution.registered" | "institution.changed" => {
                let (institution::Event::Registered(known) | institution::Event::Changed(known)) =
                    told(event)?;
                self.institutions.insert(known.id.to_string(), known.division);
            }
            "campaign.drafted" if stream == self.campaign => {
                if let campaign::Event::Drafted(plan) = told(event)? {
                    self.places = Some((Places::of(&plan), plan.lead.division));
                }
            }
            "inspection.planned" => {
                if let inspection::Event::Planned(plan) = told(event)? {
                    self.visit(stream, &plan);
                }
            }
            "inspection.reported" => {
                if let inspection::Event::Reported(report) = told(event)? {
                    self.visit(stream, &report.plan);
                }
            }
            "inspection.issued" => {
                if let inspection::Event::Issued { hazards } = told(event)?
                    && let Some((post, institution)) = self.visits.remove(stream)
                {
                    self.issued(post, &institution, hazards);
                }
            }
            "hazard.voided" => self.void(stream, |id| Some(Record::Void { hazard: id.parse().ok()? })),
            "dispatch.reported" => self.dispatch(told(event)?),
            "dispatch.voided" => {
                self.void(stream, |id| Some(Record::DispatchVoid { dispatch: id.parse().ok()? }));
            }
            "staff-count.reported" => self.staff(told(event)?),
            "staff-count.voided" => {
                self.void(stream, |id| Some(Record::CountVoid { count: id.parse().ok()? }));
            }
            _ => {}
        }
        Ok(())
    }

    /// The map, for records of the campaign that is counted.
    fn places(&self, campaign: &impl ToString) -> Option<&Places> {
        let (places, _) = self.places.as_ref()?;
        (campaign.to_string() == self.campaign).then_some(places)
    }

    fn visit(&mut self, stream: &str, plan: &Planned) {
        let places = plan.campaign.as_ref().and_then(|campaign| self.places(campaign));
        if let Some((post, _)) = places.and_then(|places| places.visit(plan.tier, plan.division)) {
            self.visits.insert(stream.to_owned(), (post, plan.institution.clone()));
        }
    }

    fn issued(&mut self, post: Post, institution: &InstitutionId, hazards: Vec<Draft>) {
        let count = self.posts.entry(post).or_default();
        count.take(Record::Inspected { institution: institution.clone() });
        for Draft { id: hazard, category, .. } in hazards {
            let Some(finding) = Finding::of(category) else { continue };
            self.at.insert(hazard.to_string(), post);
            count.take(Record::Found { hazard, institution: institution.clone(), finding });
        }
    }

    fn dispatch(&mut self, event: dispatch::Event) {
        let dispatch::Event::Reported(report) = event else { return };
        let post = self.places(&report.campaign).and_then(|places| places.dispatch(report.post));
        if let Some(post) = post {
            self.at.insert(report.id.to_string(), post);
            let record = Record::Dispatched { dispatch: report.id, persons: report.persons };
            self.posts.entry(post).or_default().take(record);
        }
    }

    fn staff(&mut self, event: staff_count::Event) {
        let staff_count::Event::Reported(report) = event else { return };
        let post = self.places(&report.campaign).and_then(|places| places.staff(report.division));
        if let Some(post) = post {
            self.at.insert(report.id.to_string(), post);
            let record = Record::Queried { count: report.id, persons: report.persons };
            self.posts.entry(post).or_default().take(record);
        }
    }

    fn void(&mut self, id: &str, record: impl FnOnce(&str) -> Option<Record>) {
        if let (Some(post), Some(record)) = (self.at.get(id), record(id)) {
            self.posts.entry(*post).or_default().take(record);
        }
    }

    fn counted(self, until: Position) -> Counted {
        let area = self.places.map(|(_, area)| area);
        let mut frame = Frame::new();
        for (institution, division) in &self.institutions {
            if area.is_some_and(|area| Divisions::standard().is_within(*division, area)) {
                frame.take(institution, division.as_str());
            }
        }
        let (mut posts, mut total) = (BTreeMap::new(), Count::default());
        for (post, count) in self.posts {
            let figures = count.figures();
            // Everything of it was void: it has no figures.
            if figures != Figures::default() {
                posts.insert(post, figures);
            }
            total.merge(count);
        }
        Counted { position: Some(until), frame: frame.version(), total: total.figures(), posts }
    }
}

fn told<E: Stored>(event: &Positioned) -> Result<E, CodecError> {
    decode(&event.event.kind, event.event.data.as_str())
}
