//! What a subscription over HTTP asks for: query parameters named like the fields of `SubscribeRequest` and its filter,
//! each repeated or with commas between its values, in the words of the events. Never here: whether a value makes sense.

use axum::extract::Query;
use axum::http::{HeaderMap, Uri};
use domain::actor::Agency;
use domain::category::{Category, Urgency};
use wire::convert::OnWire;
use wire::flaw::Flaw;
use wire::v1;
use wire::violations::Violations;

/// Every parameter.
const ALLOWED: &str =
    "from, after_position, log, kinds, stream_prefix, categories, divisions, agencies, urgencies";
/// What a browser sends when it comes back: the id of the last event it got.
const LAST: &str = "last-event-id";

/// Reads query and headers; faults go to `faults`. Without a place to start from it starts now; a browser that comes
/// back starts behind the last event it got, whatever the query says.
pub fn read(faults: &mut Violations, query: &str, headers: &HeaderMap) -> v1::SubscribeRequest {
    let mut asked = v1::SubscribeRequest { from: v1::SubscribeFrom::Now.into(), ..Default::default() };
    let mut filter = v1::EventFilter::default();
    for (name, value) in pairs(faults, query) {
        let values = || value.split(',').map(str::trim).filter(|one| !one.is_empty());
        match name.as_str() {
            "from" => asked.from = from(faults, &value).into(),
            "after_position" => {
                asked.from = v1::SubscribeFrom::After.into();
                asked.after_position = value;
            }
            "log" => asked.log = value,
            "stream_prefix" => filter.stream_prefix = value,
            "kinds" => filter.kinds.extend(values().map(str::to_owned)),
            "divisions" => filter.divisions.extend(values().map(str::to_owned)),
            "categories" => filter
                .categories
                .extend(values().filter_map(|word| {
                    chosen(faults, &name, word, Category::ALL.as_slice(), Category::code)
                })),
            "agencies" => filter.agencies.extend(
                values().filter_map(|word| chosen(faults, &name, word, Agency::ALL.as_slice(), Agency::code)),
            ),
            "urgencies" => filter.urgencies.extend(
                values()
                    .filter_map(|word| chosen(faults, &name, word, Urgency::ALL.as_slice(), Urgency::code)),
            ),
            unknown => {
                let name: String = unknown.chars().take(40).collect();
                faults.add(&name, &Flaw::new("PARAMETER_UNKNOWN").with("allowed", ALLOWED));
            }
        }
    }
    if let Some(last) =
        headers.get(LAST).and_then(|value| value.to_str().ok()).filter(|last| !last.is_empty())
    {
        let (position, log) = last.split_once('@').unwrap_or((last, ""));
        asked.from = v1::SubscribeFrom::After.into();
        position.clone_into(&mut asked.after_position);
        log.clone_into(&mut asked.log);
    }
    asked.filter = Some(filter);
    asked
}

fn pairs(faults: &mut Violations, query: &str) -> Vec<(String, String)> {
    let read = format!("/?{query}").parse::<Uri>().ok();
    let read = read.and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let Some(Query(pairs)) = read else {
        faults.add("", &Flaw::new("OTHER"));
        return Vec::new();
    };
    pairs
}

fn from(faults: &mut Violations, word: &str) -> v1::SubscribeFrom {
    match word {
        "beginning" => v1::SubscribeFrom::Beginning,
        "now" => v1::SubscribeFrom::Now,
        other => {
            unknown(faults, "from", other, "beginning, now");
            v1::SubscribeFrom::Now
        }
    }
}

fn chosen<T: OnWire>(
    faults: &mut Violations,
    name: &str,
    word: &str,
    all: &[T],
    code: fn(T) -> &'static str,
) -> Option<i32> {
    let found = all.iter().find(|value| code(**value) == word);
    if found.is_none() {
        let allowed: Vec<&str> = all.iter().map(|value| code(*value)).collect();
        unknown(faults, name, word, &allowed.join(", "));
    }
    found.map(|value| value.to_wire())
}

fn unknown(faults: &mut Violations, name: &str, word: &str, allowed: &str) {
    let word: String = word.chars().take(40).filter(|letter| !letter.is_control()).collect();
    faults.add(name, &Flaw::new("WORD_UNKNOWN").with("word", word).with("allowed", allowed));
}
