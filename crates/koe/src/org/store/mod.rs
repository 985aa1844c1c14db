//! The SQL of `org`.

pub mod audit;
pub mod invitations;
pub mod keys;
pub mod members;
pub mod organisation;
pub mod retention;
pub mod sessions;
pub mod tables;
pub mod units;
