//! Imports: good rows go in, bad rows are told by line and field.

use serde_json::Value;

use crate::program::{County, complained, said};

const HEADER: &str = "credit_code,name,kind,division,address,lead\n";
const GOOD: &str =
    "91430421MA4L0J5Q2X,衡阳县某培训学校有限公司,subject-training,430421,湖南省衡阳县西渡镇1号,EDU\n";

/// A row of the committed sample that is good.
fn good() -> String {
    let sample = include_str!("../../../../deploy/samples/institutions.csv");
    sample.lines().nth(1).map_or_else(|| GOOD.to_owned(), |line| format!("{line}\n"))
}

#[test]
fn an_import_takes_the_good_rows_and_names_the_bad_ones() {
    let county = County::open();
    let file = county.folder.path().join("schools.csv");
    std::fs::write(&file, format!("{HEADER}{}91430421MA4L0J5Q2Y,坏,primary,999999,,EDU\n", good())).unwrap();
    let file = file.to_str().unwrap();

    let dry = county.admin.run(&["--lang", "en", "institution", "import", file, "--dry-run"]);
    assert!(
        dry.status.success() && said(&dry).contains("1 importable"),
        "{}{}",
        said(&dry),
        complained(&dry)
    );
    let done = county.admin.run(&["institution", "import", file]);
    assert!(done.status.success(), "{}", complained(&done));
    let told = said(&done);
    assert!(told.contains("导入 1 条") && told.contains("错误 1 条") && told.contains("division"), "{told}");

    let strict = county.admin.run(&["--json", "institution", "import", file, "--strict"]);
    assert_eq!(strict.status.code(), Some(2));
    let lines: Vec<Value> = said(&strict).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["done"]["figures"]["repeated"], "1");
    assert!(lines.iter().any(|line| line["bad_row"]["line"] == "3"));
    assert_eq!(county.admin.ask(&["institution", "list"])["institutions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_whose_ending_tells_nothing_needs_its_format() {
    let county = County::open();
    let file = county.folder.path().join("schools.txt");
    std::fs::write(&file, HEADER).unwrap();
    let unknown = county.admin.run(&["institution", "import", file.to_str().unwrap()]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(complained(&unknown).contains("--format csv"), "{}", complained(&unknown));
}
