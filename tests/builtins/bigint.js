// BigInt values and operators.
function t(f) { try { return String(f()); } catch (e) { return e.name + ": " + e.message; } }
var big = 123456789012345678901234567890n, neg = -98765432109876543210n;
print(1n + 2n, 2n - 5n, -3n * 7n, 7n / -2n, -7n % 3n, 2n ** 100n, big + neg, big * neg, big / neg, big % neg, -big);
print(5n & 3n, -5n & 3n, 5n | -8n, 5n ^ -1n, ~5n, ~big, 1n << 70n, -1n >> 3n, big >> 40n, neg >> 200n, 1n << -1n, -5n >> -2n);
print(t(() => 1n + 1), t(() => 1n >>> 0n), t(() => +1n), t(() => 1n / 0n), t(() => 1n % 0n), t(() => 2n ** -1n), t(() => Math.abs(1n)), t(() => new BigInt(1)), t(() => BigInt(1.5)), t(() => BigInt("x")), t(() => BigInt(undefined)), t(() => 2n ** 10000000000n), t(() => 1n << 100000000000n));
print(1n < 2, 2 > 1n, 1n == 1, 1n === 1, 1n == "1", "2" > 1n, 1n < 1.5, 2n > Infinity, 1n < NaN, 1n >= NaN, 0n == "", 1n == true, 10n == { valueOf: () => 10n }, 9007199254740993n > 9007199254740992, 9007199254740993n == 9007199254740992, 1n < "x", big === 123456789012345678901234567890n);
print(typeof 1n, !0n, !1n, 0n ? 1 : 2, String(-0n), Object(1n) + 1n, `${big}`, [1n, 2n].join(), JSON.stringify({ a: [1] }), t(() => JSON.stringify(1n)), Object.is(1n, 1n), [1n].includes(1n), [1n].indexOf(1n), new Set([1n, 1n, 2n]).size);
print(BigInt("0xff"), BigInt("  12  "), BigInt(""), BigInt(true), BigInt(1e21), BigInt("-5"), t(() => BigInt("0x")), t(() => BigInt("1n")), t(() => BigInt("-0x1")), Number(big), Number(2n ** 64n - 1n), parseInt("12n"), BigInt(Number.MAX_SAFE_INTEGER) * 2n);
print(big.toString(36), (255n).toString(16), (-255n).toString(2), t(() => (1n).toString(1)), BigInt.asIntN(8, 255n), BigInt.asUintN(8, -1n), BigInt.asIntN(64, 2n ** 63n), BigInt.asUintN(64, -big), BigInt.asIntN(3, 25n), BigInt.asIntN(0, 1n), BigInt.asUintN(1, 3n), BigInt.asIntN(200, big), t(() => BigInt.asUintN(2 ** 53 - 1, -1n)), (1n).toLocaleString(), Object.prototype.toString.call(1n));
var i = 0n, s = 0n;
for (; i < 100n; i++) s += i * i;
var d = 5n; d--; --d; ++d;
print(i, s, d, d++, d, -d);
function mixed(a, b) { return a * b - b; }
var out = [];
for (var k = 0; k < 300; k++) out.push(k % 100 === 99 ? mixed(BigInt(k), 3n) : mixed(k, 3));
print(out[98], out[99], out[100], out[299]);
function fact(n) { return n < 2n ? 1n : n * fact(n - 1n); }
print(fact(30n), fact(25n) / fact(23n), { 1n: "key" }[1], [7, 8][1n]);
