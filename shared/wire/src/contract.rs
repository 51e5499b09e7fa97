//! The contract as a whole, checked on its descriptors: what every command, query and field must have.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// Commands and queries without the common fields: they carry the credential itself, bytes, the log, or keys.
const BARE: &[&str] = &[
    "SignInRequest",
    "WhoAmIRequest",
    "RenewSessionRequest",
    "ImportInstitutionsRequest",
    "ImportCluesRequest",
    "UploadPaperRequest",
    "DownloadPaperRequest",
    "SubscribeRequest",
    "SnapshotRequest",
    "GetHeadRequest",
    "ListSchemasRequest",
    "GetSchemaRequest",
    "CreateGroupRequest",
    "ListGroupsRequest",
    "GetGroupRequest",
    "DeleteGroupRequest",
    "ListParkedRequest",
    "ReplayParkedRequest",
    "DiscardParkedRequest",
    "ConsumeRequest",
    "RegisterWebhookRequest",
    "ListWebhooksRequest",
    "GetWebhookRequest",
    "RotateWebhookSecretRequest",
    "EnableWebhookRequest",
    "DisableWebhookRequest",
    "TestWebhookRequest",
    "ListWebhookDeliveriesRequest",
    "ReplayWebhookRequest",
    "DeleteWebhookRequest",
    "ReportInspectionsRequest",
    "ReportDispatchesRequest",
    "ReportStaffCountsRequest",
    "WorkHazardsRequest",
    "SignInspectionsRequest",
    "ReadSecretsRequest",
    "ReserveKeysRequest",
    "FindKeysRequest",
    "EraseKeysRequest",
    "ReadDeletionsRequest",
    "HoldKeysRequest",
];

/// A command that may write no event: an erasure destroys keys first, and certifies only what it destroyed.
const WITHOUT_RECEIPT: &str = "EraseSubject";

fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(crate::FILE_DESCRIPTOR_SET).unwrap_or_default();
    set.file.into_iter().filter(|file| file.package() == "safeguard.v1").collect()
}

fn messages() -> BTreeMap<String, DescriptorProto> {
    let all = files().into_iter().flat_map(|file| file.message_type);
    all.map(|message| (message.name().to_owned(), message)).collect()
}

fn first_fields(message: &DescriptorProto) -> BTreeSet<(String, i32)> {
    let fields = message.field.iter().map(|field| (field.name().to_owned(), field.number()));
    fields.filter(|(_, number)| *number < 4).collect()
}

fn has(message: &DescriptorProto, expected: &[(&str, i32)]) -> bool {
    let fields = first_fields(message);
    expected.iter().all(|(name, number)| fields.contains(&((*name).to_owned(), *number)))
}

#[test]
fn every_request_is_a_command_or_a_query_and_its_answer_fits() {
    let messages = messages();
    let requests =
        messages.iter().filter_map(|(name, message)| Some((name.strip_suffix("Request")?, message)));
    let mut seen = 0;
    for (rpc, request) in requests.filter(|(_, request)| !BARE.contains(&request.name())) {
        let answer = messages.get(&format!("{rpc}Response")).cloned().unwrap_or_default();
        let command = has(request, &[("request_id", 1), ("occurred_at", 2)]);
        let query = has(request, &[("consistency_token", 1)]);
        let list = has(request, &[("page_size", 2), ("page_token", 3)]);
        assert!(command != query, "{rpc} is neither command nor query, or both");
        // A watch answers with news, of which the first completion carries the token.
        let watch = rpc.starts_with("Watch");
        let receipt = command && rpc != WITHOUT_RECEIPT;
        assert_eq!(receipt, has(&answer, &[("receipt", 1)]), "{rpc}: commands, and only they, give receipts");
        assert!(
            !query || watch || has(&answer, &[("consistency_token", 1)]),
            "{rpc} answers without a token"
        );
        assert_eq!(list, has(&answer, &[("next_page_token", 2)]), "{rpc} is half paged");
        seen += 1;
    }
    assert!(seen > 80, "the scan found only {seen} requests");
}

#[test]
fn every_command_can_be_read_as_one() {
    let source = include_str!("request.rs");
    let words: BTreeSet<&str> = source.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    for (name, message) in messages() {
        if has(&message, &[("request_id", 1), ("occurred_at", 2)]) {
            assert!(words.contains(name.as_str()), "{name} has no CommandRequest");
        }
    }
}

#[test]
fn every_service_message_field_and_value_is_documented() {
    let mut seen = 0;
    for file in files() {
        let locations = file.source_code_info.map(|info| info.location).unwrap_or_default();
        let documented: BTreeSet<Vec<i32>> = locations
            .into_iter()
            .filter(|location| !location.leading_comments().trim().is_empty())
            .map(|location| location.path)
            .collect();
        // Paths of source locations: 4 messages, 5 enums, 6 services; inside them 2 fields, values and methods.
        let mut paths: Vec<Vec<i32>> = Vec::new();
        let sizes = [
            (4, file.message_type.iter().map(|one| one.field.len()).collect::<Vec<_>>()),
            (5, file.enum_type.iter().map(|one| one.value.len()).collect()),
            (6, file.service.iter().map(|one| one.method.len()).collect()),
        ];
        for (kind, sizes) in sizes {
            for (outer, size) in (0..).zip(sizes) {
                paths.push(vec![kind, outer]);
                paths.extend((0..).take(size).map(|inner| vec![kind, outer, 2, inner]));
            }
        }
        seen += paths.len();
        let name = file.name.unwrap_or_default();
        let missing: Vec<_> = paths.into_iter().filter(|path| !documented.contains(path)).collect();
        assert!(missing.is_empty(), "{name} has no comment at {missing:?}");
    }
    assert!(seen > 800, "the scan found only {seen} places");
}

#[test]
fn all_services_can_be_asked_by_reflection() {
    let services: BTreeSet<String> =
        files().into_iter().flat_map(|file| file.service).map(|service| service.name().to_owned()).collect();
    let expected = [
        "Access",
        "Campaign",
        "Directory",
        "Education",
        "Fire",
        "Inspection",
        "Groups",
        "Hazard",
        "Keys",
        "Oversight",
        "Police",
        "Session",
        "Streams",
        "Webhooks",
    ];
    assert_eq!(services, expected.map(|name| format!("{name}Service")).into());
}
