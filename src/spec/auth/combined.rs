//! Schemes of several credentials: `headers` and `all`.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{
        AuthUse, Identity,
        fixed::ApiKey,
        given::Given,
        placement::{self, Placement},
    },
};
use crate::yaml::Node;

/// Reads the map of `headers`: a credential in each.
pub(crate) fn headers(node: &Node, loading: &mut Loading) -> Option<Vec<ApiKey>> {
    let entries = loading.map(node);
    let mut keys: Vec<ApiKey> = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = placement::checked("header", &entry.key, &entry.key_place, loading);
        let value = Given::load_secret(entry, loading);
        let (Some(name), Some(value)) = (name, value) else { continue };
        let placement = Placement::Header { name, prefix: String::new() };
        if keys.iter().any(|known| known.placement.is_spot_of(&placement)) {
            let wrong = Diagnostic::error("duplicate-key", &entry.key_place, format!("{placement} is written twice"));
            loading.report(wrong.help("the names of headers are the same in any case: keep one"));
            continue;
        }
        keys.push(ApiKey { placement, value });
    }
    (!keys.is_empty()).then_some(keys)
}

/// Reads the list of `all`: names of identities, or schemes in place.
pub(crate) fn all(node: &Node, loading: &mut Loading) -> Option<Vec<AuthUse>> {
    let items = loading.list(node);
    let parts: Vec<_> = items.iter().filter_map(|item| part(item, loading)).collect();
    if items.len() == 1 {
        let wrong = Diagnostic::error("one-part", &node.place, "`all` combines several identities, but one is written");
        loading.report(wrong.help("name the other one too, or use the identity by itself"));
    }
    (!parts.is_empty()).then_some(parts)
}

fn part(node: &Node, loading: &mut Loading) -> Option<AuthUse> {
    let part = AuthUse::load(node, loading)?;
    if matches!(part, AuthUse::None) {
        let wrong = Diagnostic::error("no-identity", &node.place, "`none` cannot be combined with anything");
        loading.report(wrong.help("leave it out"));
        return None;
    }
    Some(part)
}

/// Reports identities that lead back to themselves, and credentials of one identity that stand in the same spot, as far as the
/// file tells.
pub(crate) fn check<'i>(identities: &'i [Identity], in_place: &[Option<&'i AuthUse>], loading: &mut Loading) {
    let in_place = in_place.iter().filter_map(|used| match used {
        Some(AuthUse::Inline(identity)) => Some(&**identity),
        _ => None,
    });
    for identity in identities.iter().chain(in_place) {
        let mut way = vec![identity];
        if circles(&mut way, identities) {
            let names: Vec<_> = way.iter().map(|it| format!("`{}`", it.name)).collect();
            let message = format!("`{}` is made of itself: {}", identity.name, names.join(" → "));
            loading.report(Diagnostic::error("cycle", &identity.place, message).help("take one of them out"));
            continue;
        }
        if let Some(twice) = twice(&spots(identity, identities)) {
            let message = format!("`{}` has two credentials for {twice}", identity.name);
            let wrong = Diagnostic::error("same-place", &identity.place, message);
            loading
                .report(wrong.help("a request carries one credential there: leave one out, or give it another place"));
        }
    }
}

/// The first spot that is taken twice.
pub(crate) fn twice(spots: &[Placement]) -> Option<&Placement> {
    let seen = |index: usize, spot: &Placement| spots[..index].iter().any(|before| before.is_spot_of(spot));
    spots.iter().enumerate().find(|(index, spot)| seen(*index, spot)).map(|(_, spot)| spot)
}

/// Whether the last of the way leads back to its first; the way is left as it goes there.
fn circles<'i>(way: &mut Vec<&'i Identity>, identities: &'i [Identity]) -> bool {
    let Some(last) = way.last() else { return false };
    for next in last.scheme.references().filter_map(|used| used.among(identities)) {
        let is_first = way.first().is_some_and(|first| std::ptr::eq(*first, next));
        if !is_first && way.iter().any(|known| std::ptr::eq(*known, next)) {
            continue;
        }
        way.push(next);
        if is_first || circles(way, identities) {
            return true;
        }
        way.pop();
    }
    false
}

/// Where the credentials of an identity stand.
fn spots(identity: &Identity, identities: &[Identity]) -> Vec<Placement> {
    let mut open = vec![identity];
    let mut spots = Vec::new();
    let mut seen: Vec<&Identity> = Vec::new();
    while let Some(next) = open.pop() {
        spots.extend(next.scheme.placements());
        if !seen.iter().any(|known| std::ptr::eq(*known, next)) {
            seen.push(next);
            open.extend(next.scheme.parts().iter().filter_map(|used| used.among(identities)));
        }
    }
    spots
}
