//! Opening a page in the person's browser. No shell is used; that none opens is no error, as the address is printed too.

use std::{
    ffi::OsString,
    process::{Command, Stdio},
};

/// What stands for the address in `$BROWSER`.
const ADDRESS: &str = "%s";

/// Opens a page in the first program that starts: those of `$BROWSER`, else what the system has. Whether one started.
pub(super) fn open(url: &str) -> bool {
    let wanted = std::env::var("BROWSER").unwrap_or_default();
    commands(&wanted, url).into_iter().any(|command| start(&command))
}

/// Program and arguments of every way to open a page, the best first. `$BROWSER` is a list with colons, as in `man xdg-open`.
fn commands(wanted: &str, url: &str) -> Vec<Vec<OsString>> {
    let own = wanted.split(':').filter(|entry| !entry.trim().is_empty()).map(|entry| {
        let mut words: Vec<_> = entry.split_whitespace().map(|word| word.replace(ADDRESS, url)).collect();
        if !entry.contains(ADDRESS) {
            words.push(url.to_owned());
        }
        words.into_iter().map(OsString::from).collect()
    });
    let own: Vec<Vec<OsString>> = own.collect();
    if !own.is_empty() {
        return own;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    vec![vec![program.into(), url.into()]]
}

fn start(command: &[OsString]) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_that_is_wanted_is_started_by_its_words() {
        let url = "http://id/?a=1&b='$(x)'";
        let rows: [(&str, &[&[&str]]); 3] = [
            ("firefox", &[&["firefox", url]]),
            ("w3m -no-cookie %s:lynx", &[&["w3m", "-no-cookie", url], &["lynx", url]]),
            ("open --url=%s", &[&["open", "--url=http://id/?a=1&b='$(x)'"]]),
        ];
        for (wanted, expected) in rows {
            assert_eq!(commands(wanted, url), expected, "{wanted}");
        }
        for wanted in ["", " ", ":"] {
            assert_eq!(commands(wanted, url)[0].last().unwrap(), url);
        }
    }

    #[test]
    fn a_program_that_is_not_there_opens_nothing() {
        assert!(!start(&["a-program-that-is-not-there".into()]));
    }
}
