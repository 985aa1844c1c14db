//! Operations over real HTTP, on both engines: one binary, because each test
//! binary links the query engine. PostgreSQL when `KOE_TEST_DATABASE_URL` is
//! set (`cargo xtask test` runs the suite twice), SQLite otherwise.

mod contracts;
mod session;
mod support;
mod touchpoints;
