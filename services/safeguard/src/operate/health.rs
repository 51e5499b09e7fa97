//! `health`: asks a process of the hub once whether it serves, as supervisors of containers and people do. Exit code 0 means
//! that it does, 3 that it does not answer, 1 that it answers and does not serve. Never here: deciding what healthy means.

use std::time::Duration;

use clap::Args;
use serde_json::json;
use tonic::transport::Endpoint;
use tonic::{Code, Request};
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::cli::desk::{DEFAULT_SERVER, address, innermost};
use crate::cli::failure::Failure;
use crate::cli::out::Out;
use crate::cli::secure::Secure;

/// How long the whole may take: less than supervisors wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is asked for.
#[derive(Args)]
pub(crate) struct Health {
    /// 只问一项，如前端的 police；不填即整个进程 | One entry, such as police of a front; the whole process when not given
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    service: String,
}

/// Asks once. Neither the session nor its file is looked at: a supervisor has none.
pub(crate) async fn run(out: &Out, a: &Health, server: Option<&str>, line: &Secure) -> Result<(), Failure> {
    let server = server.map_or_else(|| DEFAULT_SERVER.to_owned(), |given| address(given, line.wanted()));
    let away = |error: &(dyn std::error::Error + 'static)| Failure::Unreachable {
        server: server.clone(),
        cause: innermost(error),
        request: None,
    };
    let endpoint = Endpoint::from_shared(server.clone()).map_err(|error| away(&error))?;
    let endpoint = endpoint.connect_timeout(PATIENCE).timeout(PATIENCE);
    let endpoint = match line.line(&server)? {
        Some(secured) => endpoint.tls_config(secured).map_err(|error| away(&error))?,
        None => endpoint,
    };
    let channel = endpoint.connect().await.map_err(|error| away(&error))?;
    let asked = Request::new(HealthCheckRequest { service: a.service.clone() });
    let serves = match HealthClient::new(channel).check(asked).await {
        Ok(answer) => answer.into_inner().status == ServingStatus::Serving as i32,
        Err(status) if status.code() == Code::NotFound => return Err(unknown(&a.service)),
        Err(status) => return Err(away(&status)),
    };
    match (serves, out.json) {
        (true, true) => out.object(&json!({ "serving": true, "service": a.service })),
        (true, false) => out.line(out.either("正常服务", "serving")),
        (false, _) => {
            Err(Failure::plain(format!("{server} 暂不服务。"), format!("{server} does not serve now.")))
        }
    }
}

fn unknown(service: &str) -> Failure {
    Failure::plain(
        format!("那里没有名为“{service}”的一项。"),
        format!("there is no entry {service:?} there."),
    )
}
