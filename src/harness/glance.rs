//! Which files are tests whatever else they say: nextest asks for the list twice before it runs anything, and the answer is mostly in the names.

use crate::plan::Discovered;
use crate::source::read_text;

/// Words that can make a file no test, several or an ignored one; a backslash may hide them.
const TELLING: [&str; 4] = ["skip", "use", "fragment", "cases"];

/// Takes out the files of which each is one test that is not ignored, whether it loads or not, and leaves those that must be loaded to know.
pub(crate) fn certain(files: &mut Vec<Discovered>) -> Vec<Discovered> {
    if files.iter().any(|file| file.shown.contains(char::is_control)) {
        // Their names may have to be told apart.
        return Vec::new();
    }
    let is_certain =
        |file: &mut Discovered| file.fault.is_some() || read_text(&file.path).is_ok_and(|text| tells_nothing(&text));
    files.extract_if(.., is_certain).collect()
}

fn tells_nothing(text: &str) -> bool {
    let tells = |word: &&str| text.match_indices(*word).any(|(at, _)| is_whole(text, at, word));
    !text.contains('\\') && !TELLING.iter().any(tells)
}

/// Whether what is found at a place is no part of a longer word.
fn is_whole(text: &str, at: usize, word: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + word.len()..].chars().next())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_text_without_telling_words_tells_nothing() {
        let table = [
            ("requests: [{name: read, get: /items}]", true),
            ("requests: [{name: because of users, get: /fragments/skipped}]", true),
            ("skip: later\nrequests: []", false),
            ("requests: [{name: a, 'skip': b}]", false),
            ("requests: [{name: a, ? skip : b}]", false),
            ("fragment: true", false),
            ("use: [{file: a.yaml}]", false),
            ("cases: []", false),
            ("{\"\\x73kip\": later}", false),
            ("", true),
        ];
        for (text, expected) in table {
            assert_eq!(tells_nothing(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_looks_like_something_else_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let mut found = Vec::new();
        for (name, bytes) in [("a.yaml", &b"requests: []"[..]), ("b.yaml", b"skip: x"), ("c.yaml", &[0xff, 0xfe])] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            found.push(Discovered { shown: name.to_owned(), path, is_named: false, fault: None });
        }
        let names = |files: &[Discovered]| files.iter().map(|file| file.shown.clone()).collect::<Vec<_>>();
        let mut files = found.clone();
        assert_eq!(
            (names(&certain(&mut files)), names(&files)),
            (vec!["a.yaml".into()], vec!["b.yaml".into(), "c.yaml".into()])
        );
        found.push(Discovered { shown: "d\n.yaml".to_owned(), ..found[0].clone() });
        assert!(certain(&mut found).is_empty() && found.len() == 4);
    }
}
