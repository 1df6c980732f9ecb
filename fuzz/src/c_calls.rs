//! Sequences of C calls: any function of the header, with any of a few handles, NULLs, texts
//! and lengths. The calls are generated from the header by `build.rs`.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use arbitrary::Unstructured;
use bankmeta_ffi as _;

use crate::configuration;

include!(concat!(env!("OUT_DIR"), "/calls.rs"));

/// At most so many calls in one sequence.
const SEQUENCE: usize = 40;
/// No length: it is refused and never read up to.
const NO_LENGTH: usize = usize::MAX - 1;
/// What a length may be besides the true one.
const LENGTHS: [usize; 4] = [0, 1, 65_537, NO_LENGTH];

/// Makes calls as the bytes say, then frees what is left.
pub fn run(data: &[u8]) {
    let mut hand = Hand { bytes: Unstructured::new(data), ..Hand::default() };
    for _ in 0..SEQUENCE {
        if hand.bytes.is_empty() {
            break;
        }
        let number = hand.bytes.choose_index(CALLS).unwrap_or(0);
        call(number, &mut hand);
    }
    hand.free_all();
}

/// What a C program would have in its hand: variables, two of each handle type, and buffers.
struct Hand<'a> {
    bytes: Unstructured<'a>,
    /// Boxed, so that a variable stays where it is when a type joins.
    handles: BTreeMap<&'static str, Box<[*mut c_void; 2]>>,
    /// What the call going on was given; it may read it until it ends.
    buffers: Vec<Box<[u8]>>,
    arrays: Vec<Box<[*const c_char]>>,
    scalar: Box<[u64; 2]>,
    array_count: usize,
    counted_length: usize,
    has_nul: bool,
    /// The variables that this call writes, so that no two outputs are one variable.
    outs: Vec<*mut c_void>,
    borrowed: Vec<*mut c_void>,
    /// What a handle lent of itself.
    lent: Option<(&'static str, *mut c_void)>,
}

impl Default for Hand<'_> {
    fn default() -> Self {
        Self {
            bytes: Unstructured::new(&[]),
            handles: BTreeMap::new(),
            buffers: Vec::new(),
            arrays: Vec::new(),
            scalar: Box::default(),
            array_count: 0,
            counted_length: 0,
            has_nul: false,
            outs: Vec::new(),
            borrowed: Vec::new(),
            lent: None,
        }
    }
}

#[allow(dead_code, reason = "which of them are needed depends on the functions of the header")]
impl Hand<'_> {
    /// Before a call. One that changes a handle may end what was lent.
    fn begin(&mut self, changes: bool) {
        if changes {
            self.lent = None;
        }
        self.buffers.clear();
        self.arrays.clear();
        self.outs.clear();
        self.borrowed.clear();
    }

    fn end(&mut self, function: &str) {
        for out in std::mem::take(&mut self.outs) {
            let out = out.cast::<*mut c_void>();
            // SAFETY: `out` is one of the variables below, and they do not move.
            let handle = unsafe { *out };
            assert!(handle != garbage(), "{function} left an output as it was");
        }
    }

    fn is_null(&mut self) -> bool {
        self.bytes.ratio(1, 8).unwrap_or(false)
    }

    fn slots(&mut self, kind: &'static str) -> &mut [*mut c_void; 2] {
        self.handles.entry(kind).or_insert_with(|| Box::new([ptr::null_mut(); 2]))
    }

    fn handle(&mut self, kind: &'static str) -> *mut c_void {
        let index = usize::from(self.bytes.ratio(1, 4).unwrap_or(false));
        let lent = self.lent.filter(|lent| lent.0 == kind).map(|lent| lent.1);
        let held = self.handles.get(kind).map(|handles| handles[index]);
        let mut handle = lent.or(held).unwrap_or(ptr::null_mut());
        if self.is_null() {
            handle = ptr::null_mut();
        }
        if kind == "bankmeta_config" {
            stay_at_home(handle);
        }
        self.borrowed.push(handle);
        handle
    }

    /// The variable of a handle, or NULL.
    fn variable(&mut self, kind: &'static str) -> *mut c_void {
        let index = usize::from(self.bytes.ratio(1, 4).unwrap_or(false));
        if self.is_null() { ptr::null_mut() } else { ptr::from_mut(&mut self.slots(kind)[index]).cast() }
    }

    /// A variable for a new handle, with garbage in it, or NULL. What it held is freed first.
    fn out(&mut self, kind: &'static str) -> *mut c_void {
        // The second variable, so that the first is filled only by what was not replaced yet.
        let index = usize::from(!self.slots(kind)[0].is_null());
        let held = self.slots(kind)[index];
        if self.is_null() || self.borrowed.contains(&held) && !held.is_null() {
            return ptr::null_mut();
        }
        free(kind, &mut self.slots(kind)[index]);
        let variable = &mut self.slots(kind)[index];
        *variable = garbage();
        let variable = ptr::from_mut(variable).cast();
        self.outs.push(variable);
        variable
    }

    fn lend(&mut self, kind: &'static str, handle: *mut c_void) {
        self.lent = Some((kind, handle));
    }

    fn keep(&mut self, kind: &'static str, handle: *mut c_void) {
        let index = usize::from(self.bytes.ratio(1, 4).unwrap_or(false));
        free(kind, &mut self.slots(kind)[index]);
        self.slots(kind)[index] = handle;
    }

    fn buffer(&mut self, bytes: Vec<u8>) -> *mut c_void {
        self.buffers.push(bytes.into_boxed_slice());
        self.buffers.last().map_or(ptr::null_mut(), |buffer| buffer.as_ptr().cast_mut().cast())
    }

    fn some_bytes(&mut self) -> Vec<u8> {
        const USUAL: [&str; 8] = [
            "6222021234567890128",
            "张三",
            "11010519491231002X",
            "13800138000",
            "true",
            "0.001",
            "acs3",
            "name",
        ];
        if self.bytes.ratio(1, 2).unwrap_or(true) {
            return self.bytes.choose(&USUAL).map_or_else(|_| Vec::new(), |text| text.as_bytes().to_vec());
        }
        let length = self.bytes.int_in_range(0..=64).unwrap_or(0).min(self.bytes.len());
        let copies = if self.bytes.ratio(1, 16).unwrap_or(false) { 3000 } else { 1 };
        self.bytes.bytes(length).unwrap_or(&[]).repeat(copies)
    }

    /// A text that ends with a NUL, or NULL.
    fn text(&mut self, name: &str) -> *mut c_void {
        if self.is_null() {
            return ptr::null_mut();
        }
        let mut bytes = if name == "key" { self.key() } else { self.some_bytes() };
        bytes.push(0);
        self.buffer(bytes)
    }

    /// A key that keeps the process to itself, see `configuration::FUZZED`.
    fn key(&mut self) -> Vec<u8> {
        let factors = bankmeta::VERIFICATION_KEYS;
        if self.bytes.ratio(1, 2).unwrap_or(false) {
            return configuration::key(&mut self.bytes).into_bytes();
        }
        let index = self.bytes.choose_index(factors.len()).unwrap_or(0);
        factors[index].0.as_bytes().to_vec()
    }

    /// Bytes whose length is passed beside them, in a block of just that size, or NULL.
    fn counted(&mut self) -> *mut c_void {
        self.counted_length = 0;
        self.has_nul = self.bytes.ratio(1, 4).unwrap_or(false);
        if self.is_null() {
            return ptr::null_mut();
        }
        let mut bytes = self.some_bytes();
        self.counted_length = bytes.len();
        if self.has_nul {
            bytes.push(0);
        }
        self.buffer(bytes)
    }

    fn length(&mut self) -> usize {
        if self.has_nul && self.bytes.ratio(1, 2).unwrap_or(false) {
            return usize::MAX;
        }
        let odd = LENGTHS[self.bytes.choose_index(LENGTHS.len()).unwrap_or(0)];
        let may_be_read = odd <= self.counted_length || odd == NO_LENGTH;
        let takes_odd = self.bytes.ratio(1, 4).unwrap_or(false) && may_be_read;
        if takes_odd { odd } else { self.counted_length }
    }

    /// As many texts as `array_count` says, some of them NULL, or NULL for none.
    fn array(&mut self) -> *mut c_void {
        let array: Box<[*const c_char]> = (0..4).map(|_| self.text("value").cast_const().cast()).collect();
        self.array_count = 4;
        self.arrays.push(array);
        if self.is_null() {
            return ptr::null_mut();
        }
        self.arrays.last().map_or(ptr::null_mut(), |array| array.as_ptr().cast_mut().cast())
    }

    fn array_count(&mut self) -> usize {
        self.bytes.int_in_range(0..=self.array_count).unwrap_or(0)
    }

    fn number(&mut self) -> i64 {
        let wide = self.bytes.ratio(1, 2).unwrap_or(false);
        if wide { self.bytes.arbitrary().unwrap_or(0) } else { self.bytes.int_in_range(-1..=9).unwrap_or(0) }
    }

    fn scalar_out(&mut self) -> *mut c_void {
        if self.is_null() { ptr::null_mut() } else { ptr::from_mut(&mut *self.scalar).cast() }
    }

    /// Looks at every byte of a text that came out.
    fn read(&self, text: *mut c_void) {
        if !text.is_null() {
            // SAFETY: the header promises a NUL at the end.
            let text = unsafe { CStr::from_ptr(text.cast()) };
            assert!(text.to_str().is_ok(), "a text that is not UTF-8");
        }
    }

    fn free_all(&mut self) {
        for (kind, handles) in &mut self.handles {
            for handle in handles.iter_mut() {
                free(kind, handle);
            }
        }
    }
}

/// What a variable that was never set may hold.
fn garbage() -> *mut c_void {
    ptr::without_provenance_mut(8)
}

/// Whatever was set before: a port where nothing listens, and no time to wait for it.
fn stay_at_home(config: *mut c_void) {
    for (key, value) in [(c"endpoint", c"http://127.0.0.1:1"), (c"timeout", c"0.001")] {
        // SAFETY: a config or NULL, and texts that end with a NUL.
        unsafe {
            bankmeta_config_set(
                config,
                key.as_ptr().cast_mut().cast(),
                value.as_ptr().cast_mut().cast(),
                ptr::null_mut(),
            )
        };
    }
}
