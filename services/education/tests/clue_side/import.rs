//! Import: bad records are named by line and field, good ones are recorded, repeated ones change nothing.

use tokio_stream::iter;
use uuid::Uuid;
use wire::v1::import_clues_request::Part;
use wire::v1::import_clues_response::News;
use wire::v1::{
    ImportBadRow, ImportCluesRequest, ImportFormat, ImportOptions, ImportProgress, ImportSummary,
    ListCluesRequest,
};

use crate::scene::{AUDITOR, CLERK, CREDIT, SUPERIOR, Scene, scene};

async fn import(
    scene: &mut Scene,
    format: ImportFormat,
    bytes: &[u8],
    dry_run: bool,
) -> (Vec<ImportBadRow>, ImportSummary) {
    import_by(scene, CLERK, format, bytes, dry_run).await
}

async fn import_by(
    scene: &mut Scene,
    officer: &str,
    format: ImportFormat,
    bytes: &[u8],
    dry_run: bool,
) -> (Vec<ImportBadRow>, ImportSummary) {
    let options = ImportOptions {
        request_id: Uuid::now_v7().to_string(),
        format: format as i32,
        file_name: "clues".to_owned(),
        dry_run,
    };
    let mut parts = vec![ImportCluesRequest { part: Some(Part::Options(options)) }];
    // Pieces cut anywhere, also within a character.
    parts.extend(bytes.chunks(7).map(|chunk| ImportCluesRequest { part: Some(Part::Chunk(chunk.to_vec())) }));
    let request = scene.by(officer, iter(parts));
    let mut answers = scene.client.import_clues(request).await.unwrap().into_inner();
    let (mut bad, mut done) = (Vec::new(), None);
    while let Some(answer) = answers.message().await.unwrap() {
        match answer.news.unwrap() {
            News::BadRow(row) => bad.push(row),
            News::Progress(_) => {}
            News::Done(summary) => done = Some(summary),
        }
    }
    bad.sort_by_key(|row| (row.line, row.field.clone()));
    (bad, done.unwrap())
}

fn line(source: &str, extra: &str) -> String {
    format!(
        r#"{{"source":"{source}","channel":"phone","category":"fee-fraud","urgency":"U3","division":"430405","received_at":"2026-11-02T10:00:00+08:00","narrative":"收费后停课","institution":"{CREDIT}","reporter":{{"anonymous":{{}}}}{extra}}}"#
    )
}

fn figures(read: u64, imported: u64, repeated: u64, bad: u64) -> Option<ImportProgress> {
    Some(ImportProgress { read, imported, repeated, bad })
}

#[tokio::test]
async fn bad_lines_are_named_and_good_ones_recorded_however_often_the_file_comes() {
    let mut scene = scene().await;
    let person = r#","persons":[{"part":"victim","name":"小雨","id_number":"43040520130505001X"}]"#;
    let mut bytes = [
        line("a:1", ""),
        line("a:1", ""),
        line("a:2", person).replace("430405", "430499"),
        String::new(),
        line("a:3", "").replace("fee-fraud", "tax"),
        line("a:4", r#","harm":["injury"]"#),
        "{\"source\":".to_owned(),
    ]
    .join("\n")
    .into_bytes();
    bytes.extend_from_slice(b"\n{\"note\":\"\xC0\xCF\"}\n");
    let (bad, done) = import(&mut scene, ImportFormat::JsonLines, &bytes, false).await;
    let named: Vec<(u64, &str)> = bad.iter().map(|row| (row.line, row.field.as_str())).collect();
    assert_eq!(named, [(3, "division"), (3, "persons[0].id_number"), (5, "category"), (7, ""), (8, "")]);
    assert!(bad.iter().all(|row| !row.reason_zh.is_empty() && !row.reason_en.is_empty()));
    assert_eq!(done.figures, figures(7, 2, 1, 4));
    let (_, again) = import(&mut scene, ImportFormat::JsonLines, &bytes, false).await;
    assert_eq!(again.figures, figures(7, 0, 3, 4));
    let request = ListCluesRequest { consistency_token: done.consistency_token, ..Default::default() };
    let listed = scene.client.list_clues(scene.by(CLERK, request)).await.unwrap().into_inner();
    assert_eq!(listed.clues.len(), 2);
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_records_nothing() {
    let mut scene = scene().await;
    let bytes = [line("a:1", ""), line("a:2", "").replace("phone", "fax")].join("\n");
    let head = scene.hub.log.head().await.unwrap();
    let (bad, done) = import(&mut scene, ImportFormat::JsonLines, bytes.as_bytes(), true).await;
    assert_eq!((bad.len(), done.figures, done.dry_run), (1, figures(2, 1, 0, 1), true));
    assert_eq!(scene.hub.log.head().await.unwrap(), head);
}

#[tokio::test]
async fn a_csv_names_people_by_paths_and_a_record_without_source_is_known_by_its_content() {
    let mut scene = scene().await;
    let bytes = "\u{FEFF}channel,category,urgency,division,received_at,narrative,reporter.named.name,persons[0].part,persons[0].name,persons[0].minor\n\
        walk-in,food,U2,430405,2026-11-02 10:00:00,\"食堂饭菜\n有异味\",王芳,witness,不详,\n\
        walk-in,food,U2,430405,2026-11-02 10:00:00,\"食堂饭菜\n有异味\",王芳,witness,不详,\n\
        walk-in,food,U2,430405,2026-13-02 10:00:00,x,王芳,pupil,不详,\r\n";
    let (bad, done) = import(&mut scene, ImportFormat::Csv, bytes.as_bytes(), false).await;
    let named: Vec<(u64, &str)> = bad.iter().map(|row| (row.line, row.field.as_str())).collect();
    assert_eq!(named, [(6, "persons[0].part"), (6, "received_at")]);
    assert_eq!(done.figures, figures(3, 1, 1, 1));
}

#[tokio::test]
async fn a_source_with_other_content_is_a_bad_row_and_on_another_day_another_clue() {
    let mut scene = scene().await;
    let other = line("a:1", r#","minor":"under14","harm":["injury"]"#);
    let later = line("a:1", "").replace("2026-11-02", "2026-11-03");
    let bytes = [line("a:1", ""), other, line("a:1", "").replace("停课", "关门"), later].join("\n");
    for imported in [2, 0] {
        let (bad, done) = import(&mut scene, ImportFormat::JsonLines, bytes.as_bytes(), false).await;
        let named: Vec<(u64, &str)> = bad.iter().map(|row| (row.line, row.field.as_str())).collect();
        assert_eq!(named, [(2, "source"), (3, "source")]);
        assert!(bad.iter().all(|row| row.reason_en.contains("CL-430405-20261102")), "{bad:?}");
        assert_eq!(done.figures, figures(4, imported, 2 - imported, 2));
    }
    let (bad, done) = import(&mut scene, ImportFormat::JsonLines, bytes.as_bytes(), true).await;
    assert_eq!((bad.len(), done.figures), (2, figures(4, 0, 2, 2)));
}

#[tokio::test]
async fn a_file_imported_again_by_somebody_else_records_nothing() {
    let mut scene = scene().await;
    let sourceless = line("", "").replace(r#""source":"","#, "");
    let bytes = [line("a:1", ""), sourceless].join("\n");
    for (officer, expected) in [(CLERK, figures(2, 2, 0, 0)), (SUPERIOR, figures(2, 0, 2, 0))] {
        let (_, done) =
            import_by(&mut scene, officer, ImportFormat::JsonLines, bytes.as_bytes(), false).await;
        assert_eq!(done.figures, expected, "{officer}");
    }
}

#[tokio::test]
async fn who_may_not_report_is_refused_before_sending_anything() {
    let mut scene = scene().await;
    let request = scene.by(AUDITOR, tokio_stream::pending());
    let refused = tokio::time::timeout(std::time::Duration::from_secs(5), scene.client.import_clues(request));
    assert_eq!(refused.await.unwrap().unwrap_err().code(), tonic::Code::PermissionDenied);
}
