//! In what two texts of several lines differ: the only place that names `similar`.

use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

/// Texts with more bytes than this are not compared line by line.
const LONGEST: usize = 1024 * 1024;
/// How many lines around a change are shown.
const AROUND: usize = 2;
/// After this long the comparison is as good as it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// A unified difference: ` same`, `-expected`, `+found`, with `@@` before each stretch. None where a text has one line, or is too long.
pub(crate) fn unified(expected: &str, found: &str) -> Option<Vec<String>> {
    let lines = |text: &str| text.trim_end_matches('\n').contains('\n');
    if !(lines(expected) || lines(found)) || expected.len().max(found.len()) > LONGEST {
        return None;
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_lines(expected, found);
    let mut told = Vec::new();
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        told.push(hunk.header().to_string());
        told.extend(hunk.iter_changes().map(|change| {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            format!("{sign}{}", change.value().trim_end_matches(['\r', '\n']))
        }));
    }
    (!told.is_empty()).then_some(told)
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
        assert_eq!(unified("a\n", "b\n"), None);
        assert_eq!(unified("a\nb", "a\nb"), None);
        assert_eq!(unified("a", "a\nb").unwrap().last().unwrap(), "+b");
        assert_eq!(unified(&"a\n".repeat(LONGEST), "b\n"), None);
    }
}
