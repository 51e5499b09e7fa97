### What is wrong with a field. The key is violation- and the stable reason.

violation-REQUIRED = must be given.
violation-UNSPECIFIED = must be chosen.
violation-UNKNOWN_VALUE = there is no value with number { $value }.
violation-MUST_BE_EMPTY = must stay empty here.
violation-TWICE = has the same entry twice.
violation-TOO_MANY = has { $count } entries, { $max } are allowed.
violation-TOO_FEW = has { $count } entries, at least { $min } are needed.
violation-OUT_OF_RANGE = must be from { $min } to { $max }.
violation-AND_MORE = and { $count } more violations that are not listed.
violation-OTHER = is not well formed.

violation-TEXT_EMPTY = must not be empty.
violation-TEXT_TOO_LONG = has { $length } characters, { $max } are allowed.
violation-TEXT_CONTROL = has an invisible control character ({ $code }) at character { $place }.

violation-ID_PREFIX = an id of this kind starts with { $prefix }-.
violation-ID_SHAPE = an id is written PREFIX-DDDDDD-YYYYMMDD-SERIAL-C.
violation-ID_CHECK = the check character does not fit; please check the id.
violation-DIRECTORY_ID = an id starts with { $prefix }- and has 4 to 40 characters of A-Z a-z 0-9 . _ -
violation-MATTER_ID = must be the id of a clue (CL-), a referral (RF-), an inspection (JI-) or a hazard (HZ-).
violation-UUID = is not a UUID.
violation-HASH = must have 64 hexadecimal digits.
violation-NOT_UPLOADED = the paper has not been uploaded.

violation-TIME_IMPOSSIBLE = is not a possible time.
violation-TIME_FUTURE = must not be later than now ({ $now }).
violation-TIME_ORDER = must be later than { $after }.
violation-DATE = must be a day of the calendar written YYYY-MM-DD.

violation-DIVISION_CODE = a division code has 6 digits, the first from 1 to 9.
violation-DIVISION_UNKNOWN = there is no division { $code }.
violation-DIVISION_NOT_YET = division { $code } exists only from { $from }.
violation-DIVISION_ABOLISHED = division { $code } was abolished on { $on }; successors: { $successors }.

violation-NUMBER_SERIAL = a document number ends in its number and 号.
violation-NUMBER_YEAR = a document number has its year in brackets, e.g. 〔2026〕.
violation-NUMBER_AGENCY = a document number starts with the word of the agency, e.g. 湘教.

violation-PHONE_MOBILE = a mobile number has 11 digits and starts with 13 to 19.
violation-PHONE = must be a mobile number, or an area code with 7 or 8 digits.

violation-RESIDENT_ID_LENGTH = an identity number has 18 characters, this has { $length }.
violation-RESIDENT_ID_CHARACTER = character { $place } must be a digit.
violation-RESIDENT_ID_DIVISION = the first six digits are not a division code.
violation-RESIDENT_ID_BIRTH = the date of birth does not exist.
violation-RESIDENT_ID_FUTURE = the date of birth lies after the day of the event.
violation-RESIDENT_ID_CHECK = the check digit does not fit; please check the number.

violation-CREDIT_CODE_LENGTH = a credit code has 18 characters, this has { $length }.
violation-CREDIT_CODE_CHARACTER = character { $place } cannot occur in a credit code.
violation-CREDIT_CODE_ORGANISATION = the check of the organisation code (character 17) does not fit; please check the code.
violation-CREDIT_CODE_CHECK = the last check character does not fit; please check the code.

violation-CHARGE = a charge is an article of the Criminal Law from 102 to 451, such as 266 or 236-1.

violation-UNIT_UNKNOWN = unit { $unit } is not registered, or closed.
violation-OFFICER_UNKNOWN = officer { $officer } is no active officer here: not registered, disabled, or not of the unit that is asked for.
violation-OFFICER_OUTSIDE_AREA = officer { $officer } is of no authority in whose area this hazard lies.
violation-OFFICER_NOT_FIRE = officer { $officer } is not of the fire service, which alone decides on a sealing (Fire Protection Law art. 54).
violation-OFFICER_NOT_LEADER = officer { $officer } is not a leader or head, who alone approves a sealing by word of mouth.
violation-INSTITUTION_UNKNOWN = the institution is not registered.
violation-SHARE = a share is at least 1 of a whole and at most all of it.
violation-CAMPAIGN_VERSION = there is no version { $version }; there are { $count }.
violation-CAMPAIGN_TEMPLATE = there is no such template; there are { $known }.
violation-CAMPAIGN_POST = { $post } reports no figures of this campaign.
violation-CAMPAIGN_DAY = { $on } does not lie in the campaign, from { $opens } on.
violation-CAMPAIGN_UNKNOWN = there is no such campaign.
violation-NO_COMPETENT_UNIT = no unit of { $agency } is competent for this in { $division }.
violation-PASSWORD = a password has at least { $min } characters and at most { $max } bytes, mixes at least three of capitals, small letters, digits and other characters, and does not contain the officer's number.
violation-PAGE_TOKEN = is not a page token of this list; start with the first page.
violation-CONSISTENCY_TOKEN = is not a consistency token.
violation-POSITION = is not a position this service gave.
violation-POSITION_AHEAD = lies behind the end of the log ({ $head }); it is of another log, or the log was restored from a backup: take a snapshot and start again.
violation-OTHER_LOG = is not this log ({ $log }); take a snapshot and start again.
violation-KIND_UNKNOWN = there is no event named { $kind }; GET /v1/schemas lists them, and a star at the end stands for any ending.
violation-GROUP_NAME = must have 1 to { $max } characters of a-z 0-9 - and not begin with a hyphen.
violation-URL = is not an address that can be sent to: https://HOST/PATH of at most { $max } characters, without user or fragment.
violation-URL_SCHEME = must begin with https://.
violation-URL_HOST = the operator does not allow the host { $host }.
violation-URL_ADDRESS = the hub does not send to the address { $host }.
violation-WEBHOOK_ID = is not the id of a webhook: WH- and digits.
violation-STREAM_PREFIX = must be the beginning of a stream's name: at most { $max } characters of A-Z a-z 0-9 . _ -
violation-DIVISION_PREFIX = must be a division code, or 1 to 5 digits it starts with.
violation-WORD_UNKNOWN = there is no value { $word }; allowed are { $allowed }.
violation-PARAMETER_UNKNOWN = there is no such parameter; allowed are { $allowed }.
violation-ORDER_OF_PARTS = the first message must be the options, the others the content.
violation-COLUMN = there is no column "{ $column }".
violation-COLUMNS = has { $count } columns, the header has { $expected }.
violation-ROW = the line cannot be read.
violation-RECORD_TOO_LONG = the record is longer than { $max } bytes.
violation-NOT_UTF8 = is not UTF-8 text.
violation-NOT_JSON_OBJECT = is not one JSON object (near column { $column }).
violation-WORD = "{ $value }" is not a known code.
violation-TOO_MANY_RECORDS = the file has more than { $max } records; from this one on nothing was imported. Split the file.
violation-SOURCE_TAKEN = This source is taken by clue { $clue } with other content; not imported.
violation-FORMULA = looks like a formula of a spreadsheet; write it as text.
violation-INTEGER = must be a whole number within range.
violation-NEGATIVE = must not be negative.
