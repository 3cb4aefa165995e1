//! How long it takes from the save of a mapping until `mapwright serve` serves it: 50 saves of each kind.
//!
//! ```text
//! cargo bench --bench reload
//! ```
//!
//! The program runs as a process of its own; `/health` is asked again and again until it tells of another version.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops, and says what it measured"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// Saves of each kind.
const SAVES: usize = 50;

/// Between two questions.
const PAUSE: Duration = Duration::from_micros(200);

/// A way to save a file.
type Save = fn(&Path, &str);

/// A running host with its folder; both end with this value.
struct Host {
    process: Child,
    folder: PathBuf,
    health: String,
    client: reqwest::Client,
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Host {
    fn start(mapping: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("mapwright-bench-reload-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mapping.yaml"), mapping).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--mappings"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("listening on ").unwrap().split(',').next().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Host { process, health: format!("{url}/health"), folder, client }
    }

    /// Fingerprint of the mapping that is served.
    async fn served(&self) -> String {
        let text = self.client.get(&self.health).send().await.unwrap().text().await.unwrap();
        let health: Value = serde_json::from_str(&text).unwrap();
        let (_, mapping) = health["mappings"].as_object().unwrap().iter().next().expect("a mapping");
        mapping["hash"].as_str().unwrap().to_owned()
    }

    /// Saves the mapping and waits until it is served.
    async fn save(&self, text: &str, save: Save) -> Duration {
        let before = self.served().await;
        let begun = Instant::now();
        save(&self.folder.join("mapping.yaml"), text);
        while self.served().await == before {
            tokio::time::sleep(PAUSE).await;
        }
        begun.elapsed()
    }
}

/// Writes into the file.
fn in_place(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

/// Puts another file in its place, as editors do.
fn by_rename(file: &Path, text: &str) {
    let beside = file.with_extension("yaml.new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, file).unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mapping = include_str!("../mappings/zendesk.yaml");
    let mapping = mapping.replace("schemas: \"../schemas/zendesk\"", "");
    let host = Host::start(&mapping);
    let mut version = 0;
    let kinds: [(&str, Save); 2] = [("written in place", in_place), ("replaced by a rename", by_rename)];
    println!(
        "mappings/zendesk.yaml, {SAVES} saves each, from the save to the first answer with the new version, ms"
    );
    for (name, save) in kinds {
        let mut times = Vec::new();
        for _ in 0..SAVES {
            version += 1;
            times.push(host.save(&format!("{mapping}# version {version}\n"), save).await);
        }
        times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let (least, median, most) = (times[0], times[SAVES / 2], times[SAVES - 1]);
        println!("{name}: least {:.1}, median {:.1}, most {:.1}", ms(least), ms(median), ms(most));
    }
}
