//! Tests of the credentials, against a token endpoint that answers from a list.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::super::transport::Sending;
use super::*;
use crate::run::Request;

/// A token endpoint with replies to give in turn; the last one is repeated.
#[derive(Debug)]
struct Endpoint {
    replies: Vec<Answer>,
    asked: AtomicUsize,
}

impl Endpoint {
    fn new(replies: Vec<Answer>) -> Self {
        Self { replies, asked: AtomicUsize::new(0) }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Transport for Endpoint {
    fn send<'a>(&'a self, _: &'a Request, _: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(async { Answer::Timeout })
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        assert_eq!(path, "/oauth/tokens");
        assert_eq!(
            form.reveal(),
            "grant_type=client_credentials&client_id=me&client_secret=c%2Ba%26nary&scope=read+write"
        );
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = self.replies[turn.min(self.replies.len() - 1)].clone();
        Box::pin(async {
            clock::wait(Duration::from_millis(10)).await;
            answer
        })
    }
}

fn reply(status: u16, body: Value) -> Answer {
    Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None }
}

fn token(text: &str, life: u64) -> Answer {
    reply(200, json!({"access_token": text, "token_type": "bearer", "expires_in": life}))
}

fn oauth() -> Credentials {
    Credentials::new(&Auth::OAuth2 {
        token_path: "/oauth/tokens".into(),
        client_id: "me".into(),
        client_secret: Secret::new("c+a&nary".into()),
        scope: Some("read write".into()),
    })
}

async fn header(
    credentials: &Credentials,
    endpoint: &Endpoint,
    expired: Option<u64>,
) -> Result<(String, u64), String> {
    let policy = RetryPolicy::default();
    if let Some(serial) = expired {
        credentials.refuse(serial);
    }
    let header = credentials.header(endpoint, &policy).await.map_err(|refusal| refusal.to_string())?;
    Ok((header.value.map_or(String::new(), |value| value.reveal().to_owned()), header.serial))
}

#[tokio::test(start_paused = true)]
async fn basic_and_bearer_are_fixed() {
    let nobody = Endpoint::new(vec![]);
    let basic = Credentials::new(&Auth::Basic { user: "me".into(), password: Secret::new("pw".into()) });
    assert_eq!(header(&basic, &nobody, Some(0)).await, Ok(("Basic bWU6cHc=".into(), 0)));
    let bearer = Credentials::new(&Auth::Bearer(Secret::new("t".into())));
    assert_eq!(header(&bearer, &nobody, None).await, Ok(("Bearer t".into(), 0)));
    assert_eq!(header(&Credentials::new(&Auth::None), &nobody, None).await, Ok((String::new(), 0)));
}

#[tokio::test(start_paused = true)]
async fn one_token_serves_all_until_a_tenth_of_its_life_is_left() {
    let endpoint = Endpoint::new(vec![token("a", 100), token("b", 100)]);
    let credentials = oauth();
    let both = tokio::join!(header(&credentials, &endpoint, None), header(&credentials, &endpoint, None));
    assert_eq!(both, (Ok(("Bearer a".into(), 1)), Ok(("Bearer a".into(), 1))));
    clock::wait(Duration::from_secs(89)).await;
    assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer a".into(), 1)));
    clock::wait(Duration::from_secs(1)).await;
    assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer b".into(), 2)));
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn while_one_renews_the_others_go_on_with_the_old_one() {
    let endpoint = Endpoint::new(vec![token("a", 100), token("b", 100)]);
    let credentials = oauth();
    header(&credentials, &endpoint, None).await.unwrap();
    clock::wait(Duration::from_secs(95)).await;
    let both = tokio::join!(header(&credentials, &endpoint, None), header(&credentials, &endpoint, None));
    assert_eq!(both, (Ok(("Bearer b".into(), 2)), Ok(("Bearer a".into(), 1))));
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_renewal_leaves_the_old_one_for_its_life() {
    let refused = reply(401, json!({"error": "invalid_client"}));
    let endpoint = Endpoint::new(vec![token("a", 1000), refused]);
    let credentials = oauth();
    header(&credentials, &endpoint, None).await.unwrap();
    clock::wait(Duration::from_secs(950)).await;
    for _ in 0..3 {
        assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer a".into(), 1)));
    }
    assert_eq!(endpoint.asked(), 2, "a refusal stands for a while");
    clock::wait(Duration::from_secs(50)).await;
    let expected = Err("no access token: the token endpoint answered 401 (invalid_client)".to_owned());
    assert_eq!(header(&credentials, &endpoint, None).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_long_life_is_used_up_to_its_last_minute() {
    let endpoint = Endpoint::new(vec![token("a", 7200), token("b", 7200)]);
    let credentials = oauth();
    header(&credentials, &endpoint, None).await.unwrap();
    clock::wait(Duration::from_secs(7139)).await;
    assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer a".into(), 1)));
    clock::wait(Duration::from_secs(1)).await;
    assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer b".into(), 2)));
}

#[tokio::test(start_paused = true)]
async fn many_refused_with_one_token_renew_it_once() {
    let endpoint = Endpoint::new(vec![token("a", 1800), token("b", 1800)]);
    let credentials = oauth();
    header(&credentials, &endpoint, None).await.unwrap();
    let both =
        tokio::join!(header(&credentials, &endpoint, Some(1)), header(&credentials, &endpoint, Some(1)));
    assert_eq!(both, (Ok(("Bearer b".into(), 2)), Ok(("Bearer b".into(), 2))));
    assert_eq!(header(&credentials, &endpoint, Some(1)).await, Ok(("Bearer b".into(), 2)));
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn trouble_of_the_endpoint_is_waited_out() {
    let busy = Answer::Reply { status: 429, body: Body::Empty, retry_after: Some(Duration::from_secs(7)) };
    let endpoint = Endpoint::new(vec![busy, Answer::Timeout, token("a", 1800)]);
    let before = clock::now();
    assert_eq!(header(&oauth(), &endpoint, None).await, Ok(("Bearer a".into(), 1)));
    assert!(clock::now() - before >= Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_stands_for_a_while_and_shows_no_secret() {
    let refusal = json!({"error": "invalid_client", "error_description": "secret c+a&nary is wrong"});
    let endpoint = Endpoint::new(vec![reply(401, refusal), token("a", 1800)]);
    let credentials = oauth();
    let expected = Err("no access token: the token endpoint answered 401 (invalid_client)".to_owned());
    assert_eq!(header(&credentials, &endpoint, None).await, expected);
    assert_eq!(header(&credentials, &endpoint, None).await, expected);
    assert_eq!(endpoint.asked(), 1);
    clock::wait(REFUSAL_STANDS).await;
    assert_eq!(header(&credentials, &endpoint, None).await, Ok(("Bearer a".into(), 1)));
}

#[tokio::test(start_paused = true)]
async fn what_an_endpoint_says_is_never_repeated() {
    let endpoint = Endpoint::new(vec![reply(400, json!({"error": "c+a&nary"}))]);
    let error = header(&oauth(), &endpoint, None).await.unwrap_err();
    assert_eq!(error, "no access token: the token endpoint answered 400");
    let endpoint = Endpoint::new(vec![reply(200, json!({"access_token": ""}))]);
    let error = header(&oauth(), &endpoint, None).await.unwrap_err();
    assert_eq!(error, "no access token: the token endpoint gave none");
}
