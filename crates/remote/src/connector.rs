//! The transport: plain blocking HTTP, each request on a thread of the runtime's pool.
//!
//! The store library's own client brings an asynchronous HTTP stack and a C library for TLS that would take longer to
//! build than the rest of this program; a tape asks for a handful of ranges, for which threads do.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use ureq::Agent;

use crate::Meter;

const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(30);
/// For a whole request, body included: 64 MiB at half a megabyte a second.
const WHOLE: Duration = Duration::from_mins(2);
/// No range of a tape is larger; a body beyond it is not what was asked for.
const MOST_BYTES: u64 = 4 << 30;

/// Makes clients that count into one meter.
#[derive(Debug)]
pub(crate) struct Connector(pub(crate) Arc<Meter>);

#[derive(Debug)]
struct Service {
    agent: Agent,
    meter: Arc<Meter>,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_global(Some(WHOLE))
            .user_agent("stormproof")
            .build();
        Ok(HttpClient::new(Service {
            agent: config.into(),
            meter: Arc::clone(&self.0),
        }))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (agent, meter) = (self.agent.clone(), Arc::clone(&self.meter));
        let answer = tokio::task::spawn_blocking(move || exchange(&agent, request, &meter));
        let joined = answer.await;
        joined.map_err(|e| HttpError::new(HttpErrorKind::Unknown, e))?
    }
}

fn exchange(agent: &Agent, request: HttpRequest, meter: &Meter) -> Result<HttpResponse, HttpError> {
    let (parts, body) = request.into_parts();
    // What the library sends with a body (a token request) is one piece.
    let answer = match body.as_bytes().filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => agent.run(ureq::http::Request::from_parts(parts, &bytes[..])),
        None => agent.run(ureq::http::Request::from_parts(parts, ())),
    };
    let (parts, mut body) = answer.map_err(failed)?.into_parts();
    let mut bytes = Vec::new();
    let read = body
        .with_config()
        .limit(MOST_BYTES)
        .reader()
        .read_to_end(&mut bytes);
    meter.requests.fetch_add(1, Ordering::Relaxed);
    meter.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    read.map_err(|e| HttpError::new(HttpErrorKind::Interrupted, e))?;
    Ok(HttpResponse::from_parts(parts, bytes.into()))
}

/// Which failures are worth another try is the library's to decide, by kind.
fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(source) if source.kind() == std::io::ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
