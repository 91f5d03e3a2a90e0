//! The blocks: `if`, `unless`, `each`, `with`.

use crate::diagnostic::nearest;
use crate::template::{cursor::Cursor, fault::BadTemplate, helpers::helpers};

/// What a block does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    If,
    Unless,
    Each,
    With,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::If, Kind::Unless, Kind::Each, Kind::With];

    /// The block of this name, which stands at this byte.
    pub(super) fn read(name: &str, offset: usize) -> Result<Self, BadTemplate> {
        if let Some(kind) = Self::ALL.into_iter().find(|kind| kind.name() == name) {
            return Ok(kind);
        }
        let wrong = BadTemplate::at(offset, format!("there is no block `{name}`"));
        Err(match nearest(name, Self::ALL.map(Self::name)) {
            Some(near) => wrong.help(format!("did you mean `{near}`?")),
            None if helpers().any(|helper| helper.name == name) => {
                wrong.help(format!("`{name}` is a helper, which is written without `#`"))
            }
            None => wrong.help("blocks are `if`, `unless`, `each` and `with`"),
        })
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::Unless => "unless",
            Self::Each => "each",
            Self::With => "with",
        }
    }

    /// Whether names within it mean members of its value.
    pub(super) fn gives_value(self) -> bool {
        matches!(self, Self::Each | Self::With)
    }

    /// Says that it takes one argument.
    pub(super) fn wrong_arguments(self, offset: usize) -> BadTemplate {
        let name = self.name();
        let wrong = BadTemplate::at(offset, format!("the block `{name}` takes one argument"));
        wrong.help(match self {
            Self::If | Self::Unless => format!("for example `{{{{#{name} (eq a b)}}}}…{{{{/{name}}}}}`"),
            Self::Each | Self::With => format!("for example `{{{{#{name} items}}}}…{{{{/{name}}}}}`"),
        })
    }

    fn most_names(self) -> usize {
        match self {
            Self::If | Self::Unless => 0,
            Self::With => 1,
            Self::Each => 2,
        }
    }
}

/// Reads the names that a block gives its value and key: `as |item index|`; none if they do not come next.
pub(super) fn names(cursor: &mut Cursor<'_>, kind: Kind) -> Result<Vec<String>, BadTemplate> {
    let offset = cursor.at;
    if !cursor.eat_word("as") {
        return Ok(Vec::new());
    }
    cursor.skip_blank();
    cursor.eat("|");
    let mut names = Vec::new();
    loop {
        cursor.skip_blank();
        match cursor.symbol() {
            "" => break,
            name => names.push(name.to_owned()),
        }
    }
    if !cursor.eat("|") || names.is_empty() {
        let wrong = BadTemplate::at(offset, "expected names between `|` and `|`");
        return Err(wrong.help("for example `{{#each items as |item index|}}`"));
    }
    if names.len() > kind.most_names() {
        let message = format!("the block `{}` gives {} names, not {}", kind.name(), kind.most_names(), names.len());
        return Err(BadTemplate::at(offset, message));
    }
    Ok(names)
}
