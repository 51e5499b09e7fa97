//! How a hazard of the workload goes through its loop: which line of a checklist it is, which steps are taken, by whom and
//! when (handbook 3.6, 5.5). Never here: ids, or sending.

use domain::actor::Agency;
use domain::campaign::figures::Finding;
use domain::campaign::workload::{Hazard, Rectified, Workload};
use domain::checklist::{Checklists, Line};
use domain::hazard::Grade;
use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::{at, day_of, later};
use super::draw::Dice;
use super::schedule::after;

/// The checklists of a visit with the agency that fills each in.
pub(super) const SHEETS: [(Agency, &str); 2] =
    [(Agency::Education, "facility-safety"), (Agency::Fire, "fire-nine-rules")];
/// Days that the plan of a major hazard takes.
const MAJOR_DAYS: i64 = 20;
/// Days after which a major hazard's progress is reported, again and again.
const PROGRESS_EVERY: i64 = 6;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Grade,
    FixOnSpot,
    Notify { until: Option<Date> },
    Rectify { until: Date },
    Progress,
    ReportFix,
    Verify,
}

/// A step with its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stepping {
    pub(super) at: Timestamp,
    pub(super) doing: Doing,
}

/// The line of a checklist that each hazard of an institution is, each line once. A hazard that is not major stands on a
/// line that is not, as long as there are such lines.
pub(super) fn lines(work: &Workload, institution: u64) -> Vec<(Hazard, &'static Line)> {
    let mut found: Vec<(Hazard, &'static Line)> = Vec::new();
    for hazard in work.hazards_of(institution) {
        let mut lines: Vec<&'static Line> = SHEETS
            .iter()
            .flat_map(|(agency, sheet)| {
                let lines = Checklists::standard().newest(sheet).map_or(&[][..], |list| &list.lines);
                lines.iter().filter(move |line| line.category.fire() == (*agency == Agency::Fire))
            })
            .filter(|line| Finding::of(line.category) == Some(hazard.finding))
            .collect();
        let general = lines.iter().filter(|line| line.grade == Grade::General).count();
        lines.sort_by_key(|line| line.grade);
        if let Some(general) = lines.get_mut(..general) {
            general.rotate_left(usize::try_from(institution).unwrap_or_default() % general.len().max(1));
        }
        let free = lines.into_iter().find(|line| found.iter().all(|(_, other)| other.id != line.id));
        found.extend(free.map(|line| (hazard, line)));
    }
    found
}

/// The grade that a hazard has in the end.
pub(super) const fn grade(hazard: &Hazard) -> Grade {
    if hazard.major { Grade::Major } else { Grade::General }
}

/// The steps of a hazard found at a moment, in their order.
pub(super) fn steps(seed: u64, hazard: &Hazard, found: Timestamp) -> Vec<Stepping> {
    let mut dice = Dice::of(seed, "loop", hazard.number);
    let soon = |minutes: i64| after(found, 10 + minutes);
    let day = day_of(found);
    let mut steps = vec![Stepping { at: soon(5), doing: Doing::Grade }];
    if hazard.rectified == Rectified::OnTheSpot {
        steps.push(Stepping { at: soon(10), doing: Doing::FixOnSpot });
        steps.push(Stepping { at: soon(30), doing: Doing::Verify });
        return steps;
    }
    let until = hazard.major.then(|| later(day, MAJOR_DAYS));
    steps.push(Stepping { at: soon(10), doing: Doing::Notify { until } });
    let by = later(day, if hazard.major { MAJOR_DAYS } else { 14 });
    steps.push(Stepping { at: at(later(day, 1), 570), doing: Doing::Rectify { until: by } });
    let spread =
        |dice: &mut Dice, first: i64, days: u64| first + i64::try_from(dice.below(days)).unwrap_or(0);
    let fixed = match hazard.rectified {
        Rectified::OnTime => spread(&mut dice, 3, 11),
        // Fifteen days may end on a rest day and roll on; twenty is a major one's.
        Rectified::Overdue => spread(&mut dice, 22, 4),
        Rectified::OnTheSpot | Rectified::Open => MAJOR_DAYS + 6,
    };
    let reports = (1..).map(|round| 1 + round * PROGRESS_EVERY).take_while(|days| *days < fixed);
    if hazard.major {
        steps.extend(reports.map(|days| Stepping { at: at(later(day, days), 600), doing: Doing::Progress }));
    }
    if hazard.rectified != Rectified::Open {
        steps.push(Stepping { at: at(later(day, fixed), 600), doing: Doing::ReportFix });
        let look = spread(&mut dice, 0, 2);
        steps.push(Stepping { at: at(later(day, fixed + look), 960), doing: Doing::Verify });
    }
    steps
}
