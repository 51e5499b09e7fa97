//! Papers that a request names: each must have been uploaded before, and the store knows its true size.
//! Never here: uploading or reading papers.

use std::collections::HashMap;

use domain::paper::{Hash, Paper};
use hub::Hub;
use hub::papers::PaperError;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::PaperRef;
use wire::violations::Violations;

/// Papers looked up at most: as many as a request may name.
const PAPERS: usize = 50;

/// What the store knows of the papers of a request.
pub(crate) struct Attached {
    sizes: HashMap<Hash, u64>,
}

impl Attached {
    /// Asks the store; hashes that are none are left for the shape of the request to name.
    ///
    /// # Errors
    /// `LogDown` when the store cannot be read.
    pub(crate) async fn find(hub: &Hub, papers: &[PaperRef]) -> Result<Self, Refusal> {
        let mut sizes = HashMap::new();
        for paper in papers.iter().take(PAPERS) {
            let Ok(hash) = paper.hash.parse::<Hash>() else { continue };
            match hub.papers.receipt(&hash).await {
                Ok(receipt) => {
                    sizes.insert(hash, receipt.size);
                }
                Err(PaperError::Missing { .. }) => {}
                Err(error) => return Err(refused(&error)),
            }
        }
        Ok(Self { sizes })
    }

    /// The papers of a field: parsed, uploaded, and with their true size.
    pub(crate) fn papers(
        &self,
        field: &str,
        papers: &[PaperRef],
        look: &mut Violations,
    ) -> Option<Vec<Paper>> {
        let parsed = look.papers(field, papers, 0)?;
        let mut sound = Vec::new();
        for (place, paper) in parsed.into_iter().enumerate() {
            match self.sizes.get(&paper.hash).copied() {
                None => look.add(&format!("{field}[{place}].hash"), &Flaw::new("NOT_UPLOADED")),
                Some(size) if paper.size != 0 && paper.size != size => {
                    let flaw = Flaw::new("OUT_OF_RANGE").with("min", size).with("max", size);
                    look.add(&format!("{field}[{place}].size"), &flaw);
                }
                Some(size) => sound.push(Paper { size, ..paper }),
            }
        }
        (sound.len() == papers.len()).then_some(sound)
    }
}

fn refused(error: &PaperError) -> Refusal {
    tracing::error!(%error, "the store of papers does not answer");
    Refusal::LogDown { retry_after: std::time::Duration::from_secs(2) }
}
