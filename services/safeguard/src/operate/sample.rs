//! `sample`: import files as a county would have them. Never here: how they are made up.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// How many, of what seed.
#[derive(Args)]
pub(crate) struct Sample {
    /// 种子；同样的参数得到同样的文件 | The seed: the same arguments give the same bytes
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// 机构数 | Institutions
    #[arg(long, default_value_t = 200, value_name = "N")]
    institutions: usize,
    /// 线索数 | Clues
    #[arg(long, default_value_t = 500, value_name = "N")]
    clues: usize,
    /// 接报日期 | The day the clues came in
    #[arg(long, default_value_t = crate::sample::BASE, value_name = "DATE")]
    base: Date,
    /// 输出目录 | The folder to write into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the samples.
pub(crate) fn run(out: &Out, a: &Sample) -> Result<(), Failure> {
    let tally = crate::sample::write(&a.out, a.seed, a.institutions, a.clues, a.base)?;
    match out.json {
        true => out.object(&tally),
        false => out.line(format!(
            "{} {}",
            out.either(
                "已写入 institutions.csv、clues.jsonl、tally.json：",
                "institutions.csv, clues.jsonl and tally.json are in"
            ),
            a.out.display()
        )),
    }
}
