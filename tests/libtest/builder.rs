//! How the builder brings an application up in this process, and the words that it adds to the language.

use crate::support::Suite;

const ONE: &str = "requests:\n  - {name: one, get: /items/1, expect: {json: {title: blue lamp}}}\n";

#[test]
fn an_app_in_this_process_is_served_to_all_specs_and_let_go_of() {
    for (mode, diary) in [("router", "/items/1\n/items/1\n"), ("serve", "/items/1\n/items/1\nserved no more\n")] {
        let suite = Suite::of(&[("specs/a.yaml", ONE), ("specs/b.yaml", ONE)]).mode(mode);
        assert_eq!((suite.run(&["--list"]).code, suite.diary()), (0, String::new()));
        let said = suite.run(&[]);
        assert_eq!((said.code, suite.diary().as_str()), (0, diary), "{said:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_router_is_asked_without_a_socket() {
    let text = |base: &str, count: &str| {
        format!(
            "requests:\n  - {{name: one, get: /sockets, expect: {{body: {count}, values: {{\"{{{{base_url}}}}\": {base}}}}}}}\n"
        )
    };
    let table = [
        ("router", text("'http://127.0.0.1:0'", "'0'")),
        ("serve", text("{matches: 'http://127.0.0.1:[1-9][0-9]+'}", "{matches: '[1-9]'}")),
    ];
    for (mode, text) in table {
        let said = Suite::of(&[("specs/a.yaml", &*text)]).mode(mode).run(&[]);
        assert_eq!(said.code, 0, "{mode}: {said:?}");
    }
}

#[test]
fn a_router_is_asked_as_any_server_is() {
    let text = "\
requests:
  - name: echo
    post: /echo
    headers: {x-word: a}
    json: {a: [1, 2]}
    expect: {json: {host: {$matches: '127.0.0.1:[0-9]+'}, method: POST, path: /echo, word: a, body: '{\"a\":[1,2]}'}, headers: {date: {exists: true}}}
  - {name: led on, get: /from, redirects: 1, expect: {status: 200, json: {path: /to, method: GET}}}
  - {name: seen, get: /from, redirects: 0, expect: {status: 302, headers: {location: /to, content-length: '0'}}}
  - {name: head, head: /items/1, expect: {status: 200, headers: {content-length: '51'}, body: ''}}
  - {name: cookie, get: /cookie}
  - {name: sent back, get: /who, expect: {json: {cookie: 'a=b'}}}
  - {name: streamed, get: /stream, expect: {body: 'one two three', headers: {transfer-encoding: chunked}}}
  - {name: broken, get: /broken, expect: {body: 'one two three'}}
  - {name: late, get: /slow, timeout: 50ms}
";
    for mode in ["router", "serve"] {
        let text =
            if mode == "router" { text.to_owned() } else { text.replace("'127.0.0.1:0'", "{contains: 127.0.0.1}") };
        let said = Suite::of(&[("specs/a.yaml", &*text)]).mode(mode).run(&[]);
        assert_eq!(said.summary(), Some("test result: FAILED. 7 passed; 2 failed; 0 ignored; 0"), "{mode}: {said:?}");
        for part in [
            "the server closed the connection without an answer",
            "no answer within 50ms; connected, waiting for the head",
        ] {
            assert!(said.stdout.contains(part), "{mode}: {part}: {}", said.stdout);
        }
    }
}

#[test]
fn a_server_that_fails_fails_the_run_with_its_words() {
    let said = Suite::of(&[("specs/a.yaml", ONE)]).mode("serve fails").run(&[]);
    assert_eq!(said.code, 101);
    assert!(said.stderr.contains("error: the app ended before the specs did: out of memory"), "{said:?}");
}

#[test]
fn a_panic_in_a_handler_is_told_by_the_case_that_met_it() {
    let text =
        "requests:\n  - {name: one, get: /panic}\n  - {name: two, get: /items/1}\n  - {name: three, get: /none}\n";
    for mode in ["router", "serve"] {
        let said = Suite::of(&[("specs/a.yaml", text)]).mode(mode).run(&[]);
        assert_eq!(said.summary(), Some("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0"), "{said:?}");
        let told = "the app panicked meanwhile: the shelf is empty\n  --> tests/libtest/modes.rs:";
        assert_eq!(said.stdout.matches(told).count(), 1, "{}", said.stdout);
    }
}

#[test]
fn one_application_is_enough() {
    let said = Suite::of(&[("specs/a.yaml", ONE)]).mode("two").run(&[]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""));
    assert!(said.stderr.contains("error: the harness is given two applications"), "{said:?}");
}

#[test]
fn helpers_and_matchers_are_words_of_specs_and_of_the_project_file() {
    let project = "vars:\n  loud: \"{{shout 'project'}}\"\n";
    let text = "\
requests:
  - name: good
    get: /items/1
    vars: {title: lamp}
    expect:
      values: {\"{{shout title}}\": LAMP!, \"{{loud}}\": PROJECT!}
      jsonpath: {$.stock: {even: false}}
      json: {stock: {$even: false}, id: {$not: {$even: true}}}
  - {name: odd, get: /items/1, expect: {jsonpath: {$.stock: {even: true}}}}
  - {name: text, get: /items/1, expect: {json: {title: {$even: true}}}}
  - {name: none, get: /items/1, expect: {jsonpath: {$.none: {even: true}}}}
  - {name: two, get: \"/{{shout 'a' 'b'}}\"}
  - {name: number, get: \"/{{shout 1}}\"}
";
    let said = Suite::of(&[("hallpass.yaml", project), ("specs/a.yaml", text)]).mode("words").run(&[]);
    assert_eq!(said.summary(), Some("test result: FAILED. 1 passed; 5 failed; 0 ignored; 0"), "{said:?}");
    let parts = [
        "$.stock: 3 is odd\n",
        "$.title: \"blue lamp\" is neither even nor odd\n",
        "nothing at `$.none`, expected `even: true`",
        "`shout`: it takes one word",
        "`shout`: it panicked: numbers are silent",
    ];
    for part in parts {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
}

#[test]
fn an_unknown_word_names_the_nearest_of_all() {
    let text =
        "requests:\n  - {name: one, get: \"/{{shoutt 'a'}}\", expect: {size: {evn: true}, json: {a: {$evenn: 1}}}}\n";
    let said = Suite::of(&[("specs/a.yaml", text)]).mode("words").run(&[]);
    for part in ["did you mean `shout`?", "did you mean `even`?", "did you mean `$even`?"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    let said = Suite::of(&[("specs/a.yaml", ONE)]).mode("taken").run(&["--list"]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""));
    assert!(said.stderr.contains("a helper cannot be called `upper`"), "{said:?}");
}

#[test]
fn an_identity_of_the_harness_stands_above_that_of_the_project() {
    let text = "auth: service\nrequests:\n  - {name: one, get: /who, expect: {body: {contains: \"Bearer ***\"}}}\n";
    let text = text.replace("{contains: \"Bearer ***\"}", "{contains: \"Bearer t-o\", ends_with: \"-k-e-n\\\"}\"}");
    let bearer = "bearer: {env: SERVICE_TOKEN}";
    for project in ["{}\n", "auth: service\n", "identities: {service: {bearer: {env: NOT_SET}}}\n"] {
        let suite = Suite::of(&[("hallpass.yaml", project), ("specs/a.yaml", &text)]).mode("identity");
        let said = suite.with("FIXTURE_IDENTITY", bearer).run(&[]);
        assert_eq!(said.code, 0, "{project}: {said:?}");
    }
    let suite = Suite::of(&[("specs/a.yaml", &*text)]).mode("identity");
    let said = suite.with("FIXTURE_IDENTITY", "barer: {env: SERVICE_TOKEN}").run(&["--list"]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""));
    for part in ["`Harness::identity(\"service\", …)` is wrong", "identity service:1:1", "did you mean `bearer`?"] {
        assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
    }
}
