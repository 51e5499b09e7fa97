//! Hostile cells, written and read back. Never here: an answer of the hub.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::io::{Cursor, Read};

use wire::Lang;
use zip::ZipArchive;

use super::{Field, Sheet, csv, xlsx};
use crate::cli::out::Heads;

const HEADS: Heads = &[("名称", "name"), ("代码", "code"), ("数量", "count"), ("日期", "day")];

const HOSTILE: [&str; 12] = [
    "=HYPERLINK(\"http://x\",\"点我\")",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "＠x",
    "a,\"b\"\r\nc",
    "<b>&amp;",
    "正常",
];

fn sheet() -> Sheet {
    let codes = ["430421", "1E5", "123456789012345678", "=cmd", "91430421MA4L0J5Q2X", "JI-430421-1"];
    let rows = HOSTILE.iter().zip(codes.iter().cycle()).map(|(text, code)| {
        vec![Field::text(*text), Field::code(*code), Field::count(7_u64), Field::day("2023-11-05")]
    });
    let empty = vec![Field::text(""), Field::code(""), Field::Count(None), Field::day("soon")];
    Sheet::new(HEADS, rows.chain([empty]))
}

#[test]
fn csv_is_marked_ends_lines_as_it_should_and_holds_no_formula() {
    let bytes = csv::bytes(&sheet(), Lang::Zh).unwrap();
    assert!(bytes.starts_with(b"\xEF\xBB\xBF\xE5\x90\x8D") && bytes.ends_with(b"\r\n"));
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[3..]);
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[0], ["名称", "代码", "数量", "日期"]);
    for row in &rows[1..] {
        for cell in row {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＠']), "{cell:?}");
            assert!(!cell.starts_with(['\t', '\r']), "{cell:?}");
        }
        assert!(row[1].parse::<f64>().is_err(), "a code is no number: {}", row[1]);
    }
    let names: Vec<&str> = rows[1..].iter().map(|row| row[0].trim_start_matches('\'')).collect();
    assert_eq!(names, HOSTILE.into_iter().chain([""]).collect::<Vec<_>>(), "and nothing is lost");
    assert_eq!((rows[1][2].as_str(), rows[1][3].as_str()), ("7", "2023-11-05"));
    assert_eq!((rows[13][2].as_str(), rows[13][3].as_str()), ("", ""), "not known is not zero");
}

/// One part of a workbook.
fn part(book: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut parts = ZipArchive::new(Cursor::new(book)).unwrap();
    let _ = parts.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn xlsx_holds_texts_as_texts_numbers_as_numbers_and_no_formula() {
    let book = xlsx::bytes(&sheet(), Lang::En).unwrap();
    let (page, texts) = (part(&book, "xl/worksheets/sheet1.xml"), part(&book, "xl/sharedStrings.xml"));
    assert!(!page.contains("<f>"), "no cell is a formula");
    for word in ["430421", "123456789012345678", "1E5", "=HYPERLINK", "＝1+1", "&lt;b&gt;&amp;amp;"] {
        assert!(texts.contains(word), "{word}: {texts}");
    }
    assert!(!page.contains("430421"), "codes stand among the texts");
    let cell = |name: &str| {
        let from = page.find(&format!("<c r=\"{name}\"")).unwrap();
        page[from..].split("</c>").next().unwrap().to_owned()
    };
    assert!(cell("B2").contains("t=\"s\"") && cell("A2").contains("t=\"s\""), "{page}");
    assert!(cell("C2").ends_with("<v>7</v>") && !cell("C2").contains("t=\"s\""));
    assert!(cell("D2").ends_with("<v>45235</v>"), "{}", cell("D2"));
    assert!(page.contains("state=\"frozen\"") && page.contains("ySplit=\"1\""), "the heads stay in sight");
}

#[test]
fn columns_are_as_wide_as_han_text_needs() {
    let wide = Sheet::new(&[("名", "n")], [vec![Field::text("湖南省衡阳市衡阳县西渡镇")]]);
    let page = part(&xlsx::bytes(&wide, Lang::Zh).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(page.contains("width=\"24.7"), "twelve Han letters are 24 wide: {page}");
}
