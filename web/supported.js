// What the page needs of a browser, and what it says where that is missing.
//
// This script runs before every other, in the oldest syntax: a browser that knows neither `const` nor arrows must be
// able to read it. It leaves the names of what is missing in `tunescapeMissing`; `boot.js` starts only if there are none.
(function () {
  "use strict";

  // Whether a few bytes, after the header of every module, are WebAssembly that this browser knows.
  function valid(sections) {
    var module = [0, 97, 115, 109, 1, 0, 0, 0].concat(sections);
    return WebAssembly.validate(new Uint8Array(module));
  }

  // Each needed feature by the name that is shown where it is missing. A test that throws has failed.
  var FEATURES = [
    ["WebAssembly", function () {
      return typeof WebAssembly.compileStreaming === "function" && valid([]);
    }],
    // A function that gives i8x16.splat(0).
    ["WebAssembly SIMD", function () {
      return valid([1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);
    }],
    // A type of functions that take an externref.
    ["WebAssembly reference types", function () {
      return valid([1, 5, 1, 96, 1, 111, 0]);
    }],
    // Links are packed by "deflate-raw", which came after "gzip".
    ["DecompressionStream", function () {
      return !!new DecompressionStream("deflate-raw");
    }],
    ["BigInt", function () {
      return typeof BigInt64Array === "function" && typeof BigInt === "function";
    }],
    ["Worker", function () {
      return typeof Worker === "function" && typeof URL.createObjectURL === "function";
    }],
    ["TextDecoder", function () {
      return !!new TextDecoder("utf-8");
    }],
    ["dialog", function () {
      return typeof document.createElement("dialog").showModal === "function";
    }]
  ];

  var missing = [];
  for (var i = 0; i < FEATURES.length; i++) {
    var there = false;
    try {
      there = FEATURES[i][1]();
    } catch (_) {}
    if (!there) missing.push(FEATURES[i][0]);
  }
  window.tunescapeMissing = missing;

  // The page sets the reader's own choice later; a notice may come before that.
  if (/^zh/.test(navigator.language || "")) document.documentElement.lang = "zh-CN";

  function remove(id) {
    var element = document.getElementById(id);
    if (element) element.parentNode.removeChild(element);
  }

  function refuse(names) {
    var list = document.getElementById("missing");
    if (!list) return;
    list.textContent = names.join(", ");
    remove("poster");
    remove("late");
    document.getElementById("unsupported").hidden = false;
  }

  if (missing.length) document.addEventListener("DOMContentLoaded", function () { refuse(missing); });

  // A main script that can't be read is in a syntax too new for this browser; one that does not come is told of at once
  // instead of after a while, which the style sheet sees to. Once the page is there, so is no element `late`.
  window.addEventListener("error", function (event) {
    var late = document.getElementById("late");
    if (!late) return;
    if (event.message && /SyntaxError/.test(event.message)) return refuse(["ECMAScript 2021"]);
    if (event.target && event.target.tagName === "SCRIPT") late.className = "now";
  }, true);
})();
