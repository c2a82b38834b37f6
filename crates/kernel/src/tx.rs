//! A transaction that knows who acts, counts its writes and refuses to commit a change that left no event.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use uuid::Uuid;

use crate::access::Act;
use crate::capability::Registry;
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::value::Instant;

/// Dropped without `commit`, it rolls back.
pub struct Tx {
    inner: DatabaseTransaction,
    act: Act,
    at: Instant,
    registry: Option<Arc<Registry>>,
    writes: AtomicU32,
    events: AtomicU32,
    silent: AtomicBool,
    /// A statement failed. PostgreSQL ends the transaction then and would answer COMMIT as if all were well; SQLite
    /// sometimes ends it and would make every later statement durable by itself. Nothing more is done in it.
    failed: AtomicBool,
    /// The first event of the transaction that told anybody.
    told: OnceLock<Uuid>,
    /// What need not be done again in this transaction.
    done: Mutex<Vec<&'static str>>,
    /// How deep reactions to reactions are nested.
    pub(crate) depth: AtomicU32,
}

impl Tx {
    pub(crate) fn new(inner: DatabaseTransaction, act: Act, registry: Option<Arc<Registry>>) -> Self {
        let at = act.now();
        let zero = || AtomicU32::new(0);
        Self {
            inner,
            act,
            at,
            registry,
            writes: zero(),
            events: zero(),
            silent: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            told: OnceLock::new(),
            done: Mutex::default(),
            depth: zero(),
        }
    }

    pub fn act(&self) -> &Act {
        &self.act
    }

    /// One instant for everything the transaction writes.
    pub fn at(&self) -> Instant {
        self.at
    }

    pub fn new_id(&self) -> Uuid {
        self.act.clock.new_id()
    }

    pub fn registry(&self) -> Option<&Arc<Registry>> {
        self.registry.as_ref()
    }

    /// Declares that this change is bookkeeping nobody must answer for (a session's last use, a job's lock).
    /// The reason is for the reader of the code.
    pub fn without_event(&self, _reason: &'static str) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// Is this the first time that `what` is asked for in this transaction? Of ten thousand rows of an import each would
    /// change the same row again, and PostgreSQL walks past all its earlier forms.
    pub fn is_first(&self, what: &'static str) -> bool {
        let mut done = self.done.lock().expect("no panic holds the lock");
        let is_first = !done.contains(&what);
        if is_first {
            done.push(what);
        }
        is_first
    }

    /// The event under which notices of this transaction are gathered; this one, when it is the first.
    pub(crate) fn first_told(&self, event: Uuid) -> Uuid {
        *self.told.get_or_init(|| event)
    }

    pub(crate) fn count_event(&self) {
        self.events.fetch_add(1, Ordering::Relaxed);
    }

    /// Accepts a form's one-time token; the second submit of the same form is answered with where the first led.
    pub async fn once(&self, token: &str, leads_to: &str) -> Result<Once> {
        let sql =
            "INSERT INTO submission (token, leads_to, at) VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING";
        if self.run(sql, vec![token.into(), leads_to.into(), self.at.into()]).await? == 1 {
            return Ok(Once::First);
        }
        let earlier =
            self.scalar("SELECT leads_to FROM submission WHERE token = $1", vec![token.into()]).await?;
        Ok(Once::Again(earlier.unwrap_or_else(|| leads_to.to_string())))
    }

    /// Makes the change durable, or refuses it when rows changed and no event says so.
    pub async fn commit(self) -> Result<()> {
        self.must_stand()?;
        let writes = self.writes.load(Ordering::Relaxed);
        if writes > 0 && self.events.load(Ordering::Relaxed) == 0 && !self.silent.load(Ordering::Relaxed) {
            return Err(Error::internal(format!("{writes} writes without an event")));
        }
        Ok(self.inner.commit().await?)
    }

    /// Begins a part that may fail without the rest. Parts do not stand in each other.
    pub async fn begin_part(&self) -> Result<()> {
        self.execute_unprepared("SAVEPOINT part").await?;
        Ok(())
    }

    /// Keeps what was written since [`Tx::begin_part`], or takes it back and stands again whatever failed in it.
    pub async fn end_part(&self, is_kept: bool) -> Result<()> {
        if !is_kept {
            // Refused, too, where the database has ended the whole transaction.
            self.heard(self.inner.execute_unprepared("ROLLBACK TO SAVEPOINT part").await)?;
            self.failed.store(false, Ordering::Relaxed);
            // It may have been done in the part that is taken back.
            self.done.lock().expect("no panic holds the lock").clear();
        }
        self.execute_unprepared("RELEASE SAVEPOINT part").await?;
        Ok(())
    }

    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }

    fn must_stand(&self) -> Result<(), DbErr> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(DbErr::Custom("an earlier statement of this transaction failed".into()));
        }
        Ok(())
    }

    fn heard<T>(&self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        if answer.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        answer
    }

    fn note(&self, sql: &str) {
        let verb = sql.trim_start().get(..6).unwrap_or("");
        if ["INSERT", "UPDATE", "DELETE"].iter().any(|write| verb.eq_ignore_ascii_case(write)) {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        let _ = crate::db::QUERY_COUNT.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
    }
}

/// Answer of [`Tx::once`].
#[derive(Debug, PartialEq, Eq)]
pub enum Once {
    First,
    /// The form was sent before; go there instead.
    Again(String),
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(&statement.sql);
        self.must_stand()?;
        self.heard(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.note(sql);
        self.must_stand()?;
        self.heard(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(&statement.sql);
        self.must_stand()?;
        self.heard(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(&statement.sql);
        self.must_stand()?;
        self.heard(self.inner.query_all_raw(statement).await)
    }
}
