//! Every case of the sweep.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use bankmeta::{Signature, Verdict};
use bankmeta_sandbox::{Fault, FaultKind, Layer, Side, When};

/// One verification under one fault.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) signature: Signature,
    pub(crate) https: bool,
    pub(crate) fault: Fault,
    /// After a verification without a fault, over the same connection.
    pub(crate) reused: bool,
    pub(crate) card: Card,
    /// With time enough to see the end of what drips.
    pub(crate) patient: bool,
    /// The same for the same case.
    random: u64,
}

/// A card of the sandbox and what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) number: &'static str,
    pub(crate) verdict: Verdict,
}

const CARDS: [Card; 3] = [
    Card { number: "6222021234567890128", verdict: Verdict::Match },
    Card { number: "6299001020500000004", verdict: Verdict::Mismatch },
    Card { number: "6299001030100000007", verdict: Verdict::NoRecord },
];

/// How long requests and replies are, in bytes, for one signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    pub(crate) signature: Signature,
    pub(crate) request: u64,
    pub(crate) reply: u64,
}

/// What TLS adds to a record.
const RECORD: u64 = 22;
/// Beyond the end, and how much a signature's length varies (base64 in a URL).
const MARGIN: u64 = 16;
/// Longer than what the sandbox sends in a handshake.
const HANDSHAKE: u64 = 1600;

const WHENS: [When; 3] = [When::Before, When::During, When::After];

fn kinds() -> [FaultKind; 4] {
    let each = Duration::from_millis(1);
    [FaultKind::Close, FaultKind::Reset, FaultKind::Stall, FaultKind::Drip(each)]
}

impl Case {
    pub(crate) fn expected_verdict(&self) -> Verdict {
        self.card.verdict
    }

    /// Whether the client has to give up at its deadline, rather than being told.
    pub(crate) fn waits(&self) -> bool {
        // What was not sent may be tried again until then.
        if self.fault.place.side == Side::Connection && self.fault.times.is_none() {
            return true;
        }
        match self.fault.kind {
            FaultKind::Stall => true,
            FaultKind::Drip(_) => !self.patient,
            _ => false,
        }
    }
}

/// Every byte of request and reply, of both signatures, in the clear, inside TLS and
/// under it, for each kind, before, during and after; and the handshake.
pub(crate) fn all(lengths: &[Length]) -> Vec<Case> {
    let mut faults = Vec::new();
    for length in lengths {
        for (https, layer) in [(false, Layer::Http), (true, Layer::Http), (true, Layer::Tcp)] {
            let more = if layer == Layer::Tcp { RECORD } else { 0 };
            for kind in kinds() {
                let fault = |side, at, when| Fault::new(kind.clone()).at(side, at).layer(layer).when(when);
                let mut add = |fault| faults.push((length.signature, https, fault));
                for at in 0..length.request + more + MARGIN {
                    // While the request is not whole nothing can be executed, whenever that would be.
                    let whens = if at + MARGIN < length.request && !matches!(kind, FaultKind::Drip(_)) {
                        &WHENS[2..]
                    } else {
                        &WHENS[..]
                    };
                    for when in whens {
                        add(fault(Side::Request, at, *when));
                    }
                }
                for at in 0..length.reply + more + MARGIN {
                    for when in WHENS {
                        add(fault(Side::Reply, at, when));
                    }
                }
            }
        }
    }
    for kind in kinds() {
        let handshake = (0..HANDSHAKE).step_by(7).map(|at| Fault::new(kind.clone()).at(Side::Connection, at));
        faults.extend(handshake.map(|fault| (Signature::Acs3, true, fault)));
        faults.push((Signature::Acs3, false, Fault::new(kind).at(Side::Connection, 0)));
    }
    faults.into_iter().map(|(signature, https, fault)| case(signature, https, fault)).collect()
}

/// What is not swept in full is spread over the cases.
fn case(signature: Signature, https: bool, mut fault: Fault) -> Case {
    let mut hasher = DefaultHasher::new();
    format!("{signature:?} {https} {fault:?}").hash(&mut hasher);
    let random = hasher.finish();
    let one_in = |count: u64, shift: u32| (random >> shift).is_multiple_of(count);
    // A second attempt, if there is one, finds all well or the same fault again.
    fault.times = one_in(2, 0).then_some(1);
    let reused = fault.place.side != Side::Connection && one_in(4, 8);
    let patient = one_in(8, 16);
    let card = CARDS.into_iter().nth(usize::try_from((random >> 24) % 3).unwrap()).unwrap();
    Case { signature, https, fault, reused, card, patient, random }
}

/// So many of the cases. Which ones follows from the seed and from each case itself,
/// since lengths, and so the number of cases, vary a little.
pub(crate) fn sample(mut cases: Vec<Case>, count: usize, seed: u64) -> Vec<Case> {
    cases.sort_by_key(|case| mixed(seed ^ case.random));
    cases.truncate(count);
    cases
}

/// A number that looks random and is the same for the same index (`SplitMix64`).
fn mixed(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
