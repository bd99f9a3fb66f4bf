//! Words that are better said otherwise. Advice only, except for what must never be published: a password, a blank left in.

use super::scan::{Break, Word};
use super::{Finding, Level};

/// One thing to look for, as runs of words, and what to say about it. `{}` stands for what was found.
struct Advice {
    code: &'static str,
    runs: &'static [&'static str],
    text: &'static str,
}

const BLAME: Advice = Advice {
    code: "blame",
    runs: &[
        "human error",
        "operator error",
        "user error",
        "careless",
        "carelessness",
        "negligence",
        "negligent",
        "incompetent",
        "at fault",
        "is to blame",
        "are to blame",
        "was to blame",
        "culprit",
        "somebody forgot",
        "someone forgot",
        "an engineer",
        "a developer",
        "an employee",
        "an operator",
        "an administrator",
        "a contractor",
        "an intern",
        "a junior",
        "a colleague",
        "should have known",
        "failed to follow",
        "our vendor",
        "our supplier",
        "our hosting provider",
        "third party",
        "third-party",
        "the provider's fault",
        "caused by our provider",
    ],
    text: "“{}” points at somebody. Say what the system allowed to happen, and that it is ours to mend, also when a supplier is involved.",
};
const JARGON: Advice = Advice {
    code: "jargon",
    runs: &[
        "kubernetes",
        "k8s",
        "pod",
        "pods",
        "p95",
        "p99",
        "5xx",
        "4xx",
        "500s",
        "502s",
        "503s",
        "http 500",
        "http 502",
        "http 503",
        "failover",
        "failed over",
        "replica",
        "replicas",
        "shard",
        "shards",
        "sharding",
        "oom",
        "oomkilled",
        "mutex",
        "deadlock",
        "deadlocks",
        "backend",
        "back-end",
        "upstream",
        "downstream",
        "bgp",
        "grpc",
        "kafka",
        "redis",
        "postgres",
        "postgresql",
        "mysql",
        "nginx",
        "haproxy",
        "envoy",
        "cronjob",
        "canary",
        "heap",
        "garbage collection",
        "stack trace",
        "null pointer",
        "ci/cd",
        "slo",
        "sli",
        "mttr",
        "sev1",
        "sev2",
        "sev3",
        "war room",
        "hotfix",
        "load balancer",
        "load balancers",
        "connection pool",
        "message queue",
        "throughput",
        "rate limiter",
        "microservice",
        "microservices",
        "elevated error rates",
        "elevated error rate",
        "elevated latency",
        "latency",
    ],
    text: "“{}” is our word, not the reader's. Say what they see or cannot do.",
};
const ROOT_CAUSE: Advice = Advice {
    code: "root_cause",
    runs: &["root cause", "root causes", "root-cause"],
    text: "“{}” promises one reason; there are always several. Say “what led to this”, or leave it to the review.",
};
const VAGUE: Advice = Advice {
    code: "vague",
    runs: &[
        "some users",
        "some customers",
        "some of our users",
        "some of our customers",
        "some people",
        "certain users",
        "certain customers",
        "a subset of",
        "a small number of",
        "a small subset",
        "a limited number of",
        "a portion of",
        "may be experiencing",
        "may experience",
        "might be experiencing",
        "might experience",
        "some issues",
        "an issue",
        "technical difficulties",
        "technical issues",
        "a glitch",
    ],
    text: "“{}” leaves the reader guessing. Say who and how many (“about 15 % of payments in Europe”), and what they see.",
};
const EMPTY_REGRET: Advice = Advice {
    code: "empty_regret",
    runs: &[
        "any inconvenience",
        "the inconvenience",
        "inconvenience this may",
        "inconvenience caused",
        "if you were affected",
        "if you have been affected",
        "may have caused",
        "might have caused",
        "mistakes were made",
        "sorry if",
        "apologize if",
        "apologise if",
        "appreciate your patience",
        "thank you for your patience",
        "thanks for your patience",
        "thank you for your understanding",
    ],
    text: "“{}” sounds like nobody means it. Name what it cost the reader (“you could not pay for an hour”) and that it is on us.",
};
const SOON: Advice = Advice {
    code: "soon",
    runs: &[
        "fixed soon",
        "fixed shortly",
        "resolved soon",
        "resolved shortly",
        "restored soon",
        "restored shortly",
        "back soon",
        "back shortly",
        "working again soon",
        "working again shortly",
        "back to normal soon",
        "back to normal shortly",
        "as soon as possible",
        "asap",
    ],
    text: "“{}” is a promise nobody can check. Leave it out; the time of the next update says more.",
};

/// Read by people outside: the words of the trade are not theirs.
const OUTSIDE: [&Advice; 6] = [&BLAME, &ROOT_CAUSE, &VAGUE, &EMPTY_REGRET, &SOON, &JARGON];
const INSIDE: [&Advice; 5] = [&BLAME, &ROOT_CAUSE, &VAGUE, &EMPTY_REGRET, &SOON];

/// One finding a kind and field: the first place, so that a long text does not drown its author.
pub(super) fn advise(field: &'static str, words: &[Word<'_>], outside: bool, out: &mut Vec<Finding>) {
    let all: &[&Advice] = if outside { &OUTSIDE } else { &INSIDE };
    for advice in all {
        let hit = (0..words.len()).find_map(|i| advice.runs.iter().find(|run| starts(&words[i..], run)));
        if let Some(run) = hit {
            out.push(Finding { field, code: advice.code, level: Level::Advise, text: advice.text.replace("{}", run) });
        }
    }
    if outside && let Some(host) = words.iter().find(|w| is_inner_name(w.text)) {
        out.push(Finding {
            field,
            code: "inner_name",
            level: Level::Advise,
            text: format!("“{}” is the name of a machine of ours. Say what it does for the reader.", host.text),
        });
    }
}

/// The words begin with the run, unbroken.
fn starts(words: &[Word<'_>], run: &str) -> bool {
    let mut i = 0;
    run.split(' ').all(|part| {
        let fits = words.get(i).is_some_and(|w| w.text == part && (i == 0 || w.before == Break::None));
        i += 1;
        fits
    })
}

fn is_inner_name(word: &str) -> bool {
    let ending = word.rsplit('.').next().unwrap_or_default();
    word.contains('.') && matches!(ending, "internal" | "local" | "lan" | "corp" | "svc" | "intra")
}

/// A link that carries a password or a token. Whoever reads the page would have it, for ever.
pub(super) fn leaks_secret(folded: &str) -> bool {
    let links = folded.split_whitespace().filter(|part| part.contains("://"));
    links.into_iter().any(|link| {
        let after = link.split_once("://").map_or("", |(_, rest)| rest);
        let host_end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let query = after.split_once('?').map_or("", |(_, query)| query);
        let named = query.split(['&', '#']).any(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            pair.len() > name.len() + 1
                && matches!(
                    name,
                    "token" | "access_token" | "api_key" | "apikey" | "key" | "password" | "secret" | "sig" | "signature"
                )
        });
        after[..host_end].contains('@') || named
    })
}

/// A place somebody meant to fill in: `[fill in …]` of a draft, `{title}` of a template, `TODO`, `XXX`.
pub(super) fn blank(text: &str) -> Option<&str> {
    let run = |open: char, close: char| {
        let mut rest = text;
        std::iter::from_fn(move || {
            let start = rest.find(open)?;
            let inner = &rest[start..];
            let end = inner.find(close).map_or(inner.len(), |end| end + close.len_utf8());
            rest = &inner[end..];
            Some(&inner[..end])
        })
    };
    let is_name = |inner: &str| {
        let name = inner.trim_matches(['{', '}']);
        !name.is_empty() && name.len() < 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    run('[', ']')
        .find(|part| part.len() >= 8 && part.as_bytes()[1..8].eq_ignore_ascii_case(b"fill in"))
        .or_else(|| run('{', '}').find(|part| is_name(part)))
        .or_else(|| text.split(|c: char| !c.is_alphanumeric()).find(|word| matches!(*word, "TODO" | "TBD" | "XXX" | "FIXME")))
}
