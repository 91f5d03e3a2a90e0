//! What the documents' specs are run against: the demo servers, a gateway that ends TLS before them, files and people.

use std::{fs, time::Duration};

use crate::blocks::{Block, named};
use crate::connection::servers::{Authority, Issued, Server};
use crate::gateway::gateway;
use crate::support::{ROBOT, Ran, Workspace, repository, robot_key};
use hallpass::demo::{Client, Demo, Options};

/// Servers for specs, and what they know.
pub(crate) struct Stage {
    demo: Demo,
    authority: Authority,
    certified: Issued,
    gateway: Server,
}

impl Stage {
    /// A demo that knows a client by its key and one by its certificate too; tokens live an hour.
    pub(crate) async fn new() -> Self {
        let authority = Authority::new();
        let certified = authority.issue("client", 4000);
        let mut options = Options { token_lifetime: Duration::from_secs(3600), ..Options::default() };
        let scopes = ["items.read", "api://items/.default"];
        options.clients.push(Client::new("shop-robot", "robot-secret", &scopes).with_key(&robot_key()));
        options.clients.push(Client::new("shop-tls", "", &["items.read"]).with_certificate(certified.certificate()));
        let demo = Demo::start(options).await.unwrap();
        let gateway = gateway(&authority, &demo);
        Self { demo, authority, certified, gateway }
    }

    /// Runs a spec as its project would, beside these fragments.
    pub(crate) fn run(&self, block: &Block, fragments: &[Block]) -> Ran {
        let project = fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
        let file = block.file_name();
        let workspace = Workspace::new(&format!("{project}\nallow: [exec]\nhttp: {{ ca: ca.pem }}\n"));
        let workspace = fragments
            .iter()
            .fold(workspace.spec(&file, &block.text), |it, fragment| it.spec(named(fragment), &fragment.text));
        let shared = tempfile::tempdir().unwrap();
        let workspace = self.with_files(workspace).envs(self.demo.env()).env("ROBOT_SECRET", "robot-secret");
        let workspace = workspace
            .env("SECURE_URL", &format!("https://localhost:{}", self.gateway.port()))
            .env("XDG_RUNTIME_DIR", shared.path().to_str().unwrap());
        #[cfg(unix)]
        crate::people::log_in(&workspace, block);
        workspace.hallpass(&["run"])
    }

    /// Everything that a spec of the documents reads beside itself.
    fn with_files(&self, workspace: Workspace) -> Workspace {
        let account = serde_json::json!({
            "type": "service_account", "client_email": "shop-robot", "private_key_id": "k1", "private_key": ROBOT,
            "token_uri": "https://oauth2.googleapis.com/token",
        });
        workspace
            .bytes("specs/lamp.png", &fs::read(repository().join("fixtures/lamp.png")).unwrap())
            .file("ca.pem", &self.authority.pem())
            .spec("client.pem", &self.certified.cert)
            .spec("client.key", &self.certified.key)
            .spec("robot.pem", ROBOT)
            .spec("robot.json", &account.to_string())
    }
}
