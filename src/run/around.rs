//! What is done around each run of a spec, and what that run is given of its own. What is done is for a door to say.

use std::{collections::BTreeMap, fmt, pin::Pin, sync::Arc};

use crate::json::Json;
use crate::plan::SpecPlan;
use crate::run::{
    World,
    case::{Cause, interrupted},
};
use crate::source::Place;

/// One run of a spec: of its file, or of one of the rows that the file is run for.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    /// The path of the file below the project's root.
    pub(crate) file: Arc<str>,
    /// The label of the row.
    pub(crate) row: Option<String>,
}

/// What a run of a spec is given of its own.
#[derive(Default)]
pub(crate) struct Fresh {
    /// Stands above every other base URL.
    pub(crate) base_url: Option<String>,
    /// Stand above every other variable.
    pub(crate) vars: BTreeMap<String, Json<'static>>,
    /// Stand above the environment.
    pub(crate) env: BTreeMap<String, String>,
}

/// What is done at the end, told whether a case failed. Whoever made it keeps what goes wrong.
pub(crate) type End = Box<dyn FnOnce(bool) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;
type Begin = dyn Fn(Each) -> Pin<Box<dyn Future<Output = Result<(Fresh, End), String>> + Send>> + Send + Sync;

/// What is done before each run of a spec.
#[derive(Clone)]
pub(crate) struct Around(pub(crate) Arc<Begin>);

impl fmt::Debug for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Around")
    }
}

/// Does what is to be done before a run of a spec. A failure is the reason why none of its cases is run.
pub(crate) async fn before(spec: &SpecPlan, world: &World) -> Result<(Fresh, Option<End>), Cause> {
    let Some(Around(begin)) = &world.around else { return Ok((Fresh::default(), None)) };
    let each = Each { file: Arc::clone(&spec.file), row: spec.row().map(|row| row.label.clone()) };
    let begun = tokio::select! {
        biased;
        () = world.stop.wanted() => return Err(interrupted()),
        begun = begin(each) => begun,
    };
    let place = Place::new(&spec.spec.source, 0, 0);
    begun.map(|(fresh, end)| (fresh, Some(end))).map_err(|why| Cause::error(why, Some(place)))
}

/// An environment with these above it.
pub(crate) fn environment(env: &Json<'static>, above: &BTreeMap<String, String>) -> Option<Json<'static>> {
    if above.is_empty() {
        return None;
    }
    let mut vars = env.as_object().map(<[_]>::to_vec).unwrap_or_default();
    vars.retain(|(name, _)| !above.contains_key(&**name));
    vars.extend(above.iter().map(|(name, value)| (name.clone().into(), Json::from(value.clone()))));
    Some(Json::Object(vars))
}
