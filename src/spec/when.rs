//! `when`: a condition without which a request, or a whole spec, is not run.

use crate::diagnostic::Diagnostic;
use crate::spec::{Loading, Text};
use crate::yaml::Node;

/// A template that yields `true` or `false`.
#[derive(Clone, Debug)]
pub(crate) struct When(pub(crate) Text);

impl When {
    /// Reads `when`, if the key is there.
    pub(crate) fn load(node: Option<&Node>, loading: &mut Loading) -> Option<Self> {
        let node = node?;
        let text = loading.text(node)?;
        if text.fixed().is_some() {
            let wrong =
                Diagnostic::error("never-varies", &node.place, "`when` is a template that yields true or false");
            loading.report(
                wrong.help("for example `when: \"{{eq env.STAGE 'test'}}\"`; `skip` gives a reason that always holds"),
            );
            return None;
        }
        Some(Self(text))
    }
}
