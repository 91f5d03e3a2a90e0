//! The files that templates read.

use std::{fs::File, io, io::Read, path::PathBuf};

use crate::source::{BadFile, Root};
use crate::template::RenderFault;

/// How many bytes of a file a template takes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The files that templates may read: named in a folder, below a root.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// Where no file may lie outside of.
    pub(crate) root: Root,
    /// Where relative paths start.
    pub(crate) folder: PathBuf,
}

impl Files {
    /// The text of a file.
    ///
    /// # Errors
    /// The file is missing, is none, lies outside of the root, is larger than 16 MiB or is not UTF-8.
    pub(crate) fn text(&self, name: &str) -> Result<String, RenderFault> {
        let bytes = self.bytes(name)?;
        String::from_utf8(bytes).map_err(|_| {
            let message = format!("the file `{name}` is not UTF-8 text");
            RenderFault::cured(
                message,
                format!("bytes are sent by `file: {name}` as the body, or as a part of `multipart`"),
            )
        })
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, RenderFault> {
        let told = |bad: BadFile| RenderFault::other(format!("the file {bad}"));
        let unreadable = |error: io::Error| told(BadFile::Unreadable(name.to_owned(), error.into()));
        let path = self.root.find(&self.folder, name).map_err(told)?;
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST {
            return Err(RenderFault::other(format!("the file `{name}` is larger than 16 MiB")));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_below_the_root_and_nowhere_else() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("project");
        std::fs::create_dir_all(root.join("specs/data")).unwrap();
        std::fs::write(outer.path().join("secret.txt"), "s").unwrap();
        std::fs::write(root.join("specs/a.txt"), "ä\n").unwrap();
        std::fs::write(root.join("top.txt"), "t").unwrap();
        std::fs::write(root.join("specs/bytes"), [0xff]).unwrap();
        let files = Files { root: Root::new(&root), folder: root.join("specs") };
        assert_eq!(files.text("a.txt").unwrap(), "ä\n");
        assert_eq!(files.text("../top.txt").unwrap(), "t");
        let absolute = outer.path().join("secret.txt").display().to_string();
        let refused = [
            ("none.txt", "the file `none.txt` does not exist"),
            ("../../secret.txt", "the file `../../secret.txt` lies outside of the project"),
            (absolute.as_str(), "lies outside of the project"),
            ("data", "`data` is a folder, not a file"),
            ("", "`` is a folder, not a file"),
            ("bytes", "the file `bytes` is not UTF-8 text"),
        ];
        for (name, message) in refused {
            let fault = files.text(name).unwrap_err().to_string();
            assert!(fault.contains(message), "{fault}");
        }
    }

    #[test]
    fn a_file_of_more_than_16_mib_is_refused() {
        let root = tempfile::tempdir().unwrap();
        File::create(root.path().join("large")).unwrap().set_len(LARGEST + 1).unwrap();
        let files = Files { root: Root::new(root.path()), folder: root.path().to_owned() };
        assert!(files.text("large").unwrap_err().to_string().contains("larger than 16 MiB"));
    }
}
