//! Bulk jobs: statements S20, S21, S73, S79 to S85.

use std::time::Duration;

use serde_json::{Value, json};
use zendesk_sandbox::Builder;

use crate::client::{Answer, World};

/// A sandbox with bulk import whose jobs wait a second and take a second a row.
fn slow() -> World {
    slow_with(|builder| builder)
}

fn slow_with(settings: impl FnOnce(Builder) -> Builder) -> World {
    let second = Duration::from_secs(1);
    World::with(|builder| settings(builder.bulk_import(true).manual_clock().job_speed(second, second)))
}

fn advance(world: &World, seconds: u64) {
    world.sandbox.advance(Duration::from_secs(seconds));
}

fn users(rows: &[Value]) -> Value {
    json!({"users": rows})
}

fn named(n: usize) -> Vec<Value> {
    (0..n).map(|n| json!({"name": format!("U{n}"), "external_id": format!("u-{n}")})).collect()
}

#[track_caller]
fn queued(answer: Answer) -> String {
    answer.expect(200)["job_status"]["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn status(world: &World, id: &str) -> Value {
    world.get(&format!("/api/v2/job_statuses/{id}.json")).expect(200)["job_status"].clone()
}

/// The rows of a job after its end.
#[track_caller]
fn rows(world: &World, answer: Answer) -> Vec<Value> {
    let id = queued(answer);
    advance(world, 200);
    let done = status(world, &id);
    assert_eq!(done["status"], "completed");
    done["results"].as_array().unwrap().clone()
}

fn keys(row: &Value) -> Vec<&str> {
    row.as_object().unwrap().keys().map(String::as_str).collect()
}

fn count(world: &World) -> usize {
    world.sandbox.state()["users"].as_array().unwrap().len()
}

#[test]
fn a_job_is_queued_and_changes_nothing_yet() {
    let world = slow();
    let answer = world.post("/api/v2/users/create_many.json", users(&named(2)));
    assert_eq!(answer.header("zendesk-ratelimit-inflight-jobs"), Some("total=30; remaining=29; resets=60"));
    let job = answer.expect(200)["job_status"].clone();
    assert_eq!(keys(&job), ["id", "job_type", "url", "total", "progress", "status", "message", "results"]);
    let (id, url) = (job["id"].as_str().unwrap(), job["url"].as_str().unwrap());
    assert!(id.starts_with("V3-") && id.len() == 35, "{id}");
    assert!(url.ends_with(&format!("/api/v2/job_statuses/{id}.json")), "{url}");
    assert_eq!((&job["total"], &job["status"]), (&json!(2), &json!("queued")));
    assert_eq!(
        (&job["progress"], &job["message"], &job["results"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(status(&world, id)["status"], "queued");
    assert_eq!(count(&world), 0);
}

#[test]
fn polls_pass_through_working_to_completed() {
    let world = slow();
    let id = queued(world.post("/api/v2/users/create_many", users(&named(3))));
    advance(&world, 3);
    let working = status(&world, &id);
    assert_eq!((&working["status"], &working["progress"]), (&json!("working"), &json!(2)));
    assert_eq!((&working["message"], &working["results"]), (&json!("Creating User #2"), &Value::Null));
    assert_eq!(count(&world), 2);
    advance(&world, 1);
    let done = status(&world, &id);
    assert_eq!(
        (&done["status"], &done["progress"], &done["total"]),
        (&json!("completed"), &json!(3), &json!(3))
    );
    assert_eq!(done["message"], "Completed at 2024-01-01 00:00:04 +0000");
    assert_eq!(count(&world), 3);
}

#[test]
fn progress_never_falls_and_the_total_stays() {
    let world = slow();
    let id = queued(world.post("/api/v2/users/create_many", users(&named(5))));
    let mut last = 0;
    for _ in 0..8 {
        let now = status(&world, &id);
        let progress = now["progress"].as_i64().unwrap_or_default();
        assert!(progress >= last && now["total"] == 5, "{now}");
        last = progress;
        advance(&world, 1);
    }
    assert_eq!(last, 5);
}

#[test]
fn jobs_of_any_speed_change_nothing_before_the_next_request() {
    let zero = Duration::ZERO;
    let world = World::with(|builder| builder.bulk_import(true).job_speed(zero, zero));
    let answer = world.post("/api/v2/users/create_many", users(&named(2))).expect(200);
    assert_eq!(answer["job_status"]["status"], "queued");
    let id = answer["job_status"]["id"].as_str().unwrap();
    assert_eq!(status(&world, id)["status"], "completed");
}

#[test]
fn rows_of_created_and_updated_users() {
    let world = slow();
    world.user(json!({"name": "Old", "external_id": "old", "email": "old@acme.test"}));
    let wish = [
        json!({"name": "New", "email": "New@acme.test"}),
        json!({"external_id": "OLD", "notes": "x"}),
        json!({"name": "Bare"}),
    ];
    let rows = rows(&world, world.post("/api/v2/users/create_or_update_many", users(&wish)));
    assert_eq!(keys(&rows[0]), ["id", "status", "email"]);
    assert_eq!((&rows[0]["status"], &rows[0]["email"]), (&json!("Created"), &json!("new@acme.test")));
    assert_eq!(keys(&rows[1]), ["id", "status", "email", "external_id"]);
    assert_eq!((&rows[1]["status"], &rows[1]["external_id"]), (&json!("Updated"), &json!("OLD")));
    assert_eq!(keys(&rows[2]), ["id", "status"]);
    assert_eq!(world.show(rows[1]["id"].as_i64().unwrap())["notes"], "x");
}

#[test]
fn results_are_in_request_order_and_ids_are_not() {
    let world = slow();
    let rows = rows(&world, world.post("/api/v2/users/create_many", users(&named(30))));
    let order: Vec<&str> = rows.iter().map(|row| row["external_id"].as_str().unwrap()).collect();
    assert_eq!(order, (0..30).map(|n| format!("u-{n}")).collect::<Vec<_>>());
    let ids: Vec<i64> = rows.iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert!(!ids.is_sorted(), "{ids:?}");
}

#[test]
fn users_are_updated_alike_or_each_for_itself() {
    let world = slow();
    let (a, b) = (world.user(json!({"name": "A"})), world.user(json!({"name": "B", "external_id": "b"})));
    let path = format!("/api/v2/users/update_many?ids={a},{b},5");
    let alike = rows(&world, world.put(&path, json!({"user": {"notes": "same"}})));
    assert_eq!(alike[0], json!({"id": a, "action": "update", "status": "Updated", "success": true}));
    assert_eq!((&alike[2]["success"], &alike[2]["error"]), (&json!(false), &json!("RecordNotFound")));
    assert_eq!((&world.show(a)["notes"], &world.show(b)["notes"]), (&json!("same"), &json!("same")));
    let each = [json!({"id": a, "notes": "one"}), json!({"external_id": "B", "notes": "two"})];
    let each = rows(&world, world.put("/api/v2/users/update_many.json", users(&each)));
    assert_eq!((&each[0]["id"], &each[1]["id"]), (&json!(a), &json!(b)));
    assert_eq!((&world.show(a)["notes"], &world.show(b)["notes"]), (&json!("one"), &json!("two")));
    let one = rows(
        &world,
        world.put("/api/v2/users/update_many?external_ids=b", json!({"user": {"notes": "three"}})),
    );
    assert_eq!(one.len(), 1);
    assert_eq!(world.show(b)["notes"], "three");
}

#[test]
fn users_are_deleted_by_either_id() {
    let world = slow();
    let (a, b) = (world.user(json!({"name": "A"})), world.user(json!({"name": "B", "external_id": "b"})));
    let by_id = rows(&world, world.delete(&format!("/api/v2/users/destroy_many?ids={a}")));
    assert_eq!(by_id, [json!({"id": a, "action": "delete", "status": "Deleted", "success": true})]);
    let other = rows(&world, world.delete("/api/v2/users/destroy_many.json?external_ids=B"));
    assert_eq!((&other[0]["id"], count(&world)), (&json!(b), 0));
}

#[test]
fn organizations_are_created_updated_and_deleted() {
    let world = slow();
    let path = "/api/v2/organizations/create_many";
    let made = rows(
        &world,
        world.post(path, json!({"organizations": [{"name": "A", "external_id": "a"}, {"name": "B"}]})),
    );
    assert_eq!(keys(&made[0]), ["status", "id"]);
    assert_eq!(made[0]["status"], "Created");
    let (a, b) = (made[0]["id"].as_i64().unwrap(), made[1]["id"].as_i64().unwrap());
    let alike = format!("/api/v2/organizations/update_many?ids={a},{b}");
    let alike = rows(&world, world.put(&alike, json!({"organization": {"notes": "same"}})));
    assert_eq!(alike[1], json!({"id": b, "action": "update", "status": "Updated", "success": true}));
    let each = json!({"organizations": [{"external_id": "A", "notes": "one"}, {"id": b, "name": "a"}]});
    let each = rows(&world, world.put("/api/v2/organizations/update_many", each));
    assert_eq!((&each[0]["id"], &each[1]["success"]), (&json!(a), &json!(false)));
    let show =
        |id: i64| world.get(&format!("/api/v2/organizations/{id}")).expect(200)["organization"].clone();
    assert_eq!((&show(a)["notes"], &show(b)["name"]), (&json!("one"), &json!("B")));
    let gone = rows(&world, world.delete(&format!("/api/v2/organizations/destroy_many?ids={a},{b}")));
    assert_eq!(gone[1]["status"], "Deleted");
    assert_eq!(world.sandbox.state()["organizations"], json!([]));
}

#[test]
fn memberships_are_created_and_deleted() {
    let world = slow();
    let (user, a, b) = (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
    let row = |organization: i64| json!({"user_id": user, "organization_id": organization});
    let wish = json!({"organization_memberships": [row(a), row(b), row(5)]});
    let made = rows(&world, world.post("/api/v2/organization_memberships/create_many", wish));
    assert_eq!(keys(&made[0]), ["id", "index"]);
    assert_eq!((&made[0]["index"], &made[1]["index"]), (&json!(0), &json!(1)));
    assert_eq!((&made[2]["success"], &made[2]["index"]), (&json!(false), &json!(2)));
    let ids = format!("{},{}", made[0]["id"], made[1]["id"]);
    let gone =
        rows(&world, world.delete(&format!("/api/v2/organization_memberships/destroy_many?ids={ids}")));
    assert_eq!(
        gone[0],
        json!({"id": made[0]["id"], "action": "delete", "status": "Deleted", "success": true})
    );
    assert_eq!(world.show(user)["organization_id"], Value::Null);
}

#[test]
fn rows_fail_one_by_one() {
    let world = slow();
    world.user(json!({"name": "Bob", "email": "bob@acme.test"}));
    let wish = [
        json!({"name": "A"}),
        json!({"email": "x@acme.test"}),
        json!({"name": "C", "email": "bob@acme.test"}),
    ];
    let rows = rows(&world, world.post("/api/v2/users/create_many", users(&wish)));
    assert_eq!(rows[0]["status"], "Created");
    assert_eq!(keys(&rows[1]), ["index", "action", "status", "success", "error", "details"]);
    assert_eq!((&rows[1]["index"], &rows[1]["status"]), (&json!(1), &json!("Failed")));
    let details = rows[2]["details"].as_str().unwrap();
    assert!(details.contains("already being used by another user"), "{details}");
    assert_eq!((count(&world), &rows[2]["error"]), (2, &json!("RecordInvalid")));
}

#[test]
fn a_bad_address_in_an_upsert_looks_good_when_legacy() {
    let wish = users(&[json!({"name": "A", "email": "bad"})]);
    let world = slow_with(|builder| builder.legacy_bad_row(true));
    let legacy = rows(&world, world.post("/api/v2/users/create_or_update_many", wish.clone()));
    assert_eq!((&legacy[0]["id"], legacy[0].get("error")), (&json!(1), None));
    assert_eq!(count(&world), 0);
    let world = slow();
    let honest = rows(&world, world.post("/api/v2/users/create_or_update_many", wish));
    assert_eq!((&honest[0]["success"], count(&world)), (&json!(false), 0));
}

#[test]
fn importing_users_is_closed_until_it_is_switched_on() {
    let world = World::new();
    for path in ["/api/v2/users/create_many", "/api/v2/users/create_or_update_many"] {
        assert_eq!(world.post(path, users(&named(1))).expect(403)["error"], "Forbidden", "{path}");
    }
    let id = world.user(json!({"name": "A"}));
    queued(world.put("/api/v2/users/update_many", users(&[json!({"id": id, "notes": "x"})])));
    queued(world.post("/api/v2/organizations/create_many", json!({"organizations": [{"name": "A"}]})));
    let rows = json!({"organization_memberships": [{"user_id": id, "organization_id": 1}]});
    queued(world.post("/api/v2/organization_memberships/create_many", rows));
}

#[test]
fn more_than_a_hundred_are_refused() {
    let world = slow();
    for path in ["/api/v2/users/create_many", "/api/v2/users/create_or_update_many"] {
        let body = world.post(path, users(&named(101))).expect(400);
        let expected =
            json!({"error": "TooManyValues", "description": "Maximum 100 users may be created per call"});
        assert_eq!(body, expected);
    }
    let organizations = json!({"organizations": vec![json!({"name": "A"}); 101]});
    let body = world.post("/api/v2/organizations/create_many", organizations).expect(400);
    assert_eq!((&body["error"], &body["max_count"]), (&json!("TooManyValues"), &json!(100)));
    let ids = vec!["1"; 101].join(",");
    for path in ["users", "organizations", "organization_memberships"] {
        let body = world.delete(&format!("/api/v2/{path}/destroy_many?ids={ids}")).expect(400);
        assert_eq!(body["description"], "Parameter  cannot specify more than 100 values", "{path}");
    }
    assert_eq!(world.put(&format!("/api/v2/users/update_many?ids={ids}"), json!({"user": {}})).status, 400);
    queued(world.post("/api/v2/users/create_many", users(&named(100))));
}

#[test]
fn wrong_types_in_rows_are_named_by_path() {
    let world = slow();
    let null =
        world.post("/api/v2/users/create_many", users(&[json!({"name": "A", "id": null})])).expect(400);
    let expected = "You passed an invalid value for the users.0.id attribute. Invalid parameter: users.0.id must be \
        an integer from api/v2/users/create_many";
    assert_eq!(null["error"], json!({"title": "Invalid attribute", "message": expected}));
    let text = [json!({"name": "A"}), json!({"name": 7})];
    let text = world.post("/api/v2/users/create_many", users(&text)).expect(400);
    assert!(text["error"]["message"].as_str().unwrap().contains("users.1.name must be a string"));
    queued(world.post("/api/v2/users/create_many", users(&[json!({"name": "A", "id": ""})])));
}

#[test]
fn the_thirty_first_unfinished_job_is_refused() {
    let world = slow();
    let ids: Vec<String> =
        (0..30).map(|_| queued(world.post("/api/v2/users/create_many", users(&named(1))))).collect();
    let refused = world.post("/api/v2/users/create_many", users(&named(1)));
    assert_eq!(refused.header("zendesk-ratelimit-inflight-jobs"), Some("total=30; remaining=0; resets=60"));
    let body = refused.expect(429);
    assert_eq!((&body["error"], &body["current_job_ids"]), (&json!("TooManyJobs"), &json!(ids)));
    assert!(
        body["description"].as_str().unwrap().ends_with("are currently queued or running. Try again later.")
    );
    advance(&world, 5);
    queued(world.post("/api/v2/users/create_many", users(&named(1))));
}

#[test]
fn jobs_are_shown_together_and_listed() {
    let world = slow();
    let a = queued(world.post("/api/v2/users/create_many", users(&named(1))));
    let b = queued(world.post("/api/v2/users/create_many", users(&named(1))));
    let body = world.get(&format!("/api/v2/job_statuses/show_many.json?ids={a},V3-unknown,{b}")).expect(200);
    let ids: Vec<&Value> = body["job_statuses"].as_array().unwrap().iter().map(|job| &job["id"]).collect();
    assert_eq!(ids, [&json!(a), &json!(b)]);
    let list = world.get("/api/v2/job_statuses?page[size]=1").expect(200);
    assert_eq!((&list["job_statuses"][0]["id"], &list["meta"]["has_more"]), (&json!(a), &json!(true)));
}

#[test]
fn jobs_vanish_after_a_day() {
    let world = slow_with(|builder| builder.job_retention(Duration::from_hours(1)));
    let id = queued(world.post("/api/v2/users/create_many", users(&named(1))));
    advance(&world, 3599);
    assert_eq!(status(&world, &id)["status"], "completed");
    advance(&world, 1);
    let path = format!("/api/v2/job_statuses/{id}");
    assert_eq!(world.get(&path).expect(404)["error"], "RecordNotFound");
    assert_eq!(
        world.get(&format!("/api/v2/job_statuses/show_many?ids={id}")).body["job_statuses"],
        json!([])
    );
}

/// Which of two jobs on one user has the last word.
fn last_word(seed: u64) -> Value {
    let world = slow_with(|builder| builder.seed(seed));
    let id = world.user(json!({"name": "A"}));
    for notes in ["first", "second"] {
        queued(world.put("/api/v2/users/update_many", users(&[json!({"id": id, "notes": notes})])));
    }
    advance(&world, 10);
    world.show(id)["notes"].clone()
}

#[test]
fn jobs_on_one_user_have_no_order_but_that_of_the_seed() {
    let words: Vec<Value> = (0..12).map(last_word).collect();
    assert!(words.contains(&json!("first")) && words.contains(&json!("second")), "{words:?}");
    assert_eq!(words, (0..12).map(last_word).collect::<Vec<_>>());
}

#[test]
fn rows_fail_when_a_fault_wants_it() {
    let world = slow();
    let fault = json!({"path": "/api/v2/users/create_many", "failing_rows": 2});
    world.sandbox.fault(&fault).unwrap();
    let begun = world.post("/api/v2/users/create_many.json", users(&named(3)));
    let results = rows(&world, begun);
    let failed = results.iter().filter(|row| row["status"] == "Failed" && row["error"] == "DatabaseConflict");
    assert_eq!((failed.count(), count(&world)), (2, 1), "{results:?}");
    let begun = world.post("/api/v2/users/create_many.json", users(&named(3)[1..]));
    assert!(rows(&world, begun).iter().all(|row| row["error"] != "DatabaseConflict"));
}
