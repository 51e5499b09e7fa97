//! Papers in and out: their bytes come and go in pieces and stand sealed in the store, under the subject of the
//! matter they were uploaded for. A paper belongs to a matter once an event of it names the hash, and only who
//! may read the matter's content may read it. Never here: what a paper means.
//!
//! A hash is no key: who sees only a matter's metadata sees the hashes of its papers. So a paper of another matter
//! is given out only when the unit that named it here is a party there too (`source`).

mod matter;
mod pieces;
mod source;

use std::pin::Pin;
use std::time::Duration;

use domain::class::Class;
use domain::ids::SubjectId;
use domain::paper::{Hash, PaperKind};
use futures::{Stream, StreamExt};
use hub::answer::Answer;
use hub::call::stream_of;
use hub::need::Looking;
use hub::papers::{MOST, PaperContent};
use hub::reads::Way;
use hub::seal::case_subject;
use hub::{Caller, refuse};
use tonic::{Request, Response, Status};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::upload_paper_request::Part;
use wire::v1::{
    DownloadPaperRequest, DownloadPaperResponse, UploadPaperOptions, UploadPaperRequest, UploadPaperResponse,
};
use wire::violations::Violations;

use crate::referrals::Referrals;
use matter::Matter;

/// The class of what stands in a paper.
const PAPER: Class = Class::Personal;
/// Bytes of one piece of an upload at most.
const PIECE: usize = 1024 * 1024;
/// How long an upload waits for its next piece.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest that an upload may take in all, with the wait for room.
const SLOWEST: Duration = Duration::from_secs(300);

/// The pieces of a paper on their way out.
pub type DownloadStream = Pin<Box<dyn Stream<Item = Result<DownloadPaperResponse, Status>> + Send>>;

impl Referrals {
    /// Takes the bytes of a paper: the options first, then pieces.
    pub async fn upload_paper<S>(&self, request: Request<S>) -> Answer<UploadPaperResponse>
    where
        S: Stream<Item = Result<UploadPaperRequest, Status>> + Send + Unpin,
    {
        let caller = self.hub.caller(request.metadata())?;
        let mut parts = request.into_inner();
        let subject = match next(&mut parts).await? {
            Some(Part::Options(options)) => self.subject(&caller, &options).await?,
            Some(Part::Chunk(_)) | None => return Err(out_of_order().into()),
        };
        let arrives = async {
            // Bounded, because every paper on its way in stands in memory.
            let place = self.uploads.acquire().await.map_err(|error| refuse::internal(&error))?;
            Ok::<_, Status>((place, gather(&mut parts).await?))
        };
        let (place, bytes) = tokio::time::timeout(SLOWEST, arrives).await.map_err(|_| Refusal::Late)??;
        let kept = self.hub.papers.put(&self.hub.keys, &subject, bytes).await.map_err(refuse::paper)?;
        drop(place);
        tracing::info!(target: "access", officer = %caller.actor.officer, %subject, hash = %kept.hash, "paper uploaded");
        Ok(Response::new(UploadPaperResponse { hash: kept.hash.to_string(), size: kept.size }))
    }

    /// Gives the bytes of a paper out in pieces. Each access is recorded.
    pub async fn download_paper(&self, request: Request<DownloadPaperRequest>) -> Answer<DownloadStream> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let matter = Matter::read("matter", &asked.matter, &mut look);
        let hash = look.id::<Hash>("hash", &asked.hash);
        let both = matter.zip(hash);
        let (matter, hash) = look.done(both)?;
        let stream = stream_of(&matter)?;
        let looking =
            Looking { actor: &caller.actor, stream: &stream, way: Way::Document, what: "DownloadPaper" };
        let (known, sight) = self.hub.look(&looking).await?;
        if !sight.sees(PAPER) {
            return Err(Refusal::Permission.into());
        }
        let named = matter.named(&self.hub, &hash).await?.ok_or(Refusal::Permission)?;
        let kept = self.hub.papers.receipt(&hash).await.map_err(refuse::paper)?;
        source::may_stand_here(&self.hub, &matter, (&named.by.id, &kept.subject)).await?;
        let content = self.hub.papers.get(&self.hub.keys, &hash).await.map_err(refuse::paper)?;
        self.hub.note_reading(&looking, &known, &sight, &[(PAPER, None)]).await?;
        match content {
            PaperContent::Bytes(bytes) => Ok(Response::new(Box::pin(pieces::of(&named.paper, bytes)))),
            PaperContent::Erased => Err(erased(&hash).into()),
        }
    }

    /// Under whose key a paper will stand, when the caller may add to the matter.
    async fn subject(&self, caller: &Caller, options: &UploadPaperOptions) -> Result<SubjectId, Refusal> {
        let mut look = Violations::new();
        let kind = look.chosen::<PaperKind>("options.kind", options.kind);
        if options.matter.trim().is_empty() {
            look.done(kind)?;
            return self.unreported(caller);
        }
        let matter = Matter::read("options.matter", &options.matter, &mut look);
        let matter = look.done(kind.and(matter))?;
        if !self.hub.sight_of(&caller.actor, &stream_of(&matter)?).await?.sees(PAPER) {
            return Err(Refusal::Permission);
        }
        case_subject(&matter.to_string()).map_err(|error| refuse::internal(&error))
    }

    /// A subject of its own for a paper whose matter is not written down yet: whoever may report a clue or a visit here
    /// may bring it.
    fn unreported(&self, caller: &Caller) -> Result<SubjectId, Refusal> {
        let own = caller.own();
        self.hub
            .allow(caller, "clue.report", &own)
            .or_else(|_| self.hub.allow(caller, "inspection.report", &own))?;
        case_subject(&source::unreported(&caller.actor.unit.id)).map_err(|error| refuse::internal(&error))
    }
}

/// The next part of an upload; none at its end.
async fn next<S>(parts: &mut S) -> Result<Option<Part>, Status>
where
    S: Stream<Item = Result<UploadPaperRequest, Status>> + Unpin,
{
    match tokio::time::timeout(PATIENCE, parts.next()).await {
        Ok(Some(Ok(request))) => request.part.map(Some).ok_or_else(|| out_of_order().into()),
        Ok(Some(Err(broken))) => Err(broken),
        Ok(None) => Ok(None),
        Err(_) => Err(Refusal::Late.into()),
    }
}

/// All pieces together, refused at the first that is too much.
async fn gather<S>(parts: &mut S) -> Result<Vec<u8>, Status>
where
    S: Stream<Item = Result<UploadPaperRequest, Status>> + Unpin,
{
    let mut bytes = Vec::new();
    while let Some(part) = next(parts).await? {
        let Part::Chunk(piece) = part else { return Err(out_of_order().into()) };
        if piece.len() > PIECE {
            return Err(Refusal::TooLarge { limit: PIECE as u64 }.into());
        }
        if (bytes.len() + piece.len()) as u64 > MOST {
            return Err(Refusal::TooLarge { limit: MOST }.into());
        }
        bytes.extend_from_slice(&piece);
    }
    if bytes.is_empty() {
        return Err(Refusal::shape("chunk", &Flaw::new("TEXT_EMPTY")).into());
    }
    Ok(bytes)
}

fn out_of_order() -> Refusal {
    Refusal::shape("part", &Flaw::new("ORDER_OF_PARTS"))
}

/// The key was destroyed: nobody can read it any more, and that is no fault.
fn erased(hash: &Hash) -> Refusal {
    let facts = [("hash".to_owned(), hash.to_string())];
    Refusal::Law { reason: "PAPER_ERASED".to_owned(), facts: facts.into() }
}
