//! jq, by jaq: a filter that is compiled once does what the mapping does.

#![expect(clippy::expect_used, reason = "whatever goes wrong here stops the program")]

use contest::{Contestant, Corpus, Each, Made};
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read, write};

/// Read when the program starts, as that of VRL.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/prepare.jq");

fn main() {
    contest::main(&[Contestant::Each("jaq", each)]);
}

fn each(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    let text = std::fs::read_to_string(PROGRAM).expect("the program is there");
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(definitions).load(&arena, File { code: &text, path: () });
    let modules = modules.unwrap_or_else(|problems| panic!("{problems:?}"));
    let filter = Compiler::default().with_funs(functions).compile(modules);
    let filter = filter.unwrap_or_else(|problems| panic!("{problems:?}"));
    let keys = ["body", "rejected", "skipped"].map(|key| Val::utf8_str(key.to_owned()));
    Box::new(move |index, out| {
        let event = events.get(index).map_or("", String::as_str);
        let event = read::parse_single(event.as_bytes()).expect("it is JSON");
        let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
        let made = filter.id.run((ctx, event)).map(unwrap_valr).next();
        let made = made.expect("the filter gives something").unwrap_or_else(|error| panic!("{error}"));
        let Val::Obj(members) = made else { panic!("the filter gives objects") };
        for (key, what) in keys.iter().zip([Made::Body, Made::Rejected, Made::Skipped]) {
            match members.get(key) {
                None => {}
                Some(Val::TStr(why)) => {
                    out.extend_from_slice(why);
                    return what;
                }
                Some(body) => {
                    write::write(out, &write::Pp::default(), 0, body).expect("a vector takes all");
                    return what;
                }
            }
        }
        Made::Nothing
    })
}
