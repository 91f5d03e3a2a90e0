//! One line for each way in which a value breaks a schema.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// How many names or choices a message lists.
const LISTED: usize = 8;
/// How many characters of a choice, a pattern or a name a message shows.
const SHOWN: usize = 60;

/// What is wrong with the value that is shown so.
pub(super) fn of(error: &ValidationError<'_>, shown: &str) -> String {
    if let Kind::FalseSchema = error.kind() {
        return forbidden(error, shown);
    }
    size(error.kind(), shown)
        .or_else(|| members(error.kind(), shown))
        .or_else(|| choice(error.kind(), shown))
        .unwrap_or_else(|| content(error.kind(), shown))
}

/// What the schema `false` says, by the keyword that it stands under.
fn forbidden(error: &ValidationError<'_>, shown: &str) -> String {
    match error.schema_path().as_str().rsplit('/').next() {
        Some("additionalProperties" | "unevaluatedProperties") => format!("no members are allowed, found {shown}"),
        Some("additionalItems" | "unevaluatedItems" | "items") => format!("no elements are allowed, found {shown}"),
        _ => format!("{shown} is not allowed here, the schema is `false`"),
    }
}

/// Limits of numbers, texts, lists and objects.
fn size(kind: &Kind, shown: &str) -> Option<String> {
    Some(match kind {
        Kind::Maximum { limit } => format!("{shown} is greater than the maximum `{limit}`"),
        Kind::Minimum { limit } => format!("{shown} is less than the minimum `{limit}`"),
        Kind::ExclusiveMaximum { limit } => format!("{shown} is not less than `{limit}`"),
        Kind::ExclusiveMinimum { limit } => format!("{shown} is not greater than `{limit}`"),
        Kind::MultipleOf { multiple_of } => format!("{shown} is not a multiple of `{multiple_of}`"),
        Kind::MaxLength { limit } => format!("{shown} is longer than {}", counted(*limit, "character")),
        Kind::MinLength { limit } => format!("{shown} is shorter than {}", counted(*limit, "character")),
        Kind::MaxItems { limit } => format!("{shown} has more than {}", counted(*limit, "element")),
        Kind::MinItems { limit } => format!("{shown} has fewer than {}", counted(*limit, "element")),
        Kind::AdditionalItems { limit } => {
            format!("{shown} has more than {}", counted(u64::try_from(*limit).unwrap_or(u64::MAX), "element"))
        }
        Kind::MaxProperties { limit } => format!("{shown} has more than {}", counted(*limit, "member")),
        Kind::MinProperties { limit } => format!("{shown} has fewer than {}", counted(*limit, "member")),
        _ => return None,
    })
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Members and elements that must or must not be there.
fn members(kind: &Kind, shown: &str) -> Option<String> {
    Some(match kind {
        Kind::Required { property } => format!("the member {} is missing", name(property)),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("no further members are allowed, found {}", listed(unexpected))
        }
        Kind::UnevaluatedItems { unexpected } => {
            format!("no further elements are allowed, found {}", listed(unexpected))
        }
        Kind::PropertyNames { error } => {
            let named = format!("the member name `{}`", cut(&error.instance().to_string()));
            of(error, &named)
        }
        Kind::UniqueItems => format!("{shown} has equal elements"),
        Kind::Contains => format!("{shown} has too few or too many elements that `contains` asks for"),
        _ => return None,
    })
}

fn name(property: &Value) -> String {
    format!("`{}`", cut(property.as_str().unwrap_or_default()))
}

fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(LISTED).map(|name| format!("`{}`", cut(name))).collect();
    and_more(&shown, names.len())
}

fn and_more(shown: &[String], count: usize) -> String {
    match count.saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Values and schemas to choose from.
fn choice(kind: &Kind, shown: &str) -> Option<String> {
    Some(match kind {
        Kind::Enum { options } => match options.as_array() {
            Some(options) => format!("{shown} is none of {}", values(options)),
            None => format!("{shown} is not `{}`", cut(&options.to_string())),
        },
        Kind::Constant { expected_value } => format!("{shown} is not `{}`", cut(&expected_value.to_string())),
        Kind::AnyOf { context } => format!("{shown} fits none of `anyOf`: {}", alternatives(context, shown)),
        Kind::OneOfNotValid { context } => format!("{shown} fits none of `oneOf`: {}", alternatives(context, shown)),
        Kind::OneOfMultipleValid { .. } => format!("{shown} fits more than one of `oneOf`"),
        Kind::Not { schema } => format!("{shown} fits what `not` forbids: `{}`", cut(&schema.to_string())),
        _ => return None,
    })
}

fn values(options: &[Value]) -> String {
    let shown: Vec<_> = options.iter().take(LISTED).map(|option| format!("`{}`", cut(&option.to_string()))).collect();
    and_more(&shown, options.len())
}

/// What is first wrong with each alternative.
fn alternatives(context: &[Vec<ValidationError<'_>>], shown: &str) -> String {
    let first = |(at, errors): (usize, &Vec<ValidationError<'_>>)| {
        let error = errors.first()?;
        let own = if error.instance_path().is_empty() { shown.to_owned() } else { own_value(error) };
        Some(format!("({}) {}", at + 1, of(error, &own)))
    };
    let told: Vec<_> = context.iter().enumerate().take(LISTED).filter_map(first).collect();
    and_more(&told, context.len().max(told.len()))
}

/// The value that an error carries with it.
pub(super) fn own_value(error: &ValidationError<'_>) -> String {
    format!("`{}`", cut(&error.instance().to_string()))
}

/// Types, formats and patterns.
fn content(kind: &Kind, shown: &str) -> String {
    match kind {
        Kind::Type { kind: TypeKind::Single(kind) } => format!("{shown} is not of type `{kind}`"),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            let kinds: Vec<_> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
            format!("{shown} is not of type {}", kinds.join(" or "))
        }
        Kind::Format { format } => format!("{shown} is not of the format `{format}`"),
        Kind::Pattern { pattern } => format!("{shown} does not match `{}`", cut(pattern)),
        Kind::ContentEncoding { content_encoding } => format!("{shown} is not encoded as `{content_encoding}`"),
        Kind::ContentMediaType { content_media_type } => format!("{shown} does not hold `{content_media_type}`"),
        Kind::FromUtf8 { .. } => format!("{shown} does not decode to UTF-8"),
        Kind::BacktrackLimitExceeded { .. } => format!("{shown} takes too long to match: simplify `pattern`"),
        Kind::RegexEngineFailure { message } => format!("`pattern` cannot be matched: {}", cut(message)),
        other => format!("{shown} breaks `{}`", other.keyword()),
    }
}

/// The first characters of a text, in one line.
fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
