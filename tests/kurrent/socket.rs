//! A node's socket: accepting connections, serving HTTP/1.1 and HTTP/2 on them, and dying.
//! Must never be here: what is answered.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, AUTHORIZATION};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::ask::Ask;
use super::reply::Dropped;
use super::route;
use super::seat::Seat;
use super::state::{Heard, Whole};

/// Accepts until the node dies. The port is closed when this returns.
pub async fn accept(listener: TcpListener, seat: Arc<Seat>, tls: Option<TlsAcceptor>) {
    let mut living = seat.living.subscribe();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let (seat, tls) = (Arc::clone(&seat), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => connection(stream, seat).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                connection(stream, seat).await;
                            }
                        }
                    }
                });
            }
            _ = living.wait_for(|living| !living) => return,
        }
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, seat: Arc<Seat>) {
    let mut living = seat.living.subscribe();
    let service = service_fn(move |request| answer(Arc::clone(&seat), request));
    let builder = auto::Builder::new(TokioExecutor::new());
    tokio::select! {
        // It ends when the client goes away, or with the one that was dropped on purpose.
        _ = builder.serve_connection(TokioIo::new(stream), service) => {}
        _ = living.wait_for(|living| !living) => {}
    }
}

async fn answer(seat: Arc<Seat>, request: Request<Incoming>) -> Result<Response<Whole>, Dropped> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let ask = Ask::of(Request::from_parts(head, body), seat.state.shape.spelling);
    let heard = Heard {
        node: seat.index,
        method: ask.method.to_string(),
        target: ask.target.clone(),
        expected: ask.own("ExpectedVersion").map(str::to_owned),
        long_poll: ask.own("LongPoll").map(str::to_owned),
        require_leader: ask.require_leader().is_ok_and(|required| required),
        accept: ask.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).map(str::to_owned),
        credentials: ask.headers.contains_key(AUTHORIZATION),
    };
    seat.state.heard.lock().unwrap().push(heard);
    let reply = route::serve(&seat, &ask).await?;
    let silent = seat.state.faults().silent;
    Ok(if silent { reply.silenced().0 } else { reply.0 })
}
