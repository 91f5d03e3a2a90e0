//! Comma-separated values (RFC 4180): the first line names the columns, every cell is text.

/// The rows of a text, each a list of columns with their cells.
///
/// # Errors
/// What is wrong, with its line.
pub(crate) fn parse(text: &str) -> Result<Vec<Vec<(String, String)>>, String> {
    let mut lines = records(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let Some((_, header)) = lines.next() else { return Err("there is no line that names the columns".to_owned()) };
    let header: Vec<String> = header.into_iter().map(|name| name.trim().to_owned()).collect();
    if let [only] = header.as_slice()
        && let Some(other) = [";", "\t"].into_iter().find(|other| only.contains(other))
    {
        return Err(format!(
            "its columns are separated by {}, not by commas",
            if other == ";" { "`;`" } else { "tabs" }
        ));
    }
    let named = |(index, name): (usize, &String)| name.is_empty() || header[..index].contains(name);
    if header.iter().enumerate().any(named) {
        return Err("every column needs a name of its own in the first line".to_owned());
    }
    let row = |(line, cells): (usize, Vec<String>)| match cells.len() == header.len() {
        true => Ok(header.iter().cloned().zip(cells).collect()),
        false => Err(format!("cells and columns differ in line {line}: {} and {}", cells.len(), header.len())),
    };
    lines.map(row).collect()
}

/// A record and the line it begins in.
type Record = (usize, Vec<String>);

/// The records of a text; empty lines are none.
fn records(text: &str) -> Result<Vec<Record>, String> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut records = Vec::new();
    while !reader.rest.is_empty() {
        let line = reader.line;
        let mut cells = vec![reader.cell()?];
        while reader.take(",") {
            cells.push(reader.cell()?);
        }
        let ends = reader.take("\r\n") || reader.take("\n") || reader.rest.is_empty();
        if !ends {
            return Err(format!("line {} goes on after a closing quote", reader.line));
        }
        reader.line += 1;
        if cells != [""] {
            records.push((line, cells));
        }
    }
    Ok(records)
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn cell(&mut self) -> Result<String, String> {
        if self.take("\"") {
            return self.quoted();
        }
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        let cell = if rest.starts_with('\n') { cell.strip_suffix('\r').unwrap_or(cell) } else { cell };
        self.rest = &self.rest[cell.len()..];
        Ok(cell.to_owned())
    }

    fn quoted(&mut self) -> Result<String, String> {
        let begun = self.line;
        let mut cell = String::new();
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(format!("the quote opened in line {begun} is never closed"));
            };
            let part = &self.rest[..end];
            self.line += part.matches('\n').count();
            cell.push_str(part);
            self.rest = &self.rest[end + 1..];
            if !self.take("\"") {
                return Ok(cell);
            }
            cell.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_its_columns() {
        let table: [(&str, &[&[&str]]); 6] = [
            ("a,b\n1,2\n3,4\n", &[&["a=1", "b=2"], &["a=3", "b=4"]]),
            ("\u{feff}a,b\r\n1,\r\n\r\n", &[&["a=1", "b="]]),
            ("a\n\"x, \"\"y\"\"\"\n", &[&["a=x, \"y\""]]),
            ("a,b\n\"1\n2\",3", &[&["a=1\n2", "b=3"]]),
            (" a , b\n 1 ,2\n", &[&["a= 1 ", "b=2"]]),
            ("a\n\n", &[]),
        ];
        for (text, expected) in table {
            let rows = parse(text).unwrap();
            let shown: Vec<Vec<_>> =
                rows.iter().map(|row| row.iter().map(|(name, cell)| format!("{name}={cell}")).collect()).collect();
            assert_eq!(shown, expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        let table = [
            ("", "there is no line that names the columns"),
            ("a,a\n1,2\n", "every column needs a name of its own in the first line"),
            ("a,\n1,2\n", "every column needs a name of its own in the first line"),
            ("a,b\n1,2\n\n3\n", "cells and columns differ in line 4: 1 and 2"),
            ("a\n1\n\"2\n", "the quote opened in line 3 is never closed"),
            ("a;b\n1;2\n", "its columns are separated by `;`, not by commas"),
            ("a\tb\n1\t2\n", "its columns are separated by tabs, not by commas"),
            ("a\n\"1\"2\n", "line 2 goes on after a closing quote"),
        ];
        for (text, message) in table {
            assert_eq!(parse(text).unwrap_err(), message, "{text:?}");
        }
    }
}
