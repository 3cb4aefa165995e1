//! Mappings that use most of the language, and events over the same few keys, so that most paths lead somewhere.

use corpus::Random;
use serde_json::{Map, Value, json};

use super::odd::{Node, any, object};

/// Keys of events, and of what paths go through.
pub(super) const KEYS: [&str; 14] = [
    "a",
    "b",
    "c",
    "id",
    "name",
    "email",
    "list",
    "company",
    "a b",
    "Ü",
    "A",
    "sixteen bytes !!",
    "the same A at both ends",
    "the same B at both ends",
];

/// Where events carry most of what they have.
pub(super) const PLACES: [&str; 5] = ["traits", "context", "properties", "userId", "integrations"];

/// Names of the file, each of which may read those before it.
pub(super) const NAMES: [&str; 5] = ["person", "first", "second", "third", "fourth"];

/// An event that one of the mappings may take.
pub(super) fn event(random: &mut Random) -> Node {
    let types = ["identify", "identify", "identify", "track", "track", "Track", "alias"];
    let kind = Node::text_of(random.pick(&types));
    let Node::Object(mut members) = object(random, &KEYS, 2) else { unreachable!("it is an object") };
    members.push(("type".into(), if random.chance(98) { kind } else { any(random, &KEYS, 1) }));
    for place in PLACES {
        let value = match place {
            "userId" => any(random, &KEYS, 0),
            "integrations" if random.chance(90) => continue,
            "context" => Node::Object(vec![("traits".into(), object(random, &KEYS, 2))]),
            _ if random.chance(90) => object(random, &KEYS, 2),
            _ => any(random, &KEYS, 2),
        };
        if random.chance(85) {
            members.push((place.into(), value));
        }
    }
    random.shuffle(&mut members);
    if random.chance(5) {
        let again = (random.pick(&PLACES).to_owned(), object(random, &KEYS, 1));
        members.push(again);
    }
    Node::Object(members)
}

/// Settings of a made mapping.
pub(super) fn settings(random: &mut Random) -> Value {
    let all =
        [("flag", json!(true)), ("word", json!("free")), ("count", json!(42)), ("token", json!("t0ken"))];
    all.into_iter().filter(|_| random.chance(60)).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Makes a mapping.
pub(super) struct Maker<'r> {
    pub(super) random: &'r mut Random,
    /// How many names may be read.
    pub(super) n_names: usize,
    /// An answer may be read.
    pub(super) late: bool,
    /// `$item` may be read.
    pub(super) item: bool,
    /// `$members.main` may be read.
    pub(super) members: bool,
}

impl<'r> Maker<'r> {
    pub(super) fn new(random: &'r mut Random) -> Self {
        Maker { random, n_names: 0, late: false, item: false, members: false }
    }

    /// A whole mapping.
    pub(super) fn mapping(mut self) -> Value {
        let names = self.names();
        let rest = self.random.chance(60).then(|| self.rest());
        let other = self.table(false);
        let mut main = self.table(true);
        self.members = rest.is_some();
        if let Some(rest) = rest {
            main["rest"] = rest;
        }
        self.late = true;
        let late = self.table(false);
        self.late = false;
        let integration = self.random.chance(50).then_some("ACME");
        let mut mapping = json!({
            "format": 1, "destination": "made",
            "config": {
                "flag": {"type": "boolean", "default": false}, "word": {"type": "string", "default": "pro"},
                "count": {"type": "integer"}, "token": {"type": "secret"},
            },
            "service": {"base_url": {"value": "https://api.test"}},
            "names": names, "tables": {"main": main, "other": other, "late": late},
            "flows": self.flows(),
        });
        if let Some(name) = integration {
            mapping["integration"] = json!(name);
        }
        mapping
    }

    fn names(&mut self) -> Value {
        let mut names = Map::new();
        names.insert(
            NAMES[0].into(),
            match self.random.below(3) {
                0 => json!("$.traits"),
                1 => json!({"from": ["$.traits", "$.context.traits"], "as": "object", "empty": "missing"}),
                _ => json!({"from": ["$.properties", "$.traits"], "as": "object", "on_bad": "skip"}),
            },
        );
        for name in NAMES.iter().skip(1) {
            self.n_names = names.len();
            let row = self.row(1);
            names.insert((*name).into(), row);
        }
        self.n_names = NAMES.len();
        names.into()
    }

    fn flows(&mut self) -> Value {
        let mut flows = Map::new();
        for (index, event) in ["identify", "identify", "track", "track"].into_iter().enumerate() {
            let mut flow = json!({"event": event, "steps": self.steps()});
            if index % 2 == 0 {
                flow["when"] = self.condition(2);
            }
            if self.random.chance(30) {
                flow["names"] = json!({"person": self.random.pick(&["$.context.traits", "$.traits", "$.properties.company"])});
            }
            if self.random.chance(20) {
                let error = "Something is missing";
                let mut present = json!({"present": self.selector(), "error": error});
                if self.random.chance(50) {
                    present["unless"] = self.condition(1);
                }
                flow["require"] = json!([present, {"that": {"any": [self.condition(1), self.condition(1), self.condition(1)]}, "error": error}]);
            }
            flows.insert(format!("flow_{index}"), flow);
        }
        flows.into()
    }

    fn steps(&mut self) -> Value {
        let mut steps = Vec::new();
        let body = self.body();
        steps.push(
            json!({"first": {"post": "/first", "body": body, "give": {"id": "$.id", "none": "$.none"}}}),
        );
        if self.random.chance(60) {
            let body = self.body();
            steps.push(self.maybe(json!({"second": {"put": "/second", "body": body}}), "second"));
        }
        if self.random.chance(30) {
            let when = self.rare();
            steps.push(match self.random.below(3) {
                0 => json!({"stop": {"when": when}}),
                1 => json!({"skip": {"when": when, "why": "It is not wanted"}}),
                _ => json!({"reject": {"when": when, "error": "It is bad"}}),
            });
        }
        self.late = true;
        if self.random.chance(40) {
            let step = json!({"late": {"post": "/late", "body": "late"}});
            steps.push(self.maybe(step, "late"));
        }
        if self.random.chance(10) {
            let when = self.condition(1);
            steps.push(json!({"stop": {"when": {"all": [when, {"$steps.first.id": 8}]}}}));
        }
        self.late = false;
        if self.random.chance(50) {
            let body = self.body();
            steps.push(self.maybe(json!({"third": {"patch": "/third", "body": body}}), "third"));
        }
        steps.into()
    }

    /// A step that is made under a condition, now and then.
    fn maybe(&mut self, mut step: Value, name: &str) -> Value {
        if self.random.chance(40) {
            step[name]["when"] = self.condition(2);
        }
        step
    }

    /// A condition that rarely holds.
    fn rare(&mut self) -> Value {
        json!({"all": [self.condition(1), self.condition(1), self.condition(1)]})
    }

    fn body(&mut self) -> Value {
        let table = self.random.pick(&["main", "main", "other"]);
        match self.random.below(4) {
            0 => json!({"table": table, "under": "wrapped"}),
            1 => json!({"table": table, "plus": {"plus": self.row(1)}}),
            _ => json!(table),
        }
    }

    fn table(&mut self, may_be_strict: bool) -> Value {
        let mut rows = Map::new();
        for index in 0..self.random.below(7) {
            let name = match self.random.below(5) {
                0 => format!("into.a.r{index}"),
                1 => format!("into.r{index}"),
                2 => format!("deep.a b.r{index}"),
                3 if self.random.chance(30) => format!("fields.{}", KEYS[self.random.index(6)]),
                _ => format!("r{index}"),
            };
            let row = self.row(2);
            rows.insert(name, row);
        }
        let mut table = json!({"rows": rows});
        if self.random.chance(30) {
            table["under"] = json!("main");
        }
        if may_be_strict && self.random.chance(40) {
            table["empty"] = json!("missing");
        }
        table
    }

    fn rest(&mut self) -> Value {
        let of = self.random.pick(&[
            "$.traits",
            "$person",
            "$person",
            "$",
            "$.properties",
            "$.traits.company",
            "$second",
        ]);
        let mut rest = json!({"of": of, "into": self.random.pick(&["fields", "into", "fields.of"])});
        if self.random.chance(40) {
            rest["null"] = json!("send");
        }
        if self.random.chance(50) {
            rest["as"] = self.kind();
        }
        if self.random.chance(60) {
            rest["keys"] = self.random.pick_of(&[
                json!({"allow": "a-z_", "other": "_"}),
                json!({"allow": "A-Za-z0-9_-", "other": "_", "not": "^[0-9]+$"}),
                json!({"allow": "a-c", "other": "a", "not": "^a"}),
            ]);
        }
        rest
    }
}

/// One of some values.
pub(super) trait PickOf {
    fn pick_of(&mut self, values: &[Value]) -> Value;
}

impl PickOf for Random {
    fn pick_of(&mut self, values: &[Value]) -> Value {
        values[self.index(values.len())].clone()
    }
}
