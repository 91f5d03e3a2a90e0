//! The status of an answer.

use crate::expect::{
    found::{At, Found},
    matcher::{Judge, Told, unusable},
    show::Shown,
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{
    Text, Unrendered,
    expect::{Status, StatusForm, StatusRange},
};

/// Checks the status as it was written; a `request` that says nothing of it must be answered 2xx.
pub(super) fn check(
    status: Option<&Status>,
    request: &Place,
    answered: u16,
    judge: &mut Judge<'_>,
) -> Result<(), Unrendered> {
    let Some(status) = status else {
        check_success(request, answered, judge);
        return Ok(());
    };
    match &status.form {
        StatusForm::Any => {}
        StatusForm::OneOf(ranges) => one_of(ranges, answered, &status.place, judge),
        StatusForm::Matching(matchers) => {
            judge.all(matchers, At::root("", "status", Found::One(&number(answered))))?;
        }
        StatusForm::Templated(text) => one_of(&[rendered(text, judge)?], answered, &status.place, judge),
    }
    Ok(())
}

fn check_success(request: &Place, answered: u16, judge: &mut Judge<'_>) {
    if !(200..300).contains(&answered) {
        let number = number(answered);
        let at = At::root("", "status", Found::One(&number));
        judge.report(request, at, || Told {
            help: Some("where no `status` is written it must be 2xx; `status: any` accepts every status".to_owned()),
            ..Told::new(Shown::Value("2xx".to_owned()), at.shown())
        });
    }
}

fn one_of(ranges: &[StatusRange], answered: u16, place: &Place, judge: &mut Judge<'_>) {
    if !ranges.iter().any(|range| range.contains(answered)) {
        let number = number(answered);
        let at = At::root("", "status", Found::One(&number));
        judge.report(place, at, || Told::new(shown(ranges), at.shown()));
    }
}

fn number(status: u16) -> Json<'static> {
    Json::from(u64::from(status))
}

fn rendered(text: &Text, judge: &Judge<'_>) -> Result<StatusRange, Unrendered> {
    let value = text.value(judge.scope)?;
    let written = match &value {
        Json::String(text) => StatusRange::parse(text),
        Json::Number(number) => number.to_i64().and_then(|number| StatusRange::parse(&number.to_string())),
        _ => None,
    };
    written.ok_or_else(|| unusable(format!("{} is not an HTTP status", Shown::kind(&value)), text.place()))
}

fn shown(ranges: &[StatusRange]) -> Shown {
    let name = |range: &StatusRange| match range.first == range.last {
        true => range.first.to_string(),
        false => format!("{}xx", range.first / 100),
    };
    match ranges {
        [only] => Shown::Value(name(only)),
        _ => Shown::words(format!(
            "one of {}",
            ranges.iter().map(|it| format!("`{}`", name(it))).collect::<Vec<_>>().join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    #[test]
    fn a_status_is_a_number_a_class_a_list_or_matchers() {
        let rows = [
            ("status: 201", 201, true),
            ("status: 2xx", 299, true),
            ("status: [200, 404]", 404, true),
            ("status: [4xx, 200]", 451, true),
            ("status: any", 500, true),
            ("status: {gte: 200, lt: 300}", 204, true),
            ("status: \"{{created}}\"", 201, true),
            ("status: \"{{class}}\"", 404, true),
            ("status: {not: 500}", 404, true),
            ("status: 201", 200, false),
            ("status: 2xx", 300, false),
            ("status: [200, 404]", 201, false),
            ("status: {gte: 200, lt: 300}", 300, false),
            ("status: \"{{created}}\"", 200, false),
            ("status: \"{{class}}\"", 500, false),
            ("status: {in: [200, 201]}", 202, false),
            ("size: 0", 302, false),
            ("size: 0", 204, true),
        ];
        for (expect, status, holds) in rows {
            let found = checked(expect, &Reply::status(status)).unwrap();
            assert_eq!(found.is_empty(), holds, "{expect} {status} {found:?}");
        }
        assert!(checked("status: \"{{word}}\"", &Reply::status(200)).is_err());
        assert!(checked("status: \"{{map}}\"", &Reply::status(200)).is_err());
    }

    #[test]
    fn a_wrong_status_is_told_in_one_line_and_hides_nothing() {
        let told = |expect| messages(expect, &Reply::status(404));
        assert_eq!(told("status: 201"), ["status: expected `201`, found `404`"]);
        assert_eq!(told("status: [200, 5xx]"), ["status: expected one of `200`, `5xx`, found `404`"]);
        assert_eq!(told("size: 1"), ["status: expected `2xx`, found `404`", "size: expected `1`, found `0`"]);
        let found = checked("status: 201", &Reply::status(404)).unwrap();
        assert_eq!(
            (found[0].place.text(), &*found[0].path, &*found[0].expected, &*found[0].actual),
            ("201", "status", "201", "404")
        );
        let found = checked("size: 0", &Reply::status(404)).unwrap();
        assert_eq!(found[0].place.text(), "request");
    }
}
