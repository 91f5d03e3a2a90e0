//! The list of tests, as rustc's harness prints it.

use std::io::{self, Write};

use serde_json::json;

use crate::harness::{arguments::Format, units::Unit};
use crate::source::Place;

/// Prints the list.
///
/// # Errors
/// Nothing can be written, for another reason than that the reader has gone.
pub(crate) fn print(units: &[&Unit], format: Format, out: &mut impl Write) -> io::Result<()> {
    let written = match format {
        Format::Pretty | Format::Junit => lines(units, out).and_then(|()| total(units.len(), out)),
        Format::Terse => lines(units, out),
        Format::Json => events(units, out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn lines(units: &[&Unit], out: &mut impl Write) -> io::Result<()> {
    units.iter().try_for_each(|unit| writeln!(out, "{}: test", unit.name))
}

fn total(count: usize, out: &mut impl Write) -> io::Result<()> {
    if count != 0 {
        writeln!(out)?;
    }
    writeln!(out, "{count} {}, 0 benchmarks", if count == 1 { "test" } else { "tests" })
}

fn events(units: &[&Unit], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"{{ "type": "suite", "event": "discovery" }}"#)?;
    for unit in units {
        let (name, why) = (json!(unit.name), json!(unit.ignored.as_deref().unwrap_or("")));
        let (path, lines) = span(unit);
        writeln!(
            out,
            r#"{{ "type": "test", "event": "discovered", "name": {name}, "ignore": {}, "ignore_message": {why}, "source_path": {path}, {lines} }}"#,
            unit.ignored.is_some()
        )?;
    }
    let (count, ignored) = (units.len(), units.iter().filter(|unit| unit.ignored.is_some()).count());
    writeln!(
        out,
        r#"{{ "type": "suite", "event": "completed", "tests": {count}, "benchmarks": 0, "total": {count}, "ignored": {ignored} }}"#
    )
}

/// The file of a test and where in it the test was written.
fn span(unit: &Unit) -> (serde_json::Value, String) {
    let at = |place: &Place| {
        let end = u32::try_from(place.range().end).unwrap_or(u32::MAX);
        (place.line_column(), place.source().line_column(end))
    };
    let ((line, column), (end_line, end_column)) = unit.place.as_ref().map_or(((1, 1), (1, 1)), at);
    let lines =
        format!(r#""start_line": {line}, "start_col": {column}, "end_line": {end_line}, "end_col": {end_column}"#);
    (json!(&*unit.file), lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::units::tests::unit;
    use crate::source::Source;

    fn printed(units: &[Unit], format: Format) -> String {
        let mut out = Vec::new();
        print(&units.iter().collect::<Vec<_>>(), format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_list_is_that_of_rustc() {
        let units = [unit("a.yaml::x y", None), unit("b.yaml::z", Some("later"))];
        let table = [
            (&units[..], Format::Pretty, "a.yaml::x y: test\nb.yaml::z: test\n\n2 tests, 0 benchmarks\n"),
            (&units[..1], Format::Pretty, "a.yaml::x y: test\n\n1 test, 0 benchmarks\n"),
            (&[], Format::Pretty, "0 tests, 0 benchmarks\n"),
            (&units[..], Format::Terse, "a.yaml::x y: test\nb.yaml::z: test\n"),
            (&[], Format::Terse, ""),
        ];
        for (units, format, expected) in table {
            assert_eq!(printed(units, format), expected);
        }
    }

    #[test]
    fn events_say_where_a_test_is_and_why_it_is_ignored() {
        let source = Source::inline("b.yaml", "requests:\n  - name: z\n");
        let place = Some(Place::new(&source, 20, 21));
        let units = [Unit { place, ..unit("b.yaml::say \"z\"", Some("not \"yet\"")) }];
        let expected = r#"{ "type": "suite", "event": "discovery" }
{ "type": "test", "event": "discovered", "name": "b.yaml::say \"z\"", "ignore": true, "ignore_message": "not \"yet\"", "source_path": "b.yaml", "start_line": 2, "start_col": 11, "end_line": 2, "end_col": 12 }
{ "type": "suite", "event": "completed", "tests": 1, "benchmarks": 0, "total": 1, "ignored": 1 }
"#;
        assert_eq!(printed(&units, Format::Json), expected);
    }

    #[test]
    fn a_reader_who_has_gone_is_no_error() {
        struct Gone(io::ErrorKind);
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let unit = unit("a.yaml::x", None);
        assert!(print(&[&unit], Format::Terse, &mut Gone(io::ErrorKind::BrokenPipe)).is_ok());
        assert!(print(&[&unit], Format::Terse, &mut Gone(io::ErrorKind::StorageFull)).is_err());
    }
}
