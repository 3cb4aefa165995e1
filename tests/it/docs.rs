//! Every example of `README.md` and `docs/*.md` runs.
//!
//! What is done with a fenced block is said behind its language:
//!
//! | block | what must hold |
//! | --- | --- |
//! | `yaml mapping` | the mapping loads without a finding |
//! | `yaml fragment` | so does the mapping that it is a part of; what is missing is filled in |
//! | `yaml shows` | each event becomes the body or the outcome beside it, by the fragment or mapping above |
//! | `yaml case` | the case passes |
//! | `yaml config` | the shipped mapping takes these settings |
//! | `yaml fragment rows` | the first table of the shipped mapping takes these rows |
//! | `json schemas` | it is read as the schemas of a destination |
//! | `sh` | each line is a command; [`shell_blocks`] is the list of them |
//! | `c` | `crates/plugin-c` compiles and runs it |
//! | `js` … | it does what the page says; `crates/plugin-node/test/docs.test.mjs` runs it |
//! | `mermaid` | it stands in a block that `mapwright docs` writes |

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mapwright::case::{self, Verdict};
use mapwright::compile;
use mapwright::destination::Destination;
use mapwright::diag::{self, Diagnostics};
use mapwright::run::Session;
use serde_json::{Map, Value, json};

/// A fenced block of code.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Path of the document from the root of the project.
    pub(crate) document: String,
    /// Line of the first line of code.
    pub(crate) line: usize,
    /// What stands behind the opening fence.
    pub(crate) info: String,
    /// The code.
    pub(crate) text: String,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.document, self.line)
    }
}

/// All commands that the documents show.
pub(crate) fn shell_blocks() -> Vec<Block> {
    all_blocks().into_iter().filter(|block| block.info == "sh").collect()
}

/// The mappings that the documents show, completed where they are fragments.
pub(crate) fn mappings() -> Vec<Block> {
    let complete = |block: Block| match block.info.as_str() {
        "yaml mapping" => Some(block),
        "yaml fragment" => Some(Block { text: completed(&block.text), ..block }),
        _ => None,
    };
    all_blocks().into_iter().filter_map(complete).collect()
}

/// The schemas of destinations that the documents show.
pub(crate) fn schemas() -> impl Iterator<Item = Block> {
    all_blocks().into_iter().filter(|block| block.info == "json schemas")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md")];
    documents.extend(fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    documents.retain(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "md"));
    documents.sort();
    documents
}

fn all_blocks() -> Vec<Block> {
    documents().iter().flat_map(|path| blocks(path)).collect()
}

fn blocks(path: &Path) -> Vec<Block> {
    let document = path.strip_prefix(root()).unwrap().display().to_string();
    let text = fs::read_to_string(path).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (document, info) = (document.clone(), info.trim().to_owned());
                open = Some(Block { document, line: index + 2, info, text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) => {
                assert!(!line.trim_start().starts_with("```"), "{document}:{}: indented fence", index + 1);
            }
        }
    }
    assert!(open.is_none(), "{document}: a block has no end");
    blocks
}

/// A fragment with what it lacks to be a mapping: a flow that sends its first table, one that uses all else.
fn completed(fragment: &str) -> String {
    let written: Value = serde_yaml::from_str(fragment).unwrap_or_default();
    let mut text = String::new();
    let filled = [
        ("format", json!(1)),
        ("destination", json!("example")),
        ("service", json!({"base_url": {"value": "https://api.example.com"}})),
        ("flows", flows(&written)),
    ];
    for (key, value) in filled.iter().filter(|(key, _)| written.get(key).is_none()) {
        text.extend([key, ": ", &value.to_string(), "\n"]);
    }
    // In front stands nothing that the fragment could be indented below.
    text + fragment
}

fn flows(fragment: &Value) -> Value {
    let keys =
        |key: &str| fragment.get(key).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
    let send = |table: &String| json!({ table: {"post": format!("/{table}"), "body": table} });
    let name = |name: &String| {
        let selector = format!("${name}");
        let (there, not) = (json!({ &selector: {"is": "present"} }), json!({ &selector: {"is": "missing"} }));
        json!({"that": {"any": [there, not]}, "error": "never"})
    };
    let parts = keys("parts").map(|part| json!({"use": part}));
    json!({
        "shown": {"event": "identify", "steps": keys("tables").take(1).map(send).collect::<Vec<_>>()},
        "rest": {
            "event": "unheard",
            "require": keys("names").map(name).collect::<Vec<_>>(),
            "steps": keys("tables").skip(1).map(send).chain(parts).collect::<Vec<_>>(),
        },
    })
}

/// What is wrong with a mapping.
fn findings(mapping: &str, name: &str) -> Result<(), String> {
    let mut found = Diagnostics::new();
    compile::load(mapping, &mut found);
    let found = found.into_vec();
    if found.is_empty() { Ok(()) } else { Err(diag::render::human(&found, name, mapping)) }
}

/// Runs a case that stands in a document.
fn run_case(block: &Block, text: &str) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("docs");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}-{}.yaml", block.document.replace('/', "-"), block.line));
    fs::write(&file, text).unwrap();
    match case::run(&file, Some(&root().join("mappings/zendesk.yaml"))) {
        Ok(Verdict::Passed) => Ok(()),
        Ok(Verdict::Failed(differences)) => Err(differences.to_string()),
        Ok(Verdict::Skipped(why)) => Err(why),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs each event of a `yaml shows` block through the mapping above it.
fn run_shown(block: &Block, mapping: &Block) -> Result<(), String> {
    let shown: Vec<Map<String, Value>> =
        serde_yaml::from_str(&block.text).map_err(|error| error.to_string())?;
    let mut problems = Vec::new();
    for (index, shown) in shown.iter().enumerate() {
        let case = shown_case(shown, &mapping.text)?;
        if let Err(problem) = run_case(block, &case.to_string()) {
            problems.push(format!("event {}: {problem}", index + 1));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The case that an entry of a `yaml shows` block stands for.
fn shown_case(shown: &Map<String, Value>, mapping: &str) -> Result<Value, String> {
    let known = ["event", "config", "body", "rejected", "skipped", "notes"];
    if let Some(key) = shown.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("`{key}` is not one of {}", known.join(", ")));
    }
    let mut event = shown.get("event").cloned().unwrap_or_else(|| json!({}));
    if let Value::Object(members) = &mut event {
        members.entry("type").or_insert_with(|| json!("identify"));
    }
    let table: Value = serde_yaml::from_str(mapping).map_err(|error| error.to_string())?;
    let table = table.get("tables").and_then(Value::as_object).and_then(|tables| tables.keys().next());
    let request = format!("POST /{}", table.ok_or("there is no table above")?);
    let mut case = json!({"about": "Shown in a document.", "mapping": mapping, "event": event});
    let refused = ["rejected", "skipped"].into_iter().find_map(|key| Some((key, shown.get(key)?)));
    match (refused, shown.get("body")) {
        (Some((verdict, why)), None) => {
            case["expect"] = json!({"outcome": { verdict: why }, "requests": []});
        }
        (None, Some(body)) => {
            case["replies"] = json!([{"request": request, "status": 200}]);
            case["expect"] =
                json!({"outcome": "delivered", "requests": [{"request": request, "body": body}]});
        }
        _ => return Err("write `body`, `rejected` or `skipped`".into()),
    }
    if let Some(config) = shown.get("config") {
        case["config"] = config.clone();
    }
    if let Some(notes) = shown.get("notes") {
        case["expect"]["notes"] = notes.clone();
    }
    Ok(case)
}

fn shipped_mapping() -> String {
    fs::read_to_string(root().join("mappings/zendesk.yaml")).unwrap()
}

/// Whether the shipped mapping takes settings; a value from elsewhere is some text.
fn settings_fit(block: &Block) -> Result<(), String> {
    let mut settings: Map<String, Value> =
        serde_yaml::from_str(&block.text).map_err(|error| error.to_string())?;
    for value in settings.values_mut().filter(|value| value.is_object()) {
        *value = json!("from elsewhere");
    }
    let plan = compile::load(&shipped_mapping(), &mut Diagnostics::new()).ok_or("the mapping has errors")?;
    let problem = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Session::open(Arc::new(plan), &settings).map(drop).map_err(problem)
}

/// Whether the first table of the shipped mapping takes rows.
fn rows_fit(block: &Block) -> Result<(), String> {
    let rows: String = block.text.lines().flat_map(|line| ["      ", line, "\n"]).collect();
    let mapping = shipped_mapping().replacen("    rows:\n", &format!("    rows:\n{rows}"), 1);
    findings(&mapping, &block.place())
}

#[test]
fn every_example_holds() {
    let mut problems = Vec::new();
    let mut above: Option<Block> = None;
    for block in all_blocks() {
        let outcome = match block.info.as_str() {
            "yaml mapping" | "yaml fragment" => {
                let text =
                    if block.info.ends_with("mapping") { block.text.clone() } else { completed(&block.text) };
                let outcome = findings(&text, &block.place());
                above = Some(Block { text, ..block.clone() });
                outcome
            }
            "yaml shows" => match &above {
                Some(mapping) if mapping.document == block.document => run_shown(&block, mapping),
                _ => Err("no mapping stands above".into()),
            },
            "yaml config" => settings_fit(&block),
            "yaml fragment rows" => rows_fit(&block),
            "json schemas" => {
                let documents = [(block.document.clone(), block.text.clone())];
                Destination::read(&documents).map(drop).map_err(|error| error.to_string())
            }
            "yaml case" => run_case(&block, &block.text),
            "sh" | "c" | "text" | "mermaid" => Ok(()),
            script if script.starts_with("js ") => Ok(()),
            other => Err(format!(
                "nobody runs a block marked `{other}`; see tests/it/docs.rs for those that are run"
            )),
        };
        problems.extend(outcome.err().map(|problem| format!("{}: {problem}", block.place())));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

#[test]
fn every_command_is_one_that_a_reader_has() {
    let programs = ["mapwright", "cargo", "git", "curl", "make", "cc", "node"];
    for block in shell_blocks() {
        let commands = block.text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' ']));
        for command in commands {
            let program = command.split_whitespace().next().unwrap_or_default();
            assert!(programs.contains(&program), "{}: `{command}` runs another program", block.place());
        }
    }
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

/// What the links of a line lead to.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for link in text.lines().flat_map(links).filter(|link| !link.contains("://")) {
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let is_there = wanted.is_empty()
                || fs::read_to_string(&target).is_ok_and(|text| {
                    text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
                });
            if !target.exists() || !is_there {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
