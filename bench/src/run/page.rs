//! The public page's requests a second, beside nginx with the same bytes in a file.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::task::JoinSet;

use super::{Bench, progress};
use crate::http::{self, Connection};
use crate::report::{Bar, Row, Section, Table, Unit, grouped};
use crate::server::Server;
use crate::sink::Sink;
use crate::stats::median;
use crate::target::{Notify, Target};
use crate::{clock, nginx};

const CONNECTIONS: usize = 64;
const GZIP: &str = "Accept-Encoding: gzip";
const FORMS: [(&str, &str); 2] = [("plain", ""), ("gzip", GZIP)];

struct Figure {
    server: &'static str,
    form: &'static str,
    rate: f64,
    /// µs of the server a request.
    cpu: f64,
}

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.fresh()?;
    let sink = Sink::open().await?;
    let candor = match bench.programs.candor {
        Some(_) => Some(bench.programs.start(Target::Candor, &folder.path().join("candor"), sink.address, Notify::Nobody)?),
        None => None,
    };
    let (plain, gzip) = match &candor {
        Some(running) => (fetch(running.address, "").await?, fetch(running.address, GZIP).await?),
        None => stand_in(folder.path())?,
    };
    let (nginx, address) = nginx::start(&bench.nginx, folder.path(), &plain, &gzip)?;
    ensure!(fetch(address, "").await? == plain && fetch(address, GZIP).await? == gzip, "nginx does not serve the same bytes");
    let mut servers: Vec<(&'static str, &Server, SocketAddr)> = vec![("nginx", &nginx, address)];
    if let Some(running) = &candor {
        servers.insert(0, ("Candor", &running.server, running.address));
    }
    let mut figures = Vec::new();
    for round in 1..=rounds(bench) {
        for (form, header) in FORMS {
            for (name, server, address) in &servers {
                progress(&format!("page: {form}, round {round}, {name}"));
                measure(*address, header, bench.time / 5).await?;
                let before = server.cpu()?;
                let (rate, requests) = measure(*address, header, bench.time).await?;
                let cpu = server.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / requests.max(1.0);
                figures.push(Figure { server: name, form, rate, cpu });
            }
        }
    }
    Ok(judge(bench, &figures, &plain, &gzip))
}

/// On a machine that others share, a slow spell lasts as long as two of these short rounds: a median of three was seen to be one.
fn rounds(bench: &Bench) -> usize {
    if bench.rounds == 1 { 1 } else { bench.rounds.max(7) }
}

fn judge(bench: &Bench, figures: &[Figure], plain: &[u8], gzip: &[u8]) -> Section {
    let tool = if wrk_is_there() { "wrk -t1" } else { "the bench's own generator" };
    let mut section = Section::beside_alertmanager(
        "Public page",
        format!(
            "`GET {}` over {CONNECTIONS} connections by {tool}, {} bytes plain and {} as gzip. nginx serves the same bytes from a file \
             (`worker_processes auto`, no access log, `sendfile`, `tcp_nopush`, `open_file_cache`, `gzip_static`). Medians of {} alternating \
             rounds of {} s.",
            nginx::PAGE,
            grouped(plain.len() as f64),
            grouped(gzip.len() as f64),
            rounds(bench),
            bench.time.as_secs_f64()
        ),
    );
    section.theirs = "nginx";
    let mut details = Table { head: vec!["server", "form", "requests/s", "lowest–highest", "CPU/request"], rows: Vec::new() };
    for (form, _) in FORMS {
        let rate = |server| {
            let mut rates = of(figures, server, form, |figure| figure.rate).peekable();
            rates.peek().is_some().then(|| median(rates))
        };
        let (ours, theirs) = (rate("Candor"), rate("nginx"));
        let what = format!("{form}: requests");
        section.rows.push(Row { what, unit: Unit::PerSecond, bar: Bar::Times(0.8), ours, theirs });
        details.rows.extend(["Candor", "nginx"].into_iter().filter_map(|server| detail(figures, server, form)));
    }
    section.details = Some(details);
    if figures.iter().all(|figure| figure.server != "Candor") {
        section.notes.push("Without Candor: a stand-in page of a like size.".to_owned());
    }
    section
}

fn of(figures: &[Figure], server: &str, form: &str, what: fn(&Figure) -> f64) -> impl Iterator<Item = f64> {
    figures.iter().filter(move |figure| figure.server == server && figure.form == form).map(what)
}

/// One line of the details; none for a server that was not measured.
fn detail(figures: &[Figure], server: &'static str, form: &str) -> Option<Vec<String>> {
    let rates: Vec<f64> = of(figures, server, form, |figure| figure.rate).collect();
    let lowest = rates.iter().copied().reduce(f64::min)?;
    let highest = rates.iter().copied().fold(0.0, f64::max);
    Some(vec![
        server.to_owned(),
        form.to_owned(),
        grouped(median(rates)),
        format!("{}–{}", grouped(lowest), grouped(highest)),
        Unit::Micros.show(median(of(figures, server, form, |figure| figure.cpu))),
    ])
}

async fn fetch(address: SocketAddr, header: &str) -> Result<Vec<u8>> {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let (status, head, body) = http::get(address, nginx::PAGE, &header).await?;
    ensure!(status == 200, "the page was answered {status}");
    let encoded = head.contains("content-encoding: gzip");
    ensure!(encoded != header.is_empty(), "the page did not come in the form asked for");
    Ok(body)
}

/// Requests a second and how many there were. An answer other than 200 spoils the round.
async fn measure(address: SocketAddr, header: &str, time: Duration) -> Result<(f64, f64)> {
    if wrk_is_there() { wrk(address, header, time).await } else { generate(address, header, time).await }
}

fn wrk_is_there() -> bool {
    Command::new("wrk").arg("-v").output().is_ok()
}

async fn wrk(address: SocketAddr, header: &str, time: Duration) -> Result<(f64, f64)> {
    // Not the blocking kind: the bench must hear a signal meanwhile.
    let mut command = tokio::process::Command::new("wrk");
    command.kill_on_drop(true);
    command.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", time.as_secs().max(1))]);
    if !header.is_empty() {
        command.args(["-H", header]);
    }
    let output = command.arg(format!("http://{address}{}", nginx::PAGE)).output().await?;
    read_wrk(&String::from_utf8_lossy(&output.stdout))
}

fn read_wrk(text: &str) -> Result<(f64, f64)> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("wrk met errors:\n{text}");
    }
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")).context("wrk told no rate")?;
    let count = text.lines().find_map(|line| line.trim().split_once(" requests in ")).context("wrk told no count")?;
    Ok((rate.trim().parse()?, count.0.parse()?))
}

async fn generate(address: SocketAddr, header: &str, time: Duration) -> Result<(f64, f64)> {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let request: Arc<str> = format!("GET {} HTTP/1.1\r\nHost: {address}\r\n{header}\r\n", nginx::PAGE).into();
    let started = clock::now();
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let request = Arc::clone(&request);
        workers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut count = 0_u32;
            while clock::since(started) < time {
                let status = connection.send(request.as_bytes()).await?;
                ensure!(status == 200, "the page was answered {status}");
                count += 1;
            }
            Ok(f64::from(count))
        });
    }
    let mut count = 0.0;
    while let Some(done) = workers.join_next().await {
        count += done??;
    }
    Ok((count / clock::since(started).as_secs_f64(), count))
}

/// A page of about the size of Candor's, to measure nginx by itself.
fn stand_in(folder: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let day = |n: usize| format!("<li class=day data-share=\"99.{:02}\">Day {n}: operational</li>\n", n * 37 % 100);
    let days: String = (0..180).map(day).collect();
    let plain = format!("<!doctype html><title>Shop status</title><h1>All systems operational</h1><ol>{days}</ol>").into_bytes();
    let gzip = nginx::gzip(folder, &plain)?;
    Ok((plain, gzip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_wrk_are_read() {
        let text = "Running 2s test\n  90123 requests in 2.00s, 1.00GB read\nRequests/sec:  45012.34\nTransfer/sec: 1GB\n";
        let (rate, count) = read_wrk(text).expect("read");
        assert!((rate - 45_012.34).abs() < 0.01 && (count - 90_123.0).abs() < 0.5);
        assert!(read_wrk("  Non-2xx or 3xx responses: 5\nRequests/sec: 1\n").is_err());
    }
}
