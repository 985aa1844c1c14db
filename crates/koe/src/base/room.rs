//! Whether the folders that Koe writes to still take something.

use std::io::Write;
use std::path::Path;

/// Writes a block into a folder, forces it to disk and forgets it.
///
/// # Errors
/// What the system answered, for example that there is no space left.
pub fn try_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::tempfile_in(folder)?;
    file.write_all(&[0; 4096])?;
    file.sync_all()
}
