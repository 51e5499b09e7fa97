//! Lists in pages: everything once, in the order of the ids. Never here: who may read the directory.

use tonic::{Response, Status};
use wire::v1::directory_service_server::DirectoryService;
use wire::{Refusal, v1};

use crate::house::{House, bearing, fresh};

/// Counties of one city, each with two units.
const COUNTIES: [&str; 5] = ["430405", "430406", "430407", "430408", "430412"];

async fn register(house: &House, admin: &str, agency: v1::Agency, division: &str) -> String {
    let id = format!("UN-{}-{division}", agency.as_str_name().trim_start_matches("AGENCY_"));
    let competence = v1::Competence { division: division.to_owned(), ..Default::default() };
    let asked = v1::RegisterUnitRequest {
        request_id: fresh(),
        unit_id: id.clone(),
        name: format!("单位{division}"),
        agency: agency.into(),
        level: v1::Level::County.into(),
        division: division.to_owned(),
        competence: vec![competence],
        ..Default::default()
    };
    let _ = house.directory.register_unit(bearing(admin, asked)).await.unwrap();
    id
}

async fn page(
    house: &House,
    admin: &str,
    asked: v1::ListUnitsRequest,
) -> Result<v1::ListUnitsResponse, Status> {
    house.directory.list_units(bearing(admin, asked)).await.map(Response::into_inner)
}

#[tokio::test]
async fn pages_show_every_unit_once_in_the_order_of_their_ids() {
    let (house, admin) = House::open().await;
    let mut expected = Vec::new();
    for county in COUNTIES {
        for agency in [v1::Agency::Education, v1::Agency::Police] {
            expected.push(register(&house, &admin, agency, county).await);
        }
    }
    expected.sort();
    for size in [1, 3, 10, 500] {
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let asked = v1::ListUnitsRequest {
                page_size: size,
                page_token,
                division: "430400".to_owned(),
                ..Default::default()
            };
            let answer = page(&house, &admin, asked).await.unwrap();
            assert!(answer.units.len() <= usize::try_from(size).unwrap());
            found.extend(answer.units.into_iter().map(|unit| unit.id));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, expected, "pages of {size}");
    }
    let police = v1::ListUnitsRequest {
        agency: v1::Agency::Police.into(),
        division: "430400".to_owned(),
        ..Default::default()
    };
    assert_eq!(page(&house, &admin, police).await.unwrap().units.len(), COUNTIES.len());
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_by_its_fields() {
    let (house, admin) = House::open().await;
    let asked = v1::ListUnitsRequest {
        page_size: 501,
        page_token: "nowhere".to_owned(),
        division: "43".to_owned(),
        ..Default::default()
    };
    let refusal = Refusal::from_status(&page(&house, &admin, asked).await.unwrap_err());
    let Refusal::Shape(faults) = refusal else { panic!("{refusal:?}") };
    let mut fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["division", "page_size", "page_token"]);
}
