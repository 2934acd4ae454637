const log = []; const t = (n, v) => (log.push(n), v);
const o = { get a() { return t("get a", 1); } };
t("obj", o)[t("key", "a")] + t("rhs", 1); t("f", (x) => x)(t("arg", 1)); [t(1), t(2)]; ({ [t("k1", "x")]: t("v1"), [t("k2", "y")]: t("v2") });
print(log.join(";"));
//> obj;key;get a;rhs;f;arg;1;2;k1;v1;k2;v2
