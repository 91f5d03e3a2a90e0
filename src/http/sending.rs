//! A body with files on its way: read ahead by one chunk on a thread that may wait for the disk, so that no more of it is in memory.

use std::{
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::http::body::{Body, Chunks, Unsent};

/// How far a body came. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Arc<Come>);

#[derive(Debug, Default)]
struct Come {
    size: u64,
    sent: AtomicU64,
    broken: OnceLock<Unsent>,
}

/// A body on its way.
pub(super) struct Sending {
    /// None once all of it was read.
    next: Option<JoinHandle<Read>>,
    left: u64,
    progress: Progress,
}

type Read = (Chunks, Result<Option<Bytes>, Unsent>);

impl Progress {
    /// The file that broke off, and why.
    pub(super) fn broken(&self) -> Option<&Unsent> {
        self.0.broken.get()
    }

    /// How many bytes were sent and how many there are, where some are left.
    pub(super) fn unfinished(&self) -> Option<(u64, u64)> {
        let sent = self.0.sent.load(Ordering::Relaxed);
        (sent < self.0.size).then_some((sent, self.0.size))
    }
}

impl Sending {
    /// Begins to read.
    pub(super) fn begin(body: &Body) -> (Self, Progress) {
        let progress = Progress(Arc::new(Come { size: body.size(), ..Come::default() }));
        let sending = Self { next: Some(read(body.chunks())), left: body.size(), progress: progress.clone() };
        (sending, progress)
    }

    fn came(&mut self, chunks: Chunks, chunk: Bytes) -> Frame<Bytes> {
        let length = chunk.len() as u64;
        self.left = self.left.saturating_sub(length);
        self.progress.0.sent.fetch_add(length, Ordering::Relaxed);
        self.next = Some(read(chunks));
        Frame::data(chunk)
    }

    fn broke(&self, unsent: Unsent) -> Unsent {
        // Nothing is read after the first.
        let _ = self.progress.0.broken.set(unsent.clone());
        unsent
    }
}

fn read(mut chunks: Chunks) -> JoinHandle<Read> {
    spawn_blocking(move || {
        let chunk = chunks.next();
        (chunks, chunk)
    })
}

impl hyper::body::Body for Sending {
    type Data = Bytes;
    type Error = Unsent;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Unsent>>> {
        let Some(next) = &mut self.next else { return Poll::Ready(None) };
        let read = ready!(Pin::new(next).poll(cx));
        self.next = None;
        // Reading is given up only where the runtime ends.
        let Ok((chunks, chunk)) = read else { return Poll::Ready(None) };
        Poll::Ready(match chunk {
            Ok(chunk) => chunk.map(|chunk| Ok(self.came(chunks, chunk))),
            Err(unsent) => Some(Err(self.broke(unsent))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
