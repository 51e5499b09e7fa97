//! How long a call may take until its answer begins. A call whose request is a stream is not held to it: how long
//! somebody may take to send is for each such service to say. Never here: those limits.

use std::collections::HashSet;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use prost::Message as _;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};
use tonic::Status;
use wire::refusal::Refusal;

use crate::deadline;

/// The limit, and the paths it is not for.
pub(super) struct Limit {
    longest: Duration,
    uploads: HashSet<String>,
}

impl Limit {
    /// A limit for all but the calls whose request is a stream by these encoded descriptors.
    ///
    /// # Errors
    /// When they are no descriptors.
    pub(super) fn new(longest: Duration, descriptors: &[u8]) -> Result<Self, prost::DecodeError> {
        Ok(Self { longest, uploads: streamed_requests(descriptors)? })
    }

    /// Waits for the answer to begin, and gives it up when that takes too long.
    pub(super) async fn hold(
        &self,
        request: Request,
        answer: impl AsyncFnOnce(Request) -> Response,
    ) -> Response {
        if self.uploads.contains(request.uri().path()) {
            return answer(request).await;
        }
        let stated = deadline::stated(request.headers());
        match tokio::time::timeout(self.longest, deadline::during(stated, answer(request))).await {
            Ok(answer) => answer,
            Err(_) => Status::from(Refusal::Late).into_http(),
        }
    }
}

/// The paths of the calls whose request is a stream by these encoded descriptors.
///
/// # Errors
/// When they are no descriptors.
pub fn streamed_requests(descriptors: &[u8]) -> Result<HashSet<String>, prost::DecodeError> {
    paths(descriptors, MethodDescriptorProto::client_streaming)
}

/// The paths of the calls that are such by these encoded descriptors.
///
/// # Errors
/// When they are no descriptors.
pub(super) fn paths(
    descriptors: &[u8],
    such: impl Fn(&MethodDescriptorProto) -> bool,
) -> Result<HashSet<String>, prost::DecodeError> {
    let files = FileDescriptorSet::decode(descriptors)?.file;
    let mut paths = HashSet::new();
    for file in &files {
        for service in &file.service {
            let chosen = service.method.iter().filter(|method| such(method));
            let path = |method: &str| format!("/{}.{}/{method}", file.package(), service.name());
            paths.extend(chosen.map(|method| path(method.name())));
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::future::pending;

    use axum::body::Body;
    use axum::response::IntoResponse as _;
    use tokio::time::{Instant, timeout};

    use super::*;

    const LONGEST: Duration = Duration::from_secs(60);

    fn limit() -> Limit {
        Limit::new(LONGEST, wire::FILE_DESCRIPTOR_SET).unwrap()
    }

    /// The answer of a service that takes so long, and how long it took; time is the test's.
    async fn call(path: &str, takes: Duration) -> (Response, Duration) {
        let begun = Instant::now();
        let request = Request::post(path).body(Body::empty()).unwrap();
        let answer = async |_| {
            let _ = timeout(takes, pending::<()>()).await;
            ().into_response()
        };
        (limit().hold(request, answer).await, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_whose_answer_does_not_begin_in_time_is_given_up() {
        let (answer, took) = call("/safeguard.v1.EducationService/ReportClue", LONGEST * 5).await;
        assert!(took >= LONGEST && took < LONGEST * 2, "{took:?}");
        let told = Status::from_header_map(answer.headers()).unwrap();
        assert_eq!(told.code(), tonic::Code::DeadlineExceeded);
        let (answer, _) = call("/safeguard.v1.EducationService/ReportClue", LONGEST / 2).await;
        assert!(Status::from_header_map(answer.headers()).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_upload_has_the_time_its_service_gives_it() {
        let (answer, took) = call("/safeguard.v1.EducationService/UploadPaper", LONGEST * 4).await;
        assert!(took >= LONGEST * 4, "{took:?}");
        assert!(answer.status().is_success() && Status::from_header_map(answer.headers()).is_none());
    }

    #[test]
    fn the_calls_without_the_limit_are_those_that_stream_their_request() {
        let limit = limit();
        let mut exempt: Vec<&str> = limit.uploads.iter().map(String::as_str).collect();
        exempt.sort_unstable();
        // Each has limits of its own: an import and a paper for the whole upload, a member for its first word, a bulk
        // intake for its silence.
        assert_eq!(
            exempt,
            [
                "/safeguard.v1.CampaignService/ReportDispatches",
                "/safeguard.v1.CampaignService/ReportStaffCounts",
                "/safeguard.v1.DirectoryService/ImportInstitutions",
                "/safeguard.v1.EducationService/ImportClues",
                "/safeguard.v1.EducationService/UploadPaper",
                "/safeguard.v1.GroupsService/Consume",
                "/safeguard.v1.HazardService/WorkHazards",
                "/safeguard.v1.InspectionService/ReportInspections",
                "/safeguard.v1.InspectionService/SignInspections",
                "/safeguard.v1.KeysService/HoldKeys",
            ]
        );
    }
}
