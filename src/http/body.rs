//! What a request carries: bytes, and files that stay on disk until it is sent and are opened anew each time.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;

use crate::source::{BadFile, size_of};

/// How much of a body with files is kept to be shown.
const SHOWN: usize = 64 << 10;
/// How much of a file is read at once.
const CHUNK: u64 = 128 << 10;

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) struct Body(Arc<Content>);

#[derive(Debug)]
struct Content {
    stretches: Vec<Stretch>,
    /// What a form is made of.
    parts: Vec<FormPart>,
    beginning: Bytes,
    size: u64,
}

/// A stretch of a body.
#[derive(Clone, Debug)]
pub(crate) enum Stretch {
    Bytes(Bytes),
    File(SentFile),
}

/// A file as it was when its request was made.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    path: PathBuf,
    /// What messages and reports call it: its path below the project's root.
    pub(crate) name: String,
    pub(crate) size: u64,
    beginning: Bytes,
}

/// One part of a form.
#[derive(Clone, Debug)]
pub(crate) struct FormPart {
    pub(crate) name: String,
    /// None where it is a plain value.
    pub(crate) filename: Option<String>,
    /// None where it is plain text.
    pub(crate) content_type: Option<String>,
    pub(crate) content: Stretch,
}

/// A file that cannot be sent, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}` cannot be sent: {why}")]
pub(crate) struct Unsent {
    file: String,
    why: String,
}

impl Body {
    /// A file and nothing else.
    pub(crate) fn file(file: SentFile) -> Self {
        Self::of(vec![Stretch::File(file)], Vec::new())
    }

    /// These stretches, which write a form of these parts if there are any.
    pub(super) fn of(stretches: Vec<Stretch>, parts: Vec<FormPart>) -> Self {
        let beginning = match stretches.as_slice() {
            [Stretch::Bytes(all)] => all.clone(),
            [Stretch::File(file)] => file.beginning.clone(),
            all => beginning(all),
        };
        let size = stretches.iter().map(Stretch::size).sum();
        Self(Arc::new(Content { stretches, parts, beginning, size }))
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> u64 {
        self.0.size
    }

    /// Its bytes, where no part of it is a file.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        let is_file = |stretch: &Stretch| matches!(stretch, Stretch::File(_));
        (!self.0.stretches.iter().any(is_file)).then_some(&self.0.beginning)
    }

    /// What is shown of it: all of it, or its beginning where files make it long.
    pub(crate) fn beginning(&self) -> &Bytes {
        &self.0.beginning
    }

    /// The files in it, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SentFile> {
        self.0.stretches.iter().filter_map(|stretch| match stretch {
            Stretch::File(file) => Some(file),
            Stretch::Bytes(_) => None,
        })
    }

    /// The file that it is, and nothing else.
    pub(crate) fn as_file(&self) -> Option<&SentFile> {
        match self.0.stretches.as_slice() {
            [Stretch::File(file)] => Some(file),
            _ => None,
        }
    }

    /// What a form is made of; nothing for other bodies.
    pub(crate) fn parts(&self) -> &[FormPart] {
        &self.0.parts
    }

    /// Everything that is sent, part by part. Reading waits for the disk.
    pub(crate) fn chunks(&self) -> Chunks {
        Chunks { body: self.clone(), at: 0, open: None }
    }

    /// Whether its files are still what they were.
    ///
    /// # Errors
    /// The first file that has gone or changed.
    pub(super) fn check(&self) -> Result<(), Unsent> {
        self.files().try_for_each(SentFile::check)
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self::of(vec![Stretch::Bytes(bytes.into())], Vec::new())
    }
}

impl Stretch {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(file) => file.size,
        }
    }

    /// Its bytes, or the beginning of its file.
    pub(crate) fn beginning(&self) -> &Bytes {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::File(file) => &file.beginning,
        }
    }
}

/// As much as is shown, from the beginning on; it ends where the first file is cut.
fn beginning(stretches: &[Stretch]) -> Bytes {
    let mut shown = Vec::new();
    for stretch in stretches {
        let bytes = stretch.beginning();
        let room = SHOWN.saturating_sub(shown.len());
        shown.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room || (bytes.len() as u64) < stretch.size() {
            break;
        }
    }
    shown.into()
}

impl SentFile {
    /// Looks at a file that a spec calls `written`, and messages `name`.
    ///
    /// # Errors
    /// It is no regular file, or cannot be read.
    pub(crate) fn look(path: PathBuf, name: String, written: &str) -> Result<Self, BadFile> {
        let unreadable = |error: io::Error| BadFile::Unreadable(written.to_owned(), error.into());
        // A pipe would be waited for, and could not be sent a second time.
        let size = size_of(&path).map_err(|why| BadFile::Unreadable(written.to_owned(), why))?;
        let mut beginning = Vec::new();
        let file = File::open(&path).map_err(unreadable)?;
        file.take(SHOWN as u64).read_to_end(&mut beginning).map_err(unreadable)?;
        Ok(Self { path, name, size, beginning: beginning.into() })
    }

    fn check(&self) -> Result<(), Unsent> {
        let about = fs::metadata(&self.path).map_err(|error| self.unreadable(&error))?;
        match about.len() {
            _ if !about.is_file() => Err(self.unsent("it is no regular file any more".to_owned())),
            size if size != self.size => {
                let (before, now) = (self.size, size);
                Err(self.unsent(format!("it had {before} bytes when the request was made, and has {now} now")))
            }
            _ => Ok(()),
        }
    }

    fn open(&self) -> Result<Reading, Unsent> {
        self.check()?;
        let file = File::open(&self.path).map_err(|error| self.unreadable(&error))?;
        Ok(Reading { file, of: self.clone(), left: self.size })
    }

    fn unreadable(&self, error: &io::Error) -> Unsent {
        match error.kind() {
            io::ErrorKind::NotFound => self.unsent("it does not exist any more".to_owned()),
            _ => self.unsent(error.to_string()),
        }
    }

    fn unsent(&self, why: String) -> Unsent {
        Unsent { file: self.name.clone(), why }
    }
}

/// Everything that is sent, part by part.
#[derive(Debug)]
pub(crate) struct Chunks {
    body: Body,
    /// The stretch that comes next.
    at: usize,
    open: Option<Reading>,
}

/// A file under way.
#[derive(Debug)]
struct Reading {
    file: File,
    of: SentFile,
    left: u64,
}

impl Chunks {
    /// The next part, none at the end.
    ///
    /// # Errors
    /// A file that has gone, changed or become shorter.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Unsent> {
        loop {
            if let Some(reading) = &mut self.open {
                if let Some(chunk) = reading.next()? {
                    return Ok(Some(chunk));
                }
                self.open = None;
            }
            let Some(stretch) = self.body.0.stretches.get(self.at) else { return Ok(None) };
            self.at += 1;
            match stretch {
                Stretch::Bytes(bytes) if bytes.is_empty() => {}
                Stretch::Bytes(bytes) => return Ok(Some(bytes.clone())),
                Stretch::File(file) => self.open = Some(file.open()?),
            }
        }
    }
}

impl Reading {
    fn next(&mut self) -> Result<Option<Bytes>, Unsent> {
        if self.left == 0 {
            return Ok(None);
        }
        let wanted = self.left.min(CHUNK);
        let mut chunk = Vec::with_capacity(wanted as usize);
        let read = (&mut self.file).take(wanted).read_to_end(&mut chunk);
        read.map_err(|error| self.of.unreadable(&error))?;
        self.left -= chunk.len() as u64;
        if (chunk.len() as u64) < wanted {
            let (size, sent) = (self.of.size, self.of.size - self.left);
            return Err(self.of.unsent(format!("it ended after {sent} of {size} bytes")));
        }
        Ok(Some(chunk.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> SentFile {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        SentFile::look(path, format!("specs/{name}"), name).unwrap()
    }

    fn read(body: &Body) -> Result<Vec<u8>, String> {
        let mut chunks = body.chunks();
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next().map_err(|unsent| unsent.to_string())? {
            assert!(!chunk.is_empty() && chunk.len() as u64 <= CHUNK);
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }

    #[test]
    fn a_file_is_read_in_chunks_as_often_as_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, CHUNK as usize, CHUNK as usize + 1, 3 * CHUNK as usize] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let body = Body::file(file(&folder, "a", &bytes));
            assert_eq!((read(&body).unwrap() == bytes, read(&body).unwrap() == bytes), (true, true), "{length}");
            assert_eq!(body.size(), length as u64);
            assert!(body.beginning()[..] == bytes[..length.min(SHOWN)] && body.bytes().is_none());
        }
    }

    #[test]
    fn what_is_shown_ends_where_a_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (short, long) = (file(&folder, "short", b"ab"), file(&folder, "long", &vec![b'x'; SHOWN + 1]));
        let text = |text: &'static str| Stretch::Bytes(Bytes::from_static(text.as_bytes()));
        let both = Body::of(vec![text("1"), Stretch::File(short.clone()), text("2")], Vec::new());
        assert_eq!((&both.beginning()[..], both.size()), (&b"1ab2"[..], 4));
        let cut = Body::of(vec![Stretch::File(short), Stretch::File(long.clone()), text("2")], Vec::new());
        assert_eq!((cut.beginning().len(), cut.size()), (SHOWN, SHOWN as u64 + 4));
        let exact = Body::of(vec![Stretch::File(long), text("2")], Vec::new());
        assert!(exact.beginning().iter().all(|byte| *byte == b'x'));
    }

    /// What is done to a file.
    type Change = fn(&std::path::Path);

    #[test]
    fn a_file_that_is_not_what_it_was_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let told = |change: Change| {
            let body = Body::file(file(&folder, "a", b"12345"));
            let path = folder.path().join("a");
            change(&path);
            let (checked, found) = (body.check().unwrap_err().to_string(), read(&body).unwrap_err());
            assert_eq!(checked, found);
            fs::remove_dir(&path).ok();
            found
        };
        let rows: [(Change, &str); 4] = [
            (|path| fs::remove_file(path).unwrap(), "it does not exist any more"),
            (|path| fs::write(path, b"12").unwrap(), "it had 5 bytes when the request was made, and has 2 now"),
            (|path| fs::write(path, b"123456").unwrap(), "it had 5 bytes when the request was made, and has 6 now"),
            (
                |path| fs::remove_file(path).and_then(|()| fs::create_dir(path)).unwrap(),
                "it is no regular file any more",
            ),
        ];
        for (change, why) in rows {
            assert_eq!(told(change), format!("`specs/a` cannot be sent: {why}"));
        }
    }

    #[test]
    fn a_file_that_shrinks_while_it_is_read_is_named_with_how_far_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let size = 3 * CHUNK;
        let body = Body::file(file(&folder, "a", &vec![1; size as usize]));
        let mut chunks = body.chunks();
        assert_eq!(chunks.next().unwrap().unwrap().len() as u64, CHUNK);
        File::options().write(true).open(folder.path().join("a")).unwrap().set_len(CHUNK + 7).unwrap();
        let unsent = chunks.next().unwrap_err().to_string();
        assert_eq!(unsent, format!("`specs/a` cannot be sent: it ended after {} of {size} bytes", CHUNK + 7));
    }

    #[test]
    fn what_is_no_regular_file_is_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let told =
            |name: &str| SentFile::look(folder.path().join(name), name.to_owned(), name).unwrap_err().to_string();
        fs::create_dir(folder.path().join("data")).unwrap();
        assert_eq!(told("data"), "`data` is a folder, not a file");
        assert!(told("none").starts_with("`none` cannot be read: "));
    }
}
