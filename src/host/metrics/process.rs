//! What the system knows about this process: time on the processor and memory. Linux only; elsewhere there is nothing.

/// Ticks in a second, as `/proc` counts them.
///
/// Source: proc(5), `sysconf(_SC_CLK_TCK)`; 100 on all systems that Rust runs on.
const TICKS: f64 = 100.0;

/// The counts as text for Prometheus, with a label for the instance.
pub(super) fn text(instance: &str) -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let (stat, status) = (read("/proc/self/stat"), read("/proc/self/status"));
    let counts = [
        ("process_cpu_seconds_total", "counter", "time on the processors", cpu_seconds(&stat)),
        ("process_resident_memory_bytes", "gauge", "memory that is in use", resident_bytes(&status)),
    ];
    let instance = instance.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
    let lines = counts.into_iter().filter_map(|(name, kind, about, value)| {
        let value = value?;
        Some(format!(
            "# HELP {name} {about}\n# TYPE {name} {kind}\n{name}{{instanceName=\"{instance}\"}} {value}\n\n"
        ))
    });
    lines.collect()
}

/// Time of the process itself and of the system for it: fields 14 and 15, counted behind the name, which may have blanks.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

fn resident_bytes(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::{cpu_seconds, resident_bytes};

    #[test]
    fn the_name_of_a_process_may_be_anything() {
        let stat = "42 (a) b 1 2) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 4 0 1 2 3";
        assert_eq!(cpu_seconds(stat), Some(4.0));
        assert_eq!(cpu_seconds(""), None);
    }

    #[test]
    fn memory_is_told_in_kilobytes() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t    2 kB\n"), Some(2048.0));
        assert_eq!(resident_bytes("Name:\tx\n"), None);
    }
}
