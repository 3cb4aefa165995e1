//! Vector Remap Language: a program that is compiled once does what the mapping does.

#![expect(clippy::expect_used, reason = "whatever goes wrong here stops the program")]

use contest::{Contestant, Corpus, Each, Made};
use vrl::compiler::runtime::Runtime;
use vrl::compiler::{TargetValue, TimeZone, compile};
use vrl::value::{Secrets, Value};

/// Read when the program starts, for it takes minutes to build.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/prepare.vrl");

fn main() {
    contest::main(&[Contestant::Each("vrl", each)]);
}

fn each(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    let program = std::fs::read_to_string(PROGRAM).expect("the program is there");
    let compiled = match compile(&program, &vrl::stdlib::all()) {
        Ok(compiled) => compiled,
        Err(problems) => {
            eprintln!("{}", vrl::diagnostic::Formatter::new(&program, problems));
            std::process::exit(2);
        }
    };
    let mut runtime = Runtime::default();
    let zone = TimeZone::default();
    Box::new(move |index, out| {
        let event = events.get(index).map_or("", String::as_str);
        let value: Value = serde_json::from_slice(event.as_bytes()).expect("it is JSON");
        let mut target = TargetValue { value, metadata: Value::Null, secrets: Secrets::default() };
        runtime.clear();
        runtime.resolve(&mut target, &compiled.program, &zone).expect("the program handles every error");
        ended(&target.value, out)
    })
}

fn ended(made: &Value, out: &mut Vec<u8>) -> Made {
    let member = |key: &str| made.as_object().and_then(|members| members.get(key));
    if let Some(body) = member("body") {
        serde_json::to_writer(out, body).expect("a value can be written");
        return Made::Body;
    }
    for (key, what) in [("rejected", Made::Rejected), ("skipped", Made::Skipped)] {
        if let Some(why) = member(key).and_then(Value::as_bytes) {
            out.extend_from_slice(why);
            return what;
        }
    }
    Made::Nothing
}
