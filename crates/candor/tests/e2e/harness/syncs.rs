//! A disk whose syncs fail: strace steps between a running program and its kernel and answers every `fsync` and
//! `fdatasync` with an input/output error, as a dying disk would. What it saw is kept.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::candor::Candor;
use super::{Neighbour, wait_for};

pub(crate) struct FailingSyncs {
    // Before the folder it writes to: fields drop in this order.
    _strace: Neighbour,
    seen: PathBuf,
    _folder: TempDir,
}

impl FailingSyncs {
    /// From now on every sync of the server fails.
    pub(crate) async fn of(candor: &Candor) -> Self {
        Self::attach(&["-f"], candor.pid()).await
    }

    /// From now on the syncs of the server's thread of that name fail, and no others.
    pub(crate) async fn of_thread(candor: &Candor, name: &str) -> Self {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", candor.pid())).expect("the threads of a running server");
        let named = |task: &PathBuf| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name);
        let task = tasks.flatten().map(|task| task.path()).find(named).unwrap_or_else(|| panic!("no thread {name}"));
        let id = task.file_name().and_then(|id| id.to_str()?.parse().ok()).expect("a thread's number");
        Self::attach(&[], id).await
    }

    async fn attach(args: &[&str], id: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let seen = folder.path().join("seen");
        let mut command = Command::new("strace");
        command.args(["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"]);
        command.args(args).arg("-o").arg(&seen).args(["-p", &id.to_string()]);
        let mut strace = Neighbour::start("strace", "strace", folder.path(), &mut command);
        wait_for("strace to attach", Duration::from_secs(10), || {
            let (said, ended) = (strace.said(), strace.has_ended());
            async move {
                assert!(
                    !ended,
                    "strace cannot attach: {said}\nthis test needs the right to trace its own processes: be root, or set \
                     kernel.yama.ptrace_scope=0; in a container add --cap-add=SYS_PTRACE"
                );
                said.contains("attached").then_some(())
            }
        })
        .await;
        Self { _strace: strace, seen, _folder: folder }
    }

    /// The syncs since then, in order: whether each was told to fail.
    pub(crate) fn seen(&self) -> Vec<bool> {
        let seen = std::fs::read_to_string(&self.seen).unwrap_or_default();
        // A call that another thread's came between has two lines; the second has the answer.
        let answers = seen.lines().filter(|line| line.contains("sync") && line.contains(" = "));
        answers.map(|line| line.contains("(INJECTED)")).collect()
    }
}
