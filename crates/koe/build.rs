//! Migrations are embedded by a macro that cannot see new files by itself.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
