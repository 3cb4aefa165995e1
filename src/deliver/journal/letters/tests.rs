//! Letters in a journal: what is kept, under which outcome, and what a retry leaves of it.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::super::{Input, Stop, Summary};
use super::super::tests::{Destination, Meeting, ORDER, PAGE, PERSON, deliver, deliverer, file, free};
use super::{Journal, LetterId, Taken};

/// Delivers lines to their end.
async fn deliver_lines(destination: &Arc<Destination>, steps: &str, file: &Path, lines: &str) -> Summary {
    let input = Input::from_reader("events", Box::new(Cursor::new(lines.to_owned())));
    let deliverer = deliverer(destination, steps, free(file).await);
    deliverer.deliver_all(input, &Stop::default(), |_| {}).await.0
}

/// Line and outcome of each letter.
fn outcomes(journal: &Journal) -> Vec<(u64, String)> {
    journal.letters().unwrap().into_iter().map(|letter| (letter.line, letter.outcome)).collect()
}

fn ids(journal: &Journal) -> Vec<LetterId> {
    journal.letters().unwrap().into_iter().map(|letter| letter.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_that_begins_with_unknown_makes_no_outcome_of_it() {
    let (destination, file) = (Arc::new(Destination::default()), file("said-unknown"));
    let step = "page: {put: /person, errors: {400: {then: reject, why: 'unknown: `person`'}, 404: {then: fail, why: 'unknown: `person`'}}}";
    for (status, outcome) in [(400, "rejected"), (404, "failed")] {
        *destination.faults.lock().unwrap() = vec![("/person", Meeting::Answers(status))];
        deliver_lines(&destination, step, &file, &format!("{{\"type\": \"track\", \"n\": {status}}}")).await;
        let letters = free(&file).await.letters().unwrap();
        let letter = letters.iter().find(|letter| letter.outcome == outcome);
        assert!(letter.is_some_and(|letter| letter.reason.starts_with("unknown")), "{letters:?}");
    }
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_tell_is_an_outcome_of_its_own() {
    let (destination, file) = (Arc::new(Destination::default()), file("letter-unknown"));
    destination.faults.lock().unwrap().push(("POST /orders", Meeting::Hangs));
    assert_eq!(deliver(&destination, ORDER, &file).await, None);
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, ORDER, &file).await.unwrap().failed, 1);
    assert_eq!(outcomes(&free(&file).await), [(1, "unknown".to_owned())]);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_later_is_a_letter_no_longer() {
    let (destination, file) = (Arc::new(Destination::default()), file("later"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    destination.faults.lock().unwrap().push(("/pages", Meeting::Answers(503)));
    for tries in 1..=2 {
        deliver(&destination, &steps, &file).await.unwrap();
        let letters = free(&file).await.letters().unwrap();
        assert_eq!(letters.iter().map(|letter| letter.tries).collect::<Vec<_>>(), [tries]);
    }
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().delivered, 1);
    assert_eq!(outcomes(&free(&file).await), []);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_line_that_was_dropped_does_not_come_back() {
    let (destination, file) = (Arc::new(Destination::default()), file("dropped"));
    assert_eq!(deliver_lines(&destination, PERSON, &file, "{oops").await.rejected, 1);
    let again = deliver_lines(&destination, PERSON, &file, "{oops").await;
    assert_eq!((again.rejected, again.done_before), (0, 1));
    let journal = free(&file).await;
    assert_eq!(outcomes(&journal), [(1, "rejected".to_owned())]);
    journal.drop_letters(&ids(&journal)).unwrap();
    drop(journal);
    assert_eq!(deliver_lines(&destination, PERSON, &file, "{oops").await.done_before, 1);
    assert_eq!(outcomes(&free(&file).await), []);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_is_stopped_takes_nothing_from_letters_that_it_did_not_begin() {
    let (destination, file) = (Arc::new(Destination::default()), file("stopped"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    destination.faults.lock().unwrap().push(("/pages", Meeting::Answers(503)));
    let lines: Vec<String> = (0..8).map(|n| json!({"type": "track", "n": n}).to_string()).collect();
    assert_eq!(deliver_lines(&destination, &steps, &file, &lines.join("\n")).await.failed, 8);

    // All is to be made again, and the delivery ends after the first letter.
    let journal = free(&file).await;
    let stop = Stop::default();
    let letters = journal.retry(ids(&journal), false);
    let retried = deliverer(&destination, &steps, journal);
    let (summary, _) = retried.deliver_from(letters, &stop, |_| stop.stop()).await;
    assert_eq!((summary.failed, summary.not_sent.unwrap().events), (1, 7));
    drop(retried);

    // The others still know what is done.
    destination.faults.lock().unwrap().clear();
    destination.done.lock().unwrap().clear();
    let journal = free(&file).await;
    let letters = journal.retry(ids(&journal), true);
    let retried = deliverer(&destination, &steps, journal);
    assert_eq!(retried.deliver_from(letters, &Stop::default(), |_| {}).await.0.delivered, 8);
    assert_eq!(destination.writes(), ["PUT /pages/7"; 8]);
    drop(retried);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_letter_that_a_stopped_retry_did_not_begin_is_left_alone_by_deliveries() {
    let (destination, file) = (Arc::new(Destination::default()), file("stopped-rejected"));
    destination.faults.lock().unwrap().push(("/person", Meeting::Answers(400)));
    let lines: Vec<String> = (0..8).map(|n| json!({"type": "track", "n": n}).to_string()).collect();
    assert_eq!(deliver_lines(&destination, PERSON, &file, &lines.join("\n")).await.rejected, 8);
    let journal = free(&file).await;
    let stop = Stop::default();
    let letters = journal.retry(ids(&journal), true);
    let retried = deliverer(&destination, PERSON, journal);
    let (summary, _) = retried.deliver_from(letters, &stop, |_| stop.stop()).await;
    assert_eq!(summary.rejected, 1);
    drop(retried);
    assert_eq!(deliver_lines(&destination, PERSON, &file, &lines.join("\n")).await.done_before, 8);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_keeps_the_id_of_its_event_whatever_its_file_says() {
    let file = file("ids");
    let journal = Journal::open(&file).unwrap();
    let event = json!({"type": "track"});
    let line = |id: &str| {
        let letter = json!({"id": id, "file": "events", "line": 3, "event": event, "outcome": "failed", "reason": "busy"});
        letter.to_string().into_bytes()
    };
    assert_eq!(journal.take_letter(&line("0000")), Ok(Taken::New));
    assert_eq!(journal.take_letter(&line("1111")), Ok(Taken::Known));
    let id = ids(&journal)[0];
    let letter: Value = journal.letter(id).unwrap().unwrap();
    assert_eq!(letter["id"], id.to_string());
    std::fs::remove_file(file).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_a_journal() {
    let file = file("private");
    let _journal = Journal::open(&file).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(file).unwrap();
}
