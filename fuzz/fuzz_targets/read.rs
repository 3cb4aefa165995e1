//! Any bytes as a mapping: reading and linting never panic, nothing is refused in silence, and both readers of YAML
//! agree.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mapwright::diag::{Diagnostics, render};
use mapwright::{compile, lint, source};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Diagnostics::new();
    let document = source::read(&text, &mut found);
    assert!(document.is_some() || found.has_errors(), "silence about a text that cannot be read");
    if let Some(document) = &document
        && !found.has_errors()
    {
        assert!(source::agree(document), "the two readers disagree");
    }
    let mut found = Diagnostics::new();
    let plan = compile::load(&text, &mut found);
    assert_eq!(plan.is_none(), found.has_errors(), "an error means no plan, and no plan means an error");
    if plan.is_some() {
        lint::lint(&text, &lint::Options::default(), &mut found);
    }
    let found = found.into_vec();
    for finding in &found {
        assert!(finding.primary.start <= finding.primary.end && finding.primary.end <= text.len());
    }
    let _ = render::human(&found, "mapping.yaml", &text);
    let _ = render::json(&found, "mapping.yaml", &text);
    let _ = render::github(&found, "mapping.yaml", &text);
    let _ = render::sarif(&[render::OfFile { found: &found, name: "mapping.yaml", text: &text }]);
});
