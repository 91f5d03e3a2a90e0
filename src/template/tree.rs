//! Values with templates in them.

use std::{borrow::Cow, collections::HashSet};

use crate::json::Json;
use crate::template::{RenderFault, Scope, Template};

/// A value with templates in it.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// No template in it.
    Fixed(Json<'static>),
    /// A text with templates.
    Text(Template),
    List(Vec<Tree>),
    Map(Vec<(Template, Tree)>),
}

impl Tree {
    /// The same, with parts that hold no template made into one fixed value.
    #[must_use]
    pub(crate) fn folded(self) -> Self {
        match self {
            Tree::Fixed(value) => Tree::Fixed(value),
            Tree::Text(template) => match template.fixed() {
                Some(text) => Tree::Fixed(Json::from(text.to_owned())),
                None => Tree::Text(template),
            },
            Tree::List(items) => folded_list(items.into_iter().map(Tree::folded).collect()),
            Tree::Map(members) => folded_map(members.into_iter().map(|(name, value)| (name, value.folded())).collect()),
        }
    }

    /// The value, where no template stands in it.
    pub(crate) fn fixed(&self) -> Option<&Json<'static>> {
        match self {
            Tree::Fixed(value) => Some(value),
            _ => None,
        }
    }

    /// The rendered value; borrowed where no template stands in it.
    ///
    /// # Errors
    /// What a template in it cannot be rendered for; two names of one map that are rendered the same.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<Cow<'_, Json<'static>>, RenderFault> {
        Ok(match self {
            Tree::Fixed(value) => Cow::Borrowed(value),
            Tree::Text(template) => Cow::Owned(template.render(scope)?),
            Tree::List(items) => {
                let items = items.iter().map(|item| item.render(scope).map(Cow::into_owned));
                Cow::Owned(Json::Array(items.collect::<Result<_, _>>()?))
            }
            Tree::Map(members) => Cow::Owned(rendered_map(members, scope)?),
        })
    }
}

fn folded_list(items: Vec<Tree>) -> Tree {
    if items.iter().any(|item| item.fixed().is_none()) {
        return Tree::List(items);
    }
    Tree::Fixed(Json::Array(items.into_iter().filter_map(Tree::into_fixed).collect()))
}

fn folded_map(members: Vec<(Template, Tree)>) -> Tree {
    let mut names = HashSet::new();
    let is_fixed = |(name, value): &(Template, Tree)| {
        let known = name.fixed().is_some_and(|name| names.insert(name.to_owned()));
        known && value.fixed().is_some()
    };
    if !members.iter().all(is_fixed) {
        return Tree::Map(members);
    }
    let member = |(name, value): (Template, Tree)| Some((name.fixed()?.to_owned().into(), value.into_fixed()?));
    Tree::Fixed(Json::Object(members.into_iter().filter_map(member).collect()))
}

fn rendered_map(members: &[(Template, Tree)], scope: &Scope<'_>) -> Result<Json<'static>, RenderFault> {
    let mut names = HashSet::new();
    let mut rendered = Vec::with_capacity(members.len());
    for (template, value) in members {
        let name = template.render_text(scope)?;
        if !names.insert(name.clone()) {
            let message =
                format!("two names of one map are rendered as `{name}`, the second by `{}`", template.source());
            return Err(RenderFault::other(message));
        }
        rendered.push((name.into(), value.render(scope)?.into_owned()));
    }
    Ok(Json::Object(rendered))
}

impl Tree {
    fn into_fixed(self) -> Option<Json<'static>> {
        match self {
            Tree::Fixed(value) => Some(value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::tests::with_scope;

    fn text(text: &str) -> Tree {
        Tree::Text(Template::compile(text).unwrap())
    }

    fn member(name: &str, value: Tree) -> (Template, Tree) {
        (Template::compile(name).unwrap(), value)
    }

    #[test]
    fn what_holds_no_template_becomes_one_value() {
        let fixed = Tree::Map(vec![
            member("a", text("x")),
            member("b", Tree::List(vec![text(r"\{{y}}"), Tree::Fixed(Json::Null)])),
        ]);
        let value = fixed.folded();
        assert_eq!(value.fixed().unwrap().to_text(), r#"{"a":"x","b":["{{y}}",null]}"#);
        for tree in [text("{{x}}"), Tree::List(vec![text("{{x}}")]), Tree::Map(vec![member("{{x}}", text("y"))])] {
            assert!(tree.folded().fixed().is_none());
        }
    }

    #[test]
    fn a_folded_part_of_a_template_stays_fixed_and_is_borrowed() {
        let tree = Tree::List(vec![text("{{title}}"), Tree::List(vec![text("y")])]).folded();
        let Tree::List(items) = &tree else { panic!("a list stays a list") };
        with_scope(r#"{"title":1.0}"#, |scope| {
            assert!(matches!(items[1].render(scope).unwrap(), Cow::Borrowed(_)));
            assert_eq!(tree.render(scope).unwrap().to_text(), r#"[1.0,["y"]]"#);
        });
    }

    #[test]
    fn names_are_rendered_to_text_and_stay_in_order() {
        let tree = Tree::Map(vec![member("n{{n}}", text("{{n}}")), member("{{n}}", text("{{list}}"))]);
        let rendered = |data: &str| {
            with_scope(data, |scope| tree.render(scope).map(|value| value.to_text()).map_err(|fault| fault.to_string()))
        };
        assert_eq!(rendered(r#"{"n":0.10,"list":[null]}"#).unwrap(), r#"{"n0.10":0.10,"0.10":[null]}"#);
        assert_eq!(rendered(r#"{"n":[],"list":1}"#).unwrap_err(), "`n` is an array, which text cannot show");
    }

    #[test]
    fn a_name_that_is_rendered_twice_is_a_fault() {
        for second in ["{{n}}", "a"] {
            let tree = Tree::Map(vec![member("a", text("1")), member(second, text("2"))]).folded();
            let fault = with_scope(r#"{"n":"a"}"#, |scope| tree.render(scope).unwrap_err().to_string());
            assert!(fault.contains("rendered as `a`"), "{fault}");
        }
    }
}
