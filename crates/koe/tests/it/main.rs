//! Operations over real HTTP, on both engines: one binary, because each test
//! binary links the query engine. PostgreSQL when `KOE_TEST_DATABASE_URL` is
//! set (`cargo xtask test` runs the suite twice), SQLite otherwise.

mod analyze;
mod analyze_access_log;
mod analyze_files;
mod analyze_texts;
mod answer_guards;
mod answer_pages;
mod answering;
mod answers;
mod at_once;
mod bad_input;
mod commands;
mod contracts;
mod conversions;
mod corrections;
mod crash;
mod demo;
mod disk_full;
mod drivers;
mod erasure;
mod flushes;
mod holding;
mod importing;
mod imports;
mod leaving;
mod links;
mod loyalty;
mod metrics;
mod operating;
mod org;
mod outbox;
mod people;
mod personal_links;
mod refusals;
mod results;
mod retention;
mod scope_walk;
mod seen_by_units;
mod session;
mod sorting;
mod support;
mod survey_list;
mod surveys;
mod touchpoints;
mod voices;
