//! One instance of every role, and two, each a process of its own over one log file and one key store, behind a front: what
//! they do together, and which of them the cores are spent on. Never here: what an instance does.

use std::path::Path;
use std::time::Duration;

use hub::config::{Config, Serving};

use crate::bench::Figures;
use crate::bench::crowd::{self, People};
use crate::bench::served::program;
use crate::house::{front_of, instance};
use crate::process::Process;

/// Measures the figures of `--only instances`.
///
/// # Errors
/// When a process cannot be started or a report is refused.
pub async fn measure(data: &Path, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let names: [[&'static str; 4]; 2] = [
        [
            "instances_1_per_s",
            "instances_1_education_cores",
            "instances_1_views_cores",
            "instances_1_front_cores",
        ],
        [
            "instances_2_per_s",
            "instances_2_education_cores",
            "instances_2_views_cores",
            "instances_2_front_cores",
        ],
    ];
    for (count, [per_s, education, views, front]) in (1..).zip(names) {
        let config = Config { data: data.join(count.to_string()), ..Config::default() };
        let people = crowd::enter(&instance(&config, Serving::Directory, 1)).await?;
        let told = house(&config, count, &people, load).await?;
        figures.keep(per_s, told.rate, "reports through the front, callers wait for their answers");
        figures.keep(education, told.education, "cores spent on deciding and appending");
        figures.keep(views, told.others, "cores spent on the other roles, which fold the same events");
        figures.keep(front, told.front, "cores spent on passing calls on");
    }
    Ok(())
}

struct Told {
    rate: f64,
    education: f64,
    others: f64,
    front: f64,
}

async fn house(config: &Config, count: usize, people: &People, load: Duration) -> anyhow::Result<Told> {
    let mut instances = Vec::new();
    for role in Serving::ALL {
        for number in 1..=count {
            instances.push(Process::start(program()?, instance(config, role, number))?);
        }
    }
    let served = instances.iter().map(|one| (&one.config.serve, one.config.grpc));
    let front = Process::start(program()?, front_of(config, served))?;
    let lines = crowd::lines(&front).await?;
    crowd::sustained(&lines, people, Duration::from_secs(2)).await?;
    let spent = |chosen: &dyn Fn(&Process) -> bool| -> anyhow::Result<f64> {
        instances.iter().filter(|one| chosen(one)).map(Process::spent).sum()
    };
    let educates = |one: &Process| one.config.serve.contains(&Serving::Education);
    let (education, others, passing) = (spent(&educates)?, spent(&|one| !educates(one))?, front.spent()?);
    let rate = crowd::sustained(&lines, people, load).await?;
    let seconds = load.as_secs_f64();
    Ok(Told {
        rate,
        education: (spent(&educates)? - education) / seconds,
        others: (spent(&|one| !educates(one))? - others) / seconds,
        front: (front.spent()? - passing) / seconds,
    })
}
