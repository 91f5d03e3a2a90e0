//! Durations as people write them: `200ms`, `10s`, `1m30s`, `2h`.

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::spec::{Loading, Text, Unrendered};
use crate::template::{RenderFault, Scope};
use crate::yaml::Node;

const UNITS: &str = "write a number and a unit: `200ms`, `10s`, `5m`, `1h`";

/// A duration, perhaps with a template in it.
#[derive(Clone, Debug)]
pub(crate) enum Period {
    /// Known at load.
    Fixed(Duration),
    /// Known when rendered.
    Templated(Text),
}

impl Period {
    /// Reads a duration.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        if node.scalar_text().is_none() {
            loading.wrong_type(node, "a duration", "200ms");
            return None;
        }
        let text = loading.text(node)?;
        let Some(fixed) = text.fixed() else { return Some(Self::Templated(text)) };
        match parse(fixed) {
            Some(duration) => Some(Self::Fixed(duration)),
            None => {
                let wrong = Diagnostic::error("bad-duration", &node.place, format!("`{fixed}` is not a duration"));
                loading.report(wrong.help(UNITS));
                None
            }
        }
    }

    /// Reads how long an exchange may take: longer than no time at all.
    pub(crate) fn load_timeout(node: &Node, loading: &mut Loading) -> Option<Self> {
        let period = Self::load(node, loading)?;
        if matches!(period, Self::Fixed(Duration::ZERO)) {
            let wrong = Diagnostic::error("never", &node.place, "no answer comes in no time at all");
            loading.report(wrong.help(UNITS));
        }
        Some(period)
    }

    /// The duration once its template is rendered.
    ///
    /// # Errors
    /// A template that cannot be rendered, or yields something else.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<Duration, Unrendered> {
        match self {
            Self::Fixed(duration) => Ok(*duration),
            Self::Templated(text) => {
                let rendered = text.render(scope)?;
                let wrong = || RenderFault::Other {
                    message: format!("`{rendered}` is not a duration"),
                    help: Some(UNITS.to_owned()),
                };
                parse(&rendered).ok_or_else(|| Unrendered::new(wrong(), text.place()))
            }
        }
    }
}

/// The duration of a text such as `1m30s`; none for anything else, a bare number included.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let seconds = unit(&rest[..letters])? * number;
        rest = &rest[letters..];
        total = total.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
    }
    Some(total)
}

fn unit(name: &str) -> Option<f64> {
    Some(match name.trim() {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return None,
    })
}

/// A duration as people read it: `850ms`, `1.5s`, `58m12s`.
pub(crate) fn show(duration: Duration) -> String {
    let millis = duration.as_millis();
    let seconds = duration.as_secs();
    match () {
        () if millis < 1000 => format!("{millis}ms"),
        () if seconds < 60 && millis.is_multiple_of(1000) => format!("{seconds}s"),
        () if seconds < 60 => format!("{:.1}s", duration.as_secs_f64()),
        () if seconds < 3600 => format!("{}m{}s", seconds / 60, seconds % 60),
        () => format!("{}h{}m", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        let ms = |n| Some(Duration::from_millis(n));
        let table = [
            ("200ms", ms(200)),
            ("10s", ms(10_000)),
            ("1.5s", ms(1500)),
            ("1m30s", ms(90_000)),
            ("2h", ms(7_200_000)),
            ("14d", ms(14 * 86_400_000)),
            ("10", None),
            ("", None),
            ("s", None),
            ("10 parsecs", None),
            ("-1s", None),
            ("1e99h", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text), expected, "{text}");
        }
        let shown = [(850, "850ms"), (3000, "3s"), (1500, "1.5s"), (3_492_000, "58m12s"), (7_500_000, "2h5m")];
        for (millis, expected) in shown {
            assert_eq!(show(Duration::from_millis(millis)), expected);
        }
    }
}
