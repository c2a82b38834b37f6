//! The table of routes: every one names the permission it needs, or says that it is public.

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};

use kernel::Actor;
use kernel::record::Kind;

use crate::app::App;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allow {
    /// Anybody, signed in or not.
    Public,
    /// A machine of the municipality that has no account and speaks a language of its own, such as an inventory agent: the
    /// handler decides what it takes, and answers in that language.
    Machine,
    /// Anybody signed in; the handler shows only what is the person's own.
    SignedIn,
    /// Those who have this permission in some scope; the handler checks the record.
    Permission(&'static str),
    /// Those who have this permission in the whole municipality: pages about everything, and records that belong to no
    /// unit and to nobody.
    Whole(&'static str),
}

impl Allow {
    /// For pages of a kind: a narrower scope than the whole means something only where records have a unit or an owner.
    pub fn on(kind: &Kind, permission: &'static str) -> Self {
        let is_scoped = kind.unit.is_some() || kind.owner.is_some();
        if is_scoped { Self::Permission(permission) } else { Self::Whole(permission) }
    }

    /// What it asks for, if it asks for any.
    pub fn permission(self) -> Option<&'static str> {
        match self {
            Self::Permission(code) | Self::Whole(code) => Some(code),
            Self::Public | Self::Machine | Self::SignedIn => None,
        }
    }

    /// Without signing in.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Machine)
    }

    pub fn opens_for(self, actor: &Actor) -> bool {
        match self {
            Self::Public | Self::Machine => true,
            Self::SignedIn => actor.is_signed_in(),
            Self::Permission(code) => actor.may(code),
            Self::Whole(code) => actor.may_in_whole(code),
        }
    }
}

/// One route as tests and the route list see it.
#[derive(Clone)]
pub struct Route {
    pub method: &'static str,
    pub path: String,
    pub allow: Allow,
    pub(crate) handler: MethodRouter<App>,
}

/// Routes of one crate, in order.
#[derive(Clone, Default)]
pub struct Routes(pub Vec<Route>);

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H, T>(self, path: impl Into<String>, allow: Allow, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", path.into(), allow, on(MethodFilter::GET, handler))
    }

    pub fn post<H, T>(self, path: impl Into<String>, allow: Allow, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path.into(), allow, on(MethodFilter::POST, handler))
    }

    pub fn patch<H, T>(self, path: impl Into<String>, allow: Allow, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("PATCH", path.into(), allow, on(MethodFilter::PATCH, handler))
    }

    /// All of another table after these.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn add(mut self, method: &'static str, path: String, allow: Allow, handler: MethodRouter<App>) -> Self {
        self.0.push(Route { method, path, allow, handler });
        self
    }
}
