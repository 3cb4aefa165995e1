//! Dead letters in a journal, from the delivery that leaves them to their end, by the program itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::{Value, json};

struct World {
    sandbox: Sandbox,
    folder: PathBuf,
}

impl World {
    /// A delivery of a good event, of one that the mapping rejects, of one whose last request fails, and of a line that is
    /// none.
    async fn with_letters(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dead-letters").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let ada = json!({"name": "Ada", "email": "ada@acme.test"});
        let events = [
            json!({"type": "identify", "userId": "u1", "traits": ada}).to_string(),
            json!({"type": "identify", "userId": "u2", "traits": {"email": "bob@acme.test"}}).to_string(),
            json!({"type": "group", "userId": "u1", "groupId": "g1", "traits": {"name": "Acme"}, "context": {"traits": ada}})
                .to_string(),
            "{oops".to_owned(),
        ];
        fs::write(folder.join("events.ndjson"), events.join("\n")).unwrap();
        fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
        fs::write(folder.join("mapping.yaml"), mapping()).unwrap();
        let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
        let fault = json!({"path": "/api/v2/organization_memberships", "method": "POST", "status": 500});
        sandbox.fault(&fault).unwrap();
        let world = Self { sandbox, folder };
        let (code, said, _) = world
            .run("deliver events.ndjson --journal events.journal --attempts 1 --mapping mapping.yaml", true);
        assert_eq!(code, Some(4), "{said}");
        world
    }

    /// Exit code, output and notes of a command; `sends`: to the sandbox.
    fn run(&self, command: &str, sends: bool) -> (Option<i32>, String, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mapwright"));
        program.args(command.split_whitespace()).current_dir(&self.folder);
        if sends {
            program.args(["--config", "account.yaml", "--endpoint", &self.sandbox.url()]);
        }
        let output = program.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    fn letters(&self, command: &str) -> String {
        let (code, said, notes) = self.run(&format!("dead-letters {command}"), false);
        assert_eq!(code, Some(0), "{command}: {said}{notes}");
        said
    }

    /// The id of the letter of a line.
    fn id(&self, journal: &str, line: u64) -> String {
        let list = self.letters(&format!("list --format json --journal {journal}"));
        let letters = list.lines().map(|letter| serde_json::from_str::<Value>(letter).unwrap());
        let letter = letters.into_iter().find(|letter| letter["line"] == line).unwrap();
        letter["id"].as_str().unwrap().to_owned()
    }

    /// Requests that change something, since the last call.
    fn writes(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        self.sandbox.clear_requests();
        let writes = requests.iter().filter(|request| request.method != "GET");
        writes.map(|request| format!("{} {}", request.method, request.path.replace("/api/v2", ""))).collect()
    }
}

fn mapping() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk.yaml");
    fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_listed_shown_tried_again_and_dropped() {
    let world = World::with_letters("whole").await;
    let list = world.letters("list --journal events.journal");
    for part in
        ["events.ndjson:2  identify  rejected", "events.ndjson:3  group     failed", "events.ndjson:4  -"]
    {
        assert!(list.contains(part), "{part} in\n{list}");
    }
    assert!(list.contains("3 dead letters\n      1  "), "{list}");
    assert_eq!(world.letters("list --reason name --journal events.journal").lines().count(), 5);

    assert_eq!(
        world.letters("list --outcome failed --format json --journal events.journal").lines().count(),
        1
    );
    let both = "list --outcome failed --outcome rejected --format json --journal events.journal";
    assert_eq!(world.letters(both).lines().count(), 3);
    assert_eq!(world.letters("list --outcome unknown --journal events.journal"), "no dead letters\n");

    let failed = world.id("events.journal", 3);
    let shown = world.letters(&format!("show {} --journal events.journal", failed.split_at(6).0));
    for part in [
        "done: organization, user\n",
        "\"groupId\": \"g1\"",
        "membership: POST /organization_memberships (try 1)\n    500, which is retry",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }

    // What was answered is not made again.
    world.writes();
    let retry = format!(
        "dead-letters retry {failed} --from-step --with-mapping mapping.yaml --journal events.journal"
    );
    let (code, said, notes) = world.run(&retry, true);
    assert_eq!((code, notes.as_str()), (Some(0), ""), "{said}");
    assert_eq!(world.writes(), ["POST /organization_memberships"]);

    // The mapping is made to take what it rejected.
    let line = "      - {that: {$person.name: {is: present, not: {is: empty}}}, error: 'Missing required value from \"name\"'}\n";
    assert!(mapping().contains(line));
    let row = "{from: $person.name, as: string}";
    let fixed = mapping().replace(line, "").replacen(row, "{from: [$person.name, $email], as: string}", 1);
    fs::write(world.folder.join("fixed.yaml"), fixed).unwrap();
    let retry = "dead-letters retry --all --with-mapping fixed.yaml --journal events.journal";
    let (code, said, notes) = world.run(retry, true);
    assert!(code == Some(1) && notes.contains("2 dead letters judged under another mapping"), "{notes}");
    assert!(said.contains("2 events: "), "{said}");
    assert!(notes.contains("events.ndjson:4: rejected: not JSON"), "{notes}");

    let unreadable = world.id("events.journal", 4);
    assert!(world.letters(&format!("show {unreadable} --journal events.journal")).contains("tries: 2"));
    assert_eq!(
        world.letters(&format!("drop {unreadable} --journal events.journal")),
        "1 dead letter dropped\n"
    );
    assert_eq!(world.letters("list --journal events.journal"), "no dead letters\n");
    // Nothing of it is tried again.
    let again = "deliver events.ndjson --journal events.journal --mapping mapping.yaml";
    let (_, said, _) = world.run(again, true);
    assert!(said.starts_with("4 events done before\n0 events"), "{said}");
    assert_eq!(world.letters("list --journal events.journal"), "no dead letters\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_go_from_one_journal_to_another() {
    let world = World::with_letters("moved").await;
    let said = world.letters("export letters.ndjson --journal events.journal");
    assert_eq!(said, "3 dead letters in letters.ndjson\n");
    assert_eq!(world.letters("export --journal events.journal").lines().count(), 3);
    let (code, said, notes) =
        world.run("dead-letters import letters.ndjson events.ndjson --journal other.journal", false);
    assert_eq!(code, Some(1));
    assert_eq!(said, "3 dead letters taken in, 0 there already, 0 finished meanwhile, 4 that are none\n");
    assert!(notes.starts_with("events.ndjson:1: not a dead letter: missing field `file`"), "{notes}");
    fs::write(world.folder.join("odd.ndjson"), b"\n{\"file\": \"\xff\"}\n").unwrap();
    let (code, said, notes) =
        world.run("dead-letters import odd.ndjson letters.ndjson --journal other.journal", false);
    assert!(code == Some(1) && notes.starts_with("odd.ndjson:2: not a dead letter: "), "{notes}");
    assert!(said.contains("3 there already") && said.contains("1 that are none"), "{said}");
    let said = world.letters("import letters.ndjson --journal other.journal");
    assert!(said.starts_with("0 dead letters taken in, 3 there already"), "{said}");

    // The other journal does not know what is done, and the whole event is made.
    world.writes();
    let id = world.id("other.journal", 3);
    assert_eq!(id, world.id("events.journal", 3), "an event is known by where it stood and what it says");
    let retry = format!("dead-letters retry {id} --with-mapping mapping.yaml --journal other.journal");
    let (code, said, _) = world.run(&retry, true);
    assert_eq!(code, Some(0), "{said}");
    let whole = [
        "POST /organizations/create_or_update",
        "POST /users/create_or_update",
        "POST /organization_memberships",
    ];
    assert_eq!(world.writes(), whole);
    // So it is without `--from-step`.
    let retry = format!("dead-letters retry {id} --with-mapping mapping.yaml --journal events.journal");
    assert_eq!(world.run(&retry, true).0, Some(0));
    assert_eq!(world.writes(), whole);
    let said = world.letters("import letters.ndjson --journal other.journal");
    assert!(said.contains("2 there already, 1 finished meanwhile"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told() {
    let world = World::with_letters("mistakes").await;
    let told = |command: &str| {
        let (code, _, notes) = world.run(&format!("dead-letters {command}"), false);
        (code, notes)
    };
    let (code, notes) = told("show zz --journal events.journal");
    assert!(code == Some(3) && notes.contains("there is no dead letter `zz`"), "{notes}");
    let (code, notes) = told("list --journal none.journal");
    assert!(code == Some(3) && notes.contains("there is no journal none.journal"), "{notes}");
    let (code, notes) = told("drop --journal events.journal");
    assert!(code == Some(2) && notes.contains("<ID|--all>"), "{notes}");
    let (code, notes) = told("list --journal account.yaml");
    assert!(code == Some(3) && notes.contains("cannot open the journal account.yaml"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_in_use_is_told() {
    let world = World::with_letters("locked").await;
    let _used = mapwright::deliver::Journal::open(&world.folder.join("events.journal")).unwrap();
    let why = "cannot open the journal events.journal: another process delivers with it";
    for command in ["list", "show 3f9a", "drop --all", "export", "import events.ndjson"] {
        let (code, _, notes) = world.run(&format!("dead-letters {command} --journal events.journal"), false);
        assert!(code == Some(3) && notes.contains(why), "{command}: {code:?} {notes}");
    }
    let retry = "dead-letters retry --all --with-mapping mapping.yaml --journal events.journal";
    let (code, _, notes) = world.run(retry, true);
    assert!(code == Some(3) && notes.contains(why), "{notes}");
}

/// A write that another mapping makes otherwise is another write, and one that it does not have is not asked for.
#[tokio::test(flavor = "multi_thread")]
async fn another_mapping_goes_on_after_what_it_makes_alike() {
    let world = World::with_letters("otherwise").await;
    let id = world.id("events.journal", 3);
    let row = "      name:         {from: $firm.name, as: string}\n";
    assert!(mapping().contains(row));
    let other = mapping().replacen(row, &format!("{row}      notes: {{value: moved}}\n"), 1);
    fs::write(world.folder.join("other.yaml"), other).unwrap();
    world.writes();
    let retry =
        format!("dead-letters retry {id} --from-step --with-mapping other.yaml --journal events.journal");
    let (code, said, notes) = world.run(&retry, true);
    assert!(code == Some(0) && notes.contains("1 dead letter judged under another mapping"), "{said}{notes}");
    assert_eq!(world.writes(), ["POST /organizations/create_or_update", "POST /organization_memberships"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_page_do_what_it_says() {
    let world = World::with_letters("page").await;
    fs::write(world.folder.join("mapwright.yaml"), "mapping: mapping.yaml\n").unwrap();
    fs::copy(world.folder.join("mapping.yaml"), world.folder.join("fixed.yaml")).unwrap();
    let blocks = super::docs::shell_blocks();
    let commands = blocks.iter().filter(|block| block.document == "docs/dead-letters.md");
    let mut run = Vec::new();
    for command in commands.flat_map(|block| block.text.lines()) {
        let arguments = command.strip_prefix("mapwright ").unwrap();
        let list = world.letters("list --format json --journal events.journal");
        let letter = list.lines().next().map(|letter| serde_json::from_str::<Value>(letter).unwrap());
        let id = letter.map_or_else(String::new, |letter| letter["id"].as_str().unwrap().to_owned());
        let arguments = arguments.replace("3f9a", &id).replace(" --config account.yaml", "");
        let sends = command.contains("--config");
        let (code, said, notes) = world.run(&arguments, sends);
        // A rejected event is one again.
        let is_fine = code == Some(0) || (sends && code == Some(1));
        assert!(is_fine, "{command}: {code:?}\n{said}{notes}");
        run.push(command);
    }
    assert_eq!(run.len(), 8, "{run:?}");
}
