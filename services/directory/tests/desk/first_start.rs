//! The first start makes one administrator, once. Never here: one that breaks off (`tests/e2e`), later accounts.

use directory::first_start;
use hub::project::EventLog;
use wire::v1;

use crate::house::{ADMIN, House};

#[tokio::test]
async fn a_first_start_makes_one_administrator_and_a_second_start_none() {
    let house = House::over(EventLog::memory());
    let password = first_start(&house.hub).await.unwrap().unwrap();
    assert!(first_start(&house.hub).await.unwrap().is_none());
    let signed = house.sign_in(ADMIN, &password).await.unwrap();
    assert!(signed.must_change_password);
    assert_eq!(signed.roles, [i32::from(v1::Role::Administrator)]);
    assert_eq!(signed.unit.unwrap().id, "UN-HUB");
}
