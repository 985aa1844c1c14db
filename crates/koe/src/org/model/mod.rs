//! Who may do what, and where units stand. No SQL, no HTTP.

mod member;
mod organisation;
mod password;
mod rights;
mod unit_changes;
mod unit_file;
mod units;

pub use member::{Member, check_name, normalise_email};
pub use organisation::{DEFAULT_CALLING_CODE, ErasureMode, Organisation, Privacy};
pub use password::{hash_password, token_hash, verify_password};
pub use rights::{Actor, Permission, Role};
pub use unit_changes::{UnitImport, apply_lines};
pub use unit_file::read_lines;
pub use units::{Placement, Unit, UnitHistory};
