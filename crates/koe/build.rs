//! Makes the folders whose files are served from inside the program, where they
//! have not been built yet: a development build reads them when it runs, from
//! the place that is found while it is compiled, and what does not exist then
//! would not be found later either.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let home = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    for built in ["web/dist", "respond/dist", "dictionary/dist"] {
        fs::create_dir_all(Path::new(&home).join("../..").join(built))?;
    }
    Ok(())
}
