//! The binary as scripts see it: exit codes, and what goes to which output.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const PLAYBOOK: &str = include_str!("../assets/demo/playbook.toml");

/// Runs the binary in a folder of its own, with nothing of the caller's settings.
fn candor(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CANDOR_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args).output().expect("the binary runs")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn used_wrongly_is_2_and_failed_is_1() {
    let folder = folder();
    let code = |args: &[&str]| candor(folder.path(), args).status.code();
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["no-such-command"]), Some(2));
    assert_eq!(code(&["declare"]), Some(2), "arguments are missing");
    assert_eq!(code(&["oncall"]), Some(2), "no token");
    assert_eq!(code(&["declare", "x", "--service", "a", "--severity", "urgent", "--token", "t"]), Some(2));
    assert_eq!(code(&["serve", "--listen", "nowhere"]), Some(2));
    assert_eq!(code(&["oncall", "--url", "http://127.0.0.1:9", "--token", "t"]), Some(1), "nobody listens there");
    assert_eq!(code(&["verify"]), Some(1), "there is no store");
    assert_eq!(code(&["export", "--out", "record"]), Some(1), "there is no store");
    assert!(!folder.path().join("candor-data").exists(), "commands that read make nothing");
}

#[test]
fn a_playbook_without_a_fault_says_what_would_change() {
    let folder = folder();
    std::fs::write(folder.path().join("playbook.toml"), PLAYBOOK).expect("written");
    let output = candor(folder.path(), &["apply", "playbook.toml", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("added person ana"), "{}", stdout(&output));
    let output = candor(folder.path(), &["apply", "playbook.toml", "--dry-run", "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(facts["applied"], false);
    assert!(!folder.path().join("candor-data").exists(), "a dry run makes nothing");
}

#[test]
fn every_fault_of_a_playbook_has_file_line_and_remedy() {
    let folder = folder();
    let text = PLAYBOOK.replacen("wait = \"5m\"", "wiat = \"5m\"", 1).replacen("Europe/Prague", "Prague", 1);
    std::fs::write(folder.path().join("shop.toml"), &text).expect("written");
    let output = candor(folder.path(), &["apply", "shop.toml", "--dry-run"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "", "faults are no facts");
    let said = stderr(&output);
    for wrong in ["wiat", "\"Prague\""] {
        let line = 1 + text[..text.find(wrong).expect("put there")].matches('\n').count();
        assert!(said.contains(&format!("shop.toml:{line}: ")), "{wrong} in line {line}: {said}");
    }
    assert!(said.contains("wait") && said.contains("Europe/Prague"), "{said}");
    let output = candor(folder.path(), &["apply", "shop.toml", "--dry-run", "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert!(facts["faults"].as_array().is_some_and(|faults| faults.len() >= 2), "{facts}");
}

#[test]
fn tokens_are_made_on_a_folder_that_no_server_uses() {
    let folder = folder();
    let made = candor(folder.path(), &["token", "create", "--name", "terminal", "--role", "responder", "--data", "data"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    assert_eq!(stdout(&made).trim().lines().count(), 1, "the token alone: {}", stdout(&made));
    let again = candor(folder.path(), &["token", "create", "--name", "terminal", "--role", "viewer", "--data", "data"]);
    assert_eq!(again.status.code(), Some(1), "the name is taken");
    let listed = candor(folder.path(), &["token", "list", "--data", "data", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&stdout(&listed)).expect("JSON");
    assert_eq!(list["items"][0]["role"], "responder");
    assert!(!stdout(&listed).contains(stdout(&made).trim()), "a token is shown once");
    let revoked = candor(folder.path(), &["token", "revoke", "terminal", "--data", "data"]);
    assert_eq!(revoked.status.code(), Some(0), "{}", stderr(&revoked));
    let verified = candor(folder.path(), &["verify", "--data", "data"]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", stdout(&verified), stderr(&verified));
}

#[test]
fn a_backup_becomes_a_folder_again_and_only_an_empty_one() {
    let folder = folder();
    std::fs::write(folder.path().join("playbook.toml"), PLAYBOOK).expect("written");
    let run = |args: &[&str]| {
        let output = candor(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}{}", stdout(&output), stderr(&output));
        output
    };
    run(&["apply", "playbook.toml", "--data", "data"]);
    run(&["backup", "copy.db", "--data", "data"]);
    run(&["restore", "copy.db", "--data", "again"]);
    run(&["verify", "--data", "again"]);
    let same = run(&["apply", "playbook.toml", "--dry-run", "--data", "again"]);
    assert!(stdout(&same).contains("nothing to change"), "{}", stdout(&same));
    let restored = run(&["restore", "copy.db", "--data", "third", "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&stdout(&restored)).expect("JSON");
    assert_eq!(facts["addresses"], "open", "the key came along");
    let refused = candor(folder.path(), &["restore", "copy.db", "--data", "again"]);
    assert_eq!(refused.status.code(), Some(1), "not empty");
    std::fs::write(folder.path().join("junk.db"), "not a database").expect("written");
    let refused = candor(folder.path(), &["restore", "junk.db", "--data", "fourth"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!folder.path().join("fourth").exists(), "nothing is left of a failed restore");
    run(&["export", "--data", "again", "--out", "record"]);
    assert!(folder.path().join("record/incidents.jsonl").exists());
}

#[test]
fn doctor_names_what_is_missing_with_its_fix() {
    let folder = folder();
    std::fs::write(folder.path().join("playbook.toml"), PLAYBOOK).expect("written");
    let output = candor(folder.path(), &["apply", "playbook.toml", "--data", "data"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let sound = candor(folder.path(), &["doctor", "--data", "data", "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&stdout(&sound)).expect("JSON");
    assert_eq!((sound.status.code(), &facts["ok"]), (Some(0), &true.into()), "{facts:#}");
    std::fs::remove_file(folder.path().join("data/secret.key")).expect("there");
    let broken = candor(folder.path(), &["doctor", "--data", "data"]);
    assert_eq!(broken.status.code(), Some(1), "{}", stdout(&broken));
    assert!(stdout(&broken).contains("secret.key"), "{}", stdout(&broken));
    assert!(!folder.path().join("data/secret.key").exists(), "doctor makes no key");
}

#[test]
fn the_demonstration_walks_to_its_end_and_leaves_nothing_behind() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    command.args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", folder.path()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut said = Vec::new();
    for line in BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok) {
        let at_the_end = line.contains("Ctrl-C ends");
        said.push(line);
        if at_the_end {
            let pid = rustix::process::Pid::from_raw(child.id().cast_signed()).expect("a process id");
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("delivered");
        }
    }
    let said = said.join("\n");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{said}");
    assert!(said.contains("candor ready listen=http://127.0.0.1:"), "{said}");
    assert!(said.contains("INC-4 is open"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "its folder is gone");
}
