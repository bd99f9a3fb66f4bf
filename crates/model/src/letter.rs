//! A letter: one message to one contact over one channel, committed before it is sent and kept with every attempt.

use serde::{Deserialize, Serialize};

use crate::{GroupId, IncidentRef, LetterId, Name, Severity, Span, Time};

pub use crate::playbook::Channel;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// Waits for `due`.
    Waiting {
        due: Time,
    },
    /// Handed to a courier, which must answer before `until`. Letters are born in this state: no second commit stands between
    /// the decision and the sending.
    Leased {
        until: Time,
    },
    Delivered {
        at: Time,
    },
    /// For good: the engine has moved on to the next contact method.
    Failed {
        at: Time,
    },
    /// Not needed any more: acknowledged, resolved or overtaken.
    Cancelled {
        at: Time,
    },
}

impl LetterState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Leased { .. } => "sending",
            Self::Delivered { .. } => "delivered",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Nothing more will happen to it.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Delivered { .. } | Self::Failed { .. } | Self::Cancelled { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub id: LetterId,
    /// A person or a team of the playbook; the address itself stays in the vault.
    pub to: Name,
    pub channel: Channel,
    pub created_at: Time,
    pub state: LetterState,
    pub content: Content,
    /// The next contact method has been called because this one took too long; retries go on all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overtaken: bool,
    /// Attempts so far, oldest first, at most [`Letter::MOST_ATTEMPTS`].
    pub attempts: Vec<Attempt>,
}

impl Letter {
    pub const MOST_ATTEMPTS: usize = 64;

    /// The same over all attempts, so that a receiver can tell a repeat from a new message.
    pub fn key(&self) -> String {
        format!("letter-{}", self.id)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub number: u32,
    pub started: Time,
    /// `None` while it is under way, or when nobody will ever know.
    pub ended: Option<Time>,
    pub outcome: Option<Outcome>,
    /// The provider's own answer, shortened and made safe.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Delivered,
    /// Try again, not before the span the receiver asked for.
    Retry {
        after: Option<Span>,
    },
    /// Final: this contact method does not work.
    Failed,
    /// Sent, but no answer came: it may have arrived.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Come: these groups need somebody. More than one when pages were bundled.
    Page { items: Vec<PageItem>, more: u32 },
    /// A group that paged this contact is over.
    AllClear { item: PageItem },
    /// The next word to customers falls due soon and nobody has written it.
    PromiseReminder { incident: IncidentRef, title: String, due: Time, draft: String },
    /// The promised time has passed without a word.
    PromiseBroken { incident: IncidentRef, title: String, due: Time, draft: String },
    /// Sent by hand, to see that a contact works.
    Test,
}

impl Content {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Page { .. } => "page",
            Self::AllClear { .. } => "all_clear",
            Self::PromiseReminder { .. } => "promise_reminder",
            Self::PromiseBroken { .. } => "promise_broken",
            Self::Test => "test",
        }
    }

    /// The groups a page is about.
    pub fn groups(&self) -> &[PageItem] {
        match self {
            Self::Page { items, .. } => items,
            Self::AllClear { item } => std::slice::from_ref(item),
            _ => &[],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageItem {
    pub group: GroupId,
    pub service: Name,
    pub severity: Severity,
    pub summary: Box<str>,
    pub since: Time,
    /// Alerts firing in it when the letter was written.
    pub firing: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentRef>,
}

/// What one contact has received lately, so that a storm makes one bundled message a minute and not a thousand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pager {
    pub person: Name,
    pub channel: Channel,
    pub last_page: Time,
    /// Groups that wait for the next bundled page, with the step that asked.
    pub waiting: Vec<GroupId>,
    /// Groups beyond the bound of `waiting`: counted, not named.
    pub more: u32,
}
