//! The JSON form of a fault: flat, every field but `kind` optional.

use std::time::Duration;

use hyper::header::HeaderValue;
use serde::Deserialize;

use crate::fault::{Fault, FaultKind, Layer, Place, Side, When};

const KINDS: &str = "kind must be delay, hang, answer, body, redirect, huge_headers, huge_body, gzip, \
                     wrong_length, truncate, close, reset, stall or drip";
/// More would be a burden on this machine, and no client reads as much.
const MAX_FILLING: u64 = 64 * 1024 * 1024;
const DEFAULT_HEADERS: u64 = 1024 * 1024;
const DEFAULT_BODY: u64 = 8 * 1024 * 1024;

/// A fault as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    kind: String,
    when: Option<When>,
    times: Option<u64>,
    share: Option<f64>,
    side: Option<Side>,
    at: Option<i64>,
    layer: Option<Layer>,
    ms: Option<u64>,
    status: Option<u16>,
    code: Option<String>,
    body: Option<String>,
    content_type: Option<String>,
    location: Option<String>,
    bytes: Option<u64>,
    by: Option<i64>,
    chunked: Option<bool>,
}

impl TryFrom<Written> for Fault {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        let share = written.share.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&share) {
            return Err("share must be from 0 to 1".to_owned());
        }
        if written.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status must be from 200 to 599".to_owned());
        }
        let kind = written.take_kind()?;
        let place = if kind.is_of_bytes() { written.take_place()? } else { Place::default() };
        let when = written.when.take().unwrap_or(When::Before);
        // What the kind did not take is not its own, and would be ignored in silence.
        if let Some(field) = written.left() {
            return Err(format!("{} takes no {field}", written.kind));
        }
        if when == When::During && !kind.is_of_bytes() {
            return Err("when can be during for close, reset, stall and drip only".to_owned());
        }
        if place.side == Side::Connection && when != When::Before {
            return Err("on the side connection nothing is executed: leave when out".to_owned());
        }
        Ok(Self { kind, place, when, times: written.times, share })
    }
}

impl Written {
    fn take_kind(&mut self) -> Result<FaultKind, String> {
        Ok(match self.kind.as_str() {
            "delay" => FaultKind::Delay(Duration::from_millis(self.ms.take().ok_or("delay needs ms")?)),
            "hang" => FaultKind::Hang,
            "answer" => FaultKind::Answer {
                status: self.status.take().ok_or("answer needs status")?,
                code: self.code.take(),
            },
            "body" => FaultKind::Body {
                status: self.status.take().unwrap_or(200),
                content_type: self.content_type.take().unwrap_or_else(|| "text/plain".to_owned()),
                body: self.body.take().ok_or("body needs body")?,
            },
            "redirect" => self.take_redirect()?,
            "huge_headers" => FaultKind::HugeHeaders { bytes: self.take_filling(DEFAULT_HEADERS)? },
            "huge_body" => FaultKind::HugeBody {
                bytes: self.take_filling(DEFAULT_BODY)?,
                chunked: self.chunked.take().unwrap_or(false),
            },
            "gzip" => FaultKind::Gzip,
            "wrong_length" => match self.by.take() {
                None => return Err("wrong_length needs by".to_owned()),
                Some(0) => return Err("by must not be 0: the length would be right".to_owned()),
                Some(by) => FaultKind::WrongLength { by },
            },
            "truncate" => FaultKind::Truncate { length: self.bytes.take().ok_or("truncate needs bytes")? },
            "close" => FaultKind::Close,
            "reset" => FaultKind::Reset,
            "stall" => FaultKind::Stall,
            "drip" => match self.ms.take() {
                None | Some(0) => return Err("drip needs ms, 1 or more".to_owned()),
                Some(ms) => FaultKind::Drip(Duration::from_millis(ms)),
            },
            _ => return Err(KINDS.to_owned()),
        })
    }

    fn take_redirect(&mut self) -> Result<FaultKind, String> {
        let status = self.status.take().unwrap_or(302);
        if !(300..=399).contains(&status) {
            return Err("the status of a redirect must be from 300 to 399".to_owned());
        }
        let location = self.location.take().ok_or("redirect needs location")?;
        if HeaderValue::from_str(&location).is_err() {
            return Err("location must fit a header".to_owned());
        }
        Ok(FaultKind::Redirect { status, location })
    }

    fn take_filling(&mut self, default: u64) -> Result<usize, String> {
        match self.bytes.take().unwrap_or(default) {
            bytes if bytes > MAX_FILLING => Err(format!("bytes must be at most {MAX_FILLING}")),
            bytes => usize::try_from(bytes).map_err(|error| error.to_string()),
        }
    }

    fn take_place(&mut self) -> Result<Place, String> {
        let default = Place::default();
        let side = self.side.take().unwrap_or(default.side);
        if side == Side::Connection && self.layer.is_some() {
            return Err(
                "the side connection counts the bytes of the TLS handshake: leave layer out".to_owned()
            );
        }
        Ok(Place {
            side,
            at: match self.at.take() {
                None => default.at,
                Some(at) => u64::try_from(at).map_err(|_| "at must be 0 or more")?,
            },
            layer: self.layer.take().unwrap_or(default.layer),
        })
    }

    /// A field that nothing has taken.
    fn left(&self) -> Option<&'static str> {
        let fields = [
            ("side", self.side.is_some()),
            ("at", self.at.is_some()),
            ("layer", self.layer.is_some()),
            ("ms", self.ms.is_some()),
            ("status", self.status.is_some()),
            ("code", self.code.is_some()),
            ("body", self.body.is_some()),
            ("content_type", self.content_type.is_some()),
            ("location", self.location.is_some()),
            ("bytes", self.bytes.is_some()),
            ("by", self.by.is_some()),
            ("chunked", self.chunked.is_some()),
        ];
        fields.into_iter().find_map(|(name, left)| left.then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_is_read() {
        let text =
            r#"{"kind":"answer","status":500,"code":"InternalError","when":"after","times":1,"share":0.5}"#;
        let kind = FaultKind::Answer { status: 500, code: Some("InternalError".to_owned()) };
        assert_eq!(Fault::from_json(text).unwrap(), Fault::new(kind).after().times(1).share(0.5));
        let delay = FaultKind::Delay(Duration::from_millis(5));
        assert_eq!(Fault::from_json(r#"{"kind":"delay","ms":5}"#).unwrap(), Fault::new(delay));
        let text = r#"{"kind":"reset","side":"request","at":17,"layer":"tcp","when":"during"}"#;
        let reset = Fault::new(FaultKind::Reset).at(Side::Request, 17).layer(Layer::Tcp).when(When::During);
        assert_eq!(Fault::from_json(text).unwrap(), reset);
        assert_eq!(Fault::from_json(r#"{"kind":"close"}"#).unwrap(), Fault::new(FaultKind::Close));
    }

    #[test]
    fn nonsense_is_refused_and_the_text_says_why() {
        for (wrong, why) in [
            (r#"{"kind":"explode"}"#, "kind must be delay"),
            (r#"{"kind":"delay"}"#, "delay needs ms"),
            (r#"{"kind":"answer"}"#, "answer needs status"),
            (r#"{"kind":"body"}"#, "body needs body"),
            (r#"{"kind":"hang","ms":1}"#, "hang takes no ms"),
            (r#"{"kind":"hang","share":1.5}"#, "share must be"),
            (r#"{"kind":"answer","status":99}"#, "status must be"),
            (r#"{"kind":"hang","colour":"red"}"#, "unknown field"),
            (r#"{"kind":"hang","when":"during"}"#, "when can be during for close"),
            (r#"{"kind":"hang","at":3}"#, "hang takes no at"),
            (r#"{"kind":"close","at":-1}"#, "at must be 0 or more"),
            (r#"{"kind":"close","side":"left"}"#, "unknown variant"),
            (r#"{"kind":"close","ms":3}"#, "close takes no ms"),
            (r#"{"kind":"drip"}"#, "drip needs ms"),
            (r#"{"kind":"drip","ms":0}"#, "drip needs ms"),
            (r#"{"kind":"stall","side":"connection","when":"after"}"#, "leave when out"),
            (r#"{"kind":"stall","side":"connection","layer":"tcp"}"#, "leave layer out"),
            (r#"{"kind":"redirect"}"#, "redirect needs location"),
            (r#"{"kind":"redirect","location":"/","status":200}"#, "from 300 to 399"),
            (r#"{"kind":"redirect","location":"a\nb"}"#, "must fit a header"),
            (r#"{"kind":"wrong_length","by":0}"#, "by must not be 0"),
            (r#"{"kind":"truncate"}"#, "truncate needs bytes"),
            (r#"{"kind":"huge_body","bytes":99999999999}"#, "bytes must be at most"),
        ] {
            let error = Fault::from_json(wrong).unwrap_err().to_string();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
