//! Scenarios of campaigns: a city's, with its counties.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::actor::{Actor, Agency, Level, Unit};
use crate::campaign::figures::Figures;
use crate::campaign::plan::Template;
use crate::campaign::ratio::Share;
use crate::ids::CampaignId;
use crate::paper::Hash;
use crate::scenario::{Given, given, survives_storage};
use crate::text::{Text, Title};

fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}
fn city(agency: Agency) -> Unit {
    unit(agency, Level::City, "430400")
}
fn act_of(unit: Unit, name: &str, day: &str) -> Stamp {
    let at: Timestamp = format!("{day}T02:00:00Z").parse().unwrap();
    let roles = vec![Role::Head, Role::Handler];
    let by = Actor { officer: format!("OF-{name}").parse().unwrap(), unit, roles };
    Stamp { by, at, recorded: at }
}
fn edu(day: &str) -> Stamp {
    act_of(city(Agency::Education), "lead", day)
}
fn second(day: &str) -> Stamp {
    act_of(city(Agency::Education), "second", day)
}
fn county(day: &str) -> Stamp {
    act_of(unit(Agency::Education, Level::County, "430405"), "county", day)
}

fn plan() -> Plan {
    let id = CampaignId::new("430400".parse().unwrap(), date(2023, 10, 7), 1);
    Template::find("safety-guard-2023").unwrap().plan(id, city(Agency::Education))
}
fn draft_of(plan: Plan) -> Command {
    Command::Draft(Box::new(plan))
}
fn title(text: &str) -> Title {
    Text::parse(text).unwrap()
}
fn post(level: Level, division: &str) -> Post {
    Post { level, division: division.parse().unwrap() }
}
fn figures(inspected: u64) -> Figures {
    Figures { inst_inspected: inspected, inst_fire_hazard: inspected / 2, ..Figures::default() }
}
fn report(post: Post, through: Date, inspected: u64) -> Return {
    Return { post, through, figures: figures(inspected) }
}
fn submit(division: &str, inspected: u64) -> Command {
    Command::Submit { returns: vec![report(post(Level::County, division), date(2023, 11, 30), inspected)] }
}
fn hash(letter: char) -> Hash {
    letter.to_string().repeat(64).parse().unwrap()
}
fn snapshot(letter: char) -> Box<Snapshot> {
    Box::new(Snapshot {
        position: Text::parse("4711").unwrap(),
        frame: title("frame-2023-12"),
        divisions: title("2026-09-11"),
        figures: figures(10),
        digest: hash(letter),
    })
}
fn recount(letter: char, counted: &[(Post, u64)], missing: Option<&str>) -> Command {
    let figures = counted.iter().map(|(post, inspected)| (*post, figures(*inspected))).collect();
    let missing = missing.map(|why| Text::parse(why).unwrap());
    Command::Verify(Box::new(Recount { digest: hash(letter), figures, missing }))
}
fn begin_with(phase: PhaseKind) -> Command {
    Command::Begin { phase }
}
fn correct(letter: char, inspected: u64) -> Command {
    let returns = vec![report(post(Level::County, "430405"), date(2023, 12, 31), inspected)];
    Command::Correct { snapshot: snapshot(letter), returns, reason: Text::parse("重新核对").unwrap() }
}

fn nothing() -> Given<CampaignRule> {
    given(Vec::<(Event, Stamp)>::new())
}
fn drafted() -> Given<CampaignRule> {
    nothing().after(draft_of(plan()), edu("2023-09-20"))
}
fn approved() -> Given<CampaignRule> {
    let sign = |agency| act_of(city(agency), "head", "2023-09-21");
    drafted()
        .after(Command::Sign, sign(Agency::Education))
        .after(Command::Sign, sign(Agency::Police))
        .after(Command::Sign, sign(Agency::Fire))
}
fn deployed() -> Given<CampaignRule> {
    approved().after(Command::Deploy, edu("2023-09-22"))
}
fn running() -> Given<CampaignRule> {
    deployed().after(begin_with(PhaseKind::CountyInspection), edu("2023-10-07"))
}
fn frozen() -> Given<CampaignRule> {
    let freeze = Command::Freeze(snapshot('a'));
    running().after(submit("430405", 10), county("2023-12-01")).after(freeze, edu("2024-01-02"))
}
const ZHUHUI: &str = "430405";

#[test]
fn it_is_signed_by_all_and_goes_its_way_to_the_end() {
    let fire = act_of(city(Agency::Fire), "head", "2023-09-21");
    drafted().when(Command::Sign, fire).then(&["campaign.signed"]);
    let by_all = approved();
    assert_eq!(by_all.state().known().unwrap().stage(), &Stage::Approved);
    let mut given = frozen();
    let counted = [(post(Level::County, ZHUHUI), 10)];
    let steps = [
        (recount('a', &counted, Some("其余县区尚未报送")), "campaign.verified"),
        (Command::Publish, "campaign.published"),
        (Command::Close, "campaign.closed"),
    ];
    for (command, kind) in steps {
        given = given.when(command, second("2024-01-18")).then(&[kind]).given();
    }
    given
        .when(correct('b', 10), edu("2024-02-01"))
        .refused("CAMPAIGN_NOT_HERE")
        .fact("word", "campaign-closed");
}

#[test]
fn the_last_signature_approves_and_only_issuers_sign_once_by_their_head() {
    let sign = |unit| act_of(unit, "head", "2023-09-21");
    let two = drafted()
        .after(Command::Sign, sign(city(Agency::Education)))
        .after(Command::Sign, sign(city(Agency::Police)));
    two.when(Command::Sign, sign(city(Agency::Fire))).then(&["campaign.signed", "campaign.approved"]);
    let again = drafted().after(Command::Sign, sign(city(Agency::Fire)));
    again
        .when(Command::Sign, sign(city(Agency::Fire)))
        .refused("CAMPAIGN_SIGNED_ALREADY")
        .fact("agency", "FIRE");
    drafted().when(Command::Sign, sign(city(Agency::Market))).refused("CAMPAIGN_NOT_ISSUER");
    drafted()
        .when(Command::Sign, sign(unit(Agency::Fire, Level::County, ZHUHUI)))
        .refused("CAMPAIGN_NOT_ISSUER");
    let mut clerk = sign(city(Agency::Fire));
    clerk.by.roles = vec![Role::Handler];
    drafted().when(Command::Sign, clerk).refused("CAMPAIGN_NOT_HEAD").fact("unit", "UN-FIRE-430400");
    drafted().when(Command::Deploy, edu("2023-09-22")).refused("CAMPAIGN_NOT_HERE");
}

#[test]
fn a_plan_that_does_not_hold_together_is_named_by_its_fault() {
    let drafts = |change: fn(&mut Plan), reason: &str| {
        let mut plan = plan();
        change(&mut plan);
        nothing().when(draft_of(plan), edu("2023-09-20")).refused(reason);
    };
    drafts(|plan| plan.issuers.clear(), "CAMPAIGN_PLAN_EMPTY");
    drafts(|plan| plan.phases.extend(plan.phases.clone()), "CAMPAIGN_PHASE_TWICE");
    drafts(|plan| plan.opens = date(2023, 10, 8), "CAMPAIGN_PHASE_OUTSIDE");
    drafts(|plan| plan.lead = city(Agency::Fire), "CAMPAIGN_NOT_LEAD");
    drafted().when(draft_of(plan()), edu("2023-09-20")).refused("CAMPAIGN_DRAFTED_ALREADY");
    nothing().when(Command::Deploy, edu("2023-09-20")).refused("CAMPAIGN_UNKNOWN");
    approved().when(Command::Deploy, county("2023-09-22")).refused("CAMPAIGN_NOT_LEAD");
}

#[test]
fn phases_overlap_and_none_begins_before_its_day() {
    let spot = begin_with(PhaseKind::CitySpotCheck);
    running().when(spot, edu("2023-11-19")).refused("CAMPAIGN_TOO_EARLY").fact("from", "2023-11-20");
    running().when(begin_with(PhaseKind::CountyInspection), edu("2023-11-01")).nothing();
    running().when(begin_with(PhaseKind::CitySpotCheck), edu("2023-11-20")).leaves(|state| {
        let Stage::Running { begun } = state.known().unwrap().stage() else { unreachable!("running") };
        assert_eq!(*begun, [PhaseKind::CountyInspection, PhaseKind::CitySpotCheck].into());
    });
    let mut short = plan();
    short.phases.retain(|phase| phase.kind != PhaseKind::SelfCheck);
    let sign = |agency| act_of(city(agency), "head", "2023-09-21");
    short.issuers = [Agency::Education].into();
    let without =
        nothing().after(draft_of(short), edu("2023-09-20")).after(Command::Sign, sign(Agency::Education));
    let without = without.after(Command::Deploy, edu("2023-09-22"));
    without.when(begin_with(PhaseKind::SelfCheck), edu("2023-10-07")).refused("CAMPAIGN_NO_SUCH_PHASE");
}

#[test]
fn a_level_adds_tasks_and_is_stricter_never_laxer() {
    let phase = |closes, part, of| Phase {
        kind: PhaseKind::CitySpotCheck,
        opens: date(2023, 11, 20),
        closes,
        counties: Some(Share::new(1, 2).unwrap()),
        institutions: Some(Share::new(part, of).unwrap()),
    };
    let extend = |phases: Vec<Phase>| {
        let (division, tasks) = ("430400".parse().unwrap(), vec![title("收费监管")]);
        Command::Extend(Addition { division, tasks, phases })
    };
    let day = "2023-10-01";
    let stricter = deployed().after(extend(vec![phase(date(2023, 12, 5), 1, 5)]), edu(day));
    let campaign = stricter.state().known().unwrap().clone();
    let here = campaign.phase_in(PhaseKind::CitySpotCheck, ZHUHUI.parse().unwrap()).unwrap();
    assert_eq!((here.closes, here.institutions), (date(2023, 12, 5), Share::new(1, 5).ok()));
    let later = extend(vec![phase(date(2023, 12, 11), 1, 10)]);
    deployed().when(later, edu(day)).refused("CAMPAIGN_RELAXED").fact("phase", "city-spot-check");
    deployed().when(extend(vec![phase(date(2023, 12, 1), 1, 11)]), edu(day)).refused("CAMPAIGN_RELAXED");
    stricter.when(extend(vec![phase(date(2023, 12, 5), 1, 6)]), edu(day)).refused("CAMPAIGN_RELAXED");
    deployed().when(extend(Vec::new()), county(day)).refused("CAMPAIGN_NOT_YOUR_AREA");
    let early = Phase { opens: date(2023, 10, 1), ..phase(date(2023, 12, 5), 1, 5) };
    deployed().when(extend(vec![early]), edu(day)).refused("CAMPAIGN_PHASE_OUTSIDE");
}

#[test]
fn a_unit_that_has_not_reported_is_missing_and_not_zero() {
    let reported = running().after(submit(ZHUHUI, 0), county("2023-12-01"));
    let campaign = reported.state().known().unwrap().clone();
    assert_eq!(campaign.plan().posts().len(), 13, "twelve counties and the city");
    assert_eq!(campaign.missing().len(), 12);
    assert!(!campaign.missing().contains(&post(Level::County, ZHUHUI)), "zero is a report");
    reported.when(submit(ZHUHUI, 0), county("2023-12-02")).nothing();
}

#[test]
fn figures_are_reported_by_who_answers_for_the_area_in_time_and_can_be_true() {
    let day = "2023-12-01";
    let returns = |one| Command::Submit { returns: vec![one] };
    let own = post(Level::County, ZHUHUI);
    running()
        .when(submit("430406", 1), county(day))
        .refused("CAMPAIGN_NOT_YOUR_POST")
        .fact("post", "county:430406");
    running().when(submit("430406", 1), edu(day)).then(&["campaign.figures-submitted"]);
    running().when(submit("140902", 1), edu(day)).refused("CAMPAIGN_NO_SUCH_POST");
    let before = returns(report(own, date(2023, 10, 6), 1));
    running().when(before, county(day)).refused("CAMPAIGN_RETURN_DATE").fact("through", "2023-10-06");
    running().when(returns(report(own, date(2023, 12, 2), 1)), county(day)).refused("CAMPAIGN_RETURN_DATE");
    let newer = running().after(submit(ZHUHUI, 5), county(day));
    newer.when(returns(report(own, date(2023, 11, 1), 9)), county(day)).refused("CAMPAIGN_RETURN_SUPERSEDED");
    let mut wrong = report(own, date(2023, 11, 30), 4);
    wrong.figures.inst_fire_evacuation = 3;
    running().when(returns(wrong), county(day)).refused("CAMPAIGN_RETURN_INCONSISTENT");
    frozen().when(submit(ZHUHUI, 11), county("2024-01-03")).refused("CAMPAIGN_NOT_HERE");
}

#[test]
fn a_difference_blocks_the_verification_and_names_the_units() {
    let own = post(Level::County, ZHUHUI);
    let day = "2024-01-10";
    frozen()
        .when(recount('a', &[(own, 11)], Some("x")), second(day))
        .refused("CAMPAIGN_FIGURES_DIFFER")
        .fact("posts", "county:430405")
        .fact("count", "1");
    frozen().when(recount('a', &[], Some("x")), second(day)).refused("CAMPAIGN_FIGURES_DIFFER");
    frozen()
        .when(recount('a', &[(own, 10)], None), second(day))
        .refused("CAMPAIGN_RETURNS_MISSING")
        .fact("count", "12");
    frozen().when(recount('b', &[(own, 10)], Some("x")), second(day)).refused("CAMPAIGN_DIGEST_DIFFERS");
    let elsewhere = post(Level::County, "430104");
    frozen()
        .when(recount('a', &[(own, 10), (elsewhere, 3)], Some("x")), second(day))
        .refused("CAMPAIGN_FIGURES_UNATTRIBUTED")
        .fact("posts", "county:430104");
    frozen()
        .when(recount('a', &[(own, 10)], Some("x")), edu(day))
        .refused("CAMPAIGN_OWN_FREEZE")
        .fact("officer", "OF-lead");
    frozen().when(Command::Publish, edu(day)).refused("CAMPAIGN_NOT_HERE");
}

#[test]
fn nothing_is_frozen_before_the_campaign_is_over() {
    let freeze = || Command::Freeze(snapshot('a'));
    running().when(freeze(), edu("2023-12-31")).refused("CAMPAIGN_TOO_EARLY").fact("from", "2024-01-01");
    running().when(freeze(), edu("2024-01-01")).then(&["campaign.frozen"]);
}

#[test]
fn a_correction_is_a_new_version_and_is_verified_anew() {
    let own = post(Level::County, ZHUHUI);
    let corrected = frozen().after(correct('b', 12), edu("2024-01-11"));
    let campaign = corrected.state().known().unwrap();
    assert_eq!(campaign.snapshots(), [*snapshot('a'), *snapshot('b')]);
    let old = recount('a', &[(own, 12)], Some("x"));
    let missing = corrected.after(recount('b', &[(own, 12)], Some("x")), second("2024-01-12"));
    frozen()
        .after(correct('b', 12), edu("2024-01-11"))
        .when(old, second("2024-01-12"))
        .refused("CAMPAIGN_DIGEST_DIFFERS");
    let published = missing.after(Command::Publish, edu("2024-01-18"));
    published.when(correct('c', 13), second("2024-01-20")).then(&["campaign.corrected"]).leaves(|state| {
        let campaign = state.known().unwrap();
        assert_eq!((campaign.snapshots().len(), campaign.stage().word()), (3, "campaign-frozen"));
    });
}

#[test]
fn the_plans_that_were_issued_hold_together() {
    let all = Template::standard();
    assert_eq!(all.len(), 2);
    for template in all {
        let plan = template.plan(plan().id, city(Agency::Education));
        assert_eq!(plan.check(), Ok(()), "{}", template.id);
        let share = |kind| plan.phase(kind).unwrap();
        assert_eq!(share(PhaseKind::CountyInspection).institutions, Some(Share::ALL));
        assert_eq!(share(PhaseKind::CitySpotCheck).counties, Share::new(1, 2).ok());
        assert_eq!(share(PhaseKind::CitySpotCheck).institutions, Share::new(1, 10).ok());
        assert_eq!(share(PhaseKind::ProvincialSpotCheck).institutions, Share::new(1, 20).ok());
    }
    let nation = unit(Agency::Education, Level::Nation, "100000");
    let whole = Template::find("safety-guard-2023").unwrap().plan(plan().id, nation);
    assert_eq!(whole.posts().len(), 2_851 + 337 + 31);
}

#[test]
fn additions_and_returns_lie_where_they_are_about() {
    let scope = |command| CampaignRule::scope(&command, running().state());
    assert_eq!(scope(submit(ZHUHUI, 1)).division, ZHUHUI.parse().ok());
    assert_eq!(scope(Command::Publish).division, "430400".parse().ok());
    assert_eq!(scope(Command::Publish).parties, [city(Agency::Education).id]);
    assert_eq!(CampaignRule::scope(&Command::Close, nothing().state()), Scope::default());
}

#[test]
fn every_event_survives_storage() {
    let reason: Reason = Text::parse("已说明").unwrap();
    survives_storage(&Event::Drafted(Box::new(plan())));
    survives_storage(&Event::Verified { missing: vec![post(Level::City, "430400")], reason: Some(reason) });
    survives_storage(&Event::Verified { missing: Vec::new(), reason: None });
    survives_storage(&Event::Frozen(snapshot('a')));
    survives_storage(&Event::Approved {});
}

fn any_command() -> impl Strategy<Value = Command> {
    prop::sample::select(vec![
        draft_of(plan()),
        Command::Sign,
        Command::Deploy,
        begin_with(PhaseKind::CountyInspection),
        begin_with(PhaseKind::LookBack),
        submit(ZHUHUI, 10),
        Command::Freeze(snapshot('a')),
        recount('a', &[(post(Level::County, ZHUHUI), 10)], Some("x")),
        Command::Publish,
        correct('a', 10),
        Command::Close,
    ])
}

proptest! {
    #[test]
    fn whatever_is_tried_closed_stays_closed_and_frozen_figures_are_only_added_to(
        tries in prop::collection::vec((any_command(), 0..5usize), 0..60),
    ) {
        let mut state = State::Unknown;
        for (command, who) in tries {
            let agency = [Agency::Education, Agency::Police, Agency::Fire][who % 3];
            let stamp = act_of(city(agency), ["a", "b"][who % 2], "2024-01-10");
            let before = state.clone();
            let Ok(events) = CampaignRule::decide(&command, &state, &stamp) else { continue };
            state = events.iter().fold(state, |state, event| CampaignRule::evolve(state, event, &stamp));
            let Some(was) = before.known() else { continue };
            let is = state.known().unwrap();
            prop_assert!(is.snapshots().starts_with(was.snapshots()));
            prop_assert!(*was.stage() != Stage::Closed || events.is_empty());
            prop_assert_eq!(is.plan(), was.plan());
            if let Stage::Running { .. } | Stage::DataFrozen { .. } = is.stage() {
                let running = matches!(is.stage(), Stage::Running { .. });
                prop_assert_eq!(is.snapshots().is_empty(), running);
            }
        }
    }
}
