//! Commands of an incident: clients of a running server.

use clap::Args;

use super::{Output, Server};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor declare \"Card payments fail\" --service checkout --severity SEV2 --impact \"about 15 % of payments\"")]
pub(crate) struct Declare {
    /// What is wrong, in a few words
    pub(crate) title: String,
    /// Service of the playbook; repeat it for more
    #[arg(long, value_name = "ID", required = true)]
    pub(crate) service: Vec<String>,
    /// SEV1 (worst) to SEV5; unsure means the worse one
    #[arg(long, value_name = "SEV")]
    pub(crate) severity: String,
    /// What customers feel
    #[arg(long, value_name = "TEXT")]
    pub(crate) impact: Option<String>,
    /// An exercise: shown as one everywhere, counted nowhere
    #[arg(long)]
    pub(crate) drill: bool,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor note INC-1 restarted the connection pool
  candor note INC-1 \"errors began\" --at 2026-01-05T09:12:00Z")]
pub(crate) struct Note {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub(crate) incident: String,
    /// What you saw or did
    #[arg(required = true, num_args = 1..)]
    pub(crate) text: Vec<String>,
    /// When it happened, if not now (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Who may read it: internal, support, executives, customers, public
    #[arg(long, value_name = "WHO", default_value = "internal")]
    pub(crate) audience: String,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor update INC-1 \\
    --acknowledge \"Since 10:12 about 15 % of card payments in Europe fail.\" \\
    --apologize \"We are sorry: you could not pay, and that is on us.\" \\
    --act \"We are reverting this morning's release.\" \\
    --next 30m --component checkout=partial_outage")]
pub(crate) struct Update {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub(crate) incident: String,
    /// What is hit, for whom, since when
    #[arg(long, value_name = "TEXT")]
    pub(crate) acknowledge: String,
    /// Specific, with responsibility
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) apologize: String,
    /// What is being done; never a time for the fix
    #[arg(long, value_name = "TEXT")]
    pub(crate) act: String,
    /// When customers hear next: 30m, 1h, or a time (RFC 3339); required until resolved
    #[arg(long, value_name = "WHEN")]
    pub(crate) next: Option<String>,
    /// investigating, identified, monitoring, resolved, postmortem [default: from the incident]
    #[arg(long, value_name = "PHASE")]
    pub(crate) phase: Option<String>,
    /// State of a component, such as checkout=partial_outage; repeat it for more
    #[arg(long, value_name = "ID=STATE")]
    pub(crate) component: Vec<String>,
    /// Public page [default: every page that shows one of the incident's services]
    #[arg(long, value_name = "SLUG")]
    pub(crate) page: Option<String>,
    /// public, customers, executives, support, internal
    #[arg(long, value_name = "WHO", default_value = "public")]
    pub(crate) audience: String,
    /// Send it although the lint refuses it, and say why
    #[arg(long = "override", value_name = "WHY")]
    pub(crate) lint_override: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor ack INC-1       everything the incident calls for
  candor ack 4097        one alert, by its number")]
pub(crate) struct Ack {
    /// Incident (INC-1) or an alert's number
    #[arg(value_name = "REF|ALERT")]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor resolve INC-1 --note \"reverted the release; error rate normal for 20 minutes\"")]
pub(crate) struct Resolve {
    /// Incident, such as INC-1
    #[arg(value_name = "REF")]
    pub(crate) incident: String,
    /// How it ended
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor oncall
  candor oncall --schedule primary --at 2026-12-24T22:00:00+01:00")]
pub(crate) struct OnCall {
    /// One schedule [default: all]
    #[arg(long, value_name = "ID")]
    pub(crate) schedule: Option<String>,
    /// Another time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor why 4097
  candor why '{alertname=\"HighErrorRate\"}'")]
pub(crate) struct Why {
    /// An alert's number, or its dedup key
    #[arg(value_name = "ALERT|KEY")]
    pub(crate) alert: String,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}
