//! The files that a schema may refer to: JSON and YAML below the project's root, nothing from the network.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use jsonschema::{Retrieve, Uri};
use serde_json::Value;
use url::Url;

use crate::json::{BadJson, Json, Number};
use crate::source::{BadFile, Root, Source, read_text};
use crate::yaml;
use crate::yaml::Node;

/// Reads the files below a folder.
pub(super) struct Files(Root);

/// Why a reference could not be followed.
#[derive(Debug, thiserror::Error)]
enum BadReference {
    #[error("only files of the project are read, nothing is fetched: keep a copy beside the spec and refer to it")]
    Remote,
    #[error("it names no file")]
    NoFile,
    #[error(transparent)]
    File(#[from] BadFile),
    #[error("`{0}` is not JSON: {1}")]
    Json(String, BadJson),
    #[error("`{0}` is not YAML: {1}")]
    Yaml(String, String),
}

impl Files {
    /// The files below this folder.
    pub(super) fn below(root: &Path) -> Self {
        Self(Root::new(root))
    }

    /// The URI that relative references of a schema in this folder start from.
    pub(super) fn base(&self, folder: &Path) -> Option<String> {
        let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder)).ok()?;
        Url::from_directory_path(folder).ok().map(Into::into)
    }

    fn read(&self, uri: &str) -> Result<Value, BadReference> {
        let url = Url::parse(uri).map_err(|_| BadReference::NoFile)?;
        if url.scheme() != "file" {
            return Err(BadReference::Remote);
        }
        let path = url.to_file_path().map_err(|()| BadReference::NoFile)?;
        let name = self.name(&path);
        // The name is joined to the root, so that messages need not print where the root lies.
        let path = self.0.find(self.0.path(), &name)?;
        let text = read_text(&path).map_err(|why| BadFile::Unreadable(name.clone(), why))?;
        if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml")) {
            read_yaml(name, path, text)
        } else {
            let json = Json::parse(&text).map_err(|bad| BadReference::Json(name, bad))?;
            Ok(json.to_serde())
        }
    }

    /// The path below the root; the whole path of a file outside.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.0.path()).unwrap_or(path).display().to_string()
    }
}

impl Retrieve for Files {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        Ok(self.read(uri.as_str())?)
    }
}

fn read_yaml(name: String, path: PathBuf, text: String) -> Result<Value, BadReference> {
    let parsed = yaml::parse(&Source::new(name.clone(), path, text));
    match (parsed.root, parsed.problems.iter().find(|problem| problem.is_error())) {
        (Some(root), None) => Ok(value(&root)),
        (_, Some(problem)) => Err(BadReference::Yaml(name, problem.message.clone())),
        (None, None) => Err(BadReference::Yaml(name, "the file is empty".to_owned())),
    }
}

fn value(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Number(text) => Number::parse(text).map_or(Value::Null, |number| Json::Number(number).to_serde()),
        yaml::Value::String(text) => Value::String(text.clone()),
        yaml::Value::List(items) => Value::Array(items.iter().map(value).collect()),
        yaml::Value::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect())
        }
    }
}
