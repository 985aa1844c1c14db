//! Koe (声): self-hosted customer experience management. One library, one
//! thin binary; vertical slices in the order of ARCHITECTURE.md, each using
//! only those before it.

pub mod base;
pub mod cli;
pub mod connectors;
pub mod demo;
pub mod drivers;
pub mod leaving;
pub mod loyalty;
pub mod metrics;
pub mod org;
pub mod people;
pub mod privacy;
pub mod responses;
pub mod surveys;
pub mod touchpoints;
pub mod views;
pub mod voices;
pub mod wiring;
