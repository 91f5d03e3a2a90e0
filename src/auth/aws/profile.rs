//! The shared credentials file of AWS: sections of `name = value`.

use crate::secret::Secret;

/// What a profile says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Id, secret and session token.
    Keys(String, String, Option<String>),
    /// The command line that prints them.
    Process(String),
    /// Neither.
    Nothing,
}

/// A profile of a file; the names that there are, where it is none of them.
pub(super) fn find(text: &Secret, name: &str) -> Result<Profile, Vec<String>> {
    let (mut names, mut found, mut is_meant) = (Vec::new(), Vec::new(), false);
    for line in text.expose().lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            names.push(section.0.trim().to_owned());
            is_meant = section.0.trim() == name;
        } else if let (true, Some((key, value))) = (is_meant, line.split_once('=')) {
            found.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    if !names.iter().any(|known| known == name) {
        return Err(names);
    }
    let get = |key: &str| found.iter().rev().find(|(known, value)| known == key && !value.is_empty());
    let get = |key: &str| get(key).map(|(_, value)| value.clone());
    Ok(match (get("aws_access_key_id"), get("aws_secret_access_key"), get("credential_process")) {
        (Some(id), Some(secret), _) => Profile::Keys(id, secret, get("aws_session_token")),
        (_, _, Some(command)) => Profile::Process(command),
        _ => Profile::Nothing,
    })
}

/// The program and arguments of a command line: words between blanks, blanks within quotes. No shell reads it.
pub(super) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine
[default]
aws_access_key_id = AKID1
aws_secret_access_key=secret=1/+
; no more
[ qa ]
AWS_ACCESS_KEY_ID=AKID2
aws_secret_access_key = secret2
aws_session_token = token2==
region = eu-west-1
[tool]
credential_process = /opt/bin/tool --name \"two words\" ''
[empty]
aws_access_key_id =
";

    #[test]
    fn a_profile_has_keys_or_a_command() {
        let text = |text: &str| text.to_owned();
        let find = |name| find(&Secret::new(FILE), name);
        assert_eq!(find("default"), Ok(Profile::Keys(text("AKID1"), text("secret=1/+"), None)));
        assert_eq!(find("qa"), Ok(Profile::Keys(text("AKID2"), text("secret2"), Some(text("token2==")))));
        assert_eq!(find("tool"), Ok(Profile::Process(text("/opt/bin/tool --name \"two words\" ''"))));
        assert_eq!(find("empty"), Ok(Profile::Nothing));
        assert_eq!(find("tol").unwrap_err(), ["default", "qa", "tool", "empty"]);
    }

    #[test]
    fn a_command_line_is_split_at_blanks_outside_of_quotes() {
        let rows: [(&str, &[&str]); 5] = [
            ("", &[]),
            ("  a   b ", &["a", "b"]),
            ("tool --name \"two words\" ''", &["tool", "--name", "two words", ""]),
            ("a'b c'd", &["ab cd"]),
            (r"C:\bin\tool.exe $HOME", &[r"C:\bin\tool.exe", "$HOME"]),
        ];
        for (line, expected) in rows {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
