//! Many mappings, many threads, many runs, many loads.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use contest::{Corpus, Each, Whole};
use corpus::Random;
use mapwright::run::{Event, Limits, start};

use crate::bytes;
use crate::engine::{Engine, load, mapping, session};

/// So many mappings are loaded, and each event meets one of them at random.
pub(crate) fn mappings(corpus: &Corpus, count: usize) -> Each {
    let mut engines: Vec<Engine> = (0..count).map(|_| Engine::new(session(corpus))).collect();
    let mut random = Random::new(7);
    let chosen: Vec<usize> = corpus.events.iter().map(|_| random.index(count)).collect();
    let events = corpus.events.clone();
    Box::new(move |index, out| engines[chosen[index]].prepare(bytes(&events, index), out))
}

/// A pass is all events on each of so many threads that share the mapping and live on between passes.
pub(crate) fn threads(corpus: &Corpus, count: usize) -> Whole {
    let session = session(corpus);
    let events = Arc::new(corpus.events.clone());
    let workers: Vec<(Sender<()>, Receiver<()>)> = (0..count)
        .map(|_| {
            let (begin, begins) = channel::<()>();
            let (end, ends) = channel();
            let (mut engine, events) = (Engine::new(session.clone()), events.clone());
            thread::spawn(move || {
                let mut out = Vec::with_capacity(4096);
                while begins.recv().is_ok() {
                    for event in events.iter() {
                        out.clear();
                        black_box(engine.prepare(black_box(event.as_bytes()), &mut out));
                        black_box(&out);
                    }
                    if end.send(()).is_err() {
                        return;
                    }
                }
            });
            (begin, ends)
        })
        .collect();
    let n_events = corpus.events.len() * count;
    let pass = move || {
        for (begin, _) in &workers {
            begin.send(()).expect("the worker lives");
        }
        for (_, end) in &workers {
            end.recv().expect("the worker lives");
        }
    };
    (Box::new(pass), n_events)
}

/// A pass begins a run of each event, with a trace or without, as a host does that sends requests. The run stays at its
/// first request; by then all bodies are made that depend on no answer.
pub(crate) fn runs(corpus: &Corpus, trace: bool) -> Whole {
    let (session, events) = (session(corpus), corpus.events.clone());
    let limits = Limits { trace, ..Limits::default() };
    let n_events = events.len();
    let pass = move || {
        for event in &events {
            let event = Event::read(black_box(event.as_bytes())).expect("it is JSON");
            drop(black_box(start(&session, event, &limits)));
        }
    };
    (Box::new(pass), n_events)
}

/// A pass reads and compiles the mapping of the corpus a few times.
pub(crate) fn loads(corpus: &Corpus) -> Whole {
    let text = mapping(corpus);
    let count = 4;
    (Box::new(move || (0..count).for_each(|_| drop(black_box(load(black_box(&text)))))), count)
}
