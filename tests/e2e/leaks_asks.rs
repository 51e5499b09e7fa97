//! Every way to ask: all queries, streams and documents, and what is refused. Answers as the bytes that came. Never here:
//! what may be in them.

use prost::Message;
use safeguard::world::Desk;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Response, Status, Streaming};
use wire::v1;

use crate::acts::{HERE, ask, see, unit};
use crate::bare_wire::plug;
use crate::leaks_marks::Matter;
use crate::papers::download;
use crate::stage::{Stage, soon};

/// What came of one question: the bytes of the answer, or of the refusal.
pub struct Came {
    /// The call.
    pub call: &'static str,
    /// All that came over the wire.
    pub bytes: Vec<u8>,
    /// Whether it was a refusal: there a mark may never stand.
    pub refused: bool,
}

/// All that one officer is told.
#[derive(Default)]
pub struct Ears(pub Vec<Came>);

impl Ears {
    /// An answer, or a refusal.
    pub fn hear(&mut self, call: &'static str, answer: Result<impl Message, Status>) {
        match answer {
            Ok(message) => self.0.push(Came { call, bytes: message.encode_to_vec(), refused: false }),
            Err(status) => self.refuse(call, &status),
        }
    }

    fn refuse(&mut self, call: &'static str, status: &Status) {
        let mut bytes = format!("{status:?}").into_bytes();
        bytes.extend(status.details());
        self.0.push(Came { call, bytes, refused: true });
    }

    /// A stream, read until `last`.
    pub async fn follow<M: Message>(
        &mut self,
        call: &'static str,
        opened: Result<Response<Streaming<M>>, Status>,
        last: impl Fn(&M) -> bool,
    ) {
        let mut news = match opened {
            Ok(opened) => opened.into_inner(),
            Err(status) => return self.refuse(call, &status),
        };
        loop {
            match soon(call, news.message()).await {
                Ok(Some(told)) => {
                    let end = last(&told);
                    self.hear(call, Ok(told));
                    if end {
                        return;
                    }
                }
                Ok(None) => return,
                Err(status) => return self.refuse(call, &status),
            }
        }
    }
}

macro_rules! hear {
    ($ears:ident, $desk:ident, $service:ident.$method:ident, $request:ident { $($fields:tt)* }) => {
        $ears.hear(stringify!($method), see!($desk, $service.$method, "", $request { $($fields)* }))
    };
}

macro_rules! provoke {
    ($ears:ident, $desk:ident, $service:ident.$method:ident, $request:ident { $($fields:tt)* }) => {
        $ears.hear(stringify!($method), ask!($desk, $service.$method, $request { $($fields)* }))
    };
}

/// Asks about one matter, and asks for what must be refused.
pub async fn about(desk: &Desk, matter: &Matter, ears: &mut Ears) {
    let id = matter.id.as_str();
    hear!(ears, desk, education.get_clue, GetClueRequest { clue_id: id });
    hear!(ears, desk, education.get_referral, GetReferralRequest { referral_id: id });
    hear!(ears, desk, education.list_reverse_referrals, ListReverseReferralsRequest { reverse_id: id });
    hear!(ears, desk, police.get_queue_entry, GetQueueEntryRequest { matter: id });
    hear!(ears, desk, fire.get_fire_transfer, GetFireTransferRequest { clue_id: id });
    hear!(ears, desk, oversight.list_reads, ListReadsRequest { matter: id });
    let eyes = v1::Eyes { unit_id: unit("PSB", HERE), roles: Vec::new(), named: true };
    hear!(ears, desk, oversight.view_as, ViewAsRequest { matter: id, eyes: eyes });
    hear!(ears, desk, access.list_access, ListAccessRequest { matter: id });
    for hash in &matter.papers {
        match download(desk, id, hash).await {
            Ok((paper, bytes)) => {
                ears.hear("download_paper", Ok(paper));
                ears.0.push(Came { call: "download_paper", bytes, refused: false });
            }
            Err(status) => ears.refuse("download_paper", &status),
        }
    }
    // Faults of shape, and what the law or the policies refuse whoever asks.
    let ones = v1::Conclusion::Unsubstantiated;
    provoke!(ears, desk, education.reopen_clue, ReopenClueRequest { clue_id: id, reason: "核实" });
    provoke!(ears, desk, education.return_clue, ReturnClueRequest { clue_id: id, reason: "" });
    provoke!(ears, desk, education.merge_clue, MergeClueRequest { clue_id: id, into_clue_id: id });
    provoke!(ears, desk, education.confirm_merge, ConfirmMergeRequest { clue_id: id });
    provoke!(
        ears,
        desk,
        education.conclude_clue,
        ConcludeClueRequest { clue_id: id, result: ones, summary: "" }
    );
    provoke!(ears, desk, education.decide_fine, DecideFineRequest { clue_id: id, number: "x", fen: 1_u64 });
    provoke!(
        ears,
        desk,
        education.approve_referral,
        ApproveReferralRequest { referral_id: id, number: "蒸教〔2026〕9号" }
    );
    provoke!(ears, desk, education.accept_return, AcceptReturnRequest { referral_id: id });
    provoke!(ears, desk, police.sign_receipt, SignReceiptRequest { matter: id, receipt_number: "" });
    provoke!(ears, desk, police.file_case, FileCaseRequest { referral_id: id, number: "蒸公立〔2026〕9号" });
    provoke!(ears, desk, access.approve_access, ApproveAccessRequest { access_id: id });
    provoke!(
        ears,
        desk,
        access.review_access,
        ReviewAccessRequest { access_id: id, justified: true, findings: "" }
    );
}

/// Asks for everything there is.
pub async fn everything(stage: &Stage, desk: &Desk, ears: &mut Ears) {
    hear!(ears, desk, education.list_clues, ListCluesRequest { page_size: 500 });
    hear!(ears, desk, education.list_referrals, ListReferralsRequest { page_size: 500 });
    hear!(ears, desk, education.list_reverse_referrals, ListReverseReferralsRequest { page_size: 500 });
    hear!(ears, desk, education.list_clocks, ListClocksRequest { page_size: 500 });
    hear!(ears, desk, education.get_statistics, GetStatisticsRequest {});
    hear!(ears, desk, police.list_queue, ListQueueRequest { page_size: 500, include_claimed: true });
    hear!(ears, desk, police.get_queue_statistics, GetQueueStatisticsRequest {});
    hear!(ears, desk, fire.list_inbox, ListInboxRequest { page_size: 500, include_claimed: true });
    hear!(ears, desk, directory.list_officers, ListOfficersRequest { page_size: 500 });
    hear!(ears, desk, directory.list_units, ListUnitsRequest { page_size: 500 });
    hear!(ears, desk, directory.list_institutions, ListInstitutionsRequest { page_size: 500 });
    hear!(ears, desk, oversight.list_reads, ListReadsRequest { page_size: 500 });
    hear!(ears, desk, access.list_access, ListAccessRequest { page_size: 500 });
    let groups = desk.groups().list_groups(v1::ListGroupsRequest::default()).await;
    ears.hear("list_groups", groups.map(Response::into_inner));
    let who = desk.session().who_am_i(v1::WhoAmIRequest {}).await;
    ears.hear("who_am_i", who.map(Response::into_inner));
    let watched = v1::WatchQueueRequest { include_claimed: true, ..Default::default() };
    let done = |told: &v1::WatchQueueResponse| {
        matches!(told.news, Some(v1::watch_queue_response::News::SnapshotDone(_)))
    };
    ears.follow("watch_queue", desk.police().watch_queue(watched).await, done).await;
    let all = v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() };
    let caught_up =
        |told: &v1::SubscribeResponse| matches!(told.news, Some(v1::subscribe_response::News::CaughtUp(_)));
    ears.follow("subscribe", desk.streams().subscribe(all).await, caught_up).await;
    let snapshot = desk.streams().snapshot(v1::SnapshotRequest::default()).await;
    ears.follow("snapshot", snapshot, |_| false).await;
    sent_events(stage, desk, ears).await;
}

/// The HTTP face, read until it has told the history or refused.
async fn sent_events(stage: &Stage, desk: &Desk, ears: &mut Ears) {
    let token = &desk.account.token;
    let ask = format!(
        "GET /v1/events?from=beginning HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let mut plug = plug(stage).await;
    plug.write_all(ask.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let history = async {
        let mut piece = [0; 65_536];
        loop {
            let count = plug.read(&mut piece).await.unwrap();
            heard.extend_from_slice(&piece[..count]);
            let ends = |word: &[u8]| heard.windows(word.len()).rev().take(80_000).any(|seen| seen == word);
            if count == 0
                || ends(b"event: caught-up")
                || ends(b"\"reason\":") && !heard.starts_with(b"HTTP/1.1 200")
            {
                return;
            }
        }
    };
    soon("the history over HTTP", history).await;
    let refused = !heard.starts_with(b"HTTP/1.1 200");
    ears.0.push(Came { call: "/v1/events", bytes: heard, refused });
}
