//! What any web product needs. Knows no slice.

pub mod app;
pub mod clock;
pub mod config;
pub mod db;
pub mod duties;
pub mod experience;
pub mod gathered;
pub mod hexadecimal;
pub mod http;
pub mod id;
pub mod japanese;
pub mod number;
pub mod outbox;
pub mod problem;
pub mod room;
pub mod scope;
pub mod sheet;
pub mod text;
