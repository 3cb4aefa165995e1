//! What `zendesk-classic.yaml` does with an event, on the path of the router and on that of the processor: the cases of
//! `tests/classic`, each through a host and a destination that answers by a script.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::conformance::{Call, Running, Script, decoded, writes};

/// A case. Its events all have the same end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    config: Map<String, Value>,
    event: Option<Value>,
    #[serde(default)]
    events: Vec<Value>,
    /// Answers by method and path.
    #[serde(default)]
    replies: BTreeMap<String, Value>,
    /// Requests that the host is given.
    #[serde(default)]
    gets: Vec<Asked>,
    /// Why there are none.
    error: Option<Refused>,
    /// Writes that were made.
    #[serde(default)]
    writes: Vec<Asked>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Method and path below the API's root.
    request: String,
    #[serde(default)]
    body: Value,
    /// Whose request it is.
    user: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Refused {
    status: u64,
    text: String,
    /// Category, type and what else is said of it.
    tags: Vec<String>,
}

impl Case {
    fn exchanges(&self) -> Vec<Value> {
        let exchange = |(request, reply): (&String, &Value)| {
            let (method, path) = request.split_once(' ').unwrap();
            let response = match reply {
                Value::Number(status) => json!({"status": status, "body": null}),
                reply if reply["status"].is_number() => reply.clone(),
                body => json!({"status": 200, "body": body}),
            };
            json!({"request": {"method": method, "url": path, "body": null}, "response": response})
        };
        self.replies.iter().map(exchange).collect()
    }

    /// The event as an item of a batch.
    fn item(&self, event: &Value) -> Value {
        let mut config = self.config.clone();
        for (key, value) in [("domain", "acme"), ("email", "admin@acme.test"), ("apiToken", "t")] {
            config.insert(key.to_owned(), value.into());
        }
        json!({"message": event, "metadata": {"jobId": 1}, "destination": {"Config": config}})
    }
}

/// A request as the host is given it. The processor says an empty user where there is none.
fn asked(rest: &Value) -> Asked {
    let body = &rest["body"]["JSON"];
    Asked {
        request: format!(
            "{} {}",
            rest["method"].as_str().unwrap(),
            decoded(rest["endpoint"].as_str().unwrap())
        ),
        body: if body.as_object().is_some_and(Map::is_empty) { Value::Null } else { body.clone() },
        user: rest["userId"].as_str().filter(|user| !user.is_empty()).map(str::to_owned),
    }
}

fn refused(element: &Value) -> Option<Refused> {
    let tags = ["errorCategory", "errorType", "meta"].iter();
    Some(Refused {
        status: element["statusCode"].as_u64().unwrap(),
        text: element["error"].as_str()?.to_owned(),
        tags: tags.filter_map(|tag| Some(element["statTags"][*tag].as_str()?.to_owned())).collect(),
    })
}

/// What the router says of an event: its status, its requests and whether they are a list, why there are none.
async fn routed(running: &Running, item: &Value) -> (u64, Vec<Asked>, bool, Option<Refused>) {
    let body = json!({"input": [item], "destType": "zendesk"});
    let (_, _, text) = running.post("/routerTransform", &body).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    let element = &answer["output"][0];
    let batched = &element["batchedRequest"];
    let requests = match batched {
        Value::Null => Vec::new(),
        Value::Array(requests) => requests.iter().map(asked).collect(),
        request => vec![asked(request)],
    };
    (element["statusCode"].as_u64().unwrap(), requests, batched.is_array(), refused(element))
}

/// What the processor says of an event: its requests, each with status 200, or why there are none.
async fn processed(running: &Running, item: &Value) -> (Vec<Asked>, Option<Refused>) {
    let (_, _, text) = running.post("/v0/destinations/zendesk", &json!([item])).await;
    let elements: Vec<Value> = serde_json::from_str(&text).unwrap();
    if let Some(refused) = refused(&elements[0]) {
        assert_eq!(elements.len(), 1, "{text}");
        return (Vec::new(), Some(refused));
    }
    assert!(elements.iter().all(|element| element["statusCode"] == 200), "{text}");
    (elements.iter().map(|element| asked(&element["output"])).collect(), None)
}

/// Runs an event on both paths; gives what is not as the case says.
async fn differences(running: &Running, case: &Case, event: &Value) -> Vec<String> {
    let is_identify = event["type"].as_str().unwrap().eq_ignore_ascii_case("identify");
    let wanted = writes(case.writes.iter().map(|write| {
        let (method, path) = write.request.split_once(' ').unwrap();
        (method.to_owned(), path.to_owned(), write.body.clone())
    }));
    let item = case.item(event);
    let mut found = Vec::new();
    let mut compare = |what: &str, is_same: bool, got: &dyn std::fmt::Debug| {
        if !is_same {
            found.push(format!("{}, {what} of {event}: {got:#?}", case.name));
        }
    };
    for path in ["router", "processor"] {
        *running.script.lock().unwrap() = Script { exchanges: case.exchanges(), calls: Vec::new() };
        let (requests, error) = if path == "router" {
            let (status, requests, is_list, error) = routed(running, &item).await;
            if error.is_none() {
                let is_as_wanted = (status == 299) == is_identify && is_list == is_identify;
                compare("status on the path of the router", is_as_wanted, &(status, is_list));
            }
            (requests, error)
        } else {
            processed(running, &item).await
        };
        compare(&format!("requests of the {path}"), requests == case.gets, &requests);
        compare(&format!("error of the {path}"), error == case.error, &error);
        let calls: Vec<Call> = running.script.lock().unwrap().calls.drain(..).collect();
        let made = writes(calls.into_iter());
        compare(&format!("writes of the {path}"), made == wanted, &made);
    }
    found
}

#[tokio::test]
async fn classic_does_what_its_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/classic");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let running = Running::start().await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files {
        let cases: Vec<Case> = serde_yaml::from_str(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
        for case in cases {
            for event in case.event.iter().chain(&case.events) {
                count += 1;
                wrong.extend(differences(&running, &case, event).await);
            }
        }
    }
    println!("{count} events on two paths");
    assert!(count > 0 && wrong.is_empty(), "{}", wrong.join("\n\n"));
}
