//! A fault: what goes wrong, where, on which side of the execution, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::written::Written;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// All goes well, but late.
    Delay(Duration),
    /// No reply, until the client closes or the sandbox stops.
    Hang,
    /// An error: the gateway's with this code, or without one a page in HTML.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The service's code.
        code: Option<String>,
    },
    /// A body of the caller's own, sensible or not.
    Body {
        /// The HTTP status.
        status: u16,
        /// The value of `Content-Type`.
        content_type: String,
        /// The body.
        body: String,
    },
    /// A redirect to another place.
    Redirect {
        /// The HTTP status.
        status: u16,
        /// The value of `Location`.
        location: String,
    },
    /// The reply, with so many bytes of headers more.
    HugeHeaders {
        /// How many bytes, about.
        bytes: usize,
    },
    /// The reply, its body followed by so many spaces.
    HugeBody {
        /// How many bytes.
        bytes: usize,
        /// In chunks, instead of with a `Content-Length`.
        chunked: bool,
    },
    /// The reply, its body compressed, though nobody asked for that.
    Gzip,
    /// The reply, with a `Content-Length` that is wrong by so many bytes.
    WrongLength {
        /// Above 0: more is promised than comes. Below 0: more comes than is promised.
        by: i64,
    },
    /// The reply, its body cut after so many bytes, with the `Content-Length` of
    /// what is left.
    Truncate {
        /// How many bytes of the body are left.
        length: u64,
    },
    /// The connection is closed in an orderly way (FIN), at [`Fault::place`].
    Close,
    /// The connection is reset (RST), at [`Fault::place`].
    Reset,
    /// Silence on an open connection, from [`Fault::place`] on.
    Stall,
    /// One byte each so often, from [`Fault::place`] on.
    Drip(Duration),
}

impl FaultKind {
    /// Whether it befalls the connection's bytes, and so can strike at any of them.
    #[must_use]
    pub fn is_of_bytes(&self) -> bool {
        matches!(self, Self::Close | Self::Reset | Self::Stall | Self::Drip(_))
    }
}

/// On which side of the execution a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// The whole request arrived, and nothing was done for it.
    Before,
    /// The request is executed when the fault has struck already. For the kinds
    /// that befall the connection's bytes only.
    During,
    /// The request was answered in full; the caller does not see that answer.
    After,
}

/// Whose bytes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// A new connection: the sandbox's own bytes of the TLS handshake.
    Connection,
    /// The request, as it is read.
    Request,
    /// The reply, as it is written.
    Reply,
}

/// Where bytes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Inside TLS.
    Http,
    /// Under TLS, so that a record can be cut. Over plain HTTP the same as `Http`.
    Tcp,
}

/// At which byte a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Whose bytes.
    pub side: Side,
    /// How many of them pass before it strikes; past their end counts as their end.
    pub at: u64,
    /// Where they are counted.
    pub layer: Layer,
}

impl Default for Place {
    fn default() -> Self {
        Self { side: Side::Reply, at: 0, layer: Layer::Http }
    }
}

/// A fault: what, where, when, how often.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// At which byte, for the kinds that befall the connection's bytes.
    pub place: Place,
    /// Before, during or after the execution.
    pub when: When,
    /// For the next so many requests, or connections; none for all.
    pub times: Option<u64>,
    /// For this share of the requests, from 0 to 1; which ones follows from the seed.
    pub share: f64,
}

impl Fault {
    /// A fault that strikes every request before its execution.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, place: Place::default(), when: When::Before, times: None, share: 1.0 }
    }

    /// The same fault, at this byte.
    #[must_use]
    pub fn at(mut self, side: Side, at: u64) -> Self {
        self.place = Place { side, at, ..self.place };
        self
    }

    /// The same fault, its bytes counted at this layer.
    #[must_use]
    pub fn layer(mut self, layer: Layer) -> Self {
        self.place.layer = layer;
        self
    }

    /// The same fault, on this side of the execution.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// The same fault, after the execution.
    #[must_use]
    pub fn after(self) -> Self {
        self.when(When::After)
    }

    /// The same fault, for the next `times` requests only.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// The same fault, for a share of the requests only.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// Reads the JSON form, for example
    /// `{"kind":"answer","status":500,"code":"InternalError","when":"after","times":1}`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| Error::Setting(format!("the fault is not valid: {error}")))
    }

    /// Whether it strikes new connections, whatever they will carry.
    pub(crate) fn strikes_connections(&self) -> bool {
        self.place.side == Side::Connection
    }
}
