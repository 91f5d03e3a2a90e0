//! The workloads of the benchmark, written out as specs and as Hurl files.

use std::{fmt::Write, fs, path::Path};

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) files: usize,
    /// Requests of each file.
    pub(crate) requests: usize,
    /// The route that is asked.
    pub(crate) route: Route,
    pub(crate) jobs: usize,
    /// JSONPath assertions of each request.
    pub(crate) paths: usize,
    /// Whether Hurl is given it too: it clones the document for every path and takes minutes for some.
    pub(crate) hurl: bool,
    pub(crate) how: How,
}

/// How a workload is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Sent, by whatever processor is free.
    Free,
    /// Sent, client and server on one processor: on two, a wake-up per hop makes sequential runs bimodal.
    Pinned,
    /// Loaded by `hallpass check`, nothing is sent.
    Checked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Items,
    Slow,
    Big,
    Megabyte,
}

pub(crate) const ALL: &[Workload] = &[
    Workload {
        name: "W1",
        about: "start-up: 1 file, 1 request",
        files: 1,
        requests: 1,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "W2",
        about: "suite: 200 files of 5 requests, one token, 8 jobs",
        files: 200,
        requests: 5,
        route: Route::Items,
        jobs: 8,
        paths: 3,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "W3",
        about: "one file of 1,000 requests, one core",
        files: 1,
        requests: 1000,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: true,
        how: How::Pinned,
    },
    Workload {
        name: "W4",
        about: "W2 with 20 ms latency, 200 jobs",
        files: 200,
        requests: 5,
        route: Route::Slow,
        jobs: 200,
        paths: 3,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "W4d",
        about: "W2 with 20 ms latency, 32 jobs (the default)",
        files: 200,
        requests: 5,
        route: Route::Slow,
        jobs: 32,
        paths: 3,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "W5",
        about: "20 bodies of 5 MB, 10 JSONPath each",
        files: 1,
        requests: 20,
        route: Route::Big,
        jobs: 1,
        paths: 10,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "A1000",
        about: "1,000 JSONPath assertions on one body of 1 MB",
        files: 1,
        requests: 1,
        route: Route::Megabyte,
        jobs: 1,
        paths: 1000,
        hurl: true,
        how: How::Free,
    },
    Workload {
        name: "G10",
        about: "growth: 10 requests, one core",
        files: 1,
        requests: 10,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: false,
        how: How::Pinned,
    },
    Workload {
        name: "G100",
        about: "growth: 100 requests, one core",
        files: 1,
        requests: 100,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: false,
        how: How::Pinned,
    },
    Workload {
        name: "G1000",
        about: "growth: 1,000 requests, one core",
        files: 1,
        requests: 1000,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: false,
        how: How::Pinned,
    },
    Workload {
        name: "G10000",
        about: "growth: 10,000 requests, one core",
        files: 1,
        requests: 10_000,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: false,
        how: How::Pinned,
    },
    Workload {
        name: "L",
        about: "load: check of one file of 10,000 requests",
        files: 1,
        requests: 10_000,
        route: Route::Items,
        jobs: 1,
        paths: 3,
        hurl: false,
        how: How::Checked,
    },
];

impl Workload {
    /// The path of one request.
    pub(crate) fn path(&self, number: usize) -> String {
        match self.route {
            Route::Items => format!("/items/{number}"),
            Route::Slow => format!("/slow/{number}"),
            Route::Big => format!("/big/{number}"),
            Route::Megabyte => format!("/megabyte/{number}"),
        }
    }

    /// What one JSONPath must find, by its number.
    pub(crate) fn expected(&self, request: usize, path: usize) -> (String, String) {
        if matches!(self.route, Route::Items | Route::Slow) {
            return match path {
                0 => ("$.id".into(), request.to_string()),
                1 => ("$.name".into(), format!("\"item {request}\"")),
                _ => ("$.tags[0]".into(), "\"red\"".into()),
            };
        }
        let element = path * 9;
        (format!("$.items[{element}].name"), format!("\"item {element}\""))
    }

    /// Writes the specs; with `wrong` the last expectation of all is one that cannot hold.
    pub(crate) fn write_specs(&self, folder: &Path, url: &str, wrong: bool) {
        let specs = folder.join("specs");
        fs::create_dir_all(&specs).expect("a folder for the specs");
        let project = format!(
            "base_url: {url}\nauth: service\nidentities:\n  service:\n    oauth2:\n      token_url: /oauth2/token\n      \
             client_id: bench\n      client_secret: {{env: BENCH_SECRET}}\n"
        );
        fs::write(folder.join("hallpass.yaml"), project).expect("a project file");
        for file in 0..self.files {
            let last = wrong && file + 1 == self.files;
            fs::write(specs.join(format!("spec_{file:04}.yaml")), self.spec(file, last)).expect("a spec");
        }
    }

    fn spec(&self, file: usize, wrong: bool) -> String {
        let mut text = String::from("requests:\n");
        for index in 0..self.requests {
            let number = file * self.requests + index;
            let _ = write!(
                text,
                "  - name: read {number}\n    get: {}\n    expect:\n      status: 200\n      headers: {{ content-type: application/json, x-server: bench }}\n      jsonpath:\n",
                self.path(number)
            );
            for path in 0..self.paths {
                let (path, value) = self.expected(number, path);
                let _ = writeln!(text, "        {path}: {value}");
            }
        }
        if wrong {
            text.push_str(match self.how {
                How::Checked => "      negative_control: 1\n",
                How::Free | How::Pinned => "        $.negative_control: 1\n",
            });
        }
        text
    }

    /// Writes the same for Hurl: a token for each file, since it has nothing to share one with.
    pub(crate) fn write_hurl(&self, folder: &Path, url: &str, wrong: bool) {
        fs::create_dir_all(folder).expect("a folder for Hurl");
        for file in 0..self.files {
            let mut text = format!(
                "POST {url}/oauth2/token\n[Form]\ngrant_type: client_credentials\nclient_id: bench\nclient_secret: bench-secret\nHTTP 200\n[Captures]\ntoken: jsonpath \"$.access_token\"\n\n"
            );
            for index in 0..self.requests {
                let number = file * self.requests + index;
                let _ = write!(
                    text,
                    "GET {url}{}\nAuthorization: Bearer {{{{token}}}}\nHTTP 200\n[Asserts]\nheader \"content-type\" == \"application/json\"\nheader \"x-server\" == \"bench\"\n",
                    self.path(number)
                );
                for path in 0..self.paths {
                    let (path, value) = self.expected(number, path);
                    let _ = writeln!(text, "jsonpath \"{path}\" == {value}");
                }
                text.push('\n');
            }
            if wrong && file + 1 == self.files {
                let _ = writeln!(text.truncate_blank(), "jsonpath \"$.negative_control\" == 1");
            }
            fs::write(folder.join(format!("spec_{file:04}.hurl")), text).expect("a Hurl file");
        }
    }
}

trait TruncateBlank {
    fn truncate_blank(&mut self) -> &mut Self;
}

impl TruncateBlank for String {
    /// Takes the blank line at the end away, so that an assertion can follow.
    fn truncate_blank(&mut self) -> &mut Self {
        self.truncate(self.trim_end().len());
        self.push('\n');
        self
    }
}
