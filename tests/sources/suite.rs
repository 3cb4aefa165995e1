//! What every source promises, whatever it is: the same checks for files, streams and topics.

use std::process::Child;
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::{Value, json};

use super::world::{check_once_and_in_order, numbers, track};

/// A source with events, and processes that deliver them. One request is made once in a try.
pub(super) trait Station {
    /// Puts events in.
    fn fill(&self, events: &[Value]);

    /// Begins to deliver to a destination.
    fn start(&self, sandbox: &Sandbox) -> Child;

    /// Delivers until nothing is left; the summary. `after_kill`: another process may have to be waited for that is gone.
    fn finish(&self, sandbox: &Sandbox, after_kill: bool) -> Value;

    /// The dead letters.
    async fn dead(&self) -> Vec<Value>;
}

async fn destination() -> Sandbox {
    Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap()
}

/// Good events end once and in the order of their users though the destination is busy at times; bad ones are dead letters;
/// and nothing comes again.
pub(super) async fn every_event_comes_to_its_end(station: &impl Station) {
    let sandbox = destination().await;
    let busy = json!({"path": "/api/v2/users/*/events", "method": "POST", "status": 503, "times": 5});
    sandbox.fault(&busy).unwrap();
    let mut events: Vec<Value> = (0..300).map(|number| track(number % 30, number)).collect();
    events.push(json!({"type": "track", "messageId": "bad", "event": "nobody's"}));
    station.fill(&events);
    station.finish(&sandbox, false);
    check_once_and_in_order(&sandbox, 300, 30);
    let letters = station.dead().await;
    let about = |letter: &Value| (letter["event"]["messageId"].clone(), letter["outcome"].clone());
    let bad: Vec<(Value, Value)> =
        letters.iter().map(about).filter(|(_, outcome)| outcome != "failed").collect();
    assert_eq!(bad, [(json!("bad"), json!("rejected"))], "{letters:?}");
    let again = station.finish(&sandbox, false);
    assert_eq!(again["events"], 0, "{again}");
    check_once_and_in_order(&sandbox, 300, 30);
}

/// A process is killed with events under way: another brings each to its end, and none is doubled.
pub(super) async fn what_was_killed_goes_on(station: &impl Station) {
    const EVENTS: usize = 1_000;
    let sandbox = destination().await;
    station.fill(&(0..EVENTS).map(|number| track(number % 50, number)).collect::<Vec<_>>());
    let mut process = station.start(&sandbox);
    while numbers(&sandbox).values().map(Vec::len).sum::<usize>() < EVENTS / 3 {
        assert_eq!(process.try_wait().unwrap(), None);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.kill().unwrap();
    process.wait().unwrap();
    station.finish(&sandbox, true);
    check_once_and_in_order(&sandbox, EVENTS, 50);
}
