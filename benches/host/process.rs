//! Processes that are held on a core, and what they use.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::{Done, http};

/// Ticks of a second in `/proc/PID/stat`; the same on every Linux.
const TICKS: f64 = 100.0;

/// A process of the program; it ends with this value.
pub(crate) struct Process {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// Where its counts are, if it has any.
    counts: String,
    /// Kept open, so that the process can write to it.
    _lines: BufReader<ChildStdout>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// The host, on the first core.
    pub(crate) fn serve(mapping: &str, endpoint: &str) -> Done<Self> {
        let endpoint = format!("zendesk={endpoint}");
        let arguments = [
            "serve",
            "--mappings",
            mapping,
            "--listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
            "--endpoint",
            &endpoint,
        ];
        let (child, mut lines) = start("0", &arguments)?;
        let address = address_in(&mut lines)?;
        let counts = address_in(&mut lines)?;
        Ok(Self { child, address, counts, _lines: lines })
    }

    /// The sandbox, on the second core.
    pub(crate) fn sandbox() -> Done<Self> {
        let (child, mut lines) = start("1", &["sandbox", "--listen", "127.0.0.1:0"])?;
        let address = address_in(&mut lines)?;
        Ok(Self { child, address, counts: String::new(), _lines: lines })
    }

    /// CPU time so far.
    pub(crate) fn cpu(&self) -> Done<Duration> {
        cpu_of(&self.child.id().to_string())
    }

    /// Most memory that it has had at a time, in MB.
    pub(crate) fn peak(&self) -> Done<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0 / 1e6)
    }

    /// Requests to the destination that the host has counted.
    pub(crate) async fn requests(&self) -> Done<f64> {
        let counts = http::call(&self.counts, "GET /metrics", b"").await?;
        let lines =
            counts.body().lines().filter(|line| line.starts_with("transformer_outgoing_request_count{"));
        Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    }
}

fn start(core: &str, arguments: &[&str]) -> Done<(Child, BufReader<ChildStdout>)> {
    let mut child = Command::new("taskset")
        .args(["-c", core, env!("CARGO_BIN_EXE_mapwright")])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("a process without output")?;
    Ok((child, BufReader::new(output)))
}

/// The address of the next line that says one.
fn address_in(lines: &mut impl BufRead) -> Done<String> {
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if let Some((_, rest)) = line.split_once("http://") {
            let end = rest.find(|letter: char| letter != '.' && letter != ':' && !letter.is_ascii_digit());
            return Ok(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned());
        }
        line.clear();
    }
    Err("the process has ended without saying where it listens".into())
}

/// CPU time of this process so far.
pub(crate) fn own_cpu() -> Done<Duration> {
    cpu_of("self")
}

fn cpu_of(process: &str) -> Done<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name before may have blanks in it.
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    Ok(Duration::from_secs_f64(ticks / TICKS))
}

/// Holds this process on the second core.
pub(crate) fn hold_on_second_core() -> Done {
    let id = std::process::id().to_string();
    let held = Command::new("taskset").args(["-a", "-c", "-p", "1", &id]).stdout(Stdio::null()).status()?;
    if held.success() { Ok(()) } else { Err("two cores are needed, one for the host alone".into()) }
}
