//! nginx with one static page, set up as a careful administrator would.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::server::{Server, command, free_port};

/// Where the page is, the same as at Candor.
pub(crate) const PAGE: &str = "/status/shop/";

pub(crate) fn start(program: &Path, folder: &Path, plain: &[u8], gzip: &[u8]) -> Result<(Server, SocketAddr)> {
    let page = folder.join("site/status/shop");
    fs::create_dir_all(&page)?;
    fs::create_dir_all(folder.join("temp"))?;
    fs::write(page.join("index.html"), plain)?;
    fs::write(page.join("index.html.gz"), gzip)?;
    let address = free_port()?;
    fs::write(folder.join("nginx.conf"), config(folder, address))?;
    let mut command = command(program, folder);
    command.args(["-e", "stderr", "-p", "."]).arg("-c").arg(folder.join("nginx.conf"));
    let server = Server::start_silent("nginx", &mut command, address)?;
    Ok((server, address))
}

/// Workers run as another user when the bench is root, and that user must reach the page: hence `user root` there, nothing elsewhere.
fn config(folder: &Path, address: SocketAddr) -> String {
    let user = if rustix::process::geteuid().is_root() { "user root;\n" } else { "" };
    let temp = folder.join("temp").display().to_string();
    format!(
        "{user}daemon off;
worker_processes auto;
pid \"{temp}/nginx.pid\";
error_log stderr error;
events {{ worker_connections 1024; multi_accept on; }}
http {{
    types {{ text/html html; }}
    charset utf-8;
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 100000000;
    open_file_cache max=1000 inactive=1h;
    open_file_cache_valid 1h;
    open_file_cache_min_uses 1;
    gzip_static on;
    gzip_vary on;
    client_body_temp_path \"{temp}\";
    proxy_temp_path \"{temp}\";
    fastcgi_temp_path \"{temp}\";
    uwsgi_temp_path \"{temp}\";
    scgi_temp_path \"{temp}\";
    server {{
        listen {address} backlog=1024;
        root \"{root}\";
        index index.html;
    }}
}}
",
        root = folder.join("site").display()
    )
}

pub(crate) fn version(program: &Path) -> String {
    let output = command(program, Path::new("/")).arg("-v").output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stderr).trim().replace("nginx version: ", ""),
    )
}

/// Compresses with the system's gzip: only for the stand-in page, where there is no Candor to fetch both forms from.
pub(crate) fn gzip(folder: &Path, plain: &[u8]) -> Result<Vec<u8>> {
    let file = folder.join("stand-in.html");
    fs::write(&file, plain)?;
    let output = Command::new("gzip").arg("-9nc").arg(&file).output()?;
    if !output.status.success() {
        bail!("gzip failed");
    }
    Ok(output.stdout)
}
