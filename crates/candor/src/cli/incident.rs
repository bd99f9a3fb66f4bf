//! Commands of an incident: clients of a running server.

use clap::Args;

use super::{Output, Server};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor declare \"Card payments fail\" --service checkout --severity SEV2 --impact \"about 15 % of payments\"")]
pub struct Declare {
    /// What is wrong, in a few words
    pub title: String,
    /// Service of the playbook; repeat it for more
    #[arg(long, value_name = "ID", required = true)]
    pub service: Vec<String>,
    /// SEV1 (worst) to SEV5; unsure means the worse one
    #[arg(long, value_name = "SEV")]
    pub severity: String,
    /// What customers feel
    #[arg(long, value_name = "TEXT")]
    pub impact: Option<String>,
    /// An exercise: shown as one everywhere, counted nowhere
    #[arg(long)]
    pub drill: bool,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor note INC-1 restarted the connection pool
  candor note INC-1 \"errors began\" --at 2026-01-05T09:12:00Z")]
pub struct Note {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub incident: String,
    /// What you saw or did
    #[arg(required = true, num_args = 1..)]
    pub text: Vec<String>,
    /// When it happened, if not now (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Who may read it: internal, support, executives, customers, public
    #[arg(long, value_name = "WHO", default_value = "internal")]
    pub audience: String,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor update INC-1 \\
    --acknowledge \"Since 10:12 about 15 % of card payments in Europe fail.\" \\
    --apologize \"We are sorry: you could not pay, and that is on us.\" \\
    --act \"We are reverting this morning's release.\" \\
    --next 30m --component checkout=partial_outage")]
pub struct Update {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub incident: String,
    /// What is hit, for whom, since when
    #[arg(long, value_name = "TEXT")]
    pub acknowledge: String,
    /// Specific, with responsibility
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub apologize: String,
    /// What is being done; never a time for the fix
    #[arg(long, value_name = "TEXT")]
    pub act: String,
    /// When customers hear next: 30m, 1h, or a time (RFC 3339); required until resolved
    #[arg(long, value_name = "WHEN")]
    pub next: Option<String>,
    /// investigating, identified, monitoring, resolved, postmortem [default: from the incident]
    #[arg(long, value_name = "PHASE")]
    pub phase: Option<String>,
    /// State of a component, such as checkout=partial_outage; repeat it for more
    #[arg(long, value_name = "ID=STATE")]
    pub component: Vec<String>,
    /// Public page [default: every page that shows one of the incident's services]
    #[arg(long, value_name = "SLUG")]
    pub page: Option<String>,
    /// public, customers, executives, support, internal
    #[arg(long, value_name = "WHO", default_value = "public")]
    pub audience: String,
    /// Send it although the lint refuses it, and say why
    #[arg(long = "override", value_name = "WHY")]
    pub lint_override: Option<String>,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor ack INC-1       everything the incident calls for
  candor ack 4097        one alert, by its number")]
pub struct Ack {
    /// Incident (INC-1) or an alert's number
    #[arg(value_name = "REF|ALERT")]
    pub target: String,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor resolve INC-1 --note \"reverted the release; error rate normal for 20 minutes\"")]
pub struct Resolve {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub incident: String,
    /// How it ended
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor oncall
  candor oncall --schedule primary --at 2026-12-24T22:00:00+01:00")]
pub struct OnCall {
    /// One schedule [default: all]
    #[arg(long, value_name = "ID")]
    pub schedule: Option<String>,
    /// Another time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor why 4097
  candor why '{alertname=\"HighErrorRate\"}'")]
pub struct Why {
    /// An alert's number, or its dedup key
    #[arg(value_name = "ALERT|KEY")]
    pub alert: String,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub output: Output,
}
