//! Rows, selectors and conditions of made mappings.

use serde_json::{Value, json};

use super::making::{KEYS, Maker, NAMES, PLACES, PickOf};

/// Types without parameters.
const TYPES: [&str; 11] = [
    "string", "integer", "number", "boolean", "date", "datetime", "email", "phone", "url", "scalar", "object",
];

const PATTERNS: [&str; 4] = ["^[a-z]+$", "@acme[.]test", "[0-9]{2}", "e"];

impl Maker<'_> {
    pub(super) fn kind(&mut self) -> Value {
        match self.random.below(16) {
            0 => json!(["string"]),
            1 => json!(["object"]),
            2 => json!([["scalar"]]),
            3 => json!({"enum": ["free", "pro", "a"]}),
            _ => json!(self.random.pick(&TYPES)),
        }
    }

    /// A row; `levels` of rows may be in it.
    pub(super) fn row(&mut self, levels: u64) -> Value {
        let mut row = match self.random.below(20) {
            0 => {
                return json!({"value": self.random.pick_of(&[json!("web"), json!([1, {"a": null}]), json!(1.0), json!({})])});
            }
            1 => return json!(self.selector()),
            2 => return json!([self.selector(), self.selector(), self.selector()]),
            3 if levels > 0 => return self.list(levels - 1),
            4 | 5 if levels > 0 => self.template(levels - 1),
            6 | 7 => self.each(),
            8 => json!({"from": self.many(), "take": self.take()}),
            9 => json!({"from": [self.many(), self.selector()], "take": self.take()}),
            10..15 => json!({"from": self.selector()}),
            _ => json!({"from": [self.selector(), self.selector()]}),
        };
        let has_from = row.get("from").is_some();
        if self.random.chance(60) {
            row["as"] = self.kind();
        }
        if self.random.chance(10) {
            row["map"] = json!({"free": 0, "42": "answer", "true": null, "1.0": [1], "a": {"b": "a"}});
        }
        if row.get("as").or(row.get("map")).is_some() {
            row["on_bad"] =
                json!(self.random.pick(&["skip", "skip", "skip", "null", "null", "null", "reject"]));
        }
        if has_from && self.random.chance(20) {
            row["empty"] = json!("missing");
        }
        if has_from && self.random.chance(20) {
            row["null"] = json!("send");
        }
        if self.random.chance(20) {
            row["default"] = self.random.pick_of(&[json!("none"), json!([]), json!({"a": "b"}), json!(null)]);
        }
        if self.random.chance(4) {
            row["required"] = self.random.pick_of(&[json!(true), json!("It is needed")]);
        }
        if self.random.chance(20) {
            row["truncate"] = json!(self.random.below(8) + 1);
        }
        if self.random.chance(15) {
            row["when"] = self.condition(2);
        }
        row
    }

    fn list(&mut self, levels: u64) -> Value {
        let rows = json!({"a": self.row(levels), "a.b": self.row(levels)});
        json!({"list": [{"when": self.condition(1), "rows": rows}, {"rows": {"b": self.row(levels)}}]})
    }

    fn template(&mut self, levels: u64) -> Value {
        let scalar = |maker: &mut Self| {
            let from = maker.selector();
            json!({"from": from, "as": "scalar", "on_bad": "skip"})
        };
        let with = json!({"x": scalar(self), "y": if self.random.chance(95) { scalar(self) } else { self.row(levels) }});
        json!({"text": self.random.pick(&["{{x}}", "{{x}} & {{y}}", "\"{{x}}\\", "ü{{y}}{{y}}"]), "with": with})
    }

    fn each(&mut self) -> Value {
        let each = if self.random.chance(50) { self.selector() } else { self.many() };
        self.item = true;
        let mut row = json!({"each": each, "from": [self.selector(), "$item.name"]});
        if self.random.chance(60) {
            row["where"] = self.condition(1);
        }
        self.item = false;
        row["take"] = self.take();
        row
    }

    fn take(&mut self) -> Value {
        json!(self.random.pick(&["first", "last", "all", "all", "first", "last", "all", "first", "only"]))
    }

    /// A selector of one value.
    pub(super) fn selector(&mut self) -> String {
        let mut path = match self.random.below(20) {
            0 => return "$flow".into(),
            1 => return format!("$config.{}", self.random.pick(&["flag", "word", "count"])),
            2 if self.members => return "$members.main".into(),
            2..5 if self.late => return format!("$steps.first.{}", self.random.pick(&["id", "none"])),
            2..12 if self.item => "$item".into(),
            2..8 if self.n_names > 0 => format!("${}", NAMES[self.random.index(self.n_names)]),
            8..10 => "$".into(),
            10..12 => format!("$.{}", self.random.pick(&PLACES)),
            12..15 => "$.context.traits".into(),
            _ => "$.traits".into(),
        };
        for _ in 0..self.random.below(3) {
            let segment = self.segment();
            path.push_str(&segment);
        }
        if path == "$" { "$.a".into() } else { path }
    }

    fn segment(&mut self) -> String {
        let key = self.random.pick(&KEYS);
        match self.random.below(10) {
            0 => "[0]".into(),
            1 => "[-1]".into(),
            2 => "[1]".into(),
            _ if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => format!(".{key}"),
            _ => format!("['{key}']"),
        }
    }

    /// A selector that may match several values.
    fn many(&mut self) -> String {
        let start = self.selector();
        let is_plain = ["$flow", "$config", "$steps", "$members"].iter().any(|root| start.starts_with(root));
        let start = if is_plain { "$.traits".into() } else { start };
        start
            + self.random.pick(&[
                "[*]",
                "..a",
                ".*",
                "[0:2]",
                "[::-1]",
                "[?@.a == 1]",
                "[?@.name]",
                "..[0]",
                "['a','b']",
            ])
    }

    pub(super) fn condition(&mut self, levels: u64) -> Value {
        match self.random.below(if levels == 0 { 6 } else { 10 }) {
            6 => json!({"any": [self.condition(levels - 1), self.condition(levels - 1)]}),
            7 => json!({"all": [self.condition(levels - 1), self.condition(levels - 1)]}),
            8 => json!({"not": self.condition(levels - 1)}),
            9 => {
                let (one, other) = (self.selector(), self.selector());
                json!({one: self.test(), other: self.test()})
            }
            0 if self.random.chance(30) => json!({"$config.token": {"is": "present"}}),
            _ => json!({self.selector(): self.test()}),
        }
    }

    fn test(&mut self) -> Value {
        let constants = [json!("a"), json!(1), json!(true), json!("42"), json!(42), json!("free")];
        let operator = self.random.pick(&["gt", "gte", "lt", "lte"]);
        match self.random.below(14) {
            0 => self.random.pick_of(&constants),
            1 => json!({"is": "present"}),
            2 => json!({"is": "missing"}),
            3 => json!({"is": ["null", "empty"]}),
            4 => {
                json!({"equals": self.random.pick_of(&[json!([]), json!({"a": 1}), json!([1, "a"]), json!("a")])})
            }
            5 => json!({"in": constants}),
            6 => json!({"same_as": self.selector()}),
            7 => json!({"same_as_ignoring_case": self.selector()}),
            8 => json!({"same_moment_as": self.selector()}),
            9 => json!({"in_list": self.selector()}),
            10 => json!({"in_list_ignoring_case": self.selector()}),
            11 => json!({operator: self.random.pick_of(&[json!(1), json!("b"), json!(5.5)])}),
            12 => json!({"matches": self.random.pick(&PATTERNS)}),
            _ => json!({"not": self.random.pick_of(&constants)}),
        }
    }
}
