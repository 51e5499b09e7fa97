//! Papers that a request names: each must have been uploaded before, and the store knows its true size. Never
//! here: uploading or reading papers.

use std::collections::HashMap;
use std::time::Duration;

use domain::paper::{Hash, Paper};
use hub::Hub;
use hub::papers::PaperError;
use tonic::metadata::MetadataMap;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::PaperRef;
use wire::violations::Violations;

/// Papers looked up at most: as many as a request may name.
const PAPERS: usize = 50;

/// What the store knows of the papers of a request.
pub(super) struct Attached {
    sizes: HashMap<Hash, u64>,
}

impl Attached {
    /// Asks the store, for a known caller; hashes that are none are left for the shape of the request to
    /// name.
    ///
    /// # Errors
    /// `Identity`; `LogDown` when the store cannot be read.
    pub(super) async fn find(
        hub: &Hub,
        metadata: &MetadataMap,
        papers: &[PaperRef],
    ) -> Result<Self, Refusal> {
        hub.caller(metadata)?;
        let mut sizes = HashMap::new();
        for paper in papers.iter().take(PAPERS) {
            let Ok(hash) = paper.hash.parse::<Hash>() else { continue };
            match hub.papers.receipt(&hash).await {
                Ok(receipt) => {
                    sizes.insert(hash, receipt.size);
                }
                Err(PaperError::Missing { .. }) => {}
                Err(error) => {
                    tracing::error!(%error, "the store of papers does not answer");
                    return Err(Refusal::LogDown { retry_after: Duration::from_secs(2) });
                }
            }
        }
        Ok(Self { sizes })
    }

    /// The paper of a field that must be there.
    pub(super) fn paper(
        &self,
        field: &str,
        paper: Option<&PaperRef>,
        faults: &mut Violations,
    ) -> Option<Paper> {
        let paper = faults.paper(field, paper)?;
        self.sound(field, paper, faults)
    }

    /// The papers of a field.
    pub(super) fn papers(
        &self,
        field: &str,
        papers: &[PaperRef],
        faults: &mut Violations,
    ) -> Option<Vec<Paper>> {
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
