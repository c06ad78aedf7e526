"""Funs for match specifications, made at random, and written in Erlang and in Elixir.

A fun is a tree of tuples, ("tuple", [("var", "x1"), ("int", 3)]). erlang() and elixir() write it; elixir() raises
Unwritable where Elixir has no word for something. smaller() gives the trees that are one step simpler. arguments()
makes values that the patterns of a fun are likely to match.
"""

import random

ATOMS = ["ok", "error", "a", "b", "true", "false", "nil", "undefined", "Elixir.Foo", "Elixir.Foo.Bar", "Elixir", "a b",
         "Foo", "a@b", "foo?", "end", "do", "fn", "when", "and", "div", "is_list", "_", "$_", "$$", "$*", "$x",
         "\u00e9t\u00e9", "$1", "$12", "", "+", "it's", "a\\b", "nonode@nohost"]
# Written between a comma's and a semicolon's place.
ERLANG_WORDS = {"after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch",
                "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive",
                "rem", "try", "when", "xor"}
OPERATORS = {"==": "==", "/=": "!=", "=:=": "===", "=/=": "!==", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "+": "+",
             "-": "-", "*": "*", "/": "/", "andalso": "and", "orelse": "or"}
CALLED = ["div", "rem", "band", "bor", "bxor", "bsl", "bsr", "and", "or", "xor"]  # in Elixir: :erlang.band(a, b)
UNARY = {"-": "-", "+": "+", "not": "not "}
TESTS = ["is_atom", "is_float", "is_integer", "is_list", "is_number", "is_pid", "is_port", "is_reference", "is_tuple",
         "is_map", "is_binary", "is_function"]
OLD_TESTS = ["atom", "float", "integer", "list", "number", "pid", "port", "reference", "tuple", "binary", "function"]
BIFS = {"abs": 1, "hd": 1, "length": 1, "max": 2, "min": 2, "node": 1, "round": 1, "size": 1, "bit_size": 1,
        "byte_size": 1, "map_size": 1, "tl": 1, "trunc": 1, "float": 1, "map_get": 2, "is_map_key": 2, "element": 2,
        "binary_part": 3}
# Elixir has them under the same name, with the arguments in the same order.
SAME = {"abs", "hd", "length", "max", "min", "node", "round", "bit_size", "byte_size", "map_size", "tl", "trunc",
        "binary_part", "self", *TESTS}
FIELDS = ["a", "b", "c"]  # of the record rec, which matches.escript and match_diff know


class Unwritable(Exception):
    """There is no way to say that in Elixir."""


def erlang_atom(name):
    plain = name[:1].isascii() and name[:1].islower() and all(c.isascii() and (c.isalnum() or c in "_@") for c in name)
    if plain and name not in ERLANG_WORDS:
        return name
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


def elixir_atom(name):
    if name in ("true", "false", "nil"):
        return name
    parts = name.split(".")
    if len(parts) > 1 and parts[0] == "Elixir" and all(p[:1].isupper() and p.isalnum() for p in parts[1:]):
        return ".".join(parts[1:])
    if name == "Elixir":
        return "Elixir"
    plain = name[:1].isascii() and (name[:1].isalpha() or name[:1] == "_")
    if plain and all(c.isascii() and (c.isalnum() or c in "_@") for c in name.rstrip("?!")):
        return ":" + name
    return ':"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted(text, quote, escaped=""):
    out = ""
    for c in text:
        if c in (quote, "\\") or c in escaped:
            out += "\\" + c
        elif c == "\n":
            out += "\\n"
        else:
            out += c
    return quote + out + quote


class Erlang:
    """How Erlang writes it."""

    quote = staticmethod(erlang_atom)

    def __init__(self, rng=None):
        self.rng = rng or random.Random(0)

    def many(self, nodes):
        return ", ".join(self(n) for n in nodes)

    def __call__(self, node):
        return getattr(self, "do_" + node[0])(*node[1:])

    def do_var(self, name):
        return name[:1].upper() + name[1:] if name[0] != "_" else "_" + name[1:].capitalize()

    def do_int(self, value):
        return str(value)

    def do_base(self, value):
        return f"16#{value:X}"

    def do_char(self, value):
        return "$" + {10: "\\n", 32: "\\s", 92: "\\\\"}.get(value, chr(value))

    def do_float(self, value):
        return repr(value) if "." in repr(value) else repr(value).replace("e", ".0e")

    def do_atom(self, name):
        return erlang_atom(name)

    def do_string(self, text):
        return quoted(text, '"')

    def do_binary(self, text):
        return f"<<{quoted(text, chr(34))}{'' if text.isascii() else '/utf8'}>>"

    def do_bytes(self, values):
        return f"<<{', '.join(map(str, values))}>>"

    def do_tuple(self, items):
        return "{" + self.many(items) + "}"

    def do_list(self, items, tail=None):
        return "[" + self.many(items) + ("" if tail is None else " | " + self(tail)) + "]"

    def do_prefix(self, text, tail):
        return quoted(text, '"') + " ++ " + self(tail)

    def do_map(self, pairs, pattern):
        arrow = " := " if pattern else " => "
        return "#{" + ", ".join(self(k) + arrow + self(v) for k, v in pairs) + "}"

    def do_record(self, pairs):
        return "#rec{" + ", ".join((f if f == "_" else erlang_atom(f)) + " = " + self(v) for f, v in pairs) + "}"

    def do_field(self, of, name):
        return f"{self(of)}#rec.{name}"

    def do_index(self, name):
        return f"#rec.{name}"

    def do_match(self, left, right):
        return f"{self(left)} = {self(right)}"

    def do_op(self, name, left, right):
        return f"({self(left)} {name} {self(right)})"

    def do_unary(self, name, of):
        return f"({name} {self(of)})"

    def do_call(self, name, args):
        return f"{erlang_atom(name)}({self.many(args)})"

    def do_remote(self, name, args):
        return f"erlang:{erlang_atom(name)}({self.many(args)})"

    def do_in(self, what, items):
        tests = [f"({self(what)} =:= {self(i)})" for i in items]
        out = tests[0]
        for test in tests[1:]:
            out = f"({out} orelse {test})"
        return out

    def guards(self, alternatives):
        return "; ".join(self.many(a) for a in alternatives)

    def clause(self, clause):
        head, guards, body = clause
        when = f" when {self.guards(guards)}" if guards else ""
        return f"({self(head)}){when} -> {self.many(body)}"

    def fun(self, clauses):
        return "fun" + "; ".join(self.clause(c) for c in clauses) + " end"

    def call(self, clause, words):
        """The way that begins with a function."""
        when = f" when {self.guards(clause[1])}" if clause[1] else ""
        return f"mod:fun_1({self.many(clause[0][1])}){when}{words and ' -> ' + words}"


class AsElixir(Erlang):
    """What Elixir's compiler makes of what Elixir (below) writes, in Erlang: it knows no strings, only lists."""

    def do_string(self, text):
        return "[" + ", ".join(str(ord(c)) for c in text) + "]"


class Elixir(Erlang):
    """The same fun in Elixir."""

    def do_var(self, name):
        return name

    def do_base(self, value):
        return f"0x{value:X}"

    def do_char(self, value):
        return "?" + {10: "\\n", 32: "\\s", 92: "\\\\"}.get(value, chr(value))

    def do_atom(self, name):
        return elixir_atom(name)

    def do_string(self, text):
        return quoted(text, "'", "#")

    def do_binary(self, text):
        return quoted(text, '"', "#")

    def do_prefix(self, text, tail):
        return quoted(text, "'", "#") + " ++ " + self(tail)

    def do_map(self, pairs, pattern):
        if all(k[0] == "atom" and k[1].isalpha() and k[1].isascii() and k[1].islower() for k, _ in pairs):
            return "%{" + ", ".join(f"{k[1]}: {self(v)}" for k, v in pairs) + "}"
        return "%{" + ", ".join(f"{self(k)} => {self(v)}" for k, v in pairs) + "}"

    def unwritable(self, *_):
        raise Unwritable

    do_record = do_field = do_index = unwritable

    def do_op(self, name, left, right):
        if name in OPERATORS:
            return f"({self(left)} {OPERATORS[name]} {self(right)})"
        if name in ("div", "rem"):
            return f"{name}({self(left)}, {self(right)})"
        return self.do_remote(name, [left, right])

    def do_unary(self, name, of):
        if name == "bnot":
            return self.do_remote(name, [of])
        return f"({UNARY[name]}{self(of)})"

    def do_call(self, name, args):
        if name in OLD_TESTS and name != "float":
            raise Unwritable
        if name == "element" and args[0][0] == "int" and 0 < args[0][1] < 100:
            return f"elem({self(args[1])}, {args[0][1] - 1})"
        if name == "is_map_key":
            return f"is_map_key({self(args[1])}, {self(args[0])})"
        if name in BIFS and name not in SAME:
            return self.do_remote(name, args)
        return f"{name}({self.many(args)})"

    def do_remote(self, name, args):
        plain = name.isidentifier() and name not in ("and", "or", "not")
        return f":erlang.{name if plain else quoted(name, chr(34))}({self.many(args)})"

    def do_in(self, what, items):
        return f"({self(what)} in [{self.many(items)}])"

    def guards(self, alternatives):
        # "and" stands for a comma only where nothing else does: it is andalso
        if any(len(a) > 1 for a in alternatives):
            raise Unwritable
        return " when ".join(self(a[0]) for a in alternatives)

    def clause(self, clause):
        head, guards, body = clause
        when = f" when {self.guards(guards)}" if guards else ""
        return f"{self(head)}{when} -> {'; '.join(self(b) for b in body)}"

    def fun(self, clauses):
        return "fn " + "; ".join(self.clause(c) for c in clauses) + " end"

    def call(self, clause, words):
        when = f" when {self.guards(clause[1])}" if clause[1] else ""
        return f":mod.fun_1({self.many(clause[0][1])}){when}{words and ' -> ' + words}"


def value_of(literal):
    """The same for literals that are the same term."""
    kind, value = literal[0], literal[1:]
    if len(value) > 1 or kind == "tuple":
        return kind, str(value)
    value = value[0]
    if kind in ("base", "char"):
        kind = "int"
    if kind == "binary":
        kind, value = "bytes", list(value.encode())
    return kind, str(value)


def is_for_tables(clauses):
    """Is one of the heads a tuple?"""
    heads = [head[2] if head[0] == "match" and head[1][0] == "var" else head for head, _, _ in clauses]
    return any((head[1] if head[0] == "match" else head)[0] == "tuple" for head in heads)


class Generator:
    """Makes funs. both: only what Elixir can write too; tame: only what has a value when the fun is really called."""

    def __init__(self, rng, both=False, tame=False, tables=False):
        self.rng = rng
        self.both = both
        self.tame = tame
        self.tables = tables
        self.bound = []

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def pick(self, things):
        return self.rng.choice(things)

    def few(self, most):
        return int(self.rng.random() ** 2 * (most + 1))

    # Literals

    def number(self):
        return self.pick([
            ("int", self.rng.randrange(10)), ("int", self.rng.randrange(100000)), ("int", self.rng.getrandbits(70)),
            ("base", self.rng.randrange(1, 5000)), ("char", self.pick([97, 65, 48, 10, 32, 92, 233])),
            ("float", self.pick([1.0, 1.5, 0.1, 1e22, 1e-7, 12345.678, 1e300, 3.0] + [0.0] * (not self.tame)))])

    def atom(self):
        if self.tame or self.chance(60):
            return ("atom", self.pick(["a", "b", "ok", "true", "false", "nil"]))
        return ("atom", self.pick(ATOMS))

    def string(self):
        return self.pick(["", "a", "ab", "abc", "a b", 'q"q', "b\\c", "\n", "\u00e9", "\u20ac", "x'y", "#{a}"])

    def literal(self):
        roll = self.rng.randrange(10)
        if roll < 4:
            return self.number()
        if roll < 7:
            return self.atom()
        if roll < 8:
            return ("string", self.string())
        if roll < 9:
            return ("binary", self.string())
        return ("bytes", [self.rng.randrange(256) for _ in range(self.few(4))])

    # Patterns

    def variable(self):
        roll = self.rng.randrange(20)
        if roll == 0:
            name = "_" + self.pick("xyz")
        elif self.bound and roll < 4:
            name = self.pick(self.bound)
        else:
            name = "x" + str(self.rng.randrange(1, 15))
        if name not in self.bound:
            self.bound.append(name)
        return ("var", name)

    def pattern(self, depth):
        roll = self.rng.randrange(100)
        if roll < 20 or depth <= 0 and roll < 60:
            return self.variable()
        if roll < 30:
            return ("var", "_")
        if depth <= 0 or roll < 50:
            return ("unary", "-", self.number()) if self.chance(5) else self.literal()
        if roll < 65:
            return ("tuple", [self.pattern(depth - 1) for _ in range(self.few(4))])
        if roll < 80:
            items = [self.pattern(depth - 1) for _ in range(self.few(4))]
            return ("list", items, self.pattern(depth - 1) if items and self.chance(40) else None)
        if roll < 90:
            return ("map", [(k, self.pattern(depth - 1)) for k in self.keys()], True)
        if roll < 93:
            return ("prefix", self.string(), self.pattern(depth - 1))
        if roll < 96 and not self.both and not self.tame:
            return self.record(depth)
        return ("tuple", [self.atom(), self.pattern(depth - 1)])

    def key(self):
        key = self.literal()
        if not self.tame and self.chance(4):
            key = ("tuple", [key, self.literal()])
        return key

    def keys(self):
        """A key that is named twice has one value in a specification, where a fun's pattern wants both."""
        keys = [self.key() for _ in range(self.few(3))]
        return list({value_of(k): k for k in keys}.values()) if self.tame or self.both else keys

    def record(self, depth, value=None):
        names = self.rng.sample(FIELDS, self.few(3))
        if self.chance(15):
            names.append("_")
        return ("record", [(n, (value or self.pattern)(depth - 1)) for n in names])

    # Guards and actions

    def expression(self, depth, body=False):
        roll = self.rng.randrange(100)
        if self.bound and (roll < 30 or depth <= 0 and roll < 70):
            return ("var", self.pick([b for b in self.bound if b[0] != "_"] or self.bound))
        if depth <= 0 or roll < 45:
            return self.literal() if self.chance(90) else self.special()
        if roll < 70:
            return self.operation(depth, body)
        if roll < 88:
            return self.bif(depth, body)
        if roll < 92:
            return ("tuple", [self.expression(depth - 1, body) for _ in range(self.few(3))])
        if roll < 96 or self.both and not body:
            items = [self.expression(depth - 1, body) for _ in range(self.few(3))]
            return ("list", items, self.expression(depth - 1, body) if items and self.chance(20) else None)
        if roll < 98:
            return ("map", [(k, self.expression(depth - 1, body)) for k in self.keys()], False)
        if self.both or self.tame:
            return ("call", "self", [])
        return self.of_record(depth, body)

    def special(self):
        if self.tame:
            return ("call", "self", [])
        return ("call", self.pick(["bindings", "object", "self", "node", "get_tcw", "is_seq_trace"]), [])

    def of_record(self, depth, body):
        roll = self.rng.randrange(4)
        if roll == 0:
            return ("index", self.pick(FIELDS))
        if roll == 1 and self.bound:
            return ("field", ("var", self.pick(self.bound)), self.pick(FIELDS))
        if roll == 2:
            return ("call", "is_record", [self.expression(depth - 1, body), ("atom", "rec")])
        return self.record(depth, lambda d: self.expression(d, body))

    def operation(self, depth, body):
        a, b = self.expression(depth - 1, body), self.expression(depth - 1, body)
        roll = self.rng.randrange(20)
        if roll < 2:
            return ("unary", self.pick(["-", "+", "not", "bnot"]), a)
        if roll < 4:
            return ("op", *self.small(self.pick(CALLED), a, b))
        if roll < 5 and not self.both:
            name, a, b = self.small(self.pick(CALLED + list(OPERATORS)[:12]), a, b)
            return ("remote", name, [a, b])
        if roll < 6 and a[0] == "var":
            return ("in", a, [self.literal() for _ in range(self.rng.randrange(1, 4))])
        return ("op", *self.small(self.pick(list(OPERATORS)), a, b))

    def comparison(self, depth):
        return ("op", *self.small(self.pick(list(OPERATORS)), self.expression(depth - 1), self.expression(depth - 1)))

    def small(self, name, a, b):
        """Constants of more than 127 bits are not computed, which is known (test_match_diff.py)."""
        if name in ("*", "bsl"):
            a, b = [("int", self.rng.randrange(50)) if x[0] in ("int", "base") else x for x in (a, b)]
        return name, a, b

    def bif(self, depth, body):
        if self.chance(40):
            name, arity = self.pick(TESTS), 1
        else:
            name, arity = self.pick(list(BIFS.items()))
        args = [self.expression(depth - 1, body) for _ in range(arity)]
        if name == "element" and (self.both or self.chance(80)):
            args[0] = ("int", self.rng.randrange(1, 5))
        if name == "float" and self.both:
            return ("remote", name, args)
        return ("remote" if self.chance(5) and not self.both else "call", name, args)

    def guard(self, depth):
        roll = self.rng.randrange(20)
        if roll < 5:
            return ("call", self.pick(TESTS), [self.expression(1)])
        if roll == 5 and not self.both and not self.tame:
            return ("call", self.pick(OLD_TESTS), [self.expression(1)])
        if roll < 14:
            return self.comparison(depth)
        return self.expression(depth)

    def guards(self):
        if self.chance(35):
            return []
        most = 1 if self.both else 2
        return [[self.guard(self.few(3)) for _ in range(1 + self.few(most - 1))] for _ in range(1 + self.few(2))]

    def action(self):
        if self.tame:
            return self.pick([("call", "return_trace", []), ("call", "exception_trace", []), ("atom", "true"),
                              ("call", "message", [self.expression(1, True)])])
        flag = ("atom", self.pick(["call", "send", "return_to", "silent"]))
        pid = ("call", "self", [])
        flags = ("list", [flag], None)
        return self.pick([
            ("call", "return_trace", []), ("call", "exception_trace", []), ("call", "caller", []),
            ("call", "process_dump", []), ("call", "caller_line", []), ("call", "current_stacktrace", []),
            ("call", "current_stacktrace", [("int", 3)]), ("call", "get_seq_token", []), ("call", "get_tcw", []),
            ("call", "message", [self.expression(2, True)]), ("call", "message", [("call", "caller", [])]),
            ("call", "message", [("atom", "false")]), ("call", "display", [self.expression(1, True)]),
            ("call", "set_tcw", [self.expression(1, True)]), ("call", "silent", [("atom", "true")]),
            ("call", "enable_trace", [flag]), ("call", "enable_trace", [pid, flag]), ("call", "disable_trace", [flag]),
            ("call", "disable_trace", [pid, flag]), ("call", "trace", [flags, flags]),
            ("call", "trace", [pid, flags, flags]), ("call", "set_seq_token", [("atom", "label"), self.expression(1)]),
            self.expression(2, True)])

    def head(self):
        roll = self.rng.randrange(20)
        depth = self.few(3)
        if roll == 0:
            return self.pick([("var", "_"), self.variable()])
        items = [self.pattern(depth) for _ in range(self.few(4))]
        if self.tables:
            head = ("tuple", items)
        else:
            head = ("list", items, self.pattern(depth) if items and roll == 1 and not self.tame else None)
        if roll < 4:
            # what it names is bound before all that is in it, and named before too
            name = "w" + str(self.rng.randrange(1, 4))
            self.bound.append(name)
            return ("match", ("var", name), head) if self.chance(60) else ("match", head, ("var", name))
        return head

    def clause(self):
        self.bound = []
        head = self.head()
        return (head, self.guards(), [self.action() for _ in range(1 + self.few(2))])

    def fun(self):
        return [self.clause() for _ in range(1 + self.few(2))]


# One step simpler.

LEAVES = [("atom", "a"), ("int", 1), ("var", "x1")]


def is_node(thing):
    return isinstance(thing, tuple) and thing and isinstance(thing[0], str) and hasattr(Erlang, "do_" + thing[0])


def variants(thing):
    """What a node, or a list of them, may be replaced by."""
    if is_node(thing):
        yield from (leaf for leaf in LEAVES if leaf != thing and thing not in LEAVES and thing[0] != "list")
        for part in thing[1:]:
            yield from (n for n in (part if isinstance(part, list) else [part]) if is_node(n))
    if isinstance(thing, list):
        yield from (thing[:i] + thing[i + 1:] for i in range(len(thing)))
    if isinstance(thing, (list, tuple)):
        for i, part in enumerate(thing):
            for other in variants(part):
                yield thing[:i] + type(thing)([other]) + thing[i + 1:]


def smaller(clauses):
    """Funs that are one step simpler; not all of them mean something."""
    yield from ([c] for c in clauses if len(clauses) > 1)
    for other in variants(clauses):
        if other and all(len(c) == 3 and is_node(c[0]) and c[2] and all(c[1]) for c in other):
            yield other


# Values that patterns are likely to match.

class Values:
    def __init__(self, rng, maker):
        self.rng = rng
        self.maker = maker
        self.bound = {}

    def any(self, depth=2):
        roll = self.rng.randrange(10)
        if roll < 2 and depth > 0:
            return ("tuple", [self.any(depth - 1) for _ in range(self.rng.randrange(4))])
        if roll < 4 and depth > 0:
            return ("list", [self.any(depth - 1) for _ in range(self.rng.randrange(4))], None)
        if roll < 5 and depth > 0:
            return ("map", [(self.maker.literal(), self.any(depth - 1)) for _ in range(self.rng.randrange(3))], False)
        return self.maker.literal()

    def of(self, node):
        if self.rng.random() < 0.04:
            return self.any()
        kind = node[0]
        if kind == "var":
            if node[1] == "_" or node[1] not in self.bound:
                self.bound[node[1]] = self.any()
            return self.bound[node[1]]
        if kind == "tuple":
            return ("tuple", [self.of(n) for n in node[1]])
        if kind == "list":
            return ("list", [self.of(n) for n in node[1]], node[2] and self.of(node[2]))
        if kind == "map":
            more = [(self.any(0), self.any(1))] if self.rng.random() < 0.3 else []
            return ("map", [(k, self.of(v)) for k, v in node[1]] + more, False)
        if kind == "prefix":
            # "ab" ++ T is no term: the same as a list
            return ("list", [("int", ord(c)) for c in node[1]], self.of(node[2])) if node[1] else self.of(node[2])
        if kind == "match":
            return self.of(node[1] if node[1][0] != "var" else node[2])
        return node


def arguments(rng, clauses, count=4):
    """Lists of arguments, as a term of Erlang: some for each clause, some for none."""
    maker = Generator(rng, tame=True)
    made = []
    for _ in range(count):
        value = Values(rng, maker).of(rng.choice(clauses)[0])
        if value[0] != "list" or value[2] is not None:
            value = ("list", [Values(rng, maker).any() for _ in range(rng.randrange(4))], None)
        made.append(value)
    return Erlang()(("list", made, None))
