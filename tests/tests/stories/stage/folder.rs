//! Copies of data folders, as an operator's backups make them.

use std::{fs, path::Path};

/// Copies every file.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file can be copied");
    }
}

/// Deletes a database with what belongs to it.
pub fn remove_database(folder: &Path, name: &str) {
    files_of(folder, name).for_each(|file| fs::remove_file(file).expect("a file can be deleted"));
}

/// Copies a database with what belongs to it.
pub fn copy_database(from: &Path, to: &Path, name: &str) {
    for file in files_of(from, name) {
        let name = file.file_name().expect("a name").to_owned();
        fs::copy(&file, to.join(name)).expect("a file can be copied");
    }
}

fn files_of(folder: &Path, name: &str) -> impl Iterator<Item = std::path::PathBuf> {
    let name = name.to_owned();
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.filter(move |file| file.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&name)))
}
