/** A project compiled into the WebAssembly of a codec, invisible to package managers. */
export interface CompiledInto {
  readonly name: string;
  /** An SPDX expression. */
  readonly license: string;
  /** From its licence or manifest; absent if the licence requires no notice with compiled code. */
  readonly copyright?: string;
}

/**
 * Third-party code in the decoders, by package. Sources for JPEG and WebP: the Makefiles below packages/ of
 * https://github.com/jamsinclair/jSquash (mozjpeg 3.3.1 without TurboJPEG and SIMD; libwebp d2e245ea), linked by
 * Emscripten with its C and C++ libraries. PNG: packages/png/codec/Cargo.lock there, without its build dependencies;
 * the binary names the same crates.
 */
export const compiledInto: Readonly<Record<string, readonly CompiledInto[]>> = {
  '@jsquash/jpeg': [
    {
      name: 'mozjpeg 3.3.1, of libjpeg-turbo and libjpeg',
      license: 'IJG AND BSD-3-Clause AND Zlib',
      copyright: 'Copyright (C) 1991-2017 The libjpeg-turbo Project and many others',
    },
    ...linkedByEmscripten(),
  ],
  '@jsquash/png': [
    { name: 'squoosh-png, of Squoosh', license: 'Apache-2.0' },
    { name: 'png 0.17.10', license: 'MIT OR Apache-2.0' },
    { name: 'fdeflate 0.3.3', license: 'MIT OR Apache-2.0' },
    { name: 'flate2 1.0.28', license: 'MIT OR Apache-2.0' },
    { name: 'miniz_oxide 0.7.1', license: 'MIT OR Zlib OR Apache-2.0' },
    { name: 'crc32fast 1.3.2', license: 'MIT OR Apache-2.0' },
    { name: 'adler 1.0.2', license: '0BSD OR MIT OR Apache-2.0' },
    { name: 'simd-adler32 0.3.7', license: 'MIT', copyright: 'Copyright (c) [2021] [Marvin Countryman]' },
    { name: 'bitflags 1.3.2', license: 'MIT OR Apache-2.0' },
    { name: 'cfg-if 1.0.0', license: 'MIT OR Apache-2.0' },
    { name: 'bytemuck 1.14.0', license: 'Zlib OR Apache-2.0 OR MIT' },
    { name: 'rgb 0.8.37', license: 'MIT', copyright: 'Kornel Lesiński' },
    { name: 'wasm-bindgen 0.2.89, js-sys 0.3.66 and web-sys 0.3.66', license: 'MIT OR Apache-2.0' },
    { name: 'the standard library of Rust 1.81, with dlmalloc 0.2.6', license: 'MIT OR Apache-2.0' },
  ],
  '@jsquash/webp': [
    {
      name: 'libwebp',
      license: 'BSD-3-Clause',
      copyright: 'Copyright (c) 2010, Google Inc. All rights reserved.',
    },
    ...linkedByEmscripten(),
  ],
};

function linkedByEmscripten(): readonly CompiledInto[] {
  return [
    { name: 'Emscripten', license: 'MIT OR NCSA', copyright: 'Copyright (c) 2010-2014 Emscripten authors' },
    { name: 'musl', license: 'MIT', copyright: 'Copyright © 2005-2020 Rich Felker, et al.' },
    { name: 'libc++, libc++abi and compiler-rt of LLVM', license: 'Apache-2.0 WITH LLVM-exception' },
    { name: 'dlmalloc, by Doug Lea', license: 'CC0-1.0' },
  ];
}
