//! What remains after the story: accounts, the address and commands to try. Never here: the story.

use std::net::SocketAddr;
use std::path::Path;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use wire::Lang;
use wire::texts::word;

use crate::world::{Account, PASSWORD, World};

use super::screen::{End, Line, Screen};

/// Shows them.
pub(super) fn show(
    world: &World,
    screen: &Screen,
    (address, data): (SocketAddr, &Path),
) -> anyhow::Result<()> {
    if screen.is_json() {
        return screen.step(&Line {
            step: "hub.serving",
            end: End::Hub,
            state: "serving".to_owned(),
            zh: format!("平台在 {address} 上继续运行"),
            en: format!("The hub keeps serving on {address}"),
            ..Line::default()
        });
    }
    screen.heading("请试用", "Try it")?;
    screen.block(&accounts(world, screen.lang()))?;
    screen.note(
        &format!(
            "所有账号口令：{PASSWORD}（仅供演示）。平台地址：http://{address}，数据目录：{}",
            data.display()
        ),
        &format!(
            "Password of every account: {PASSWORD} (for trying only). Hub: http://{address}, data: {}",
            data.display()
        ),
    )?;
    screen.block(&commands(world, address))?;
    screen.note("按 Ctrl-C 停止。", "Ctrl-C stops it.")
}

fn accounts(world: &World, lang: Lang) -> String {
    let mut table = Table::new();
    let _ = table.load_style(UTF8_FULL_CONDENSED);
    let _ = table.set_header(match lang {
        Lang::Zh => ["账号", "单位", "岗位", "角色"],
        Lang::En => ["Account", "Unit", "Post", "Roles"],
    });
    let mut all: Vec<&Account> = world.officers.values().collect();
    all.sort_by_key(|account| (account.agency.code(), &account.unit, &account.id));
    for account in all {
        let roles: Vec<String> = account.roles.iter().map(|role| word(lang, "role", role.code())).collect();
        let post = match lang {
            Lang::Zh => &account.zh,
            Lang::En => &account.en,
        };
        let unit = world.unit_name(&account.unit);
        let _ = table.add_row([account.id.as_str(), unit, post, &roles.join(", ")]);
    }
    table.to_string()
}

fn commands(world: &World, address: SocketAddr) -> String {
    let id = |name: &str| world.officer(name).map(|account| account.id.clone()).unwrap_or_default();
    let (duty, clerk) = (id("430405.psb.duty1"), id("430405.edu.clerk1"));
    format!(
        "  safeguard --server http://{address} sign-in {duty}\n  safeguard queue watch\n  \
         safeguard --server http://{address} sign-in {clerk}\n  safeguard clue list\n"
    )
}
