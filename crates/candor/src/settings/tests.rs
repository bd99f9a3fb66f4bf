use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Environment {
    let map: BTreeMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Environment::new(move |name| map.get(name).cloned())
}

/// A folder with this `candor.toml`, and flags that name it.
fn with_file(text: &str) -> (TempDir, Flags) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("candor.toml");
    std::fs::write(&file, text).expect("a file");
    let flags = Flags { config: Some(file), ..Flags::default() };
    (folder, flags)
}

fn faults(text: &str) -> Vec<String> {
    let (folder, flags) = with_file(text);
    let error = Settings::read(&flags, &environment(&[])).expect_err("faulty");
    let shown = format!("{}/", folder.path().display());
    error.to_string().lines().map(|line| line.replace(&shown, "")).collect()
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let (_folder, mut flags) =
        with_file("listen = \"127.0.0.1:1\"\nbase_url = \"https://file.example.org\"\ndata = \"of-file\"\n");
    let env = environment(&[("CANDOR_LISTEN", "127.0.0.1:2"), ("CANDOR_BASE_URL", "https://env.example.org/")]);
    flags.listen = Some("127.0.0.1:3".to_owned());
    let settings = Settings::read(&flags, &env).expect("fine");
    assert_eq!(settings.listen.port(), 3, "the flag");
    assert_eq!(settings.base_url.as_deref(), Some("https://env.example.org"), "the variable, without its slash");
    assert!(settings.data.ends_with("of-file"), "the file");
}

#[test]
fn nothing_said_gives_the_defaults() {
    let settings = Settings::read(&Flags::default(), &environment(&[("CANDOR_LISTEN", "  ")])).expect("fine");
    assert_eq!(settings.data, Path::new(DATA));
    assert_eq!(settings.listen.to_string(), LISTEN);
    assert_eq!(settings.base_url_at(settings.listen), "http://127.0.0.1:4180");
    assert!(settings.mail.is_none() && settings.tls.is_none() && settings.egress.allow.is_empty());
    assert!(matches!(settings.place(), Place::Folder(_)));
}

#[test]
fn a_path_in_the_file_is_meant_from_where_the_file_is() {
    let (folder, flags) = with_file("playbook = \"playbook.toml\"\n");
    let settings = Settings::read(&flags, &environment(&[])).expect("fine");
    assert_eq!(settings.playbook, Some(folder.path().join("playbook.toml")));
    let settings = Settings::read(&flags, &environment(&[("CANDOR_PLAYBOOK", "other.toml")])).expect("fine");
    assert_eq!(settings.playbook.as_deref(), Some(Path::new("other.toml")));
}

#[test]
fn every_fault_is_told_with_its_place() {
    let text = "listen = \"here\"\n\n[mail]\nsmtp = \"mail.example.org\"\nfrom = \"candor@example.org\"\n\n[egress]\nallow = [\"10.0.0.0/8\", \"ten\"]\n";
    let told = faults(text);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("candor.toml:1:10: listen: "), "{}", told[0]);
    assert!(told[1].starts_with("candor.toml:4:8: [mail] smtp: "), "{}", told[1]);
    assert!(told[2].starts_with("candor.toml:8:24: [egress] allow: "), "{}", told[2]);
}

#[test]
fn an_unknown_name_is_a_fault() {
    let told = faults("[egres]\nallow = []\n");
    assert!(told[0].starts_with("candor.toml:1:2: unknown field `egres`"), "{told:?}");
}

#[test]
fn halves_of_pairs_are_faults() {
    let told =
        faults("tls_cert = \"cert.pem\"\n[mail]\nsmtp = \"smtp://127.0.0.1:25\"\nfrom = \"a@example.org\"\nuser = \"candor\"\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("--tls-cert: "));
    assert!(told[1].contains("[mail]: user and password"), "{}", told[1]);
}

#[test]
fn a_named_file_must_be_there() {
    let flags = Flags { config: Some("no-such-candor.toml".into()), ..Flags::default() };
    let error = Settings::read(&flags, &environment(&[])).expect_err("not there");
    assert!(error.to_string().starts_with("no-such-candor.toml: "), "{error}");
}

#[test]
fn the_tables_are_read() {
    let text = "[mail]\nsmtp = \"smtp://127.0.0.1:25\"\nfrom = \"candor@example.org\"\nuser = \"candor\"\n\
                [egress]\nallow = [\"127.0.0.0/8\"]\nports = [9443]\n\
                [proxy]\ntrust = [\"10.0.0.5\"]\n[retention]\nalerts = \"90d\"\n[limits]\nqueue = 10\n";
    let (_folder, flags) = with_file(text);
    let settings = Settings::read(&flags, &environment(&[("CANDOR_MAIL_PASSWORD", "of the environment")])).expect("fine");
    let mail = settings.mail.clone().expect("mail");
    assert_eq!(mail.password.as_deref(), Some("of the environment"));
    assert_eq!(settings.egress.ports, [9443]);
    assert_eq!(settings.proxies, ["10.0.0.5".parse().expect("a block")]);
    assert_eq!(settings.retention.alerts, Span::parse("90d"));
    assert_eq!((settings.limits.queue, settings.limits.connections), (10, Limits::default().connections));
}

#[test]
fn secrets_are_never_shown() {
    let env = environment(&[
        ("CANDOR_SECRET_KEY", &"ab".repeat(32)),
        ("CANDOR_BOOTSTRAP_TOKEN", "bootstrap-0123456789"),
        ("CANDOR_DATABASE", "postgres://candor:hunter2@db/candor"),
    ]);
    let settings = Settings::read(&Flags::default(), &env).expect("fine");
    let shown = format!("{settings:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("bootstrap-0") && !shown.contains("171"), "{shown}");
    assert!(matches!(settings.secret_key, KeySource::Given(bytes) if bytes == [0xab; 32]));
    assert!(matches!(settings.place(), Place::Postgres(_)));
}

#[test]
fn a_key_is_made_once_and_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    KeySource::InData.open(&data).expect("made");
    let file = data.join(KEY_FILE);
    let first = std::fs::read_to_string(&file).expect("kept");
    assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    KeySource::InData.open(&data).expect("read again");
    assert_eq!(std::fs::read_to_string(&file).expect("kept"), first);
    assert!(KeySource::File(data.join("other.key")).open(&data).is_err(), "a named key is never made");
    std::fs::write(&file, "short").expect("written");
    assert!(KeySource::InData.open(&data).is_err());
}
