//! Papers that a request names: each must have been uploaded before, and the store knows its true size. Never
//! here: uploading or reading papers.

use std::collections::HashMap;

use domain::paper::{Hash, Paper};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::PaperRef;
use wire::violations::Violations;

use crate::papers::PaperError;
use crate::refuse;
use crate::shell::Hub;

/// Papers looked up at most: as many as a request may name.
const PAPERS: usize = 50;

/// What the store knows of the papers of a request.
pub struct Attached {
    sizes: HashMap<Hash, u64>,
}

impl Attached {
    /// Asks the store for the papers of a request, when its caller is known.
    ///
    /// # Errors
    /// `Identity`, or as [`Attached::find`].
    pub async fn of<R>(hub: &Hub, request: &Request<R>, papers: &[PaperRef]) -> Result<Self, Refusal> {
        hub.caller(request.metadata())?;
        Self::find(hub, papers).await
    }

    /// Asks the store, for a caller who is known; hashes that are none are left for the shape of the request
    /// to name.
    ///
    /// # Errors
    /// `LogDown` when the store cannot be read.
    pub async fn find(hub: &Hub, papers: &[PaperRef]) -> Result<Self, Refusal> {
        let mut sizes = HashMap::new();
        for paper in papers.iter().take(PAPERS) {
            let Ok(hash) = paper.hash.parse::<Hash>() else { continue };
            match hub.papers.receipt(&hash).await {
                Ok(receipt) => {
                    sizes.insert(hash, receipt.size);
                }
                Err(PaperError::Missing { .. }) => {}
                // Whatever is wrong with the store, nothing was done and it may be tried again.
                Err(error) => return Err(refuse::papers_down(&error)),
            }
        }
        Ok(Self { sizes })
    }

    /// The paper of a field that must be there.
    pub fn paper(&self, field: &str, paper: Option<&PaperRef>, faults: &mut Violations) -> Option<Paper> {
        let paper = faults.paper(field, paper)?;
        self.sound(field, paper, faults)
    }

    /// The papers of a field: parsed, uploaded, and with their true size.
    pub fn papers(&self, field: &str, papers: &[PaperRef], faults: &mut Violations) -> Option<Vec<Paper>> {
        let parsed = faults.papers(field, papers, 0)?;
        let sound: Vec<Option<Paper>> = parsed
            .into_iter()
            .enumerate()
            .map(|(place, paper)| self.sound(&format!("{field}[{place}]"), paper, faults))
            .collect();
        sound.into_iter().collect()
    }

    /// Uploaded, and with its true size.
    fn sound(&self, field: &str, paper: Paper, faults: &mut Violations) -> Option<Paper> {
        match self.sizes.get(&paper.hash).copied() {
            None => faults.add(&format!("{field}.hash"), &Flaw::new("NOT_UPLOADED")),
            Some(size) if paper.size != 0 && paper.size != size => {
                let flaw = Flaw::new("OUT_OF_RANGE").with("min", size).with("max", size);
                faults.add(&format!("{field}.size"), &flaw);
            }
            Some(size) => return Some(Paper { size, ..paper }),
        }
        None
    }
}
