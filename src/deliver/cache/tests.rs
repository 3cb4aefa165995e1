//! Tests of the shared answers, with paused time.

use std::cell::Cell;

use serde_json::json;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn step(name: &str) -> Arc<str> {
    Arc::from(name)
}

fn reply(status: u16, body: Value) -> Sent {
    let answer = Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None };
    Sent { answer: Ok(answer), used: 0 }
}

/// Asks `key` as `step`; the reply takes a second and has the number of replies so far as its body.
async fn ask(cache: &Cache, sent: &Cell<u32>, step: &str, key: &str, status: u16) -> Value {
    ask_after(cache, sent, step, key, status, None).await
}

async fn ask_after(
    cache: &Cache,
    sent: &Cell<u32>,
    step: &str,
    key: &str,
    status: u16,
    after: Option<Instant>,
) -> Value {
    let step = Arc::from(step);
    let asked = Ask { key: key.into(), content: None, step: &step, keep: MINUTE, after };
    let answer = cache.ask(asked, async {
        sent.set(sent.get() + 1);
        let body = json!(sent.get());
        clock::wait(Duration::from_secs(1)).await;
        reply(status, body)
    });
    let (sent, _) = answer.await;
    match sent.answer {
        Ok(Answer::Reply { body: Body::Json(value), .. }) => (*value).clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn many_ask_and_one_request_goes_out() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    let all = tokio::join!(
        ask(&cache, &sent, "find", "/a", 200),
        ask(&cache, &sent, "find", "/a", 200),
        ask(&cache, &sent, "look", "/a", 200),
        ask(&cache, &sent, "find", "/b", 200),
    );
    assert_eq!(all, (json!(1), json!(1), json!(1), json!(2)));
}

#[tokio::test(start_paused = true)]
async fn a_success_is_kept_and_expires() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
    clock::wait(MINUTE / 2).await;
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
    clock::wait(MINUTE / 2).await;
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_those_who_wait_but_not_kept() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    let both = tokio::join!(ask(&cache, &sent, "find", "/a", 503), ask(&cache, &sent, "find", "/a", 503));
    assert_eq!(both, (json!(1), json!(1)));
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_run_has_seen_is_not_given_to_it_again() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
    let seen = Some(clock::now());
    assert_eq!(ask_after(&cache, &sent, "find", "/a", 200, seen).await, 2);
    assert_eq!(ask_after(&cache, &sent, "find", "/a", 200, seen).await, 2);
}

#[tokio::test(start_paused = true)]
async fn forgotten_by_any_step_that_asked() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    ask(&cache, &sent, "find", "/a", 200).await;
    ask(&cache, &sent, "look", "/a", 200).await;
    cache.forget(&[step("other")]);
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
    cache.forget(&[step("look")]);
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_began_before_the_forgetting_is_not_kept() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    let forget = async {
        clock::wait(Duration::from_millis(500)).await;
        cache.forget(&[step("find")]);
        ask(&cache, &sent, "find", "/a", 200).await
    };
    let answers = tokio::join!(ask(&cache, &sent, "find", "/a", 200), forget);
    assert_eq!(answers, (json!(1), json!(2)));
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn another_takes_over_when_the_first_is_dropped() {
    let (cache, sent) = (Cache::new(10_000), Cell::new(0));
    let dropped = tokio::time::timeout(Duration::from_millis(1), ask(&cache, &sent, "find", "/a", 200)).await;
    assert!(dropped.is_err());
    assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
}

/// Writes `content` under one key; the reply takes a second. Gives whether the write was made.
async fn write(cache: &Cache, content: u8) -> bool {
    let step = Arc::from("write");
    let content = Some([content; 32]);
    let asked = Ask { key: "k".into(), content, step: &step, keep: MINUTE, after: None };
    let answer = cache.ask(asked, async {
        clock::wait(Duration::from_secs(1)).await;
        reply(200, json!(1))
    });
    !answer.await.1
}

#[tokio::test(start_paused = true)]
async fn another_content_takes_the_place_of_the_one_before() {
    let cache = Cache::new(10_000);
    for (content, is_made) in [(1, true), (1, false), (2, true), (2, false), (1, true)] {
        assert_eq!(write(&cache, content).await, is_made, "{content}");
    }
    cache.forget(&[step("write")]);
    assert!(write(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn nobody_knows_which_of_two_contents_came_last() {
    let cache = Cache::new(10_000);
    assert_eq!(tokio::join!(write(&cache, 1), write(&cache, 1)), (true, false), "they are one");
    assert_eq!(tokio::join!(write(&cache, 2), write(&cache, 3)), (true, true));
    assert!(write(&cache, 3).await);
    assert!(!write(&cache, 3).await);
    assert!(write(&cache, 2).await);
}

/// The slow one is on its way for ten seconds; the others end while it is, and it may land after them all.
#[tokio::test(start_paused = true)]
async fn nothing_is_kept_while_another_content_is_under_way() {
    let cache = Cache::new(10_000);
    let step = step("write");
    let asked = Ask { key: "k".into(), content: Some([1; 32]), step: &step, keep: MINUTE, after: None };
    let slow = cache.ask(asked, async {
        clock::wait(Duration::from_secs(10)).await;
        reply(200, json!(1))
    });
    let others = async {
        assert!(write(&cache, 2).await);
        assert!(write(&cache, 2).await, "the slow one is still on its way");
        cache.forget(&[Arc::from("write")]);
        assert!(write(&cache, 2).await, "and it is also when it was forgotten");
    };
    tokio::join!(slow, others);
    assert!(write(&cache, 2).await);
    assert!(!write(&cache, 2).await);
}

#[tokio::test(start_paused = true)]
async fn stays_within_its_bytes() {
    let (cache, sent) = (Cache::new(2_000), Cell::new(0));
    for number in 0..100 {
        ask(&cache, &sent, "find", &format!("/{number}"), 200).await;
    }
    assert!(cache.slots().bytes <= 2_000);
    assert!(cache.slots().by_key.len() < 20);
    assert_eq!(ask(&cache, &sent, "find", "/99", 200).await, 100, "the newest is still there");
}
