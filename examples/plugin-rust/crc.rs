// SPDX-License-Identifier: MIT
// A hash in Rust, with nothing but rustc: CRC-64/XZ.  Enough of plugin.h is
// written down here; the sizes and offsets are the C ones, by repr(C).
//   rustc --crate-type cdylib -O -C panic=abort crc.rs -o crc.so
// A CRC spreads keys well enough for hrw, which mixes again; it is no protection
// against keys that somebody chooses.
#![allow(non_upper_case_globals)]
use std::os::raw::{c_char, c_void};
use std::ptr::null;

#[repr(C)]
pub struct KnownAnswer {
    options: *const c_char,
    input: *const c_void,
    input_length: usize,
    hash64: u64,
    digest: *const u8,
    source: *const c_char,
}

#[repr(C)]
pub struct Hash {
    name: *const c_char,
    aliases: *const *const c_char,
    summary: *const c_char,
    options: *const c_void,
    option_count: u32,
    option_stride: u32,
    hash_bits: u32,
    digest_bits: u32,
    python_form: u32,
    known_answer_count: u32,
    known_answers: *const KnownAnswer,
    known_answer_stride: u32,
    reserved: u32,
    open: *const c_void,
    hash64: extern "C" fn(*const c_void, *const u8, usize) -> u64,
    digest: *const c_void,
    hash64_many: *const c_void,
    parameters: *const c_void,
    close: *const c_void,
}

#[repr(C)]
pub struct Module {
    size: u32,
    abi_major: u16,
    abi_minor: u16,
    needs_minor: u16,
    reserved: u16,
    reserved2: u32,
    name: *const c_char,
    version: *const c_char,
    summary: *const c_char,
    backends: *const c_void,
    backend_count: u32,
    backend_stride: u32,
    hashes: *const Hash,
    hash_count: u32,
    hash_stride: u32,
}

// Constant data, so that threads may share it.
unsafe impl Sync for KnownAnswer {}
unsafe impl Sync for Hash {}
unsafe impl Sync for Module {}

macro_rules! text {
    ($s:literal) => {
        concat!($s, "\0").as_ptr() as *const c_char
    };
}

const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u64;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xc96c5795d7870f42 } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

static TABLE: [u64; 256] = table();

extern "C" fn hash64(_state: *const c_void, bytes: *const u8, length: usize) -> u64 {
    if length == 0 {
        return 0;
    }
    let input = unsafe { std::slice::from_raw_parts(bytes, length) };
    !input.iter().fold(!0u64, |crc, byte| crc >> 8 ^ TABLE[(crc as u8 ^ byte) as usize])
}

static ANSWERS: [KnownAnswer; 1] = [KnownAnswer {
    options: null(),
    input: b"123456789".as_ptr() as *const c_void,
    input_length: 9,
    hash64: 0x995dc9bbdf1939fa,
    digest: null(),
    source: text!("catalogue of parametrised CRC algorithms, CRC-64/XZ"),
}];

static HASHES: [Hash; 1] = [Hash {
    name: text!("crc"),
    aliases: null(),
    summary: text!("CRC-64/XZ, in Rust"),
    options: null(),
    option_count: 0,
    option_stride: 0,
    hash_bits: 64,
    digest_bits: 0,
    python_form: 0,
    known_answer_count: 1,
    known_answers: ANSWERS.as_ptr(),
    known_answer_stride: std::mem::size_of::<KnownAnswer>() as u32,
    reserved: 0,
    open: null(),
    hash64,
    digest: null(),
    hash64_many: null(),
    parameters: null(),
    close: null(),
}];

#[no_mangle]
pub static crc_LTX_proxenos_module: Module = Module {
    size: std::mem::size_of::<Module>() as u32,
    abi_major: 1,
    abi_minor: 0,
    needs_minor: 0,
    reserved: 0,
    reserved2: 0,
    name: text!("crc"),
    version: text!("1.0"),
    summary: text!("CRC-64/XZ, in Rust"),
    backends: null(),
    backend_count: 0,
    backend_stride: 0,
    hashes: HASHES.as_ptr(),
    hash_count: 1,
    hash_stride: std::mem::size_of::<Hash>() as u32,
};
