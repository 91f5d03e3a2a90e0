//! Text in XML and HTML.

/// What stands for a character that means something in markup.
pub(crate) fn escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        _ => None,
    }
}

/// A text that may stand between tags and in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match escape(c) {
            Some(escape) => out.push_str(escape),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_written_by_name() {
        assert_eq!(escaped("<a b=\"c\">d & 'é'</a>"), "&lt;a b=&quot;c&quot;&gt;d &amp; &apos;é&apos;&lt;/a&gt;");
    }
}
