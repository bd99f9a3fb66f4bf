//! The server's log, on standard error: what an operator reads when something is odd. Never an address, a token or a text of a
//! customer.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::settings::Environment;

const USUAL: &str = "info,hyper=warn,h2=warn,rustls=warn,tokio_postgres=warn,reqwest=warn";

/// Begins logging. `CANDOR_LOG` filters (`debug`, `web=debug,info`), `CANDOR_LOG_FORMAT=json` is for collectors.
pub(crate) fn begin(environment: &Environment, usual: Option<&str>) {
    let filter = environment.get("CANDOR_LOG").and_then(|text| EnvFilter::try_new(text).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(usual.unwrap_or(USUAL)));
    let colour = io::stderr().is_terminal() && environment.get("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colour);
    // A second beginning (tests in one process) keeps the first.
    if environment.get("CANDOR_LOG_FORMAT").as_deref() == Some("json") {
        let _ = log.json().try_init();
    } else {
        let _ = log.compact().try_init();
    }
}
