### Reasons of refusals. The key is reason- and the stable reason; placeables are its facts.

## The edge

reason-SHAPE = The request is not well formed in { $count } place(s); please correct each.
reason-TOKEN_MISSING = Please sign in first.
reason-TOKEN_BAD = The token is not valid; please sign in again.
reason-TOKEN_EXPIRED = The sign-in has expired; please sign in again.
reason-SIGN_IN_FAILED = Officer or password is wrong, or the account is shut.
reason-PASSWORD_CHANGE_REQUIRED = Please change the one-time password first.
reason-CERTIFICATE_BAD = The client certificate names no open service account of this hub; use the certificate the operator issued for yours, or none.
reason-CERTIFICATE_EXPIRED = The client certificate has ended; ask the operator for a new one.
reason-CERTIFICATE_REVOKED = The client certificate was revoked; ask the operator for a new one.
reason-CERTIFICATE_OF_ANOTHER = The client certificate and the sign-in name different accounts; use one of them alone.
reason-PERMISSION = You may not do this, or the matter does not exist.
reason-CONTENDED = Several officers are acting on the same matter; please try again.
reason-LOG_DOWN = The record cannot be written now and nothing was saved. Please try again in { $seconds } s; in an emergency call 110.
reason-LATE = The view has not reached the moment you asked for; please try again shortly.
reason-NOT_FOUND = Not found.
reason-PAPER_ERASED = The paper was erased with the person it concerned; nobody can read it any more.
reason-TOO_LARGE = The content is larger than allowed ({ $limit } bytes).
reason-TOO_SLOW = The subscriber reads too slowly and was disconnected; subscribe again after the last position received.
reason-THROTTLED = Too many attempts; please try again in { $seconds } s.
reason-OVERLOADED = The hub is very busy; please try again in { $seconds } s.
reason-INTERNAL = A fault of the hub; it has been noted.

## All matters

reason-BEFORE_PREVIOUS = It cannot have happened before the previous step ({ $previous }).
reason-IN_FUTURE = It cannot have happened after now ({ $recorded }).
reason-NOT_YOUR_UNIT = This is for officers of unit { $unit }.
reason-NOT_LEADER = Only a leader of unit { $unit } may do this.
reason-NOT_SUPERIOR = Unit { $unit } is not a superior unit here.
reason-TEAM_TOO_SMALL = { $officers } officer(s) named; at least { $needed } are needed.
reason-NOT_POLICE = Unit { $unit } is not a police unit.
reason-NOT_ENFORCING = The agency ({ $agency }) holds no penalty power (Order 310 articles 2 and 3).
reason-ALREADY_CLAIMED = Already claimed by officer { $by } since { $since }.
reason-NOT_CLAIMED_BY_YOU = You do not hold this entry; claim it first.
reason-RECEIPT_IMMUTABLE = Receipt { $number } was signed at { $at }; a receipt is never changed.
reason-FORWARD_TO_ITSELF = The matter lies with unit { $unit } already.
reason-HAD_IT_ALREADY = Unit { $unit } has had this matter before; it stays here unless a superior designates another unit.
reason-FINE_INSTEAD_OF_REFERRAL = No fine instead of a referral: referral { $referral } is open or led to a criminal case (Order 310 article 11).
reason-NOT_THE_CLOCK = Only the clock service may do this.

## Clues

reason-CLUE_UNKNOWN = No clue was reported under this number.
reason-ALREADY_REPORTED = Clue { $clue } has been reported already.
reason-WRONG_STAGE = The clue is { $stage }; it is not possible to { $action }.
reason-SAME_OFFICER = Officer { $first } began this; a second officer must confirm.
reason-OBLIGATION_OPEN = Police unit { $police } has not signed for this mandatory report; only the police can meet the duty (MPL article 11). Call 110 first.
reason-ANSWER_OUTSTANDING = Police unit { $police } has not yet answered this mandatory report; the reporter is told after that (MPL article 11).
reason-OBLIGATION_ELSEWHERE = The mandatory report lies with police unit { $police }; transfer it there.
reason-NO_OBLIGATION = This clue carries no duty to report to the police at once; there is no 110 call to note.
reason-CANNOT_DOWNGRADE = The urgency may not be lowered from { $from } to { $to }.
reason-MERGE_INTO_ITSELF = A clue cannot be merged into itself.
reason-MERGE_CIRCLE = Clue { $clue } was merged into this one; a merge cannot run in a circle.
reason-OTHER_INSTITUTION = Only clues about the same institution can be merged.
reason-TARGET_CLOSED = The other clue is closed or merged itself; nothing can be merged into it.
reason-UNIT_NOT_COMPETENT = Unit { $unit } is not competent for "{ $category }" in { $division }.
reason-DESIGNATOR_ONLY = After a second return superior unit { $designator } designates who handles it.
reason-DESIGNATION_BINDS = Unit { $designator } designated this unit; the clue cannot be returned again.
reason-ALREADY_EXTENDED = The period was extended before; that is possible once.
reason-NOT_EXTENDABLE = The period for "{ $category }" cannot be extended.
reason-POLICE_LEVEL_TOO_HIGH = A clue goes to the police of { $highest } level or below, not { $level } level.
reason-POLICE_BY_POLICE_TRANSFER = Unit { $unit } is a police unit; use the transfer to the police.
reason-OWN_AGENCY = A transfer is for another agency; inside { $agency } assign the clue instead.
reason-LETTER_MISSING = A transfer needs its letter among the papers.
reason-NOTHING_TO_CONFIRM = No transfer waits for a leader's confirmation.
reason-NOT_CONFIRMED = A leader has not confirmed the transfer yet.
reason-NOTHING_TO_RECEIVE = Nothing waits for a receiving unit.
reason-RECEIPT_FIRST = Sign the receipt first.
reason-ACCEPT_FIRST = Accept the matter first.
reason-ALREADY_ACCEPTED = Unit { $unit } has accepted the matter already.
reason-MAY_NOT_DECLINE = A mandatory report may not be declined; forward it to the competent police unit (Gao Jian Fa 2020 No. 9 article 8).
reason-CASE_ALREADY_OPEN = Administrative case { $case } is open already.
reason-REFERRAL_STILL_OPEN = Referral { $referral } has not ended.
reason-OTHER_CLUE = The draft is made from clue { $clue }, not from this one.
reason-OTHER_REFERRAL = This clue is not in referral { $referral }.
reason-TEXT_OR_REASON = Give either the text for the reporter or the reason why there is no contact.
reason-ORDER_NEEDED = A superior unit reopens by an order with its number.

## Referrals

reason-REFERRAL_UNKNOWN = There is no referral with this number.
reason-ALREADY_DRAFTED = Referral { $referral } has been drafted already.
reason-NOT_HERE = The referral is { $word }; it is not possible to { $action }.
reason-NOT_PROCURATORATE = Unit { $unit } is not a procuratorate of { $level } level.
reason-NOT_IN_TEAM = Officer { $officer } is not in the case team.
reason-NOT_HEAD = Only the head of unit { $unit }, or the person presiding, may decide this (Order 310 article 5).
reason-APPROVER_IN_TEAM = Officer { $officer } is in the case team and cannot decide on its report.
reason-MAY_NOT_DESIGNATE = Unit { $unit } may not designate a police unit here.
reason-MISSING_PAPERS = Papers are missing: { $missing } (Order 310 article 6).
reason-WRONG_PAPER = The paper must be { $expected }, not { $given }.
reason-WRONG_POLICE = Unit { $unit } is not the police of { $level } level for { $division }; a referral goes to the police of the same level (Order 310 article 5).
reason-NOT_DESIGNATED = Unit { $designated } has been designated, not { $unit }.
reason-DESIGNATED_HERE = Unit { $unit } has been designated and cannot pass the case on.
reason-NOTHING_ASKED = A supplement notice names what is missing.
reason-RIGHT_LAPSED = The right to { $action } lapsed at { $due }.
reason-ALREADY_SUGGESTED = Filing supervision has been suggested already.
reason-REASONS_ALREADY_GIVEN = The reasons have been given already.
reason-REASONS_PENDING = The police have not given their reasons; their period ends at { $due }.
reason-WITHDRAWAL_NOT_NOTIFIED = The agency has not been told of the withdrawal.
reason-ALREADY_NOTIFIED = The agency has been told of the withdrawal already.

## Reverse referrals

reason-REVERSE_UNKNOWN = There is no reverse referral with this number.
reason-ALREADY_SENT = Reverse referral { $reverse } has been sent already.
reason-REVERSE_NOT_HERE = The reverse referral is { $word }; it is not possible to { $action }.
reason-NOT_SENDER = { $agency } does not send reverse referrals.
reason-OTHER_LEVEL = Unit { $unit } is not of { $level } level; the case goes to the agency of the same level.

## Access by break-glass

reason-ACCESS_UNKNOWN = There is no access with this number.
reason-ACCESS_REQUESTED_ALREADY = Access { $grant } has been requested already.
reason-ACCESS_NOT_HERE = The access is { $word }; it is not possible to { $action }.
reason-ACCESS_TOO_LONG = An access lasts 1 to { $max } hours, not { $hours }.
reason-ACCESS_REVIEW_OVERDUE = The review of access { $grant } is overdue; nothing new is opened before it is done.
reason-ACCESS_WIDER = An approval may narrow what was asked for, never widen it.
reason-ACCESS_OWN_REQUEST = You asked for this access; another person must decide and review.
reason-ACCESS_APPROVED_BY_YOU = Officer { $officer } approved this access; somebody else must review it.
reason-ACCESS_NOT_YOUR_UNIT = This is for a leader of unit { $unit } or of the unit above it.
reason-ACCESS_NOT_YOURS = This access is officer { $officer }'s.
reason-ACCESS_OVER = The access ended at { $until }.

## The directory

reason-UNIT_EXISTS = Unit { $unit } is registered already with other particulars.
reason-UNIT_UNKNOWN = The unit is not registered.
reason-UNIT_CLOSED = The unit is closed.
reason-LEVEL_MISMATCH = A unit of { $level } level does not fit division { $division }.
reason-COMPETENCE_OUTSIDE_AREA = Competence for { $division } lies outside the unit's area { $area }.
reason-OFFICER_EXISTS = Officer { $officer } is registered already.
reason-OFFICER_UNKNOWN = The officer is not registered.
reason-NO_ROLE = An officer needs at least one role.
reason-DUTIES_NOT_SEPARATED = Administrator and auditor must be different people.
reason-OTHER_CREDIT_CODE = The entry has credit code { $known }; another code is another institution.

## Consumer groups

reason-GROUP_UNKNOWN = There is no group { $name }.
reason-GROUP_EXISTS = Group { $name } exists with other particulars.
reason-TOO_MANY_GROUPS = A unit has at most { $most } groups.
reason-GROUP_CROWDED = All { $most } seats of the group are taken.

## Webhooks

reason-WEBHOOKS_OFF = The operator allows no host for webhooks.
reason-WEBHOOK_EXISTS = The unit has a webhook with this URL and filter: { $webhook }.
reason-TOO_MANY_WEBHOOKS = A unit has at most { $most } webhooks.
reason-TOO_MANY_SECRETS = { $most } older secrets still sign; wait until the first of them ends, or end all at once.
reason-WEBHOOK_OWNER_LOST = The account { $owner } that the webhook belongs to may not follow events of its unit any more.

## Hazards

reason-HAZARD_UNKNOWN = There is no hazard with this number.
reason-HAZARD_FOUND_ALREADY = Hazard { $hazard } has been recorded already.
reason-HAZARD_NOT_HERE = The hazard is { $word }; it is not possible to { $action }.
reason-HAZARD_NOT_YOUR_UNIT = This is for unit { $unit } to do.
reason-HAZARD_NOT_FIRE = Only the fire and rescue service may seal, and lift a seal (Fire Law, article 54).
reason-HAZARD_SECOND_PERSON = Another person must do this, not the one who asked, approved or reviewed.
reason-HAZARD_MAJOR_ON_SPOT = A major hazard is rectified by plan, not on the spot.
reason-HAZARD_EVIDENCE_MISSING = Evidence is missing: attach at least one paper.
reason-HAZARD_DEADLINE_BY_LAW = The time of a general hazard is set by the table of periods; give no date.
reason-HAZARD_DEADLINE_MISSING = A major hazard needs the last day of its plan.
reason-HAZARD_DEADLINE_OUTSIDE = { $until } is past, or later than the time allowed, which ends at { $last }.
reason-HAZARD_INTERIM_MISSING = A major hazard needs measures that protect people until it is gone.
reason-HAZARD_MONEY_UNREADABLE = The money is a whole number of fen.
reason-HAZARD_EXTENSION_ASKED = An extension has been asked for and not yet decided.
reason-HAZARD_EXTENSION_USED = There is one extension, and it has been given.
reason-HAZARD_NO_EXTENSION_ASKED = No extension has been asked for.
reason-HAZARD_NO_EXTENSION = { $until } is no later than the day that holds now.
reason-HAZARD_OVERDUE = The time to rectify it ended at { $due }.
reason-HAZARD_NOT_OVERDUE = The hazard is not overdue; there is nothing to punish yet.
reason-HAZARD_LISTED_ALREADY = The hazard is under listed supervision already.
reason-HAZARD_PENALTY_OPEN = A penalty case is open already.
reason-HAZARD_FIXED_BY_THEM = Officer { $officer } fixed it or reported the fix; others must look at it.
reason-HAZARD_TOO_FEW_ON_SITE = { $present } officers were on site, { $needed } are needed.
reason-HAZARD_OUT_OF_USE = The place is out of use; it must first be reviewed and put into use again.
reason-HAZARD_IN_USE = The place is not out of use.
reason-HAZARD_SEAL_PENDING = The collective decision on sealing is awaited.
reason-HAZARD_NO_SEAL_PENDING = There is no sealing to decide.
reason-HAZARD_NOT_COLLECTIVE = { $deciders } decided; a collective decision needs { $needed }.
reason-HAZARD_DECISION_MISSING = The decision must be a document with its number.
reason-HAZARD_REVIEW_ASKED = The review has been asked for already.
reason-HAZARD_REVIEW_NOT_ASKED = No review has been asked for.
reason-HAZARD_NOT_REVIEWED = It may be used again only after it has passed a review.
reason-HAZARD_SAME_UNIT = Unit { $unit } has it already.
reason-HAZARD_OUTSIDE_AREA = { $division } lies outside the area { $area }.
reason-HAZARD_BEFORE_LAST = This cannot have happened before { $since }, when the hazard came to where it stands.
reason-HAZARD_VOID_PROPOSED = It has been proposed already to void the record.
reason-HAZARD_NO_VOID_PROPOSED = Nobody has proposed to void the record.

## Joint inspections

reason-INSPECTION_UNKNOWN = There is no inspection with this number.
reason-INSPECTION_PLANNED_ALREADY = Inspection { $inspection } has been planned already.
reason-INSPECTION_NOT_HERE = The inspection is { $word }; it is not possible to { $action }.
reason-INSPECTION_LOCKED = The record is signed and locked; add a supplement.
reason-INSPECTION_NOT_THE_LEAD = Unit { $unit } leads this inspection and must do this.
reason-INSPECTION_NOT_YOUR_MEMBER = This is for unit { $unit } to do, for officers of its own.
reason-INSPECTION_NOT_INVITED = Unit { $unit } was not invited to this inspection.
reason-INSPECTION_AGENCY_NOT_INVITED = { $agency } has a checklist but no unit on this inspection.
reason-INSPECTION_CANNOT_LEAD = { $agency } leads no inspections.
reason-INSPECTION_TIER_ABOVE = A unit of this level ({ $level }) does not inspect at this tier ({ $tier }).
reason-INSPECTION_OUTSIDE_AREA = { $division } lies outside the area { $area }.
reason-INSPECTION_NO_CHECKLIST = An inspection has at least one checklist.
reason-INSPECTION_NO_SUCH_CHECKLIST = There is no checklist { $checklist } of version { $version }.
reason-INSPECTION_OLD_CHECKLIST = Checklist { $checklist } has version { $newest } now; a new visit uses it.
reason-INSPECTION_CHECKLIST_TWICE = Checklist { $checklist } stands twice in the plan.
reason-INSPECTION_CONFLICT = Officer { $officer } has a conflict of interest here (Administrative Penalty Law, article 43).
reason-INSPECTION_RECUSED = Officer { $officer } was recused from this inspection.
reason-INSPECTION_CONFIRMED_ALREADY = Officer { $officer } is on the team already.
reason-INSPECTION_DELEGATION_NOT_POLICE = Only a police station can be charged with fire inspections (Fire Law, article 53), not { $agency }.
reason-INSPECTION_TOO_FEW_QUALIFIED = { $need } qualified officers are needed, there are { $have } (Administrative Penalty Law, article 42).
reason-INSPECTION_ONE_AGENCY = A joint inspection needs two agencies; all of the team are of { $agency }.
reason-INSPECTION_NOT_CONFIRMED = Unit { $unit } has confirmed no member.
reason-INSPECTION_NOBODY_FOR_FIRE = The checklists have fire lines; the team needs the fire service or a police station charged with it.
reason-INSPECTION_NOT_ON_TEAM = Officer { $officer } is not on the team.
reason-INSPECTION_ALREADY_THERE = Officer { $officer } has checked in already.
reason-INSPECTION_NOT_THERE = Officer { $officer } was not on site at { $at }.
reason-INSPECTION_NO_SUCH_LINE = No checklist of this inspection has a line { $line }.
reason-INSPECTION_FIRE_LINE = Fire line { $line } is for the fire service or a police station charged with it (Fire Law, article 53).
reason-INSPECTION_OTHER_SHEET = Line { $line } is on the checklist of { $agency }.
reason-INSPECTION_FAIL_WITHOUT_FINDING = Line { $line } failed: say where, and what is to be seen.
reason-INSPECTION_NOT_ASKED = A re-inspection asks only for what failed; line { $line } did not.
reason-INSPECTION_ANSWERED_TWICE = Line { $line } is answered twice.
reason-INSPECTION_IMPOSSIBLE_TIMES = A visit from { $from } to { $until } ends before it began, or after it was signed or sent.
reason-INSPECTION_OTHER_DAY = The visit began at { $from }, not on { $on }.
reason-INSPECTION_UNANSWERED = Line { $line } has no answer yet.
reason-INSPECTION_ABSENT = Member { $officer } never checked in; wait, or recuse them.
reason-INSPECTION_SIGNED_ALREADY = The record was signed by them already.
reason-INSPECTION_STILL_THERE = Member { $officer } has not checked out.
reason-INSPECTION_NOTHING_FAILED = No line is left to be looked at again.
reason-INSPECTION_HAZARD_OPEN = Hazard { $hazard } is neither gone nor with a penalty case.

## Random draws

reason-DRAW_MADE_ALREADY = Draw { $draw } has been made already.
reason-DRAW_TOO_FEW_TARGETS = { $need } targets are wanted, the frame has { $have }.
reason-DRAW_TOO_FEW_INSPECTORS = There are too few inspectors without a conflict of interest for { $institution }.

## Campaigns

reason-CAMPAIGN_UNKNOWN = There is no campaign with this number.
reason-CAMPAIGN_DRAFTED_ALREADY = Campaign { $campaign } has been drafted already.
reason-CAMPAIGN_NOT_HERE = The campaign is { $word }; it is not possible to { $action }.
reason-CAMPAIGN_PLAN_EMPTY = A plan needs an issuing agency, a phase and a task.
reason-CAMPAIGN_PHASE_TWICE = Phase { $phase } stands twice.
reason-CAMPAIGN_PHASE_OUTSIDE = Phase { $phase } ends before it begins or lies outside the campaign.
reason-CAMPAIGN_NOT_LEAD = This is for unit { $unit } to do, which leads the campaign.
reason-CAMPAIGN_NOT_ISSUER = The { $level } { $agency } does not issue this campaign.
reason-CAMPAIGN_NOT_HEAD = The head of unit { $unit } must sign.
reason-CAMPAIGN_SIGNED_ALREADY = { $agency } has signed already.
reason-CAMPAIGN_NOT_YOUR_AREA = { $division } is not the area of your unit within this campaign.
reason-CAMPAIGN_RELAXED = Phase { $phase } may be made stricter, never laxer: no later end, no smaller share.
reason-CAMPAIGN_NO_SUCH_PHASE = The campaign has no phase { $phase }.
reason-CAMPAIGN_TOO_EARLY = It is too early: this is possible from { $from } on.
reason-CAMPAIGN_NO_SUCH_POST = { $post } reports no figures of this campaign.
reason-CAMPAIGN_NOT_YOUR_POST = { $post } does not lie in the area of your unit.
reason-CAMPAIGN_RETURN_DATE = Figures of { $post } through { $through } are outside the campaign or of a day to come.
reason-CAMPAIGN_RETURN_SUPERSEDED = { $post } has reported through { $through } already.
reason-CAMPAIGN_RETURN_INCONSISTENT = The figures of { $post } cannot be true together: a part is larger than its whole.
reason-CAMPAIGN_OWN_FREEZE = Officer { $officer } froze these figures; somebody else must verify them.
reason-CAMPAIGN_DIGEST_DIFFERS = The figures counted again have digest { $found }, the frozen ones { $frozen }.
reason-CAMPAIGN_FIGURES_DIFFER = The reported figures of { $count } units differ from the counted ones: { $posts }.
reason-CAMPAIGN_FIGURES_UNATTRIBUTED = Figures were counted at { $count } places where no unit reports: { $posts }.
reason-CAMPAIGN_RETURNS_MISSING = { $count } units have not reported, which is not zero: { $posts }. They report, or somebody says why not.

## Dispatches and staff counts

reason-DISPATCH_UNKNOWN = There is no dispatch with this number.
reason-DISPATCH_REPORTED_ALREADY = Dispatch { $dispatch } has been reported already.
reason-DISPATCH_VOID_ALREADY = Dispatch { $dispatch } is void already.
reason-DISPATCH_NOT_YOUR_POST = { $post } is not the level and area of unit { $unit }: a unit reports its own dispatches.
reason-DISPATCH_PERSONS = A dispatch is of 1 to { $max } persons, not of { $persons }.
reason-DISPATCH_INSTITUTIONS = A dispatch visits 1 to { $max } institutions, each once.
reason-DISPATCH_OUTSIDE_AREA = Division { $division } does not lie in { $area }.
reason-DISPATCH_FUTURE = { $on } has not come.
reason-DISPATCH_NOT_LEADER = A leader of unit { $unit } must take it back.
reason-STAFF_COUNT_UNKNOWN = There is no staff count with this number.
reason-STAFF_COUNT_REPORTED_ALREADY = Staff count { $count } has been reported already.
reason-STAFF_COUNT_VOID_ALREADY = Staff count { $count } is void already.
reason-STAFF_COUNT_PERSONS = A staff count has 1 to { $max } persons, sorted, each once; this has { $persons }.
reason-STAFF_COUNT_OUTSIDE_AREA = Division { $division } does not lie in { $area }.
reason-STAFF_COUNT_FUTURE = { $on } has not come.
reason-STAFF_COUNT_NOT_LEADER = A leader of unit { $unit } must take it back.
