//! In what two texts of several lines differ: the only place that names `similar`.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use similar::{
    DiffOp,
    algorithms::{Capture, Compact, Replace, myers},
    group_diff_ops,
};

/// Texts with more bytes than this are not compared line by line.
const LONGEST: usize = 1024 * 1024;
/// How many lines around a change are shown.
const AROUND: usize = 2;
/// After this long the comparison is as good as it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// A unified difference: ` same`, `-expected`, `+found`, with `@@` before each stretch. None where a text has one line, or is too long.
pub(crate) fn unified(expected: &str, found: &str) -> Option<Vec<String>> {
    let several = |text: &str| text.trim_end_matches('\n').contains('\n');
    if !(several(expected) || several(found)) || expected.len().max(found.len()) > LONGEST {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (expected.split_inclusive('\n').collect(), found.split_inclusive('\n').collect());
    let mut told = Vec::new();
    for hunk in group_diff_ops(changes(&old, &new), AROUND) {
        told.extend(header(&hunk));
        for change in &hunk {
            let (old, new) = (&old[change.old_range()], &new[change.new_range()]);
            match change {
                DiffOp::Equal { .. } => told.extend(signed(' ', old)),
                _ => told.extend(signed('-', old).chain(signed('+', new))),
            }
        }
    }
    (!told.is_empty()).then_some(told)
}

/// One algorithm, called by its name: to choose among them while running takes all of them into the program.
fn changes(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    let until = Instant::now().checked_add(PATIENCE);
    match myers::diff_deadline(&mut found, old, 0..old.len(), new, 0..new.len(), until) {
        Ok(()) => found.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

fn header(hunk: &[DiffOp]) -> Option<String> {
    let (first, last) = (hunk.first()?, hunk.last()?);
    let old = stretch(&(first.old_range().start..last.old_range().end));
    let new = stretch(&(first.new_range().start..last.new_range().end));
    Some(format!("@@ -{old} +{new} @@"))
}

/// The number of the first line and how many there are, as `diff -u` writes it: nothing comes after the line before it.
fn stretch(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        several => format!("{},{several}", lines.start + 1),
    }
}

fn signed(sign: char, lines: &[&str]) -> impl Iterator<Item = String> {
    lines.iter().map(move |line| format!("{sign}{}", line.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_told_with_those_around_them() {
        let expected = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let found = "a\nb\nX\nd\ne\nf\ng\nh\ni\nj\n";
        let told = unified(expected, found).unwrap();
        assert_eq!(told, ["@@ -1,5 +1,5 @@", " a", " b", "-c", "+X", " d", " e", "@@ -8,2 +8,3 @@", " h", " i", "+j"]);
        assert_eq!(unified("a\nb\n", "").unwrap(), ["@@ -1,2 +0,0 @@", "-a", "-b"]);
        assert_eq!(unified("a", "b\r\nc").unwrap(), ["@@ -1 +1,2 @@", "-a", "+b", "+c"]);
        assert_eq!(unified("a\n", "b\n"), None);
        assert_eq!(unified("a\nb", "a\nb"), None);
        assert_eq!(unified("a", "a\nb").unwrap().last().unwrap(), "+b");
        assert_eq!(unified(&"a\n".repeat(LONGEST), "b\n"), None);
    }
}
