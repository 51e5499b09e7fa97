### Code words. The key is the list and the stable word.

## Urgency

urgency-U1 = U1, immediate
urgency-U2 = U2, urgent
urgency-U3 = U3, normal
urgency-U4 = U4, low

## Category

category-minor-sexual-harm = sexual harm of a minor
category-minor-abuse = abuse of a minor
category-severe-bullying = severe bullying
category-minor-missing = minor missing or trafficked
category-minor-danger = minor in danger
category-fire-exit = blocked exit or disabled fire equipment
category-fire-other = other fire hazard
category-premises = premises
category-staff-access = staff access
category-fee-fraud = fees and fraud
category-illegal-operation = operating without a permit
category-food = food safety
category-bus-traffic = school bus and traffic
category-perimeter = school perimeter
category-other = other

## Channel

channel-walk-in = in person
channel-phone = telephone
channel-letter = letter
channel-parent-app = parents' application
channel-school = school
channel-inspection = inspection
channel-online-patrol = online patrol
channel-superior = assigned by a superior
channel-other-agency = another agency
channel-media = media

## Minor

minor-none = no minor
minor-minor = minor of 14 to 17
minor-under14 = child under 14

## Harm

harm-injury = injury
harm-sexual = sexual harm
harm-danger = present danger

## Part

part-victim = victim
part-witness = witness
part-suspect = suspect

## Agency

agency-EDU = education
agency-PSB = police
agency-FIRE = fire and rescue
agency-SAMR = market regulation
agency-SCI = science and technology
agency-CULT = culture and tourism
agency-SPORT = sports
agency-HEALTH = health
agency-HOUSING = housing
agency-CIVIL = civil affairs
agency-PROC = procuratorate
agency-HUB = the hub's operator

## Level

level-county = county
level-city = city
level-province = province
level-nation = national

## Role

role-handler = handler
role-triage = triage officer
role-leader = leader
role-head = head
role-duty = duty officer
role-auditor = auditor
role-administrator = administrator
role-service = service account

## Paper

paper-letter = letter
paper-report = investigation report
paper-items = list of items
paper-appraisal = appraisal
paper-other = other material
paper-receipt = receipt
paper-decision = decision
paper-notice = notice
paper-evidence = evidence
paper-hand-over = hand-over list

## Conclusion

conclusion-substantiated = substantiated
conclusion-unsubstantiated = unsubstantiated
conclusion-unverifiable = unverifiable

## Outcome of a transfer

outcome-filed-criminal = criminal case opened
outcome-filed-administrative = public-order case opened
outcome-not-pursued = not pursued
outcome-handled = handled otherwise

## Withdrawal

withdrawal-no-criminal-facts = no criminal facts
withdrawal-clearly-minor = clearly minor, not a crime
withdrawal-time-barred = time-barred
withdrawal-amnesty = amnesty
withdrawal-suspect-died = the suspect died
withdrawal-no-liability = no criminal liability

## Institution

institution-kindergarten = kindergarten
institution-primary = primary school
institution-junior = junior school
institution-senior = senior school
institution-vocational = vocational school
institution-special = special school
institution-subject-training = subject training institution
institution-non-subject-training = non-subject training institution

## How a matter came to the queue

matter-mandatory-report = mandatory report
matter-clue-transfer = clue transfer
matter-referral = referral

## Stages of clues

stage-received = received
stage-merge-proposed = waiting for a merge to be confirmed
stage-merged = merged
stage-triaged = triaged
stage-assigned = assigned
stage-verifying = being verified
stage-substantiated = substantiated
stage-unsubstantiated = unsubstantiated
stage-unverifiable = unverifiable
stage-transfer-requested = waiting for a transfer to be confirmed
stage-transferred-police = transferred to the police
stage-transferred-other = transferred to another agency
stage-admin-handling = in administrative handling
stage-referral-opened = in a referral
stage-awaiting-feedback = waiting for the reporter to be told
stage-closed = closed

## Stages of referrals

stage-drafting = being drafted
stage-abandoned = abandoned
stage-pending-head = before the head
stage-head-refused = refused by the head
stage-approved = approved
stage-delivered = delivered
stage-not-police = not a police matter
stage-open = waiting for the police
stage-receipted = signed for
stage-supplement-requested = waiting for material
stage-forwarded = forwarded
stage-not-police-matter = not a police matter
stage-filed = filed
stage-handed-over = handed over
stage-not-filed = not filed
stage-reconsidering = under reconsideration
stage-not-filed-upheld = not filed, upheld
stage-filing-supervision = under filing supervision
stage-ordered-to-file = ordered to be filed
stage-returned-for-admin = returned for administrative handling
stage-case-withdrawn = withdrawn
stage-concluded = concluded

## Stages of reverse referrals and of the queue

stage-sent = sent
stage-handled = handled
stage-reported = reported
stage-offered = on offer
stage-claimed = claimed
stage-requested = awaiting confirmation
stage-accepted = accepted
stage-declined = declined
stage-answered = answered
stage-ended = ended

## Stages of an access by break-glass

stage-access-requested = requested
stage-access-refused = refused
stage-access-open = open
stage-access-review-due = to be reviewed
stage-access-reviewed = reviewed

## Acts on an access by break-glass

action-access-request = request it
action-access-approve = approve it
action-access-refuse = refuse it
action-access-use = use it
action-access-review = review it
action-access-ring = ring a clock

## Highest class of an access

access-P2 = P2, personal
access-P3 = P3, sensitive

## Legal ground of an erasure

basis-purpose-achieved = purpose achieved or no longer needed (PIPL art. 47 item 1)
basis-retention-over = retention period over (PIPL art. 47 item 2)
basis-consent-withdrawn = consent withdrawn (PIPL art. 47 item 3)
basis-unlawful = handled against the law or an agreement (PIPL art. 47 item 4)
basis-other-law = other law or regulation (PIPL art. 47 item 5)

## Acts on clues

action-clue-report = report it
action-clue-react = take in a reaction
action-clue-merge = merge it
action-clue-triage = triage it
action-clue-assign = assign it
action-clue-return = return it
action-clue-verify = verify it
action-clue-conclude = conclude the verification
action-clue-transfer = transfer it
action-clue-confirm = confirm a transfer
action-clue-record-call = record a 110 call
action-clue-claim = claim it
action-clue-release = release it
action-clue-receipt = sign the receipt
action-clue-accept = accept it
action-clue-forward = forward it
action-clue-decline = decline it
action-clue-feedback = give feedback
action-clue-admin-case = open an administrative case
action-clue-fine = decide a fine
action-clue-open-referral = open a referral
action-clue-inform = inform the reporter
action-clue-reopen = reopen it
action-clue-ring = ring a clock

## Acts on referrals

action-referral-draft = draft it
action-referral-abandon = abandon it
action-referral-submit = submit it to the head
action-referral-approve = approve it
action-referral-refuse = refuse it
action-referral-order-anew = order it to be drafted anew
action-referral-designate = designate a police unit
action-referral-deliver = deliver it
action-referral-claim = claim it
action-referral-release = release it
action-referral-receipt = sign the receipt
action-referral-request-supplement = ask for material
action-referral-supplement = hand in material
action-referral-forward = forward it
action-referral-not-police = declare it no police matter
action-referral-file = file the case
action-referral-not-file = refuse filing
action-referral-reconsider = request reconsideration
action-referral-uphold = uphold the non-filing
action-referral-suggest-supervision = suggest filing supervision
action-referral-open-supervision = open filing supervision
action-referral-give-reasons = give reasons
action-referral-accept-reasons = accept the reasons
action-referral-order-filing = order filing
action-referral-hand-over = hand it over
action-referral-accept-return = accept the return
action-referral-withdraw = withdraw the case
action-referral-notify-withdrawal = notify the withdrawal
action-referral-conclude = conclude it
action-referral-feedback = give feedback
action-referral-fine = decide a fine
action-referral-ring = ring a clock

## Acts on reverse referrals

action-reverse-send = send it
action-reverse-receipt = sign for it
action-reverse-handle = handle it
action-reverse-report = report the result

## Who is told when a clock rings

told-handler = handler
told-leader = leader
told-superior = superior unit
told-procuratorate = procuratorate
told-city-duty = duty officer of the city
told-police-superior = superior police unit
told-fallback = fallback unit

## How a clock stands

clock-running = running
clock-warned = warned
clock-breached = overdue
clock-stopped = stopped
clock-lapsed = lapsed
clock-paused = standing still

## Stages of a hazard

stage-hazard-found = found
stage-hazard-graded = graded
stage-hazard-fixed-on-spot = fixed on the spot, to be verified
stage-hazard-noticed = noticed to the institution
stage-hazard-rectifying = being rectified
stage-hazard-fix-reported = reported as fixed
stage-hazard-verified = verified as gone
stage-hazard-transferred = with another authority
stage-hazard-voided = void

## Acts on a hazard

action-hazard-open = record it
action-hazard-grade = grade it
action-hazard-fix-on-spot = report a fix on the spot
action-hazard-notify = notify the institution
action-hazard-rectify = record the five elements
action-hazard-report-progress = report progress
action-hazard-ask-extension = ask for an extension
action-hazard-grant-extension = grant an extension
action-hazard-deny-extension = deny an extension
action-hazard-report-fix = report the fix
action-hazard-verify = verify it
action-hazard-reject = reject the fix
action-hazard-list = put it under listed supervision
action-hazard-open-penalty = open a penalty case
action-hazard-propose-seal = propose sealing
action-hazard-seal-orally = seal on oral approval
action-hazard-seal = decide on sealing
action-hazard-drop-seal = decide against sealing
action-hazard-suspend = suspend the use
action-hazard-ask-resume = ask for use again
action-hazard-pass-review = pass the review
action-hazard-fail-review = fail the review
action-hazard-resume = approve use again
action-hazard-transfer = hand it to another authority
action-hazard-propose-void = propose to void it
action-hazard-approve-void = agree to void it
action-hazard-ring = ring a clock

## What is wrong: categories of hazards

hazard-site = site
hazard-structure = structure of the building
hazard-facility = facilities and equipment
hazard-fire-evacuation = fire evacuation
hazard-fire-equipment = fire equipment
hazard-fire-source = sources of fire
hazard-fire-management = fire safety management
hazard-gas-electric = gas and electricity
hazard-staff-access = staff access
hazard-insurance = insurance
hazard-security = security: people, physical, technical
hazard-bus-traffic = school bus and traffic
hazard-food = food
hazard-gathering = gathering places and crowds
hazard-perimeter = perimeter
hazard-fee = fees
hazard-drill = safety education and drills
hazard-other = other

## Grades of hazards

grade-general = general
grade-major = major

## Stages of a joint inspection

stage-inspection-planned = planned
stage-inspection-team-formed = with its team formed
stage-inspection-notified = notified to the institution
stage-inspection-unannounced = left unannounced
stage-inspection-en-route = on the way
stage-inspection-on-site = on site
stage-inspection-obstructed = obstructed
stage-inspection-postponed = postponed
stage-inspection-cancelled = cancelled
stage-inspection-recorded = recorded, to be signed
stage-inspection-signed = signed
stage-inspection-refused-to-sign = signed by the team, refused by the institution
stage-inspection-issued = issued, to be served
stage-inspection-awaiting-rectification = awaiting rectification
stage-inspection-re-inspection = under re-inspection
stage-inspection-closed = closed
stage-draw-made = drawn

## Acts on a joint inspection

action-inspection-plan = plan it
action-inspection-confirm-member = confirm a member
action-inspection-recuse = recuse a member
action-inspection-form-team = form the team
action-inspection-notify = notify the institution
action-inspection-leave-unannounced = leave it unannounced
action-inspection-set-out = set out
action-inspection-check-in = check in
action-inspection-check-out = check out
action-inspection-record-line = record a line
action-inspection-obstruct = record an obstruction
action-inspection-retry = try again
action-inspection-postpone = postpone it
action-inspection-resume = plan it anew
action-inspection-cancel = cancel it
action-inspection-complete = complete the record
action-inspection-sign = sign
action-inspection-sign-for-institution = record the signature of the institution
action-inspection-refuse-to-sign = record the refusal to sign
action-inspection-supplement = supplement the record
action-inspection-issue = issue the findings
action-inspection-serve-notice = serve the notice
action-inspection-request-re-inspection = ask for a re-inspection
action-inspection-begin-re-inspection = begin the re-inspection
action-inspection-complete-re-inspection = complete the re-inspection
action-inspection-close = close it
action-inspection-report = report a visit
action-draw-make = draw targets
action-inspection-ring = ring a clock

## Tiers of inspections

tier-county = county inspection
tier-city = city spot check
tier-province = provincial supervision
tier-look-back = look back

## Verdicts on a line

verdict-pass = pass
verdict-fail = fail
verdict-fail-fixed = fail, fixed on the spot
verdict-not-applicable = not applicable
verdict-not-checked = not checked

## Stages of a campaign

stage-campaign-drafting = in draft
stage-campaign-approved = approved
stage-campaign-deployed = deployed
stage-campaign-running = running
stage-campaign-frozen = frozen
stage-campaign-verified = verified
stage-campaign-published = published
stage-campaign-closed = closed

## Acts on a campaign

action-campaign-draft = draft it
action-campaign-sign = sign it
action-campaign-deploy = deploy it
action-campaign-extend = add to it
action-campaign-begin = begin a phase
action-campaign-submit = report figures
action-campaign-freeze = freeze the figures
action-campaign-verify = verify the figures
action-campaign-publish = publish the figures
action-campaign-correct = correct the figures
action-campaign-close = close it

## Phases of a campaign

phase-self-check = self-check
phase-county-inspection = county inspection
phase-city-spot-check = city spot check
phase-provincial-spot-check = provincial spot check
phase-look-back = look-back

## Stages of dispatches and staff counts, acts on them

stage-dispatch-reported = reported
stage-dispatch-void = void
stage-staff-count-reported = reported
stage-staff-count-void = void
action-dispatch-report = report a dispatch
action-dispatch-void = take a dispatch back
action-staff-count-report = report a staff count
action-staff-count-void = take a staff count back

## How hard a hazard is pressed for

pressure-none = in time
pressure-overdue = overdue
pressure-listed = under listed supervision
pressure-penalty-proposed = penalty proposed
pressure-penalty-opened = penalty case open

## Whether the place of a hazard may be used

use-free = in use
use-seal-proposed = sealing proposed
use-sealed-orally = sealed on oral approval
use-sealed = sealed
use-suspended = suspended

## Review before use again, extension

review-asked = asked for
review-passed = passed
extension-asked = asked for
extension-granted = granted

## Fixes of hazards and looks at them

look-hazard-fixed-on-spot = fixed on the spot
look-hazard-fix-reported = reported as fixed
look-hazard-verified = verified as gone
look-hazard-rejected = sent back
look-hazard-spot-rejected = sent back
look-hazard-review-passed = review passed
look-hazard-review-failed = review failed

## Figures of campaigns, what they count in, and what they mean

figure-dispatch_person_times = Inspectors dispatched
figure-inst_inspected = Institutions inspected
figure-inst_safety_hazard = With hazards of facilities or production safety
figure-inst_fire_hazard = With fire hazards
figure-inst_fire_evacuation = Of these: evacuation below standard
figure-inst_fire_equipment = Of these: fire equipment not in order
figure-staff_queried = Staff queried
counted-dispatch_person_times = person-times
counted-inst_inspected = institutions
counted-inst_safety_hazard = institutions
counted-inst_fire_hazard = institutions
counted-inst_fire_evacuation = institutions
counted-inst_fire_equipment = institutions
counted-staff_queried = persons
definition-dispatch_person_times = The persons of each dispatch, added; a dispatch to several institutions is one.
definition-inst_inspected = Distinct institutions inspected; one visited several times is one.
definition-inst_safety_hazard = Distinct institutions with a hazard of site, building, facilities, gas or electricity; void ones do not count.
definition-inst_fire_hazard = Distinct institutions with a fire hazard of any kind; void ones do not count.
definition-inst_fire_evacuation = Distinct institutions with an evacuation hazard, a part of those with fire hazards; kinds overlap and cannot be added.
definition-inst_fire_equipment = Distinct institutions with a fire equipment hazard, a part of those with fire hazards; kinds overlap and cannot be added.
definition-staff_queried = Distinct persons asked about on the platform; one asked about several times is one.
