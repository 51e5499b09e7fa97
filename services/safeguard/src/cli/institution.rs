//! Institutions: schools, kindergartens, training institutions. And the divisions they lie in.
//! Never here: what is suspected about any.

use clap::{Args, Subcommand};
use domain::actor::{Agency, Level};
use domain::institution::InstitutionKind;
use wire::v1;

use super::desk::{Desk, ask, command};
use super::failure::Failure;
use super::import;
use super::order::{Order, Page, Which};
use super::out::{Heads, cells};
use super::show::agency;
use super::words::{one_of, word};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Institution {
    /// 登记机构 | Register an institution
    Register(Register),
    /// 批量导入（CSV 或 JSON Lines） | Import many from CSV or JSON Lines
    Import(import::Import),
    /// 查看机构（编号或统一社会信用代码） | Show one, by id or credit code
    Show(Which),
    /// 机构列表 | List institutions
    List(List),
}

/// The commands about divisions.
#[derive(Subcommand)]
pub(crate) enum Division {
    /// 行政区划列表 | List divisions
    List(Divisions),
}

/// A new institution.
#[derive(Args)]
pub(crate) struct Register {
    /// 统一社会信用代码，18 位 | Credit code, 18 characters
    credit_code: String,
    /// 名称 | Name
    #[arg(long)]
    name: String,
    /// 类型 | Kind
    #[arg(long, value_parser = one_of::<InstitutionKind>())]
    kind: i32,
    /// 区划代码 | Division
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 地址 | Address
    #[arg(long, default_value = "", hide_default_value = true)]
    address: String,
    /// 主管部门 | Leading agency
    #[arg(long, value_parser = one_of::<Agency>())]
    lead: i32,
    #[command(flatten)]
    order: Order,
}

/// Which institutions.
#[derive(Args)]
pub(crate) struct List {
    /// 地区及下级 | Division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 类型 | Kind
    #[arg(long, value_parser = one_of::<InstitutionKind>())]
    kind: Option<i32>,
    /// 名称中含有 | Names that contain this
    #[arg(long, default_value = "", hide_default_value = true)]
    text: String,
    #[command(flatten)]
    page: Page,
}

/// Which divisions.
#[derive(Args)]
pub(crate) struct Divisions {
    /// 上级区划；不填即各省 | The division above; the provinces when not given
    #[arg(default_value = "", hide_default_value = true)]
    parent: String,
    /// 某日有效的区划，YYYY-MM-DD | As in force on this date, YYYY-MM-DD
    #[arg(long, default_value = "", hide_default_value = true, value_name = "DATE")]
    on: String,
    #[command(flatten)]
    page: Page,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Institution) -> Result<(), Failure> {
    match asked {
        Institution::Register(Register { credit_code, name, kind, division, address, lead, order }) => {
            command!(
                desk,
                directory.register_institution,
                order,
                RegisterInstitutionRequest { credit_code, name, kind, division, address, lead }
            )
        }
        Institution::Import(a) => import::institutions(desk, &a).await,
        Institution::Show(a) => show(desk, a.id).await,
        Institution::List(a) => list(desk, a).await,
    }
}

async fn show(desk: &Desk, institution: String) -> Result<(), Failure> {
    let request = v1::GetInstitutionRequest { consistency_token: desk.seen(), institution };
    let answer = ask!(desk, directory.get_institution(request))?;
    desk.out.answer(&answer, |out, answer| {
        let one = answer.institution.clone().unwrap_or_default();
        out.facts(&[
            ("编号", "id", one.id),
            ("统一社会信用代码", "credit code", one.credit_code),
            ("名称", "name", one.name),
            ("类型", "kind", word::<InstitutionKind>(out.lang, one.kind)),
            ("地区", "division", one.division),
            ("地址", "address", one.address),
            ("主管部门", "leading agency", agency(out, one.lead)),
        ])
    })
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("统一社会信用代码", "credit code"),
        ("名称", "name"),
        ("类型", "kind"),
        ("地区", "division"),
        ("主管部门", "leading agency"),
    ];
    let request = v1::ListInstitutionsRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        division: a.division,
        kind: a.kind.unwrap_or(0),
        text: a.text,
    };
    let answer = ask!(desk, directory.list_institutions(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.institutions.iter().map(|one| {
            cells([
                one.id.clone(),
                one.credit_code.clone(),
                one.name.clone(),
                word::<InstitutionKind>(out.lang, one.kind),
                one.division.clone(),
                agency(out, one.lead),
            ])
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

/// Lists divisions.
pub(crate) async fn divisions(desk: &Desk, asked: Division) -> Result<(), Failure> {
    const HEADS: Heads = &[("代码", "code"), ("名称", "name"), ("级别", "level"), ("上级", "parent")];
    let Division::List(a) = asked;
    let request = v1::ListDivisionsRequest {
        consistency_token: String::new(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        parent: a.parent,
        on_date: a.on,
    };
    let answer = ask!(desk, directory.list_divisions(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.divisions.iter().map(|one| {
            cells([
                one.code.clone(),
                one.name.clone(),
                word::<Level>(out.lang, one.level),
                one.parent.clone(),
            ])
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}
