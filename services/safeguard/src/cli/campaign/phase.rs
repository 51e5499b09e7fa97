//! Phases as people type them, and as they read them. Never here: what a phase asks for.

use domain::campaign::PhaseKind;
use jiff::civil::Date;
use wire::{Lang, v1};

use crate::cli::words::{either, word};

/// Reads `KIND=FROM..TO[,counties=1/2][,institutions=1/10]`.
pub(super) fn phase(text: &str) -> Result<v1::CampaignPhase, String> {
    let wrong = || {
        "请写成 city-spot-check=2023-11-20..2023-12-10[,counties=1/2][,institutions=1/10] | write \
         city-spot-check=2023-11-20..2023-12-10[,counties=1/2][,institutions=1/10]"
            .to_owned()
    };
    let (kind, rest) = text.split_once('=').ok_or_else(wrong)?;
    let mut parts = rest.split(',').map(str::trim);
    let (opens, closes) = parts.next().and_then(|days| days.split_once("..")).ok_or_else(wrong)?;
    let day = |text: &str| text.trim().parse::<Date>().map(|day| day.to_string()).map_err(|_| wrong());
    let mut phase = v1::CampaignPhase {
        kind: either::<PhaseKind>(kind.trim()).ok_or_else(wrong)?,
        opens: day(opens)?,
        closes: day(closes)?,
        ..v1::CampaignPhase::default()
    };
    for part in parts {
        let (whole, share) = part.split_once('=').ok_or_else(wrong)?;
        let (part, of) = share.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse().map_err(|_| wrong());
        let share = Some(v1::Share { part: number(part)?, of: number(of)? });
        match whole.trim() {
            "counties" => phase.counties = share,
            "institutions" => phase.institutions = share,
            _ => return Err(wrong()),
        }
    }
    Ok(phase)
}

/// A phase in one line.
pub(super) fn shown(lang: Lang, phase: &v1::CampaignPhase) -> String {
    let share = |zh, en, share: Option<v1::Share>| match (share, lang) {
        (None, _) => String::new(),
        (Some(v1::Share { part, of }), Lang::Zh) => format!(" {zh} {part}/{of}"),
        (Some(v1::Share { part, of }), Lang::En) => format!(" {en} {part}/{of}"),
    };
    let (opens, closes) = (&phase.opens, &phase.closes);
    let kind = word::<PhaseKind>(lang, phase.kind);
    let counties = share("区县", "counties", phase.counties);
    format!("{kind} {opens}..{closes}{counties}{}", share("机构", "institutions", phase.institutions))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_phase_is_a_window_with_or_without_shares() {
        let text = "city-spot-check=2023-11-20..2023-12-10,counties=1/2,institutions=1/10";
        let phase = phase(text).unwrap();
        assert_eq!((phase.counties.unwrap().of, phase.institutions.unwrap().of), (2, 10));
        assert!(shown(Lang::En, &phase).ends_with("2023-11-20..2023-12-10 counties 1/2 institutions 1/10"));
        for bad in ["look-back", "look-back=2023-11-20", "nap=2023-11-20..2023-12-10", "look-back=a..b"] {
            assert!(super::phase(bad).unwrap_err().contains(" | "), "{bad}");
        }
    }
}
