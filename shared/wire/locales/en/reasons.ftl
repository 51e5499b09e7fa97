### Reasons of refusals. The key is reason- and the stable reason; placeables are its facts.

## The edge

reason-SHAPE = The request is not well formed in { $count } place(s); please correct each.
reason-TOKEN_MISSING = Please sign in first.
reason-TOKEN_BAD = The token is not valid; please sign in again.
reason-TOKEN_EXPIRED = The sign-in has expired; please sign in again.
reason-SIGN_IN_FAILED = Officer or password is wrong, or the account is shut.
reason-PASSWORD_CHANGE_REQUIRED = Please change the one-time password first.
reason-PERMISSION = You may not do this, or the matter does not exist.
reason-CONTENDED = Several officers are acting on the same matter; please try again.
reason-LOG_DOWN = The record cannot be written now and nothing was saved. Please try again in { $seconds } s; in an emergency call 110.
reason-LATE = The view has not reached the moment you asked for; please try again shortly.
reason-NOT_FOUND = Not found.
reason-PAPER_ERASED = The paper was erased with the person it concerned; nobody can read it any more.
reason-TOO_LARGE = The content is larger than allowed ({ $limit } bytes).
reason-TOO_SLOW = The subscriber reads too slowly and was disconnected; subscribe again after the last position received.
reason-THROTTLED = Too many attempts; please try again in { $seconds } s.
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
