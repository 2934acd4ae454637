// JSON.parse hands texts of primitive values to the reviver.
const log = [];
JSON.parse(' {"a": 1.50, "b": [true, "\\u0041", {"c": null}], "1": -0} ', function (k, v, context) {
  log.push(k + ":" + (typeof v === "object" && v ? Object.keys(context).length : context.source));
  return v;
});
print(log.join(" | "));
print(JSON.stringify(JSON.parse("[1, [2]]", function (k, v, { source }) {
  if (v === 1) this[1] = [3];
  return source === undefined ? v : source;
})));
print(JSON.parse("9007199254740993", (k, v, { source }) => BigInt(source)));
