//! A transaction in one round trip.
//!
//! Everything from `BEGIN` to `COMMIT` is put on the wire before the first answer is awaited. That is safe for three reasons:
//! after an error the server ignores the rest and treats `COMMIT` as a rollback; every value was checked against the server's
//! types beforehand, so no statement can fail on our side and be missing; and the session is read-only outside `BEGIN READ
//! WRITE`, so nothing runs on its own should `BEGIN` fail.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio_postgres::{Error, Statement};

use super::connect::Conn;
use super::types::{Param, check};
use super::{Step, fault};
use crate::writer::not_one;
use crate::{StoreError, ValueRef};

/// The server's own timeouts are shorter; this one is for a server that has stopped answering at all.
const PATIENCE: Duration = Duration::from_secs(20);

type Answer<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>;

/// A statement on the wire, or already failed on the way there.
enum Sent<'a> {
    Waiting(Answer<'a>),
    Done(Result<u64, Error>),
}

/// Commits the steps and gives the number of rows the last one changed.
pub(super) async fn commit(conn: &mut Conn, steps: &[Step]) -> Result<u64, StoreError> {
    let mut statements = Vec::with_capacity(steps.len());
    for step in steps {
        statements.push(conn.statement(step.query).await?);
    }
    for (step, statement) in steps.iter().zip(&statements) {
        let params: Vec<_> = step.values.iter().map(|value| Param(ValueRef::from(value))).collect();
        check(step.query, statement, &params)?;
    }
    let outcome = tokio::time::timeout(PATIENCE, exchange(conn, steps, &statements)).await;
    outcome.unwrap_or_else(|elapsed| Err(StoreError::Ambiguous(elapsed.into())))
}

async fn exchange(conn: &Conn, steps: &[Step], statements: &[Statement]) -> Result<u64, StoreError> {
    let begin = start(control(conn, "BEGIN READ WRITE")).await;
    let mut sent = Vec::with_capacity(steps.len());
    for (step, statement) in steps.iter().zip(statements) {
        sent.push(start(execute(conn, step, statement)).await);
    }
    if steps.iter().any(|step| step.must) || sent.iter().any(Sent::has_failed) {
        let result = match begin.answer().await {
            Ok(_) => answers(steps, sent).await,
            Err(error) => Err(fault::sort(error)),
        };
        return end(conn, result).await;
    }
    let commit = start(control(conn, "COMMIT")).await;
    let begun = begin.answer().await;
    let mut changed = Ok(0);
    for waiting in sent {
        let answer = waiting.answer().await;
        // The first error is the cause; those after it only say that the transaction was given up.
        if changed.is_ok() {
            changed = answer;
        }
    }
    let committed = commit.answer().await;
    settle(begun.and(changed), committed)
}

/// What the answers say together. Only the server's own word makes it certain that nothing was committed.
fn settle(changed: Result<u64, Error>, committed: Result<u64, Error>) -> Result<u64, StoreError> {
    match (changed, committed) {
        (Ok(changed), Ok(_)) => Ok(changed),
        (Err(error), _) if fault::is_refusal(&error, false) => Err(fault::sort(error)),
        (Ok(_), Err(error)) if fault::is_refusal(&error, true) => Err(fault::sort(error)),
        (Err(error), _) | (Ok(_), Err(error)) => Err(StoreError::Ambiguous(error.into())),
    }
}

/// The answers of statements whose `COMMIT` has not been sent yet.
async fn answers(steps: &[Step], sent: Vec<Sent<'_>>) -> Result<u64, StoreError> {
    let mut result = Ok(0);
    for (step, waiting) in steps.iter().zip(sent) {
        let answer = waiting.answer().await;
        if result.is_ok() {
            result = match answer {
                Ok(changed) if step.must && changed != 1 => Err(not_one(step.query, changed)),
                other => other.map_err(fault::sort),
            };
        }
    }
    result
}

/// Commits what has been checked, or rolls it back.
async fn end(conn: &Conn, result: Result<u64, StoreError>) -> Result<u64, StoreError> {
    match result {
        Ok(changed) => settle(Ok(changed), control(conn, "COMMIT").await),
        Err(error) => {
            // Should this fail the connection is gone, and with it the transaction.
            let _ = control(conn, "ROLLBACK").await;
            Err(error)
        }
    }
}

fn control<'a>(conn: &'a Conn, sql: &'static str) -> Answer<'a> {
    Box::pin(async move { conn.client.batch_execute(sql).await.map(|()| 0) })
}

fn execute<'a>(conn: &'a Conn, step: &'a Step, statement: &'a Statement) -> Answer<'a> {
    let params = step.values.iter().map(|value| Param(ValueRef::from(value)));
    Box::pin(conn.client.execute_raw(statement, params))
}

/// Polls once: the driver sends a request at the first poll, and requests are answered in the order in which they were sent.
async fn start(mut answer: Answer<'_>) -> Sent<'_> {
    match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
        Poll::Ready(result) => Sent::Done(result),
        Poll::Pending => Sent::Waiting(answer),
    }
}

impl Sent<'_> {
    fn has_failed(&self) -> bool {
        matches!(self, Self::Done(Err(_)))
    }

    async fn answer(self) -> Result<u64, Error> {
        match self {
            Self::Waiting(answer) => answer.await,
            Self::Done(result) => result,
        }
    }
}
