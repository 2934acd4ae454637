// Methods of Array.prototype that call a function for each element, as the specification writes
// them. In JavaScript because optimising tiers then inline them with the function they call.
// Names that begin with $ are intrinsics, see bytegen/intrinsics.rs. `var`: no dead zone to check.
// Arguments of $call are declared in their order, so that they are passed without copies.
"use strict";
({
  // https://tc39.es/ecma262/#sec-array.prototype.foreach
  forEach(callback, thisArg = void 0) {
    var f = callback, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v)) $call(f, t, v, k, o);
    }
  },

  // https://tc39.es/ecma262/#sec-array.prototype.map
  map(callback, thisArg = void 0) {
    var f = callback, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    var a = $arraySpecies(o, n), plain = false;
    if ($isHole(a)) {
      // Nobody sees a plain array before it is done: its length is set then.
      plain = true;
      a = [];
    }
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v)) $define(a, k, $call(f, t, v, k, o));
    }
    if (plain && a.length !== n) a.length = n;
    return a;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.filter
  filter(callback, thisArg = void 0) {
    var f = callback, t = thisArg, v, k = 0, o = $toObject(this), n = o.length, to = 0;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    var a = $arraySpecies(o, 0);
    if ($isHole(a)) a = [];
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v) && $call(f, t, v, k, o)) $define(a, to++, v);
    }
    return a;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.some
  some(callback, thisArg = void 0) {
    var f = callback, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v) && $call(f, t, v, k, o)) return true;
    }
    return false;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.every
  every(callback, thisArg = void 0) {
    var f = callback, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v) && !$call(f, t, v, k, o)) return false;
    }
    return true;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.reduce
  reduce(callback, initialValue = void 0) {
    var f = callback, t, result = initialValue, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    if ($argumentCount() < 2) {
      for (; ; k++) {
        if (k >= n) $throwTypeError("Reduce of empty array with no initial value");
        result = $present(o, k);
        if (!$isHole(result)) break;
      }
      k++;
    }
    for (; k < n; k++) {
      v = $present(o, k);
      if (!$isHole(v)) result = $call(f, t, result, v, k, o);
    }
    return result;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.reduceright
  reduceRight(callback, initialValue = void 0) {
    var f = callback, t, result = initialValue, v, k, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    k = n - 1;
    if ($argumentCount() < 2) {
      for (; ; k--) {
        if (k < 0) $throwTypeError("Reduce of empty array with no initial value");
        result = $present(o, k);
        if (!$isHole(result)) break;
      }
      k--;
    }
    for (; k >= 0; k--) {
      v = $present(o, k);
      if (!$isHole(v)) result = $call(f, t, result, v, k, o);
    }
    return result;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.find
  find(predicate, thisArg = void 0) {
    var f = predicate, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (; k < n; k++) {
      v = o[k];
      if ($call(f, t, v, k, o)) return v;
    }
  },

  // https://tc39.es/ecma262/#sec-array.prototype.findindex
  findIndex(predicate, thisArg = void 0) {
    var f = predicate, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (; k < n; k++) {
      v = o[k];
      if ($call(f, t, v, k, o)) return k;
    }
    return -1;
  },

  // https://tc39.es/ecma262/#sec-array.prototype.findlast
  findLast(predicate, thisArg = void 0) {
    var f = predicate, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (k = n - 1; k >= 0; k--) {
      v = o[k];
      if ($call(f, t, v, k, o)) return v;
    }
  },

  // https://tc39.es/ecma262/#sec-array.prototype.findlastindex
  findLastIndex(predicate, thisArg = void 0) {
    var f = predicate, t = thisArg, v, k = 0, o = $toObject(this), n = o.length;
    if (typeof n !== "number" || n < 0 || (n | 0) !== n) n = $toLength(n);
    if (typeof f !== "function") $throwNotCallable(f);
    for (k = n - 1; k >= 0; k--) {
      v = o[k];
      if ($call(f, t, v, k, o)) return k;
    }
    return -1;
  },
});
