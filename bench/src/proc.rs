//! What the kernel says of a process and of the machine.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// CPU time of a process with all its threads, and of its direct children (nginx serves from its workers).
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let mut ticks = cpu_ticks(&read(pid, "stat")?).context("unreadable stat")?;
    for child in read(pid, &format!("task/{pid}/children")).unwrap_or_default().split_whitespace() {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        ticks += cpu_ticks(&stat).unwrap_or(0);
    }
    Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

/// Resident memory in MB (10⁶ bytes).
pub(crate) fn rss(pid: u32) -> Result<f64> {
    let status = read(pid, "status")?;
    let kib = kib_field(&status, "VmRSS:").context("no VmRSS")?;
    Ok(kib as f64 * 1024.0 / 1e6)
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("reading {path}"))
}

/// utime + stime. The name in the second field may hold spaces and parentheses, so fields are counted after its end.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn kib_field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Busy time of the whole machine since boot, over all cores.
pub(crate) fn machine_busy() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks = busy_ticks(&stat).unwrap_or(0);
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// user + nice + system + irq + softirq + steal: everything but idle and waiting for the disk.
fn busy_ticks(stat: &str) -> Option<u64> {
    let fields: Vec<u64> = stat.lines().next()?.split_whitespace().skip(1).map_while(|field| field.parse().ok()).collect();
    Some(fields.iter().take(8).sum::<u64>() - fields.get(3)? - fields.get(4)?)
}

/// The machine in a few lines: processor, cores, memory, kernel, load.
pub(crate) fn machine() -> Vec<(&'static str, String)> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = kib_field(&meminfo, "MemTotal:").unwrap_or(0) as f64 * 1024.0 / 1e9;
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    vec![
        ("Processor", model.trim_start_matches(['\t', ' ', ':']).to_owned()),
        ("Cores", cores().to_string()),
        ("Memory", format!("{memory:.1} GB")),
        ("Kernel", format!("Linux {}", release.trim())),
        ("Load average before the run", load_average()),
    ]
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_an_awkward_name() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 9 0 1 2 3";
        assert_eq!(cpu_ticks(stat), Some(200));
    }

    #[test]
    fn memory_is_found_by_name() {
        assert_eq!(kib_field("VmHWM:\t  900 kB\nVmRSS:\t  812 kB\n", "VmRSS:"), Some(812));
        assert_eq!(kib_field("", "VmRSS:"), None);
    }

    #[test]
    fn idle_and_waiting_are_not_busy() {
        assert_eq!(busy_ticks("cpu  10 1 5 900 70 2 3 4 0 0\ncpu0 1"), Some(25));
    }

    #[test]
    fn this_process_has_memory_and_time() {
        assert!(rss(std::process::id()).expect("readable") > 0.5);
        assert!(cpu(std::process::id()).is_ok());
    }
}
