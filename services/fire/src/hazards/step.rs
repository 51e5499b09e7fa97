//! From a step on the wire to a command of the law: the same for a call of its own and for a record of the bulk
//! intake. Never here: carrying it out.

use domain::actor::{Agency, Role};
use domain::division::DivisionCode;
use domain::hazard::{Command, Elements, Fix, Notice, Part, Visit, authority};
use domain::ids::OfficerId;
use domain::text::Reason;
use hub::{Attached, Hub};
use wire::flaw::Flaw;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, PaperRef};
use wire::violations::Violations;

/// The papers a step names, which are looked up before it is read.
pub(super) fn papers(step: &Step) -> &[PaperRef] {
    match step {
        Step::Open(opening) => &opening.papers,
        Step::FixOnSpot(fix) | Step::ReportFix(fix) => &fix.papers,
        Step::Verify(visit) | Step::PassReview(visit) => &visit.papers,
        Step::Reject(finding) | Step::FailReview(finding) => {
            finding.visit.as_ref().map(|visit| visit.papers.as_slice()).unwrap_or_default()
        }
        Step::Seal(seal) => seal.paper.as_slice(),
        Step::Grade(_)
        | Step::Notify(_)
        | Step::Rectify(_)
        | Step::ReportProgress(_)
        | Step::AskExtension(_)
        | Step::GrantExtension(_)
        | Step::DenyExtension(_)
        | Step::List(_)
        | Step::OpenPenalty(_)
        | Step::ProposeSeal(_)
        | Step::SealOrally(_)
        | Step::DropSeal(_)
        | Step::Suspend(_)
        | Step::AskResume(_)
        | Step::Resume(_)
        | Step::Transfer(_)
        | Step::ProposeVoid(_)
        | Step::ApproveVoid(_) => &[],
    }
}

/// What a step is read with.
pub(super) struct Reader<'a> {
    pub(super) hub: &'a Hub,
    pub(super) attached: &'a Attached,
    pub(super) faults: &'a mut Violations,
    /// Where the hazard lies; none when it names no place, and of an opening.
    pub(super) place: Option<DivisionCode>,
}

/// As what an officer is named, besides being of an authority in whose area the hazard lies.
#[derive(Clone, Copy)]
enum As {
    /// On site, or who fixed it: of any agency.
    Present,
    /// Who decides on a sealing: of the fire service (Fire Protection Law 消防法 art. 54).
    Decider,
    /// Who approves a sealing by word of mouth: a leader or head of the fire service (消防监督检查规定).
    Approver,
}

impl As {
    const fn of_fire(self) -> bool {
        match self {
            As::Present => false,
            As::Decider | As::Approver => true,
        }
    }

    const fn leading(self) -> bool {
        match self {
            As::Present | As::Decider => false,
            As::Approver => true,
        }
    }
}

impl Reader<'_> {
    /// The command that a step asks for; none when it is at fault, and for an opening, which `work` reads.
    pub(super) fn command(&mut self, step: &Step) -> Option<Command> {
        match step {
            Step::Open(_) => None,
            Step::Grade(it) => self.at("grade", |me| me.grading(it)),
            Step::FixOnSpot(it) => self.at("fix_on_spot", |me| me.fix(it)).map(Command::FixOnSpot),
            Step::Notify(it) => self.at("notify", |me| me.notice(it)).map(Command::Notify),
            Step::Rectify(it) => {
                self.at("rectify", |me| me.elements(it)).map(|it| Command::Rectify(Box::new(it)))
            }
            Step::ReportProgress(it) => {
                let progress =
                    self.at("report_progress", |me| me.faults.required_text("progress", &it.progress))?;
                Some(Command::ReportProgress { progress })
            }
            Step::AskExtension(it) => {
                self.why("ask_extension", it).map(|reason| Command::AskExtension { reason })
            }
            Step::GrantExtension(it) => self.at("grant_extension", |me| {
                let until = me.faults.optional_date("until", &it.until);
                Some(Command::GrantExtension { until })
            }),
            Step::DenyExtension(it) => {
                self.why("deny_extension", it).map(|reason| Command::DenyExtension { reason })
            }
            Step::ReportFix(it) => self.at("report_fix", |me| me.fix(it)).map(Command::ReportFix),
            Step::Verify(it) => self.at("verify", |me| me.visit(it)).map(Command::Verify),
            Step::Reject(it) => {
                let (visit, reason) = self.at("reject", |me| me.finding(it))?;
                Some(Command::Reject { visit, reason })
            }
            Step::List(it) => self.why("list", it).map(|reason| Command::List { reason }),
            Step::OpenPenalty(it) => {
                let case = self.at("open_penalty", |me| me.faults.id("number", &it.number))?;
                Some(Command::OpenPenalty { case })
            }
            Step::ProposeSeal(_)
            | Step::SealOrally(_)
            | Step::Seal(_)
            | Step::DropSeal(_)
            | Step::Suspend(_)
            | Step::AskResume(_)
            | Step::PassReview(_)
            | Step::FailReview(_)
            | Step::Resume(_)
            | Step::Transfer(_)
            | Step::ProposeVoid(_)
            | Step::ApproveVoid(_) => self.of_use_or_end(step),
        }
    }

    /// The use of the place, and the ends beside verification.
    fn of_use_or_end(&mut self, step: &Step) -> Option<Command> {
        match step {
            Step::ProposeSeal(it) => self.at("propose_seal", |me| me.part(it)).map(Command::ProposeSeal),
            Step::SealOrally(it) => self.at("seal_orally", |me| me.oral_seal(it)),
            Step::Seal(it) => self.at("seal", |me| me.seal(it)),
            Step::DropSeal(it) => self.why("drop_seal", it).map(|reason| Command::DropSeal { reason }),
            Step::Suspend(it) => self.at("suspend", |me| {
                let number = me.faults.id("number", &it.number);
                let reason = me.faults.required_text("reason", &it.reason);
                Some(Command::Suspend { number: number?, reason: reason? })
            }),
            Step::AskResume(_) => Some(Command::AskResume),
            Step::PassReview(it) => self.at("pass_review", |me| me.visit(it)).map(Command::PassReview),
            Step::FailReview(it) => {
                let (visit, reason) = self.at("fail_review", |me| me.finding(it))?;
                Some(Command::FailReview { visit, reason })
            }
            Step::Resume(_) => Some(Command::Resume),
            Step::Transfer(it) => self.at("transfer", |me| me.transfer(it)),
            Step::ProposeVoid(it) => {
                self.why("propose_void", it).map(|reason| Command::ProposeVoid { reason })
            }
            Step::ApproveVoid(_) => Some(Command::ApproveVoid),
            Step::Open(_)
            | Step::Grade(_)
            | Step::FixOnSpot(_)
            | Step::Notify(_)
            | Step::Rectify(_)
            | Step::ReportProgress(_)
            | Step::AskExtension(_)
            | Step::GrantExtension(_)
            | Step::DenyExtension(_)
            | Step::ReportFix(_)
            | Step::Verify(_)
            | Step::Reject(_)
            | Step::List(_)
            | Step::OpenPenalty(_) => None,
        }
    }

    /// Reads the fields of a message inside the request.
    fn at<T>(&mut self, field: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
        let (hub, attached, place) = (self.hub, self.attached, self.place);
        self.faults.within(field, |faults| read(&mut Reader { hub, attached, faults, place }))
    }

    fn why(&mut self, field: &str, it: &v1::HazardReason) -> Option<Reason> {
        self.at(field, |me| me.faults.required_text("reason", &it.reason))
    }

    fn grading(&mut self, it: &v1::HazardGrading) -> Option<Command> {
        let grade = self.faults.chosen("grade", it.grade);
        let reason = self.faults.required_text("reason", &it.reason);
        Some(Command::Grade { grade: grade?, reason: reason? })
    }

    fn fix(&mut self, it: &v1::HazardFix) -> Option<Fix> {
        let fixer: Option<OfficerId> = self.faults.id("fixer", &it.fixer);
        let fixer = fixer.filter(|fixer| self.may("fixer", As::Present, fixer));
        let papers = self.attached.papers("papers", &it.papers, self.faults);
        Some(Fix { fixer: fixer?, papers: papers? })
    }

    fn notice(&mut self, it: &v1::HazardNotice) -> Option<Notice> {
        let number = self.faults.id("number", &it.number);
        let until = self.faults.optional_date("until", &it.until);
        Some(Notice { number: number?, until })
    }

    fn elements(&mut self, it: &v1::HazardElements) -> Option<Elements> {
        let responsible = self.faults.required_text("responsible", &it.responsible);
        let measures = self.faults.required_text("measures", &it.measures);
        let until = self.faults.id("until", &it.until);
        let plan = self.faults.required_text("plan", &it.plan);
        let interim = self.faults.optional_text("interim", &it.interim);
        let fen = it.fen.to_string();
        Some(Elements {
            responsible: responsible?,
            measures: measures?,
            fen,
            until: until?,
            plan: plan?,
            interim,
        })
    }

    fn visit(&mut self, it: &v1::HazardVisit) -> Option<Visit> {
        let present = self.officers("present", As::Present, &it.present);
        let papers = self.attached.papers("papers", &it.papers, self.faults);
        Some(Visit { present: present?, papers: papers? })
    }

    fn finding(&mut self, it: &v1::HazardFinding) -> Option<(Visit, Reason)> {
        if it.visit.is_none() {
            self.faults.add("visit", &Flaw::new("REQUIRED"));
        }
        let visit = it.visit.as_ref().and_then(|visit| self.at("visit", |me| me.visit(visit)));
        let reason = self.faults.required_text("reason", &it.reason);
        Some((visit?, reason?))
    }

    fn part(&mut self, it: &v1::HazardPart) -> Option<Part> {
        let spot = self.faults.required_text("spot", &it.spot);
        let reason = self.faults.required_text("reason", &it.reason);
        Some(Part { spot: spot?, reason: reason? })
    }

    fn oral_seal(&mut self, it: &v1::HazardOralSeal) -> Option<Command> {
        if it.part.is_none() {
            self.faults.add("part", &Flaw::new("REQUIRED"));
        }
        let part = it.part.as_ref().and_then(|part| self.at("part", |me| me.part(part)));
        let approver: Option<OfficerId> = self.faults.id("approver", &it.approver);
        let approver = approver.filter(|approver| self.may("approver", As::Approver, approver));
        Some(Command::SealOrally { part: part?, approver: approver? })
    }

    fn seal(&mut self, it: &v1::HazardSeal) -> Option<Command> {
        let deciders = self.officers("deciders", As::Decider, &it.deciders);
        let paper = self.attached.paper("paper", it.paper.as_ref(), self.faults);
        Some(Command::Seal { deciders: deciders?, paper: paper? })
    }

    fn transfer(&mut self, it: &v1::HazardTransfer) -> Option<Command> {
        let to = self.hub.unit_named(self.faults, "to_unit_id", &it.to_unit_id);
        let reason = self.faults.required_text("reason", &it.reason);
        Some(Command::Transfer { to: to?.unit.clone(), reason: reason? })
    }

    /// Officers who may be named so, none twice.
    fn officers(&mut self, field: &str, named: As, ids: &[String]) -> Option<Vec<OfficerId>> {
        let officers: Vec<OfficerId> = self.faults.ids(field, ids, 1)?;
        let others = officers
            .iter()
            .enumerate()
            .filter(|(place, officer)| !self.may(&format!("{field}[{place}]"), named, officer));
        (others.count() == 0).then_some(officers)
    }

    /// Whether an officer serves and may be named so, by the directory as it is now; every fault when not.
    fn may(&mut self, field: &str, named: As, officer: &OfficerId) -> bool {
        let account = match self.hub.roster.account(officer) {
            Ok(account) => account.filter(|account| !account.disabled),
            // Without a fault and without an officer the command is answered as an internal error.
            Err(error) => {
                tracing::error!(%error, "the roster cannot be read");
                return false;
            }
        };
        let flaws = match account.as_ref().map(|account| &account.actor) {
            None => vec!["OFFICER_UNKNOWN"],
            Some(actor) => {
                let outside = self.place.is_some_and(|place| !authority(place, &actor.unit));
                let leads = actor.is(Role::Leader) || actor.is(Role::Head);
                let flaws = [
                    (outside, "OFFICER_OUTSIDE_AREA"),
                    (named.of_fire() && actor.unit.agency != Agency::Fire, "OFFICER_NOT_FIRE"),
                    (named.leading() && !leads, "OFFICER_NOT_LEADER"),
                ];
                flaws.into_iter().filter_map(|(at_fault, reason)| at_fault.then_some(reason)).collect()
            }
        };
        for reason in &flaws {
            self.faults.add(field, &Flaw::new(reason).with("officer", officer));
        }
        flaws.is_empty()
    }
}
