//! Results as JUnit, in one document on standard output, as rustc's harness prints them with `--format junit`.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::Duration,
};

use libtest_mimic::Conclusion;

use crate::harness::{board::Ending, trials::Stage, units::Unit};
use crate::markup;

/// Runs tests one after the other and prints the document at the end. What was ignored is counted, not listed; `others` were not asked for.
pub(crate) fn run(units: &[Unit], others: usize, stage: &Stage) -> Conclusion {
    let (mut conclusion, mut cases) = (none(others), String::new());
    for unit in units {
        let (ending, took) = stage.told(unit);
        count(&ending, &mut conclusion);
        case(unit, &ending, took.unwrap_or_default(), &mut cases);
    }
    // That nobody reads it is no failure of a test.
    let _ = writeln!(io::stdout(), "{}", document(&conclusion, &cases));
    conclusion
}

fn none(others: usize) -> Conclusion {
    Conclusion { num_filtered_out: others as u64, num_passed: 0, num_failed: 0, num_ignored: 0, num_measured: 0 }
}

fn count(ending: &Ending, conclusion: &mut Conclusion) {
    let counter = match ending {
        Ending::Passed => &mut conclusion.num_passed,
        Ending::Failed(_) => &mut conclusion.num_failed,
        Ending::Left(_) => &mut conclusion.num_ignored,
    };
    *counter += 1;
}

fn case(unit: &Unit, ending: &Ending, took: Duration, cases: &mut String) {
    let name = unit.name.strip_prefix(&format!("{}::", unit.file)).unwrap_or(&unit.name);
    let head = format!(
        "<testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&unit.file),
        escaped(name),
        took.as_secs_f64()
    );
    let _ = match ending {
        Ending::Passed => write!(cases, "{head}/>"),
        Ending::Failed(text) => write!(cases, "{head}><failure type=\"assert\">{}</failure></testcase>", escaped(text)),
        Ending::Left(_) => Ok(()),
    };
}

fn document(conclusion: &Conclusion, cases: &str) -> String {
    let Conclusion { num_passed, num_failed, num_ignored, .. } = conclusion;
    let tests = num_passed + num_failed + num_ignored;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites><testsuite name=\"test\" package=\"test\" id=\"0\" errors=\"0\" \
         failures=\"{num_failed}\" tests=\"{tests}\" skipped=\"{num_ignored}\">{cases}<system-out/><system-err/></testsuite></testsuites>"
    )
}

/// Text in an attribute or between tags; what XML cannot hold is shown as `�` (XML 1.0, 2.2).
fn escaped(text: &str) -> String {
    let held = |c| match c {
        '\n' | '\t' => c,
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    let text: String = text.chars().map(held).collect();
    markup::escaped(&text).replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::units::tests::unit;

    #[test]
    fn every_result_is_told_and_ignored_ones_are_counted() {
        let (mut conclusion, mut cases) = (none(3), String::new());
        let endings = [
            Ending::Passed,
            Ending::Failed("expected `<1>`\nfound \"2\" & \u{1b}[1m".to_owned()),
            Ending::Left("later".to_owned()),
        ];
        for ending in endings {
            count(&ending, &mut conclusion);
            case(&unit("a.yaml::say \"x\" & y", None), &ending, Duration::from_millis(12), &mut cases);
        }
        assert_eq!(
            document(&conclusion, &cases),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites><testsuite name=\"test\" package=\"test\" id=\"0\" errors=\"0\" failures=\"1\" tests=\"3\" skipped=\"1\">\
             <testcase classname=\"a.yaml\" name=\"say &quot;x&quot; &amp; y\" time=\"0.012\"/>\
             <testcase classname=\"a.yaml\" name=\"say &quot;x&quot; &amp; y\" time=\"0.012\"><failure type=\"assert\">expected `&lt;1&gt;`&#10;found &quot;2&quot; &amp; \u{fffd}[1m</failure></testcase>\
             <system-out/><system-err/></testsuite></testsuites>"
        );
        assert!(conclusion.has_failed());
    }
}
