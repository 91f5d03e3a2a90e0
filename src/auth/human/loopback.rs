//! Where the browser comes back to: a page on this machine's loopback, open for the time of one login (RFC 8252 7.3).

use std::{io, net::Ipv4Addr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use url::form_urlencoded;

use crate::auth::human::page;
use crate::secret::Secret;

/// The path of the page.
const PATH: &str = "/callback";
/// The head of a request is not larger.
const LARGEST: usize = 32 * 1024;
/// How long a browser may take to say what it wants: some open connections before they need them.
const PATIENCE: Duration = Duration::from_secs(10);

/// The page.
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What the browser brings (RFC 6749 4.1.2).
#[derive(Debug, Default)]
pub(super) struct Brought {
    pub(super) state: Option<String>,
    pub(super) code: Option<Secret>,
    pub(super) error: Option<String>,
    pub(super) error_description: Option<String>,
    /// Who sends it (RFC 9207 2).
    pub(super) iss: Option<String>,
}

impl Loopback {
    /// Opens the page, on a free port where none is given.
    pub(super) async fn open(port: Option<u16>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Its address, as the authorization server is told it.
    pub(super) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// What the browser brings that was sent out with this state. What comes otherwise gets a page that says so, and `note` is told.
    pub(super) async fn answer(&self, state: &Secret, note: impl Fn(&str)) -> Brought {
        let mut visitors = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => drop(visitors.spawn(wish(stream))),
                    // Too many open files, most likely: others may be closed soon.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(visitor) = visitors.join_next(), if !visitors.is_empty() => {
                    let Ok(Some((stream, target))) = visitor else { continue };
                    let Some(brought) = brought(&target) else {
                        visitors.spawn(tell(stream, "404 Not Found", "Nothing is here", "This is the end of a login."));
                        continue;
                    };
                    if brought.state.as_deref() == Some(state.expose()) {
                        thank(stream, &brought).await;
                        return brought;
                    }
                    note("something came back with another `state` than that of this login, and was not taken");
                    let text = "It is an older login, or somebody else's. Begin anew in the terminal.";
                    visitors.spawn(tell(stream, "400 Bad Request", "This is not the login that was asked for", text));
                }
            }
        }
    }
}

/// What a request asks for: the target of a `GET`, nothing for any other.
async fn wish(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut head = Vec::new();
    let read = async {
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LARGEST {
            if stream.read_buf(&mut head).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    timeout(PATIENCE, read).await.ok()?.ok()?;
    let line = String::from_utf8_lossy(head.split(|byte| *byte == b'\r').next()?).into_owned();
    let target = line.strip_prefix("GET ")?.strip_suffix(" HTTP/1.1")?;
    Some((stream, target.to_owned()))
}

/// What a target brings; none where it is another page.
fn brought(target: &str) -> Option<Brought> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != PATH {
        return None;
    }
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.into_owned())
    };
    Some(Brought {
        state: value("state"),
        code: value("code").map(Secret::new),
        error: value("error"),
        error_description: value("error_description"),
        iss: value("iss"),
    })
}

async fn thank(stream: TcpStream, brought: &Brought) {
    let back = "You may close this page; the terminal shows how it went.";
    let _ = match &brought.error {
        None => tell(stream, "200 OK", "Back to the terminal", back).await,
        Some(error) => {
            let text = format!("The provider says: {error}. {back}");
            tell(stream, "200 OK", "There was no login", &text).await
        }
    };
}

/// Shows a page. That it is not shown is no reason to fail.
async fn tell(mut stream: TcpStream, status: &str, title: &str, text: &str) -> Option<(TcpStream, String)> {
    let bytes = page::answer(status, title, text);
    let _ = timeout(PATIENCE, async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    })
    .await;
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_brings_is_decoded() {
        let all = brought("/callback?code=a%2Bb+c&state=s&iss=https%3A%2F%2Fid.example.com&error=&x=1").unwrap();
        assert_eq!(all.code.unwrap().expose(), "a+b c");
        assert_eq!((all.state.as_deref(), all.iss.as_deref()), (Some("s"), Some("https://id.example.com")));
        assert_eq!((all.error, all.error_description), (None, None));
        assert!(brought("/callback").unwrap().state.is_none());
        for other in ["/", "/favicon.ico", "/callback/x?code=1", "/callbac"] {
            assert!(brought(other).is_none(), "{other}");
        }
    }
}
