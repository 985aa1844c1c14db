//! What one process holds: built once, passed everywhere, no globals.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use tokio::sync::Notify;

use crate::base::clock::Clock;
use crate::base::config::Config;
use crate::base::db::Db;
use crate::base::http::limits::Limiters;
use crate::base::id::Chance;

/// The parts of a running Koe. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See [`App`].
pub struct Parts {
    /// The validated configuration.
    pub config: Config,
    /// The relational store.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Ids and secrets.
    pub chance: Chance,
    /// Rate limits, per process.
    pub limiters: Limiters,
    /// The experience lake; asked through [`crate::base::experience`].
    pub lake: koe_lake::Lake,
    /// What slices keep per process: queues, caches of immutable things.
    pub slots: Slots,
    /// Wakes the worker after a commit, so that it need not poll quickly.
    pub nudge: Notify,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the store and brings its schema up to date.
    ///
    /// # Errors
    /// When the store cannot be opened or migrated.
    pub async fn open(config: Config, clock: Clock, chance: Chance) -> anyhow::Result<Self> {
        let db = Db::open(&config.store).await?;
        db.migrate().await?;
        let lake = crate::base::experience::open(&config)?;
        let limiters = Limiters::new(&config.limits);
        Ok(Self(Arc::new(Parts {
            config,
            db,
            clock,
            chance,
            limiters,
            lake,
            slots: Slots::default(),
            nudge: Notify::new(),
        })))
    }
}

impl App {
    /// A handle that does not keep the process's parts alive, for tasks that
    /// must end when everybody else has let go.
    pub fn downgrade(&self) -> Weak<Parts> {
        Arc::downgrade(&self.0)
    }

    /// The app behind a weak handle, while it lives.
    pub fn upgrade(weak: &Weak<Parts>) -> Option<Self> {
        weak.upgrade().map(Self)
    }
}

/// One value per type, made when first asked for.
#[derive(Default)]
pub struct Slots(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Slots {
    /// The value of this type, made by `make` the first time.
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut slots = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let slot = slots
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(make()))
            .clone();
        drop(slots);
        slot.downcast()
            .unwrap_or_else(|_| unreachable!("the slot is keyed by its type"))
    }
}
